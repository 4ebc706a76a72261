"""Ranges of serial numbers: the batches, lots, retirements and claims that hold any of them. Each answer is bounded."""

from sqlmodel import Session, col, func, select

from registry.store.batches import BatchState, batch_of
from registry.store.claims import Claim, claim_at
from registry.store.credit_events import Anchored, Issued, LotSplit, Retired
from registry.store.latest import at_block
from registry.store.lists import Retirement, retirement_of
from registry.store.lots import LotState, lot_covering, lot_state
from registry.store.mirror_tables import Leaf, Publication


def batches_overlapping(
    session: Session, series: int, first: int, end: int, limit: int, as_of: int | None = None
) -> list[BatchState]:
    """The batches of a series (by number) that hold any serial in `[first, end)`, lowest first, at most `limit`."""
    block = at_block(session, as_of)
    below = (
        select(func.max(Issued.first_serial))
        .where(Issued.series == series, col(Issued.first_serial) <= first, col(Issued.block_number) <= block)
        .scalar_subquery()
    )
    query = (
        select(Issued)
        .where(Issued.series == series, col(Issued.block_number) <= block, col(Issued.first_serial) < end)
        .where((col(Issued.first_serial) >= first) | (col(Issued.first_serial) == below))
        .order_by(col(Issued.first_serial))
        .limit(limit + 1)
    )
    rows = [row for row in session.exec(query) if row.first_serial + row.count > first]
    return [batch_of(session, row) for row in rows[:limit]]


def lots_overlapping(
    session: Session, batch: int, first: int, end: int, limit: int, as_of: int | None = None
) -> list[LotState]:
    """The lots of a batch that hold any credit with index in `[first, end)`, at most `limit`."""
    block = at_block(session, as_of)
    head = lot_covering(session, batch, first, block)
    if head is None:
        return []
    query = (
        select(LotSplit.tail)
        .where(col(LotSplit.tail) > head, col(LotSplit.tail) < (batch << 32) + end, col(LotSplit.block_number) <= block)
        .order_by(col(LotSplit.tail))
        .limit(limit - 1)
    )
    return [state for lot in (head, *session.exec(query)) if (state := lot_state(session, lot, block))]


def retirements_overlapping(
    session: Session, lot: int, first: int, end: int, limit: int, as_of: int | None = None
) -> list[Retirement]:
    """The retirements of a lot that hold any credit with index (in the batch) in `[first, end)`, at most `limit`."""
    block = at_block(session, as_of)
    query = (
        select(Retired)
        .where(Retired.lot == lot, col(Retired.first_index) < end, col(Retired.block_number) <= block)
        .where(col(Retired.first_index) + col(Retired.count) > first)
        .order_by(col(Retired.first_index))
        .limit(limit)
    )
    return [retirement_of(row) for row in session.exec(query)]


def tranches_overlapping(
    session: Session, lot: int, start: int, end: int, limit: int, as_of: int | None = None
) -> list[tuple[Anchored, bool]]:
    """The tranches that claim any of the lot's grams `[start, end)`, each with whether it is published."""
    block = at_block(session, as_of)
    query = (
        select(Anchored, Publication)
        .outerjoin(Publication, col(Publication.anchor) == col(Anchored.anchor))
        .where(Anchored.lot == lot, col(Anchored.start) < end, col(Anchored.block_number) <= block)
        .where(col(Anchored.start) + col(Anchored.total) > start)
        .order_by(col(Anchored.tranche))
        .limit(limit)
    )
    return [(row, publication is not None) for row, publication in session.exec(query)]


def claims_overlapping(session: Session, anchored: Anchored, start: int, end: int, limit: int) -> list[Claim]:
    """The claims of a published tranche that hold any of the lot's grams `[start, end)`, at most `limit`."""
    first = (
        select(func.max(Leaf.start)).where(Leaf.anchor == anchored.anchor, col(Leaf.start) <= start).scalar_subquery()
    )
    query = (
        select(Leaf.index)
        .where(Leaf.anchor == anchored.anchor, col(Leaf.start) >= func.coalesce(first, 0), col(Leaf.start) < end)
        .order_by(col(Leaf.start))
        .limit(limit)
    )
    found = [claim_at(session, anchored.lot, anchored.tranche, index) for index in session.exec(query).all()]
    return [claim for claim in found if claim and claim.start + claim.grams > start]
