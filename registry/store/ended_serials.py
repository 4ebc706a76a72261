"""The serial numbers of each series in the mirror: issued, retired, attested as cancelled, gone without a claim."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Row
from sqlmodel import Session, col, select

from registry.domain.range_set import RangeSet
from registry.domain.serials import SerialRange
from registry.domain.units import MAX_U32
from registry.store.credit_events import (
    ForceWithdrawn,
    Issued,
    Retired,
    SeriesRegistered,
    SourceCancellationConfirmed,
    Withdrawn,
)
from registry.store.latest import at_block
from registry.store.lots import lot_state

_TOGETHER = 10_000


@dataclass(frozen=True, slots=True)
class SeriesSerials:
    """Serial numbers of one series. `confirmed`: retired, and attested by the operator as cancelled at the source.
    `gone`: withdrawn, so that the source registry may do with them what it likes."""

    issued: RangeSet = field(default_factory=RangeSet)
    retired: RangeSet = field(default_factory=RangeSet)
    confirmed: RangeSet = field(default_factory=RangeSet)
    gone: RangeSet = field(default_factory=RangeSet)


@dataclass(frozen=True, slots=True)
class _Batch:
    series: str
    first: int
    count: int

    def range(self, first_index: int, count: int) -> SerialRange:
        return SerialRange(self.first + first_index, self.first + first_index + count)


def serials_by_series(
    session: Session, wanted: Callable[[str], bool], as_of: int | None = None
) -> dict[str, SeriesSerials]:
    """All series whose id is `wanted`, as of block `as_of` (None: the mirror's block).

    Reads every issue and retirement of the mirror once. Memory: a range for each, of the series that are wanted.
    """
    block = at_block(session, as_of)
    batches = _batches(session, wanted, block)
    retired, confirmed = (
        _by_series(
            batches,
            _rows(session, select(model.lot, model.first_index, model.count).where(col(model.block_number) <= block)),
        )
        for model in (Retired, SourceCancellationConfirmed)
    )
    forced = select(ForceWithdrawn.withdrawn_lot, ForceWithdrawn.count).where(col(ForceWithdrawn.block_number) <= block)
    gone = _by_series(batches, ((lot, lot & MAX_U32, count) for lot, count in _rows(session, forced)))
    asked = select(Withdrawn.lot, Withdrawn.block_number).where(col(Withdrawn.block_number) <= block)
    for lot, _ in list(_rows(session, asked)):
        state = lot_state(session, lot, block)
        batch = batches.get(lot >> 32)
        if state and batch:
            gone[batch.series].append(batch.range(lot & MAX_U32, state.count))
    issued: dict[str, list[SerialRange]] = defaultdict(list)
    for batch in batches.values():
        issued[batch.series].append(batch.range(0, batch.count))
    return {
        series: SeriesSerials(
            RangeSet.of(ranges),
            RangeSet.of(retired.get(series, ())),
            RangeSet.of(confirmed.get(series, ())),
            RangeSet.of(gone.get(series, ())),
        )
        for series, ranges in sorted(issued.items())
    }


def _batches(session: Session, wanted: Callable[[str], bool], block: int) -> dict[int, _Batch]:
    query = (
        select(Issued.batch, SeriesRegistered.id, Issued.first_serial, Issued.count)
        .join(SeriesRegistered, col(SeriesRegistered.series) == col(Issued.series))
        .where(col(Issued.block_number) <= block)
    )
    return {row[0]: _Batch(*row[1:]) for row in _rows(session, query) if wanted(row[1])}


def _by_series(batches: dict[int, _Batch], rows: Iterator[tuple[int, int, int]]) -> dict[str, list[SerialRange]]:
    found: dict[str, list[SerialRange]] = defaultdict(list)
    for lot, first_index, count in rows:
        batch = batches.get(lot >> 32)
        if batch is not None:
            found[batch.series].append(batch.range(first_index, count))
    return found


def _rows(session: Session, query: object) -> Iterator[Row]:  # type: ignore[type-arg]
    return iter(session.connection().execution_options(yield_per=_TOGETHER).execute(query))  # type: ignore[call-overload]
