"""A sorted file of 16-byte entries, `key u64 ‖ value u64`: written in bounded memory, searched by halving."""

import os
from pathlib import Path
from struct import Struct

from registry.workflows.crew import Crew
from registry.workflows.parted import Parted, PartFiles, split_records

_ENTRY = 16
_PAIR = Struct(">8sQ")


class LookupWriter:
    """Takes entries block by block, each `key 8 ‖ value u64`; a key may come again. `finish` writes them sorted."""

    def __init__(self, path: Path) -> None:
        self._path, self._parts = path, PartFiles(path)

    def add(self, entries: Parted) -> None:
        self._parts.add(entries)

    def finish(self, crew: Crew) -> None:
        whole = self._parts.in_memory()
        if whole is not None:
            self._path.write_bytes(_sorted(whole))
            return
        self._parts.flush()
        paths = [path for path, size in zip(self._parts.paths, self._parts.sizes, strict=True) if size]
        with self._path.open("wb") as file:
            for path, part in zip(paths, crew.map(_sorted_file, paths), strict=True):
                file.write(part)
                path.unlink()


def _sorted_file(path: Path) -> bytes:
    return _sorted(path.read_bytes())


def _sorted(entries: bytes) -> bytes:
    return b"".join(sorted(split_records(entries, _ENTRY)))


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
