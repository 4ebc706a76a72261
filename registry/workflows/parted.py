"""Records of one size on disk, in 256 parts by their first byte: too many to sort at once, they are sorted in parts."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PARTS = 256
_BUFFERS = 1 << 23
_STARTS = [bytes([part]) for part in range(1, PARTS)]


@dataclass(frozen=True, slots=True)
class Parted:
    """Sorted records, one after the other, and where each part ends among these bytes."""

    data: bytes
    ends: Sequence[int]


def parted(records: Sequence[bytes]) -> Parted:
    """Records of one size in any order, not none."""
    ordered, ends, at = sorted(records), [], 0
    for start in _STARTS:
        at = bisect_left(ordered, start, at)
        ends.append(at * len(ordered[0]))
    data = b"".join(ordered)
    return Parted(data, [*ends, len(data)])


def split_records(data: bytes, size: int) -> list[bytes]:
    """The records in some bytes."""
    return [data[at : at + size] for at in range(0, len(data), size)]


class PartFiles:
    """Takes parted records block by block, and keeps each part in a file of its own. Memory: 8 MB."""

    def __init__(self, path: Path) -> None:
        self.paths = [path.with_name(f"{path.name}.{part:03d}") for part in range(PARTS)]
        self.sizes = [0] * PARTS
        """Bytes of each part."""
        self._buffers = [bytearray() for _ in range(PARTS)]
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
