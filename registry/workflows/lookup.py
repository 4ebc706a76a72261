"""A sorted file of 16-byte entries, `key u64 ‖ value u64`: written in bounded memory, searched in a few reads."""

import os
from pathlib import Path
from struct import Struct

from registry.workflows.crew import Crew
from registry.workflows.parted import FEWEST_PARTS, Parted, PartFiles, parted, split_records

_ENTRY = 16
_WINDOW = 128
_BLOCK = _ENTRY << 16
_PAIR = Struct(">8sQ")


class LookupWriter:
    """Takes entries parted in `parts`, block by block, each `key 8 ‖ value u64`; a key may come again.
    `finish` writes them sorted."""

    def __init__(self, path: Path, parts: int = FEWEST_PARTS) -> None:
        self._path, self._parts = path, PartFiles(path, parts)

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


def sort_file(path: Path, parts: int) -> None:
    """Put a file of entries in order, in bounded memory: in so many parts."""
    writer = LookupWriter(path.with_suffix(".sorted"), parts)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            writer.add(parted(split_records(block, _ENTRY), parts))
    with Crew(0) as alone:
        writer.finish(alone)
    path.with_suffix(".sorted").chmod(0o600)
    path.with_suffix(".sorted").replace(path)


def _sorted_file(path: Path) -> bytes:
    return _sorted(path.read_bytes())


def _sorted(entries: bytes) -> bytes:
    return b"".join(sorted(split_records(entries, _ENTRY)))


def look_up(path: Path, low: bytes, high: bytes, most: int = 64) -> list[int]:
    """The values of at most `most` keys between `low` and `high` (8 bytes each, inclusive), in the order of keys."""
    with path.open("rb") as file:
        handle = file.fileno()
        first = _first_from(handle, int.from_bytes(low, "big"), os.fstat(handle).st_size // _ENTRY)
        found = os.pread(handle, most * _ENTRY, first * _ENTRY)
    return [value for key, value in _PAIR.iter_unpack(found) if low <= key <= high]


def _first_from(handle: int, key: int, count: int) -> int:
    """Place of the first entry whose key is not below `key`.

    Keys are hashes, spread evenly, so a guess in proportion comes close; every other step halves, whatever they are.
    """
    first, end, below, above, guess = 0, count, 0, 1 << 64, True
    while end - first > _WINDOW:
        share = (key - below) * (end - first) // (above - below) if guess else (end - first) // 2
        middle = first + max(0, min(share, end - first - 1))
        found = int.from_bytes(os.pread(handle, 8, middle * _ENTRY), "big")
        if found < key:
            first, below = middle + 1, found
        else:
            end, above = middle, found + 1
        guess = not guess
    window = os.pread(handle, (end - first) * _ENTRY, first * _ENTRY)
    return first + sum(int.from_bytes(found, "big") < key for found, _ in _PAIR.iter_unpack(window))
