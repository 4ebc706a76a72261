"""Tiles of published tranches: node tiles as they are kept, leaf tiles made of 256 rows. No tree is held in memory.

A row that somebody damaged is a `Contradiction`, never a path that leads elsewhere: a damaged mirror must not make a
good certificate look forged.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlmodel import Session, col

from registry.domain.errors import Contradiction, InvalidInput
from registry.domain.hexes import HASH_BYTES, hex0x
from registry.domain.members import require_integer
from registry.proofs.sumtree import ENTRY_BYTES, pack_entry
from registry.proofs.tiles import WIDTH, tile_level_sizes, tile_levels, tile_width
from registry.store.credit_events import Anchored
from registry.store.mirror_tables import Leaf, Publication, Tile

_NODE_TILES = 512
"""So many node tiles' levels are remembered, some 20 kB each: enough for thirty million certificates."""


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


class NodeTiles:
    """The node tiles on the way from a leaf tile to the root, as tree levels: those that were asked for last are kept.

    They led to the root when they were read, so they are those of their anchor whatever becomes of the rows. Safe
    between threads.
    """

    def __init__(self, most: int = _NODE_TILES) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[bytes, int], Sequence[Sequence[bytes]]] = OrderedDict()
        self._lock = threading.Lock()

    def above(self, session: Session, anchored: Anchored, n: int) -> Sequence[Sequence[bytes]]:
        """The node tiles above leaf tile `n`, from level 1 up: none for a tranche of one leaf tile.

        Raises Contradiction if they do not lead to the anchored root.
        """
        if anchored.leaf_count <= WIDTH:
            return ()
        key = anchored.anchor, n // WIDTH
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return kept
        tiles = _tiles_to_root(session, anchored, 1, n // WIDTH)
        if tiles is None:
            raise damaged(anchored, "published leaves with their tiles", "none")
        found = [tiles[level].levels for level in sorted(tiles)]
        with self._lock:
            self._kept[key] = found
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found


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
            raise damaged(anchored, f"tile {number} of level {above} with {width} entries", f"{len(entries)} bytes")
        if entries[at : at + len(node)] != node:
            raise damaged(anchored, f"in tile {number} of level {above} the node above the tile below", "another")
        tiles[above] = _Tile(entries, _levels(anchored, above, number, entries))
        node, at = tiles[above].levels[-1], number % WIDTH * ENTRY_BYTES
    if node != pack_entry(anchored.root, anchored.total):
        raise damaged(anchored, f"root {hex0x(anchored.root)} over {anchored.total} g", hex0x(node[:HASH_BYTES]))
    return tiles


def _levels(anchored: Anchored, level: int, n: int, entries: bytes) -> Sequence[bytes]:
    try:
        return _node_levels(entries) if level else tile_levels(0, n, entries)
    except InvalidInput as error:
        raise damaged(anchored, "a whole tile", str(error)) from None


@lru_cache(maxsize=_NODE_TILES)
def _node_levels(entries: bytes) -> Sequence[bytes]:
    """The tree levels of a node tile. By its bytes, so that what is remembered is never of another tile; many
    certificates share one."""
    return tile_levels(1, 0, entries)


def _leaf_tile(session: Session, anchored: Anchored, n: int) -> bytes:
    asked = {"anchor": anchored.anchor, "first": n * WIDTH, "end": (n + 1) * WIDTH}
    rows = session.connection().execute(_LEAF_TILE, asked).all()
    return b"".join([pack_entry(certificate, grams) for certificate, grams in rows])


def _node_tiles(session: Session, anchored: Anchored, places: list[tuple[int, int]]) -> dict[int, bytes]:
    """The entries of node tiles by level, at most one a level; those that are missing are left out."""
    if not places:
        return {}
    asked: dict[str, Any] = {"anchor": anchored.anchor}
    for place, (level, n) in enumerate(places):
        asked |= {f"level{place}": level, f"n{place}": n}
    rows = session.connection().execute(_node_tiles_query(len(places)), asked).all()
    return {level: entries for level, entries in rows}  # noqa: C416, RUF100


@cache
def _node_tiles_query(places: int) -> Any:
    """The question for so many node tiles, put together once."""
    at = (
        and_(col(Tile.level) == bindparam(f"level{place}"), col(Tile.n) == bindparam(f"n{place}"))
        for place in range(places)
    )
    return select(col(Tile.level), col(Tile.entries)).where(col(Tile.anchor) == bindparam("anchor"), or_(*at))


def _leaf_tile_query() -> Any:
    index: Any = col(Leaf.index)
    return (
        select(col(Leaf.certificate_hash), col(Leaf.grams))
        .where(col(Leaf.anchor) == bindparam("anchor"), index >= bindparam("first"), index < bindparam("end"))
        .order_by(index)
    )


_LEAF_TILE = _leaf_tile_query()


def damaged(anchored: Anchored, expected: str, found: str) -> Contradiction:
    """What to raise where the rows of a tranche are not those that led to its anchor."""
    return Contradiction(
        f"the mirror's rows of tranche {anchored.tranche} of lot {anchored.lot} are damaged",
        expected=expected,
        found=found,
        hint="offsetproof audit",
    )
