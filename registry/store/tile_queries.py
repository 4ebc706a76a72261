"""Tiles of published tranches: node tiles as they are kept, leaf tiles made of 256 rows. No tree is held in memory.

A row that somebody damaged is a `Contradiction`, never a path that leads elsewhere: a damaged mirror must not make a
good certificate look forged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from registry.domain.errors import Contradiction, InvalidInput
from registry.domain.hexes import HASH_BYTES, hex0x
from registry.domain.members import require_integer
from registry.proofs.sumtree import ENTRY_BYTES, Siblings, Sum, node_at, pack_entry
from registry.proofs.tiles import WIDTH, path_from_tiles, tile_level_sizes, tile_levels, tile_width
from registry.store.credit_events import Anchored
from registry.store.mirror_tables import Leaf, Publication, Tile


@dataclass(frozen=True, slots=True)
class _Tile:
    entries: bytes
    levels: Sequence[bytes]
    """Its tree levels, as `tile_levels` gives them."""


def tile_entries(session: Session, anchored: Anchored, level: int, n: int) -> bytes | None:
    """One tile of a tranche; None if its leaves are not published.

    Raises InvalidInput if the tranche has no such tile, Contradiction if it does not lead to the anchored root.
    """
    tiles = _tiles_to_root(session, anchored, level, n)
    return tiles[level].entries if tiles else None


def leaf_and_path(session: Session, anchored: Anchored, index: int) -> tuple[Sum, Siblings] | None:
    """Certificate hash and grams of a leaf, and its siblings from the leaf to the root: one tile a level is read.

    None if the leaves are not published. Raises InvalidInput if there is no such leaf, Contradiction if what is read
    does not lead to the anchored root.
    """
    require_integer(index, "leaf.index", 0, anchored.leaf_count - 1)
    tiles = _tiles_to_root(session, anchored, 0, index // WIDTH)
    if tiles is None:
        return None
    path = path_from_tiles(index, anchored.leaf_count, lambda level, n: tiles[level].levels)
    return node_at(tiles[0].entries, index % WIDTH), path


def is_published(session: Session, anchor: bytes) -> bool:
    """Whether the leaves under an anchor are published."""
    return session.get(Publication, anchor) is not None


def _tiles_to_root(session: Session, anchored: Anchored, level: int, n: int) -> dict[int, _Tile] | None:
    """A tile and those above it, by level, each with the node above the one before it."""
    sizes = tile_level_sizes(anchored.leaf_count)
    require_integer(level, "tile level", 0, len(sizes) - 1)
    require_integer(n, "tile", 0, (sizes[level] - 1) // WIDTH)
    found = {} if level else {0: _leaf_tile(session, anchored, n)}
    places = [(above, n // WIDTH ** (above - level)) for above in range(level, len(sizes))]
    found |= _node_tiles(session, anchored, [place for place in places if place[0]])
    if not any(found.values()) and not is_published(session, anchored.anchor):
        return None
    tiles: dict[int, _Tile] = {}
    node, at = b"", 0
    for above, number in places:
        entries, width = found.get(above, b""), tile_width(sizes[above], number)
        if len(entries) != width * ENTRY_BYTES:
            raise _damaged(anchored, f"tile {number} of level {above} with {width} entries", f"{len(entries)} bytes")
        if entries[at : at + len(node)] != node:
            raise _damaged(anchored, f"in tile {number} of level {above} the node above the tile below", "another")
        tiles[above] = _Tile(entries, _levels(anchored, above, number, entries))
        node, at = tiles[above].levels[-1], number % WIDTH * ENTRY_BYTES
    if node != pack_entry(anchored.root, anchored.total):
        raise _damaged(anchored, f"root {hex0x(anchored.root)} over {anchored.total} g", hex0x(node[:HASH_BYTES]))
    return tiles


def _levels(anchored: Anchored, level: int, n: int, entries: bytes) -> Sequence[bytes]:
    try:
        return tile_levels(level, n, entries)
    except InvalidInput as error:
        raise _damaged(anchored, "a whole tile", str(error)) from None


def _leaf_tile(session: Session, anchored: Anchored, n: int) -> bytes:
    index: Any = col(Leaf.index)
    query = (
        select(col(Leaf.certificate_hash), col(Leaf.grams))
        .where(col(Leaf.anchor) == anchored.anchor, index >= n * WIDTH, index < (n + 1) * WIDTH)
        .order_by(index)
    )
    return b"".join([pack_entry(certificate, grams) for certificate, grams in session.connection().execute(query)])


def _node_tiles(session: Session, anchored: Anchored, places: list[tuple[int, int]]) -> dict[int, bytes]:
    """The entries of node tiles by level, at most one a level; those that are missing are left out."""
    if not places:
        return {}
    at = or_(*(and_(col(Tile.level) == level, col(Tile.n) == n) for level, n in places))
    query = select(col(Tile.level), col(Tile.entries)).where(col(Tile.anchor) == anchored.anchor, at)
    return dict(session.connection().execute(query).tuples().all())


def _damaged(anchored: Anchored, expected: str, found: str) -> Contradiction:
    return Contradiction(
        f"the mirror's rows of tranche {anchored.tranche} of lot {anchored.lot} are damaged",
        expected=expected,
        found=found,
        hint="offsetproof audit",
    )
