"""A trace: from serial numbers to project, report, batch, lots, retirements and the grams of certificates."""

from registry.domain.asked import AskedSerials
from registry.domain.serials import SerialRange
from registry.domain.units import GRAMS_PER_CREDIT
from registry.store.batches import BatchState, segments_of, series_number
from registry.store.block_queries import block_times
from registry.store.lots import LotState
from registry.store.projects import project_state, report_state
from registry.store.serial_queries import (
    batches_overlapping,
    claims_overlapping,
    lots_overlapping,
    retirements_overlapping,
    tranches_overlapping,
)
from registry.store.session import Session
from verifier_api.reading import block_value
from verifier_api.values import (
    Value,
    batch_value,
    claim_value,
    lot_value,
    project_value,
    report_value,
    retirement_value,
    tranche_value,
)

MOST = 50
"""Greatest number of batches, of lots a batch, and of retirements, tranches and certificates a lot that one trace
shows; `more` says where it was cut."""


def trace_value(session: Session, asked: AskedSerials) -> Value:
    """All that the mirror knows of the serials asked for; `batches` is empty if none was issued here."""
    number = series_number(session, asked.series)
    found = batches_overlapping(session, number, asked.range.first, asked.range.end, MOST) if number is not None else []
    return {
        "asked": {
            "text": asked.text,
            "series": asked.series,
            "first": str(asked.range.first),
            "last": str(asked.range.last),
            "printed": str(asked.printed) if asked.printed else None,
        },
        "batches": [_batch(session, batch, asked) for batch in found],
        "block": block_value(session),
    }


def _batch(session: Session, batch: BatchState, asked: AskedSerials) -> Value:
    whole = SerialRange(batch.first_serial, batch.first_serial + batch.count)
    part = whole.intersection(asked.range)
    assert part is not None  # the query found it because they overlap
    first, end = part.first - whole.first, part.end - whole.first
    report = report_state(session, batch.report)
    project = project_state(session, report.project) if report else None
    segments = tuple(s for s in segments_of(session, batch.batch) if s.first < end and first < s.end)
    lots = lots_overlapping(session, batch.batch, first, end, MOST)
    return {
        "project": project_value(project) if project else None,
        "report": report_value(report) if report else None,
        "batch": batch_value(batch, segments),
        "serials": {"series": batch.series, "first": str(part.first), "last": str(part.last)},
        "lots": [_lot(session, lot, batch, first, end) for lot in lots],
        "more": len(lots) == MOST,
    }


def _lot(session: Session, lot: LotState, batch: BatchState, first: int, end: int) -> Value:
    """The part of a lot with credit indexes `[first, end)` of its batch."""
    first, end = max(first, lot.first_index), min(end, lot.first_index + lot.count)
    start_gram, end_gram = ((index - lot.first_index) * GRAMS_PER_CREDIT for index in (first, end))
    retired = retirements_overlapping(session, lot.lot, first, end, MOST)
    times = block_times(session, [x.block_number for x in retired])
    confirmed_end = lot.first_index + lot.confirmed
    tranches = tranches_overlapping(session, lot.lot, start_gram, end_gram, MOST)
    certificates: list[Value] = []
    unpublished: list[Value] = []
    for tranche, published in tranches:
        here = _overlap(tranche.start, tranche.start + tranche.total, start_gram, end_gram)
        if not published:
            unpublished.append({**tranche_value(tranche, False), "gramsHere": here})
            continue
        room = MOST + 1 - len(certificates)
        if room > 0:
            for claim in claims_overlapping(session, tranche, start_gram, end_gram, room):
                inside = _overlap(claim.start, claim.start + claim.grams, start_gram, end_gram)
                certificates.append({**claim_value(claim), "gramsHere": inside})
    return {
        "lot": lot_value(lot, batch),
        "startGram": start_gram,
        "endGram": end_gram,
        "state": _state(lot, first, end, start_gram, end_gram),
        "retirements": [
            {**retirement_value(x, batch, times), "confirmed": x.first_index + x.count <= confirmed_end}
            for x in retired
        ],
        "certificates": certificates[:MOST],
        "unpublished": unpublished,
        "more": len(certificates) > MOST or len(retired) == MOST or len(tranches) == MOST,
    }


def _state(lot: LotState, first: int, end: int, start_gram: int, end_gram: int) -> str:
    """`claimed`, `retired`, `live`, `withdrawn`, or `mixed` where the credits asked for differ."""
    mark = lot.first_index + lot.retired
    if end_gram <= lot.claimed_grams:
        return "claimed"
    if end <= mark:
        return "retired" if start_gram >= lot.claimed_grams or end - first == 1 else "mixed"
    if first >= mark:
        return "withdrawn" if lot.withdrawn else "live"
    return "mixed"


def trace_state(trace: Value) -> str:
    """The one word for all serials asked for, `none` if none was issued."""
    states = {lot["state"] for batch in trace["batches"] for lot in batch["lots"]}
    return states.pop() if len(states) == 1 else "mixed" if states else "none"


def _overlap(first: int, end: int, other_first: int, other_end: int) -> int:
    return max(0, min(end, other_end) - max(first, other_first))
