"""The places of certificates, bounded: anybody can anchor and publish any hash, as often as they like.

Look-ups leap: from hash to hash, from tranche to tranche. A tranche that repeats somebody's hash ten million times
costs one leap. The questions are put together once, since each look-up asks them.
"""

from typing import Any

from sqlalchemy import Integer, bindparam, exists, literal
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from registry.store.claims import Claim
from registry.store.credit_events import Anchored
from registry.store.latest import at_block
from registry.store.mirror_tables import Leaf

MOST_TRANCHES = 1_000
"""Tranches with one hash that are looked at. Each costs who wants to hide another's certificate a transaction."""


def hashes_between(session: Session, low: bytes, high: bytes, limit: int) -> list[bytes]:
    """At most `limit` different certificate hashes with `low` ≤ hash ≤ `high` among the published leaves."""
    found: list[bytes] = []
    hash_ = col(Leaf.certificate_hash)
    query = select(Leaf.certificate_hash).where(hash_ <= high).order_by(hash_).limit(1)
    while len(found) < limit:
        after = hash_ > found[-1] if found else hash_ >= low
        following = session.exec(query.where(after)).first()
        if following is None:
            break
        found.append(following)
    return found


def places_of(
    session: Session, certificate_hash: bytes, limit: int, *, lot: int | None = None, as_of: int | None = None
) -> list[Claim]:
    """At most `limit` places of a certificate in the chain's order; of `lot` only, if given. Judge each by itself.

    Where there are more, no tranche takes a second place before each has its first.
    """
    asked = {"hash": certificate_hash, "limit": limit, "lot": lot, "block": at_block(session, as_of)}
    connection = session.connection()
    found = connection.execute(_TRANCHES if lot is None else _TRANCHES_OF_LOT, asked).all()
    places: list[tuple[int, int, Claim]] = []
    for number, (anchor, its_lot, tranche, block) in enumerate(found):
        leaves = connection.execute(_LEAVES, {"hash": certificate_hash, "limit": limit, "anchor": anchor}).all()
        for rank, (index, start, grams, documented) in enumerate(leaves):
            claim = Claim(certificate_hash, its_lot, tranche, index, start, grams, anchor, documented, block)
            places.append((rank, number, claim))
    chosen = sorted(places, key=lambda place: place[:2])[:limit]
    return [claim for _, _, claim in sorted(chosen, key=lambda place: (place[1], place[0]))]


_HASH: Any = bindparam("hash")
_LIMIT = bindparam("limit", type_=Integer)
_ANCHORED: Any = (
    select(col(Anchored.anchor), col(Anchored.lot), col(Anchored.tranche), col(Anchored.block_number))
    .where(col(Anchored.block_number) <= bindparam("block"))
    .order_by(col(Anchored.block_number), col(Anchored.log_index))
    .limit(_LIMIT)
)


def _tranches() -> Any:
    """The tranches that hold a certificate, each found from the one before."""
    leaf: Any = aliased(Leaf)
    of_it = select(leaf.anchor).where(leaf.certificate_hash == _HASH).order_by(leaf.anchor).limit(1)
    found = select(of_it.scalar_subquery().label("anchor"), literal(1).label("number")).cte("found", recursive=True)
    following = of_it.where(leaf.anchor > found.c.anchor).correlate(found).scalar_subquery()
    found = found.union_all(
        select(following, found.c.number + 1).where(found.c.anchor.is_not(None), found.c.number < MOST_TRANCHES)
    )
    return _ANCHORED.join(found, col(Anchored.anchor) == found.c.anchor)


def _tranches_of_lot() -> Any:
    return _ANCHORED.where(col(Anchored.lot) == bindparam("lot"), exists().where(*_in_tranche(col(Anchored.anchor))))


def _leaves() -> Any:
    columns = col(Leaf.index), col(Leaf.start), col(Leaf.grams), col(Leaf.documented)
    of_it: Any = select(*columns).where(*_in_tranche(bindparam("anchor")))
    return of_it.order_by(col(Leaf.anchor), col(Leaf.index)).limit(_LIMIT)


def _in_tranche(anchor: Any) -> tuple[Any, ...]:
    """That a leaf has the hash and is under `anchor`. Said as a range: SQLite takes an equality for a reason to read
    the whole tranche by the primary key instead of the few leaves by their hash."""
    return col(Leaf.certificate_hash) == _HASH, col(Leaf.anchor) >= anchor, col(Leaf.anchor) <= anchor


_TRANCHES, _TRANCHES_OF_LOT, _LEAVES = _tranches(), _tranches_of_lot(), _leaves()
