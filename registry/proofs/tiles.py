"""Tiles: a tranche's tree as static files of at most 256 entries, after C2SP tlog-tiles. Pure: names, folds, paths.

An entry is `hash 32 ‖ grams u64`. Leaf tiles hold certificate hashes; a node tile of tile level k holds the nodes of
tree level 8k. Leaves stand in for tile level 0, and what lies between two tile levels is recomputed. A tranche never
grows, so a partial tile is final, and an incomplete subtree has its node like any other. Format: `docs/tiles.md`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from registry.domain.errors import InvalidInput
from registry.domain.hexes import shorten
from registry.domain.members import require_integer
from registry.domain.units import MAX_GRAMS
from registry.proofs.sumtree import ENTRY_BYTES, Siblings, leaf_nodes, level_above, node_at, siblings_along

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""Entries of a full tile."""
TILE_BYTES = WIDTH * ENTRY_BYTES

_NAME = re.compile(r"(?:leaf|node/([1-9]))((?:/x[0-9]{3}){0,4}/[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)

Read = Callable[[int, int], Sequence[bytes]]
"""The tree levels that tile `n` of a tile level folds into, as `tile_levels` gives them."""


def tile_level_sizes(leaf_count: int) -> list[int]:
    """Entries of each tile level, leaves first: 1,000,000 leaves → [1000000, 3907, 16]."""
    sizes = [require_integer(leaf_count, "leafCount", 1, MAX_GRAMS)]
    while sizes[-1] > WIDTH:
        sizes.append(-(-sizes[-1] // WIDTH))
    return sizes


def tile_width(size: int, n: int) -> int:
    """Entries of tile `n` of a level with `size` entries; raises InvalidInput if there is no such tile."""
    require_integer(n, "tile", 0, (size - 1) // WIDTH)
    return min(WIDTH, size - n * WIDTH)


def tile_name(level: int, n: int, width: int) -> str:
    """Path of a tile below its tranche: `leaf/x003/906.p/64` is tile 3906 of the leaves, with 64 entries."""
    groups = [f"{n % 1000:03d}"]
    while n := n // 1000:
        groups.insert(0, f"x{n % 1000:03d}")
    folder = f"node/{level}" if level else "leaf"
    return "/".join([folder, *groups]) + ("" if width == WIDTH else f".p/{width}")


def parse_tile_name(name: str) -> tuple[int, int, int]:
    """Tile level, number and width of a tile with this name; raises InvalidInput for all but the one spelling."""
    match = _NAME.fullmatch(name)
    if match:
        level, number, width = match.groups()
        tile = int(level or 0), int(number.replace("/x", "").replace("/", "")), int(width or WIDTH)
        if tile[2] <= WIDTH and tile_name(*tile) == name:
            return tile
    raise InvalidInput("not a tile's name", expected="like leaf/x003/906.p/64 or node/1/002", found=shorten(name))


def tile_levels(level: int, n: int, entries: bytes) -> list[bytes]:
    """Up to nine tree levels of one tile, from its own nodes to the single node above it."""
    if not 0 < len(entries) <= TILE_BYTES or len(entries) % ENTRY_BYTES:
        raise InvalidInput("not a tile", expected=f"1 to {WIDTH} entries of 40 bytes", found=f"{len(entries)} bytes")
    levels = [leaf_nodes(n * WIDTH, entries) if level == 0 else entries]
    while len(levels[-1]) > ENTRY_BYTES:
        levels.append(level_above(levels[-1]))
    return levels


def nodes_over_tiles(index: int, leaves: bytes) -> bytes:
    """The single nodes, `hash 32 ‖ grams u64`, over those full leaf tiles that lie wholly among `leaves`, whose first
    is leaf `index` of its tranche."""
    first = -(-index // WIDTH)
    start = (first * WIDTH - index) * ENTRY_BYTES
    tiles = range(start, len(leaves) - TILE_BYTES + 1, TILE_BYTES)
    return b"".join([tile_levels(0, n, leaves[at : at + TILE_BYTES])[-1] for n, at in enumerate(tiles, first)])


def path_from_tiles(index: int, leaf_count: int, read: Read) -> Siblings:
    """The siblings of leaf `index`, from the leaf to the root; one tile is read for each tile level."""
    require_integer(index, "index", 0, leaf_count - 1)
    stretches = []
    for level in range(len(tile_level_sizes(leaf_count))):
        tile, within = divmod(index, WIDTH)
        stretches.append((within, read(level, tile)[:-1]))
        index = tile
    return siblings_along(stretches)


def inner_nodes(levels: Sequence[bytes]) -> bytes:
    """What lies between a leaf tile's leaves and the node above it, level after level: up to 254 nodes.

    `levels` as `tile_levels` gives them. With these nodes at hand, a path needs no hash of another leaf but the one
    beside its own.
    """
    return b"".join(levels[1:-1])


def inner_levels(width: int, nodes: bytes) -> list[bytes]:
    """The levels that `inner_nodes` joined, of a leaf tile of `width` entries; raises InvalidInput for another size."""
    ends = _inner_ends(width)
    if len(nodes) != ends[-1]:
        raise InvalidInput("another number of nodes", expected=f"{ends[-1]} bytes", found=f"{len(nodes)}")
    return [nodes[start:end] for start, end in pairwise(ends)]


@cache
def _inner_ends(width: int) -> list[int]:
    """Where each level of the inner nodes ends, in bytes; 0 before the first."""
    ends = [0]
    while (width := -(-width // 2)) > 1:
        ends.append(ends[-1] + width * ENTRY_BYTES)
    return ends


@dataclass(frozen=True, slots=True)
class Rooted:
    """What a tranche's leaves lead to: root (32 bytes), grams, number of leaves."""

    root: bytes
    total: int
    leaf_count: int


class TileStream:
    """Leaves in, tiles out, each as soon as it is full; memory is one tile a level.

    `write(level, n, entries)` is called once for each tile, `write_inner(n, nodes)`, if given, for each leaf tile's
    inner nodes.
    """

    def __init__(
        self, write: Callable[[int, int, bytes], None], write_inner: Callable[[int, bytes], None] | None = None
    ) -> None:
        self._out = write
        self._out_inner = write_inner
        self._open: list[bytearray] = [bytearray()]
        self._written: list[int] = [0]

    def add(self, entries: bytes, nodes: bytes | None = None) -> None:
        """Append leaves, each `certHash 32 ‖ grams u64`; `nodes` as `nodes_over_tiles` gives them, if known."""
        leaves = self._open[0]
        inside = bool(leaves)
        leaves += entries
        whole = len(leaves) // TILE_BYTES * TILE_BYTES
        for number, at in enumerate(range(0, whole, TILE_BYTES), -inside):
            known = None if nodes is None or number < 0 else nodes[number * ENTRY_BYTES : (number + 1) * ENTRY_BYTES]
            self._write(0, bytes(leaves[at : at + TILE_BYTES]), known)
        del leaves[:whole]

    def finish(self) -> Rooted:
        """Write the partial tiles; returns where the leaves lead. Raises InvalidInput if there are none."""
        count = self._written[0] * WIDTH + len(self._open[0]) // ENTRY_BYTES
        if not count:
            raise InvalidInput("a tranche without certificates", expected="at least one leaf", found="none")
        level = 0
        while True:
            if self._open[level]:
                self._write(level, bytes(self._open[level]))
                self._open[level].clear()
            if self._written[level] == 1:
                root = node_at(bytes(self._open[level + 1]), 0)
                return Rooted(root.hash, root.grams, count)
            level += 1

    def _write(self, level: int, entries: bytes, node: bytes | None = None) -> None:
        n = self._written[level]
        self._out(level, n, entries)
        self._written[level] += 1
        if level + 1 == len(self._open):
            self._open.append(bytearray())
            self._written.append(0)
        above = self._open[level + 1]
        if node is None or (level == 0 and self._out_inner):
            levels = tile_levels(level, n, entries)
            node = levels[-1]
            if level == 0 and self._out_inner:
                self._out_inner(n, inner_nodes(levels))
        above += node
        if len(above) == TILE_BYTES:
            self._write(level + 1, bytes(above))
            above.clear()
