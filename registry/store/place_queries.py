"""The places of certificates, bounded: anybody can anchor and publish any hash as often as they like."""

from sqlmodel import Session, col, select

from registry.store.claims import Claim, claim_at
from registry.store.credit_events import Anchored
from registry.store.latest import at_block
from registry.store.mirror_tables import Leaf


def places_of(
    session: Session, low: bytes, high: bytes, limit: int, *, lot: int | None = None, as_of: int | None = None
) -> list[Claim]:
    """At most `limit` places of certificates with `low` ≤ hash ≤ `high`, chain's order; of `lot` only, if given."""
    block = at_block(session, as_of)
    query = (
        select(Anchored.lot, Anchored.tranche, Leaf.index)
        .join(Leaf, col(Anchored.anchor) == col(Leaf.anchor))
        .where(col(Leaf.certificate_hash) >= low, col(Leaf.certificate_hash) <= high)
        .where(col(Anchored.block_number) <= block)
        .order_by(col(Anchored.block_number), col(Anchored.log_index), col(Leaf.index))
        .limit(limit)
    )
    if lot is not None:
        query = query.where(Anchored.lot == lot)
    found = [claim_at(session, *place) for place in session.exec(query).all()]
    return [claim for claim in found if claim]
