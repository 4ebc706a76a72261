"""How an answer leaves: as JSON, CSV or a page, with the block it speaks of, an ETag, and no guessing by caches."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence

import orjson
from starlette.requests import Request
from starlette.responses import Response

from verifier_api.problems import MEDIA_TYPE, Problem
from verifier_api.values import Value

BLOCK_HEADER = "offsetproof-block"
JSON = "application/json"
_PIECE = 2_047
CSV = "text/csv; charset=utf-8"
HTML = "text/html; charset=utf-8"

_CAPITAL = re.compile(r"(?<=[a-z])([A-Z])")
_SERIALS = {"serials.series": "series", "serials.first": "first_serial", "serials.last": "last_serial"}


def block_header(block: Mapping[str, object] | None) -> str:
    """The block as a header's value: number and hash."""
    return f"{block['number']} {block['hash']}" if block else "none"


def respond(
    request: Request,
    body: bytes,
    media_type: str,
    block: Mapping[str, object] | None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    private: bool = False,
    cache: str = "no-cache",
    vary: str = "Accept, Accept-Language",
) -> Response:
    """The answer, or 304 if the asker has it. `private` answers are kept by nobody, others as `cache` says."""
    tag = f'"{_digest(body)[:32]}"'
    out = {
        BLOCK_HEADER: block_header(block),
        "cache-control": "no-store" if private else cache,
        **({"vary": vary} if vary else {}),
        **(headers or {}),
    }
    if not private and status == 200:
        out["etag"] = tag
        asked = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
        if tag in asked or asked == ["*"]:
            return Response(status_code=304, headers=out)
    return Response(body, status_code=status, media_type=media_type, headers=out)


def _digest(body: bytes) -> str:
    """SHA-256 in hex. In small pieces, because for larger ones `hashlib` lets other threads go first, which would hold
    up the answer for longer than it takes to hash."""
    digest = hashlib.sha256()
    for at in range(0, len(body), _PIECE):
        digest.update(body[at : at + _PIECE])
    return digest.hexdigest()


def json_answer(request: Request, value: Value, *, status: int = 200, private: bool = False) -> Response:
    """`value` as JSON; its member `block` goes into the header too."""
    return respond(request, orjson.dumps(value), JSON, value.get("block"), status=status, private=private)


def problem_answer(problem: Problem) -> Response:
    """An error for programs."""
    headers = {"cache-control": "no-store", **problem.headers}
    return Response(orjson.dumps(problem.to_value()), problem.status, headers, MEDIA_TYPE)


def snake(path: str) -> str:
    """A JSON path as a CSV column's name."""
    return _SERIALS.get(path) or _CAPITAL.sub(lambda found: "_" + found[1].lower(), path).replace(".", "_").lower()


def csv_text(columns: Sequence[str], items: Iterable[Value]) -> bytes:
    """One line an item, a header first; empty cells for what is not there."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([snake(path) for path in columns])
    for item in items:
        writer.writerow([_cell(reach(item, path)) for path in columns])
    return out.getvalue().encode()


def reach(item: object, path: str) -> object:
    """The member at a dotted path; None where it ends early."""
    for name in path.split("."):
        item = item.get(name) if isinstance(item, Mapping) else None
    return item


def _cell(found: object) -> object:
    if found is None:
        return ""
    return str(found).lower() if isinstance(found, bool) else found


def wants_csv(request: Request, asked: str | None) -> bool:
    """Whether CSV is wanted: `?format=csv`, or an Accept header that names it and not JSON. Raises Problem 406."""
    if asked not in (None, "", "json", "csv"):
        raise Problem(406, "not-acceptable", "this format is not written here", "json or csv", str(asked)[:20])
    if asked:
        return asked == "csv"
    accepted = request.headers.get("accept", "")
    return "text/csv" in accepted and "application/json" not in accepted
