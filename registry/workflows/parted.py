"""Records of one size on disk, in parts by their first bits: too many to sort at once, they are sorted in parts.

Parts one after the other, each sorted, are all records sorted, however many the parts are.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FEWEST_PARTS, MOST_PARTS = 1 << 6, 1 << 16
_BUFFERS = 1 << 23
_SOURCE_BYTES = 1 << 21


def parts_for(source_bytes: int) -> int:
    """How many parts, a power of two, for the records of a file of so many bytes: a part then holds those of two
    megabytes at most, up to 128 GB."""
    parts = FEWEST_PARTS
    while parts < MOST_PARTS and source_bytes > parts * _SOURCE_BYTES:
        parts *= 2
    return parts


@dataclass(frozen=True, slots=True)
class Parted:
    """Sorted records, one after the other, and where each part ends among these bytes."""

    data: bytes
    ends: Sequence[int]


def parted(records: Sequence[bytes], parts: int = FEWEST_PARTS) -> Parted:
    """Records of one size in any order, not none."""
    ordered, ends, at = sorted(records), [], 0
    for start in _starts(parts):
        at = bisect_left(ordered, start, at)
        ends.append(at * len(ordered[0]))
    data = b"".join(ordered)
    return Parted(data, [*ends, len(data)])


def split_records(data: bytes, size: int) -> list[bytes]:
    """The records in some bytes."""
    return [data[at : at + size] for at in range(0, len(data), size)]


@cache
def _starts(parts: int) -> list[bytes]:
    """The first two bytes with which each part begins, from the second on."""
    step = MOST_PARTS // parts
    return [(part * step).to_bytes(2, "big") for part in range(1, parts)]


class PartFiles:
    """Takes records parted in `parts`, block by block, and keeps each part in a file of its own. Memory: 8 MB."""

    def __init__(self, path: Path, parts: int = FEWEST_PARTS) -> None:
        self.paths = [path.with_name(f"{path.name}.{part:05d}") for part in range(parts)]
        self.sizes = [0] * parts
        """Bytes of each part."""
        self._buffers = [bytearray() for _ in range(parts)]
        self._held = 0
        self._on_disk = False

    def add(self, block: Parted) -> None:
        start = 0
        for part, end in enumerate(block.ends):
            if end > start:
                self._buffers[part] += block.data[start:end]
                self.sizes[part] += end - start
                start = end
        self._held += len(block.data)
        if self._held >= _BUFFERS:
            self.flush()

    def in_memory(self) -> bytes | None:
        """All records in the order of their parts, if nothing is on disk yet."""
        return None if self._on_disk else b"".join(self._buffers)

    def flush(self) -> None:
        """Put everything on disk. A part without records has no file."""
        self._on_disk = True
        for path, buffer in zip(self.paths, self._buffers, strict=True):
            if buffer:
                with path.open("ab") as file:
                    file.write(buffer)
                buffer.clear()
        self._held = 0
