"""Leaves of published tranches, each with all that lies near it in the tree and its document: one question for many."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.proofs.sumtree import Siblings, leaf_hash, pack_entry, siblings_along
from registry.proofs.tiles import WIDTH, inner_levels, tile_width
from registry.store.mirror_tables import Document, Leaf, Tile


@dataclass(frozen=True, slots=True)
class PublishedLeaf:
    """A leaf as it lies in the mirror, believed by nobody yet. `beside_…` are of the leaf that it is paired with, None
    where it has none; `inner` are the inner nodes of its leaf tile; `document` is None if nobody published it."""

    certificate_hash: bytes
    anchor: bytes
    index: int
    grams: int
    beside_hash: bytes | None
    beside_grams: int | None
    inner: bytes | None
    document: str | None

    def path(self, leaf_count: int, above: Sequence[Sequence[bytes]]) -> Siblings:
        """Its siblings from the leaf to the root; `above` are the tree levels of the node tiles above its leaf tile.

        Raises InvalidInput if the rows cannot be those of a tranche of so many leaves. Whether the path leads to the
        root is for `fold_path` to say.
        """
        n, within = divmod(self.index, WIDTH)
        levels = inner_levels(tile_width(leaf_count, n), self.inner or b"")
        stretches: list[tuple[int, Sequence[bytes]]] = [(1, (self._beside(),)), (within >> 1, levels)]
        for tile in above:
            n, within = divmod(n, WIDTH)
            stretches.append((within, tile[:-1]))
        return siblings_along(stretches)

    def _beside(self) -> bytes:
        """The node of the leaf that it is paired with; none where it has none."""
        if self.beside_hash is None or self.beside_grams is None:
            return b""
        return pack_entry(leaf_hash(self.index ^ 1, self.beside_grams, self.beside_hash), self.beside_grams)


def leaf_at(session: Session, anchor: bytes, index: int) -> PublishedLeaf | None:
    """Leaf `index` of the tranche under an anchor; None if no such leaf is published."""
    row = session.connection().execute(_AT, {"anchor": anchor, "index": index}).first()
    return PublishedLeaf(*row) if row else None


def leaves_of(session: Session, hashes: Sequence[bytes]) -> dict[bytes, PublishedLeaf]:
    """By its hash, the leaf of each certificate that has exactly one; the others are for `places_of` to look up.

    Anybody can publish any hash as often as they like, so no more rows are read than two for each hash; if there are
    more, each hash is asked for by itself.
    """
    most = 2 * len(hashes)
    rows = session.connection().execute(_of(_room_for(len(hashes))), _padded(hashes) | {"most": most}).all()
    if len(rows) == most and len(hashes) > 1:
        return {hash_: leaf for each in hashes for hash_, leaf in leaves_of(session, [each]).items()}
    found: dict[bytes, PublishedLeaf] = {}
    several = set()
    for row in rows:
        leaf = PublishedLeaf(*row)
        if leaf.certificate_hash in found:
            several.add(leaf.certificate_hash)
        found[leaf.certificate_hash] = leaf
    return {hash_: leaf for hash_, leaf in found.items() if hash_ not in several}


def _room_for(count: int) -> int:
    """The next power of two: few different questions, so that databases and drivers remember each."""
    return 1 << (count - 1).bit_length()


def _padded(hashes: Sequence[bytes]) -> dict[str, Any]:
    padding = [hashes[-1]] * (_room_for(len(hashes)) - len(hashes))
    return {f"hash{number}": hash_ for number, hash_ in enumerate([*hashes, *padding])}


_BESIDE: Any = aliased(Leaf, name="beside")
_INDEX: Any = col(Leaf.index)
_LEAF: Any = (
    select(
        col(Leaf.certificate_hash),
        col(Leaf.anchor),
        _INDEX,
        col(Leaf.grams),
        _BESIDE.certificate_hash,
        _BESIDE.grams,
        col(Tile.entries),
        col(Document.text),
    )
    .outerjoin(_BESIDE, and_(_BESIDE.anchor == col(Leaf.anchor), _BESIDE.index == _INDEX + 1 - _INDEX % 2 * 2))
    .outerjoin(Tile, and_(col(Tile.anchor) == col(Leaf.anchor), col(Tile.level) == 0, col(Tile.n) == _INDEX // WIDTH))
    .outerjoin(Document, col(Document.certificate_hash) == col(Leaf.certificate_hash))
)
_AT = _LEAF.where(col(Leaf.anchor) == bindparam("anchor"), bindparam("index") == _INDEX)


@cache
def _of(count: int) -> Any:
    """The question for so many hashes, put together once."""
    hashes: list[Any] = [bindparam(f"hash{number}") for number in range(count)]
    return _LEAF.where(col(Leaf.certificate_hash).in_(hashes)).limit(bindparam("most"))
