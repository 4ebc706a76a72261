"""Files under an address that names their content: `/static/style.css?v=…`. Only those may be kept without asking."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).with_name("static")
FOR_EVER = "public, max-age=31536000, immutable"
_DIGITS = 16


def version_of(path: Path) -> str:
    """The first 16 hex digits of the file's SHA-256."""
    now = path.stat()
    return _version(path, now.st_mtime_ns, now.st_size)


@lru_cache(maxsize=256)
def _version(path: Path, _changed: int, _size: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:_DIGITS]


def versioned(address: str) -> str:
    """`/static/style.css` → `/static/style.css?v=…`."""
    return f"{address}?v={version_of(STATIC.joinpath(address.removeprefix('/static/')))}"


class Versioned(StaticFiles):
    """Static files: kept for ever if asked for with the version that they have, else to be asked for each time."""

    def file_response(self, full_path: Any, stat_result: Any, scope: Scope, status_code: int = 200) -> Response:
        answer = super().file_response(full_path, stat_result, scope, status_code)
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("v", [""])[-1]
        same = bool(asked) and asked == version_of(Path(full_path))
        answer.headers["cache-control"] = FOR_EVER if same else "no-cache"
        return answer
