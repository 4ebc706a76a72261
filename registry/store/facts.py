"""Facts for the ten checks, from the mirror instead of from a node: level 1, one source."""

from typing import TypeVar

from sqlmodel import Session

from registry.domain.errors import Unavailable
from registry.domain.hexes import ZERO_ADDRESS, ZERO_HASH
from registry.domain.lots import lot_batch
from registry.domain.registry_file import RegistryFile
from registry.proofs.facts import (
    BatchFact,
    Block,
    Facts,
    LotFact,
    MarksFact,
    ProjectFact,
    Reading,
    ReportFact,
    Seen,
    SegmentFact,
)
from registry.proofs.history import genesis
from registry.store.batches import batch_state, segments_of
from registry.store.lots import anchored_tranche, lot_state, marks_state
from registry.store.mirror import newest_block, read_progress
from registry.store.projects import project_state, report_state

T = TypeVar("T")


def facts_from_mirror(
    session: Session, registry: RegistryFile, lot: int, tranche: int, as_of: int | None = None
) -> Facts:
    """What checks 4 to 9 need for one tranche of one lot, as `read_facts` reads it from a node at the same block.

    `as_of` None: the mirror's block, which is not final yet; the finalized block's number: what is final. Raises
    Unavailable for a block the mirror has not reached.
    """
    seen = _seen(session, as_of)
    block = seen.block.number

    def read(value: T) -> Reading[T]:
        return Reading(value, seen)

    anchored = anchored_tranche(session, lot, tranche, block)
    batch = batch_fact(session, lot_batch(lot), block)
    report = report_fact(session, batch.report, block)
    marks = marks_state(session, lot, block)
    newest = newest_block(session, block)
    start = genesis(registry.chain_id, registry.credit_registry.address)
    return Facts(
        anchor=read(anchored.anchor if anchored else ZERO_HASH),
        lot=read(lot_fact(session, lot, block)),
        marks=read(MarksFact(marks.claimed_grams, marks.tranches, marks.confirmed, marks.confirmed_by)),
        batch=read(batch),
        standing=read(
            tuple(SegmentFact(s.first, s.end, s.trouble) for s in segments_of(session, lot_batch(lot), block))
        ),
        report=read(report),
        project=read(project_fact(session, report.project, block)),
        history=read(newest.histories.credit if newest else start),
    )


def lot_fact(session: Session, lot: int, as_of: int | None = None) -> LotFact:
    """The lot, all zero if there is none."""
    state = lot_state(session, lot, as_of)
    if state is None:
        return LotFact(ZERO_ADDRESS, 0, 0, False, False)
    return LotFact(state.owner, state.count, state.retired, state.withdrawal_requested, state.withdrawn)


def batch_fact(session: Session, batch: int, as_of: int | None = None) -> BatchFact:
    """The batch, all zero if there is none."""
    state = batch_state(session, batch, as_of)
    if state is None:
        return BatchFact("", 0, 0, 0, ZERO_ADDRESS)
    return BatchFact(state.series, state.first_serial, state.count, state.report, state.registrar)


def report_fact(session: Session, report: int, as_of: int | None = None) -> ReportFact:
    """The report, status "none" if there is none."""
    state = report_state(session, report, as_of)
    if state is None:
        return ReportFact(0, 0, 0, 0, "none", 0, ZERO_ADDRESS)
    return ReportFact(
        state.project,
        state.from_day,
        state.end_day,
        state.tonnes,
        state.status,
        state.verifier,
        state.attestor or ZERO_ADDRESS,
    )


def project_fact(session: Session, project: int, as_of: int | None = None) -> ProjectFact:
    """The project, status "none" if there is none."""
    state = project_state(session, project, as_of)
    if state is None:
        return ProjectFact("", "", "none", False, 0, 0, ZERO_ADDRESS)
    return ProjectFact(
        state.programme_code,
        state.source_id,
        state.status,
        state.bridged,
        state.proponent,
        state.validator,
        state.registrar or ZERO_ADDRESS,
    )


def _seen(session: Session, as_of: int | None) -> Seen:
    progress = read_progress(session)
    if progress is None:
        raise Unavailable("the mirror is empty", hint="offsetproof index")
    at = progress.indexed
    if as_of is not None and as_of > at.number:
        raise Unavailable("the mirror has not come that far", expected=f"block {as_of}", found=f"block {at.number}")
    block = Block(at.number, at.hash, at.timestamp)
    if as_of is not None and as_of < at.number:
        known = progress.finalized if as_of == progress.finalized.number else newest_block(session, as_of)
        if known is None:
            raise Unavailable("the mirror keeps no block that old", expected=f"block {as_of}", found="none with events")
        block = Block(known.number, known.hash, known.timestamp)
    return Seen(1, block, block.number <= progress.finalized.number, "the mirror")
