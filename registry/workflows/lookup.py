"""A sorted file of 16-byte entries, `key u64 ‖ value u64`: written in bounded memory, searched by halving."""

import os
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from struct import Struct

_ENTRY = 16
_MOST_PENDING = 1 << 16
_PARTS = 256
_PAIR = Struct(">8sQ")


class LookupWriter:
    """Takes entries in any order; `finish` writes them sorted."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pending: list[bytes] = []
        self._spilled = False

    def add(self, entries: Sequence[bytes]) -> None:
        """Entries of 16 bytes; a key may come again."""
        self._pending += entries
        if len(self._pending) >= _MOST_PENDING:
            self._spill()

    def finish(self) -> None:
        with self._path.open("wb") as file:
            if not self._spilled:
                file.write(b"".join(sorted(self._pending)))
                return
            self._spill()
            for part in range(_PARTS):
                path = self._part(part)
                if path.exists():
                    data = path.read_bytes()
                    file.write(b"".join(sorted(data[at : at + _ENTRY] for at in range(0, len(data), _ENTRY))))
                    path.unlink()

    def _spill(self) -> None:
        self._spilled = True
        self._pending.sort()
        start = 0
        for part in range(_PARTS):
            end = len(self._pending)
            if part + 1 < _PARTS:
                end = bisect_left(self._pending, bytes([part + 1]), start)
            if end > start:
                with self._part(part).open("ab") as file:
                    file.write(b"".join(self._pending[start:end]))
            start = end
        self._pending.clear()

    def _part(self, part: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{part:03d}")


def look_up(path: Path, low: bytes, high: bytes, most: int = 64) -> list[int]:
    """The values of at most `most` keys between `low` and `high` (8 bytes each, inclusive), in the order of keys."""
    with path.open("rb") as file:
        handle = file.fileno()
        first, end = 0, os.fstat(handle).st_size // _ENTRY
        while first < end:
            middle = (first + end) // 2
            if os.pread(handle, 8, middle * _ENTRY) < low:
                first = middle + 1
            else:
                end = middle
        found = os.pread(handle, most * _ENTRY, first * _ENTRY)
    return [value for key, value in _PAIR.iter_unpack(found) if low <= key <= high]
