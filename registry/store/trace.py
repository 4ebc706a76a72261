"""A credit's way by its serial number: project → report → batch → lot → retirement → tranches → certificates."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from registry.domain.units import GRAMS_PER_CREDIT
from registry.store.batches import BatchState, batch_holding, segments_of, series_number
from registry.store.claims import Claim, claims_covering
from registry.store.credit_events import Anchored, Retired
from registry.store.latest import at_block
from registry.store.lists import Retirement, retirement_of
from registry.store.lots import LotState, lot_covering, lot_state
from registry.store.mirror_tables import Publication
from registry.store.projects import ProjectState, ReportState, project_state, report_state


@dataclass(frozen=True, slots=True)
class TrancheOfCredit:
    """A tranche that claims grams of the credit: lot grams `[start, end)`. `claims` None: not published."""

    lot: int
    tranche: int
    start: int
    end: int
    claims: tuple[Claim, ...] | None


@dataclass(frozen=True, slots=True)
class Trace:
    """All that the mirror knows of one credit. `start_gram` is its first gram in the lot; `trouble` "" if none."""

    series: str
    serial: int
    index: int
    start_gram: int
    batch: BatchState
    report: ReportState | None
    project: ProjectState | None
    lot: LotState | None
    trouble: str
    retirement: Retirement | None
    tranches: tuple[TrancheOfCredit, ...]
    block_number: int


def trace_credit(session: Session, series: str, serial: int, as_of: int | None = None) -> Trace | None:
    """Trace serial number `serial` of the series with id `series`; None if it was never issued here."""
    block = at_block(session, as_of)
    number = series_number(session, series, block)
    batch = batch_holding(session, number, serial, block) if number is not None else None
    if batch is None:
        return None
    index = serial - batch.first_serial
    lot = lot_covering(session, batch.batch, index, block)
    assert lot is not None
    state = lot_state(session, lot, block)
    report = report_state(session, batch.report, block)
    start = (index - (lot & (2**32 - 1))) * GRAMS_PER_CREDIT
    trouble = [s.trouble for s in segments_of(session, batch.batch, block) if s.first <= index < s.end]
    return Trace(
        series=series,
        serial=serial,
        index=index,
        start_gram=start,
        batch=batch,
        report=report,
        project=project_state(session, report.project, block) if report else None,
        lot=state,
        trouble=trouble[0] if trouble else "",
        retirement=retirement_covering(session, lot, index, block),
        tranches=tranches_covering(session, lot, start, start + GRAMS_PER_CREDIT, block),
        block_number=block,
    )


def retirement_covering(session: Session, lot: int, index: int, as_of: int | None = None) -> Retirement | None:
    """The event that retired credit `index` (in the batch) of a lot; None while it is live."""
    block = at_block(session, as_of)
    query = select(Retired).where(
        Retired.lot == lot,
        col(Retired.first_index) <= index,
        col(Retired.first_index) + col(Retired.count) > index,
        col(Retired.block_number) <= block,
    )
    row = session.exec(query).first()
    return retirement_of(row) if row else None


def tranches_covering(
    session: Session, lot: int, start: int, end: int, as_of: int | None = None
) -> tuple[TrancheOfCredit, ...]:
    """The tranches that claim any of the lot's grams `[start, end)`, each with the claims that do."""
    block = at_block(session, as_of)
    query = (
        select(Anchored)
        .where(
            Anchored.lot == lot,
            col(Anchored.start) < end,
            col(Anchored.start) + col(Anchored.total) > start,
            col(Anchored.block_number) <= block,
        )
        .order_by(col(Anchored.tranche))
    )
    found = []
    for row in session.exec(query).all():
        published = session.get(Publication, row.anchor) is not None
        claims = tuple(claims_covering(session, row, start, end)) if published else None
        found.append(TrancheOfCredit(row.lot, row.tranche, row.start, row.start + row.total, claims))
    return tuple(found)
