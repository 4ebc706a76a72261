"""Uploads in parts wait here, on disk, until all of their parts have come. Nothing of it is visible to anybody.

An upload is named by a token that its sender draws, so nobody can spoil another's. Bounded in number, size and time.
"""

import shutil
import tempfile
import time
from pathlib import Path
from threading import Lock
from weakref import finalize

from verifier_api.problems import Problem

MOST_PARTS = 1_000
MOST_UPLOADS = 8
NAME = r"^[0-9a-f]{32}$"


class Staging:
    """Parts of uploads: at most `most_bytes` of all together, each upload dropped `seconds` after its last part."""

    def __init__(self, most_bytes: int, seconds: int) -> None:
        self._most_bytes, self._seconds = most_bytes, seconds
        self._lock = Lock()
        self._whole: set[str] = set()
        self._home = Path(tempfile.mkdtemp(prefix="offsetproof-"))
        finalize(self, shutil.rmtree, self._home, ignore_errors=True)

    def put(self, name: str, part: int, parts: int, body: bytes) -> list[Path]:
        """Keep a part (0 to `parts` - 1); returns what has come of this upload, by part number.

        An upload that is whole belongs to whoever gave its last part, until that one drops it. Raises Problem 503 for
        another part of it meanwhile, and if too many uploads or bytes wait.
        """
        with self._lock:
            if name in self._whole:
                raise _busy("this upload is whole and is being published")
            self._drop_old()
            home = self._home
            folder = home / name
            if not folder.exists() and sum(1 for _ in home.iterdir()) >= MOST_UPLOADS:
                raise _busy("too many uploads wait for their parts")
            if sum(file.stat().st_size for file in home.glob("*/*")) + len(body) > self._most_bytes:
                raise _busy("too many bytes wait for their parts")
            folder.mkdir(exist_ok=True)
            (folder / f"{part:04d}").write_bytes(body)
            come = sorted(folder.iterdir())
            if len(come) == parts:
                self._whole.add(name)
            return come

    def drop(self, name: str) -> None:
        """Forget an upload."""
        with self._lock:
            shutil.rmtree(self._home / name, ignore_errors=True)
            self._whole.discard(name)

    def waiting(self) -> tuple[int, int]:
        """How many uploads wait, and how many bytes."""
        with self._lock:
            self._drop_old()
            sizes = [file.stat().st_size for file in self._home.glob("*/*")]
            return sum(1 for _ in self._home.iterdir()), sum(sizes)

    def _drop_old(self) -> None:
        for folder in self._home.iterdir():
            if folder.name not in self._whole and folder.stat().st_mtime < time.time() - self._seconds:
                shutil.rmtree(folder, ignore_errors=True)


def _busy(what: str) -> Problem:
    return Problem(503, "unavailable", what, headers={"retry-after": "60"})
