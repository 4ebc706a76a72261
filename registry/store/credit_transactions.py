"""Issues, retirements and withdrawals in the chain's order, each with its project, vintage and serial numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from heapq import merge
from typing import Any

from sqlmodel import Session, col, select

from registry.domain.serials import SerialRange
from registry.domain.units import MAX_U32
from registry.store.credit_events import ForceWithdrawn, Issued, Retired, SeriesRegistered, Withdrawn
from registry.store.latest import at_block
from registry.store.lots import lot_state
from registry.store.mirror_tables import Block
from registry.store.projects import ProjectState, project_state, report_state

ISSUANCE, RETIREMENT, CANCELLATION = "issuance", "retirement", "cancellation"
_TOGETHER = 10_000
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class CreditTransaction:
    """Credits of one batch that were issued, retired, or left without a claim ("cancellation"), by `account`.

    `vintage`: the year in which the reported period begins. `lot` and `block_number` say where it stands on chain.
    """

    kind: str
    at: datetime
    project: ProjectState
    vintage: int
    series: str
    serials: SerialRange
    account: bytes
    lot: int
    block_number: int


@dataclass(frozen=True, slots=True)
class _Batch:
    series: str
    first: int
    project: ProjectState
    vintage: int


def credit_transactions(session: Session, as_of: int | None = None) -> Iterator[CreditTransaction]:
    """All of them up to block `as_of` (None: the mirror's block), some at a time. Memory: a line a batch.

    Raises Unavailable for an empty mirror, or one that has not come so far.
    """
    block = at_block(session, as_of)
    batches = _batches(session, block)
    kinds: list[tuple[str, Any, list[Any]]] = [
        (ISSUANCE, Issued, [Issued.batch, Issued.count, Issued.owner]),
        (RETIREMENT, Retired, [Retired.lot, Retired.first_index, Retired.count, Retired.account]),
        (CANCELLATION, Withdrawn, [Withdrawn.lot, Withdrawn.account]),
        (
            CANCELLATION,
            ForceWithdrawn,
            [ForceWithdrawn.withdrawn_lot, ForceWithdrawn.count, ForceWithdrawn.account],
        ),
    ]
    streams = [_rows(session, kind, model, columns, block) for kind, model, columns in kinds]
    for number, _, at, kind, model, values in merge(*streams, key=lambda row: row[:2]):
        lot, index, count, account = _meant(session, model, values, block)
        batch = batches[lot >> 32]
        first = batch.first + index
        yield CreditTransaction(
            kind,
            datetime.fromtimestamp(at, UTC),
            batch.project,
            batch.vintage,
            batch.series,
            SerialRange(first, first + count),
            account,
            lot,
            number,
        )


def projects_with_credits(session: Session, as_of: int | None = None) -> list[ProjectState]:
    """The projects of which anything was issued up to block `as_of`, by number."""
    found = {batch.project.project: batch.project for batch in _batches(session, at_block(session, as_of)).values()}
    return [found[number] for number in sorted(found)]


_Line = tuple[int, int, int, str, Any, tuple[Any, ...]]


def _rows(session: Session, kind: str, model: Any, columns: list[Any], block: int) -> Iterator[_Line]:
    query = (
        select(model.block_number, model.log_index, Block.timestamp, *columns)
        .join(Block, col(Block.number) == model.block_number)
        .where(model.block_number <= block)
        .order_by(model.block_number, model.log_index)
        .execution_options(yield_per=_TOGETHER)
    )
    found: Iterator[Any] = iter(session.connection().execute(query))
    return ((row[0], row[1], row[2], kind, model, tuple(row[3:])) for row in found)


def _meant(session: Session, model: Any, values: tuple[Any, ...], block: int) -> tuple[int, int, int, bytes]:
    """Lot, index of its first credit in the batch, credits, and account."""
    if model is Issued:
        batch, count, owner = values
        return batch << 32, 0, count, owner
    if model is Retired:
        lot, index, count, account = values
        return lot, index, count, account
    if model is ForceWithdrawn:
        lot, count, account = values
        return lot, lot & MAX_U32, count, account
    lot, account = values
    state = lot_state(session, lot, block)
    assert state is not None  # it was withdrawn
    return lot, lot & MAX_U32, state.count, account


def _batches(session: Session, block: int) -> dict[int, _Batch]:
    query = (
        select(Issued.batch, Issued.report, Issued.first_serial, SeriesRegistered.id)
        .join(SeriesRegistered, col(SeriesRegistered.series) == col(Issued.series))
        .where(col(Issued.block_number) <= block)
    )
    reports: dict[int, tuple[ProjectState, int]] = {}
    found = {}
    for batch, number, first, series in session.exec(query).all():
        if number not in reports:
            report = report_state(session, number, block)
            assert report is not None  # nothing is issued without one
            project = project_state(session, report.project, block)
            assert project is not None
            reports[number] = project, (_EPOCH + timedelta(days=report.from_day)).year
        found[batch] = _Batch(series, first, *reports[number])
    return found
