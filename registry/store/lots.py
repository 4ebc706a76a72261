"""Lots as of a block: owner, credits, marks, who may claim. All by query over the events."""

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from registry.domain.hexes import ZERO_ADDRESS
from registry.domain.units import MAX_U32
from registry.store.credit_events import (
    Anchored,
    ClaimantNamed,
    ForceWithdrawn,
    Issued,
    LotSplit,
    Retired,
    SourceCancellationConfirmed,
    Transfer,
    WithdrawalCancelled,
    WithdrawalRequested,
    Withdrawn,
)
from registry.store.latest import after, at_block, newest


@dataclass(frozen=True, slots=True)
class LotState:
    """A lot: `count` credits from its first, `retired` and `confirmed` of them from the start; grams claimed."""

    lot: int
    owner: bytes
    count: int
    retired: int
    withdrawal_requested: bool
    withdrawn: bool
    claimant: bytes | None
    claimed_grams: int
    tranches: int
    confirmed: int
    confirmed_by: bytes | None

    @property
    def batch(self) -> int:
        return self.lot >> 32

    @property
    def first_index(self) -> int:
        """Index in the batch of the lot's first credit."""
        return self.lot & MAX_U32


@dataclass(frozen=True, slots=True)
class MarksState:
    """Marks of a lot, all zero for a lot that is not there."""

    claimed_grams: int
    tranches: int
    confirmed: int
    confirmed_by: bytes | None


def lot_state(session: Session, lot: int, as_of: int | None = None) -> LotState | None:
    """The lot as of block `as_of` (None: the mirror's block); None if there is no such lot."""
    block = at_block(session, as_of)
    moved = newest(session, Transfer, block, col(Transfer.lot) == lot)
    if moved is None:
        return None
    retired = newest(session, Retired, block, col(Retired.lot) == lot)
    requested = newest(session, WithdrawalRequested, block, col(WithdrawalRequested.lot) == lot)
    cancelled = newest(session, WithdrawalCancelled, block, col(WithdrawalCancelled.lot) == lot)
    withdrawn = (
        newest(session, Withdrawn, block, col(Withdrawn.lot) == lot) is not None
        or newest(session, ForceWithdrawn, block, col(ForceWithdrawn.withdrawn_lot) == lot) is not None
    )
    named = newest(session, ClaimantNamed, block, col(ClaimantNamed.lot) == lot)
    claimant = named.claimant if named and after(named, moved) and not withdrawn else ZERO_ADDRESS
    marks = marks_state(session, lot, block)
    return LotState(
        lot=lot,
        owner=moved.to_account,
        count=_end_of(session, lot, block) - (lot & MAX_U32),
        retired=retired.first_index + retired.count - (lot & MAX_U32) if retired else 0,
        withdrawal_requested=after(requested, cancelled) and not withdrawn,
        withdrawn=withdrawn,
        claimant=None if claimant == ZERO_ADDRESS else claimant,
        claimed_grams=marks.claimed_grams,
        tranches=marks.tranches,
        confirmed=marks.confirmed,
        confirmed_by=marks.confirmed_by,
    )


def marks_state(session: Session, lot: int, as_of: int | None = None) -> MarksState:
    """Grams claimed, tranches anchored, credits whose cancellation in the source registry is attested."""
    block = at_block(session, as_of)
    anchored = newest(session, Anchored, block, col(Anchored.lot) == lot)
    confirmed = newest(session, SourceCancellationConfirmed, block, col(SourceCancellationConfirmed.lot) == lot)
    return MarksState(
        claimed_grams=anchored.start + anchored.total if anchored else 0,
        tranches=anchored.tranche + 1 if anchored else 0,
        confirmed=confirmed.first_index + confirmed.count - (lot & MAX_U32) if confirmed else 0,
        confirmed_by=confirmed.account if confirmed else None,
    )


def anchored_tranche(session: Session, lot: int, tranche: int, as_of: int | None = None) -> Anchored | None:
    """The event that anchored a tranche; None if there is none."""
    block = at_block(session, as_of)
    return newest(session, Anchored, block, col(Anchored.lot) == lot, col(Anchored.tranche) == tranche)


def place_of_anchor(session: Session, anchor: bytes, as_of: int | None = None) -> tuple[int, int] | None:
    """Lot and tranche that an anchor binds; None if it is not on the chain."""
    block = at_block(session, as_of)
    query = select(Anchored.lot, Anchored.tranche).where(Anchored.anchor == anchor, col(Anchored.block_number) <= block)
    return session.exec(query.limit(1)).first()


def tranches_of_lot(session: Session, lot: int, as_of: int | None = None) -> list[Anchored]:
    """All tranches anchored against a lot, in their order."""
    block = at_block(session, as_of)
    query = select(Anchored).where(Anchored.lot == lot, col(Anchored.block_number) <= block)
    return list(session.exec(query.order_by(col(Anchored.tranche))))


def lot_covering(session: Session, batch: int, index: int, as_of: int | None = None) -> int | None:
    """The lot that holds credit `index` of `batch`; None if the batch has no such credit."""
    block = at_block(session, as_of)
    issued = newest(session, Issued, block, col(Issued.batch) == batch)
    if issued is None or not 0 <= index < issued.count:
        return None
    query = select(func.max(LotSplit.tail)).where(
        col(LotSplit.tail) > batch << 32,
        col(LotSplit.tail) <= (batch << 32) + index,
        col(LotSplit.block_number) <= block,
    )
    return session.exec(query).one() or batch << 32


def _end_of(session: Session, lot: int, block: int) -> int:
    """Lots tile their batch: a lot ends where the next begins, or with the batch."""
    query = select(func.min(LotSplit.tail)).where(
        col(LotSplit.tail) > lot, col(LotSplit.tail) <= lot | MAX_U32, col(LotSplit.block_number) <= block
    )
    tail = session.exec(query).one()
    if tail is not None:
        return tail & MAX_U32
    issued = newest(session, Issued, block, col(Issued.batch) == lot >> 32)
    return issued.count if issued else lot & MAX_U32
