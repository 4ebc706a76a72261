"""A tranche's tiles on disk: written once as a stream, read in a handful of file accesses. Format: `docs/tiles.md`."""

import os
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from registry.domain.errors import Contradiction
from registry.domain.members import require_integer
from registry.proofs.sumtree import ENTRY_BYTES, Siblings, Sum, node_at
from registry.proofs.tiles import (
    WIDTH,
    Rooted,
    TileStream,
    path_from_tiles,
    tile_level_sizes,
    tile_levels,
    tile_name,
    tile_width,
)

_MOST_CACHED = 512


class TileWriter:
    """Takes a tranche's leaves in order and writes each tile when it is full. Memory: one tile a level."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._folders: set[str] = set()
        self._stream = TileStream(self._write)

    def add(self, entries: bytes, nodes: bytes | None = None) -> None:
        """Append leaves, each `certHash 32 ‖ grams u64`; `nodes` as for `TileStream.add`."""
        self._stream.add(entries, nodes)

    def finish(self) -> Rooted:
        """Write the partial tiles; returns where the leaves lead. Raises InvalidInput if there are none."""
        return self._stream.finish()

    def _write(self, level: int, n: int, entries: bytes) -> None:
        path = f"{self._folder}/{tile_name(level, n, len(entries) // ENTRY_BYTES)}"
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            os.makedirs(folder, exist_ok=True)
            self._folders.add(folder)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            os.write(handle, entries)
        finally:
            os.close(handle)


class TileReader:
    """Leaves and paths of one written tranche. Tiles above the leaves are kept, folded, up to about 10 MB."""

    def __init__(self, folder: Path, leaf_count: int) -> None:
        self._folder = folder
        self._sizes = tile_level_sizes(leaf_count)
        self._kept: OrderedDict[tuple[int, int], Sequence[bytes]] = OrderedDict()

    @property
    def leaf_count(self) -> int:
        return self._sizes[0]

    def leaf(self, index: int) -> Sum:
        """Certificate hash and grams of a leaf. Raises Contradiction if its tile is missing."""
        require_integer(index, "index", 0, self.leaf_count - 1)
        return node_at(self.entries(0, index // WIDTH), index % WIDTH)

    def leaves(self, indexes: range) -> list[Sum]:
        """Several leaves in a row; each tile is read once."""
        found: list[Sum] = []
        for n in range(indexes.start // WIDTH, -(-indexes.stop // WIDTH)):
            entries = self.entries(0, n)
            first, end = max(indexes.start - n * WIDTH, 0), min(indexes.stop - n * WIDTH, WIDTH)
            found += [node_at(entries, within) for within in range(first, end)]
        return found

    def path(self, index: int) -> Siblings:
        """The siblings of a leaf, from the leaf to the root."""
        return path_from_tiles(index, self.leaf_count, self._levels)

    def leaf_and_path(self, index: int) -> tuple[Sum, Siblings]:
        """Both at once: the leaf's tile is read once."""
        require_integer(index, "index", 0, self.leaf_count - 1)
        entries = self.entries(0, index // WIDTH)
        levels = tile_levels(0, index // WIDTH, entries)
        path = path_from_tiles(index, self.leaf_count, lambda level, n: self._levels(level, n) if level else levels)
        return node_at(entries, index % WIDTH), path

    def entries(self, level: int, n: int) -> bytes:
        """The bytes of one tile."""
        width = tile_width(self._sizes[level], n)
        path = self._folder / tile_name(level, n, width)
        try:
            entries = path.read_bytes()
        except OSError as error:
            raise Contradiction(f"tile {path} cannot be read", found=type(error).__name__) from None
        if len(entries) != width * ENTRY_BYTES:
            raise Contradiction(
                f"tile {path} is damaged", expected=f"{width * ENTRY_BYTES} bytes", found=f"{len(entries)}"
            )
        return entries

    def _levels(self, level: int, n: int) -> Sequence[bytes]:
        if level == 0:
            return tile_levels(0, n, self.entries(0, n))
        levels = self._kept.get((level, n))
        if levels is None:
            levels = tile_levels(level, n, self.entries(level, n))
            if len(self._kept) >= _MOST_CACHED:
                self._kept.popitem(last=False)
            self._kept[level, n] = levels
        return levels
