"""Batches and their standing as of a block."""

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from registry.store.credit_events import Invalidated, Issued, Reinstated, SeriesRegistered, StandingChange, Suspended
from registry.store.latest import at_block, newest
from registry.store.standing import Change, Segment, fold_standing


@dataclass(frozen=True, slots=True)
class BatchState:
    """One issuance: credits `first_serial … first_serial + count - 1` of `series`."""

    batch: int
    series_number: int
    series: str
    first_serial: int
    count: int
    report: int
    owner: bytes
    registrar: bytes
    evidence: bytes
    block_number: int
    tx_hash: bytes


def batch_state(session: Session, batch: int, as_of: int | None = None) -> BatchState | None:
    """The batch as of block `as_of`; None if there is none."""
    block = at_block(session, as_of)
    issued = newest(session, Issued, block, col(Issued.batch) == batch)
    return None if issued is None else batch_of(session, issued)


def batch_of(session: Session, issued: Issued) -> BatchState:
    """The batch that an event issued."""
    series = newest(session, SeriesRegistered, issued.block_number, col(SeriesRegistered.series) == issued.series)
    return BatchState(
        issued.batch,
        issued.series,
        series.id if series else "",
        issued.first_serial,
        issued.count,
        issued.report,
        issued.owner,
        issued.account,
        issued.evidence,
        issued.block_number,
        issued.tx_hash,
    )


def series_number(session: Session, series: str, as_of: int | None = None) -> int | None:
    """The number of a series by its id; None if it is not registered."""
    block = at_block(session, as_of)
    found = newest(session, SeriesRegistered, block, col(SeriesRegistered.id) == series)
    return found.series if found else None


def batch_holding(session: Session, series: int, serial: int, as_of: int | None = None) -> BatchState | None:
    """The batch that holds serial number `serial` of a series (by number); None if it was never issued."""
    block = at_block(session, as_of)
    query = (
        select(Issued)
        .where(Issued.series == series, col(Issued.first_serial) <= serial, col(Issued.block_number) <= block)
        .order_by(col(Issued.first_serial).desc())
        .limit(1)
    )
    issued = session.exec(query).first()
    if issued is None or serial >= issued.first_serial + issued.count:
        return None
    return batch_of(session, issued)


def standing_changes(session: Session, batch: int, as_of: int | None = None) -> list[tuple[str, StandingChange]]:
    """Every suspension, reinstatement and invalidation of a batch with its kind's name, in the chain's order."""
    block = at_block(session, as_of)
    found: list[tuple[str, StandingChange]] = []
    for model in (Suspended, Reinstated, Invalidated):
        query = select(model).where(col(model.batch) == batch, col(model.block_number) <= block)
        found += [(model.__name__, row) for row in session.exec(query)]
    return sorted(found, key=lambda named: (named[1].block_number, named[1].log_index))


def segments_of(session: Session, batch: int, as_of: int | None = None) -> tuple[Segment, ...]:
    """The credits of a batch that are not in good standing, in the order the contract lists them."""
    changes = standing_changes(session, batch, as_of)
    return fold_standing(Change(kind, row.first_index, row.end_index) for kind, row in changes)


def issued_from_report(session: Session, report: int, as_of: int | None = None) -> int:
    """Credits issued from a report so far."""
    block = at_block(session, as_of)
    query = select(func.sum(Issued.count)).where(Issued.report == report, col(Issued.block_number) <= block)
    return int(session.exec(query).one() or 0)
