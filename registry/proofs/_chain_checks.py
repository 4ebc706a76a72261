"""Checks 4 to 9 and the account of check 3: what readings of the chain say about one place in it.

Two rules hold throughout. A reading at a block that is not final never decides more than `pending`. A reading older
than the anchor's may show marks that had not moved yet; it never makes a certificate `invalid`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from registry.domain.certificates import Certificate
from registry.domain.hexes import ZERO_ADDRESS, ZERO_HASH, hex0x
from registry.domain.lots import Position, lot_index
from registry.proofs.bundle import Bundle
from registry.proofs.facts import Block, Facts, Reading, ReportFact, Seen, SegmentFact, Unread
from registry.proofs.verdict import (
    ANCHOR_ABSENT,
    FAILED,
    INDEX_BEHIND,
    NOT_YET_FINAL,
    OTHER_NOT_FINAL,
    PASSED,
    UNREAD,
    WAITING,
    Check,
    SerialsNamed,
)


class Basis(NamedTuple):
    """What a check rests on: the lowest level and the oldest block of its readings, and whether all are final."""

    level: int
    block: Block
    final: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One place on chain, asked about at one time. `expected` is the anchor recomputed from the pinned registry."""

    bundle: Bundle
    position: Position
    expected: bytes
    facts: Facts
    now: int
    max_age: int
    behind: int | None
    head_facts: Facts | None

    @property
    def stands(self) -> bool:
        """Whether the expected anchor was read, at a final block or not."""
        return isinstance(self.facts.anchor, Reading) and self.facts.anchor.value == self.expected

    def is_fresh(self, basis: Basis) -> bool:
        """Whether the block's time is at most `max_age` seconds from `now`, before or after."""
        return abs(self.now - basis.block.timestamp) <= self.max_age

    def is_older_than_anchor(self, basis: Basis) -> bool:
        anchor = self.facts.anchor
        return isinstance(anchor, Reading) and basis.block.number < anchor.seen.block.number


def check_account(question: Question, certificate: Certificate | None) -> Check:
    """3, its last part: the issuing account of the document owns the lot."""
    if certificate is None:
        return Check(3, UNREAD, "not-checked", "not checked: the document could not be read")
    if not question.stands:
        return Check(3, UNREAD, "not-checked", "lot, grams and registry agree; the account is judged with the anchor")
    lot = question.facts.lot
    if isinstance(lot, Unread):
        return _unread(3, lot)
    basis = _basis(lot.seen)
    account, owner = certificate.issuer.account, lot.value.owner
    if lot.value.retired == 0 and question.is_older_than_anchor(basis):
        # Only with something retired in it is a lot's owner final, whoever it was before.
        return _too_old(3, basis)
    if account == owner:
        return _judge(3, basis, PASSED, "named", f"lot {question.bundle.anchor.lot} belongs to {hex0x(owner)}")
    found = "nobody" if owner == ZERO_ADDRESS else hex0x(owner)
    reason = f"the document names account {hex0x(account)}, the lot belongs to {found}"
    return _judge(3, basis, FAILED, "account-differs", reason)


def check_anchor(question: Question) -> Check:
    """4: the anchor stands on chain."""
    anchor, place = question.facts.anchor, question.bundle.anchor
    if isinstance(anchor, Unread):
        return _unread(4, anchor)
    basis = _basis(anchor.seen)
    where = f"tranche {place.tranche} of lot {place.lot}"
    if anchor.value == question.expected:
        return _judge(4, basis, PASSED, "anchor", f"{where} is anchored")
    if anchor.value != ZERO_HASH:
        code = "anchor-differs" if basis.final else OTHER_NOT_FINAL
        return _judge(4, basis, FAILED, code, f"another tranche is anchored as {where}")._replace(code=code)
    # Nothing there. An anchor never goes away, so absence at a later block needs no finality; but it must be recent.
    if question.behind:
        reason = f"{where} is not indexed yet: the index is {question.behind} blocks behind"
        return Check(4, WAITING, INDEX_BEHIND, reason, basis.level, basis.block)
    head = question.head_facts.anchor if question.head_facts is not None else None
    if isinstance(head, Reading) and head.value == question.expected:
        reason = f"{where} is anchored as of block {head.seen.block.number}, which is not final yet"
        return Check(4, WAITING, NOT_YET_FINAL, reason, head.seen.level, head.seen.block)
    if not question.is_fresh(basis):
        return _too_stale(4, basis, question)
    reason = f"nothing is anchored as {where} as of block {basis.block.number}"
    return Check(4, FAILED, ANCHOR_ABSENT, reason, basis.level, basis.block)


def check_retired(question: Question) -> Check:
    """5: the tranche lies within retired credits, and within what the lot's mark says is claimed."""
    lot, marks, tranche = question.facts.lot, question.facts.marks, question.bundle.tranche
    if isinstance(lot, Unread):
        return _unread(5, lot)
    if isinstance(marks, Unread):
        return _unread(5, marks)
    basis = _basis(lot.seen, marks.seen)
    end = tranche.start + tranche.total
    text = f"it ends at gram {end}; retired are {lot.value.retired_grams} g, claimed {marks.value.claimed_grams} g"
    if end <= min(lot.value.retired_grams, marks.value.claimed_grams):
        return _judge(5, basis, PASSED, "retired", text)
    if question.is_older_than_anchor(basis):
        return _too_old(5, basis)
    return _judge(5, basis, FAILED, "beyond-retired", text)


def check_serials(question: Question) -> tuple[Check, tuple[SerialsNamed, ...]]:
    """6: position names serials of the batch."""
    lot, batch, place = question.facts.lot, question.facts.batch, question.bundle.anchor
    if isinstance(lot, Unread):
        return _unread(6, lot), ()
    if isinstance(batch, Unread):
        return _unread(6, batch), ()
    basis = _basis(lot.seen, batch.seen)
    first, end = question.position.credit_range(place.lot)
    limit = min(lot_index(place.lot) + lot.value.count, batch.value.count)
    if end > limit:
        if question.is_older_than_anchor(basis):
            return _too_old(6, basis), ()
        reason = f"credits {first} to {end - 1} of the batch are meant; the lot ends before credit {limit}"
        return _judge(6, basis, FAILED, "outside-batch", reason), ()
    serials = SerialsNamed(batch.value.series, batch.value.first_serial + first, batch.value.first_serial + end - 1)
    text = f"series {serials.series}, serial numbers {serials.first} to {serials.last}"
    return _judge(6, basis, PASSED, "serials", text), (serials,)


def check_path_to_project(question: Question, who: Callable[[bytes], str]) -> Check:
    """7: the batch comes from a registered project and a verified report, or from what its source registry records.

    A later deregistration changes nothing: credits issued before it stand.
    """
    report, project = question.facts.report, question.facts.project
    if isinstance(report, Unread):
        return _unread(7, report)
    if isinstance(project, Unread):
        return _unread(7, project)
    basis = _basis(report.seen, project.seen)
    filed, made = report.value, project.value
    name = f"project {made.source_id} of {made.programme_code}"
    if made.bridged:
        if filed.status == "recorded" and made.status in ("recorded", "deregistered"):
            text = f"{name}: as recorded by the source registry, attested by {who(filed.attestor)}"
            return _judge(7, basis, PASSED, "recorded", text)
        return _judge(7, basis, WAITING, "not-recorded", f"{name} is {made.status}, its report {filed.status}")
    if filed.status != "verified" or made.status not in ("registered", "deregistered"):
        return _judge(7, basis, WAITING, "not-verified", f"{name} is {made.status}, its report {filed.status}")
    if not _independent(filed, made.validator, made.proponent):
        text = f"{name}: verifier {filed.verifier}, validator {made.validator}, proponent {made.proponent}"
        return _judge(7, basis, WAITING, "not-independent", text)
    text = f"{name} is registered, its report verified by organisation {filed.verifier} ({who(filed.attestor)})"
    return _judge(7, basis, PASSED, "verified", text)


def check_standing(question: Question) -> Check:
    """8: these credits are in good standing. Trouble of other credits of the batch does not touch them."""
    standing = question.facts.standing
    if isinstance(standing, Unread):
        return _unread(8, standing)
    basis = _basis(standing.seen)
    if not question.is_fresh(basis):
        return _too_stale(8, basis, question)
    trouble = troubles(question, standing.value)
    if not trouble:
        return _judge(8, basis, PASSED, "good-standing", "no suspension or invalidation meets them")
    text = ", ".join(f"credits {s.first} to {s.end - 1} of the batch are {s.trouble}" for s in trouble)
    worst = "invalidated" if any(s.trouble == "invalidated" for s in trouble) else "suspended"
    return _judge(8, basis, FAILED, worst, text)


def check_source(question: Question) -> Check:
    """9: the source registry's cancellation is attested, or the programme is native and there is none to attest."""
    marks, project = question.facts.marks, question.facts.project
    if isinstance(project, Reading) and project.value.status != "none" and not project.value.bridged:
        # Fixed with the programme, so no reading of it is too old.
        basis = _basis(project.seen)
        return _judge(9, basis, PASSED, "native", f"{project.value.programme_code} is native: the credit lives here")
    if isinstance(marks, Unread):
        return _unread(9, marks)
    basis = _basis(marks.seen)
    if not question.is_fresh(basis):
        return _too_stale(9, basis, question)
    needed = question.position.credits_needed
    text = f"attested for the first {marks.value.confirmed} credits of the lot, needed for {needed}"
    if marks.value.confirmed >= needed:
        return _judge(9, basis, PASSED, "confirmed", text)
    if isinstance(project, Unread):
        return _unread(9, project)
    return _judge(9, basis, WAITING, "not-confirmed", text)


def troubles(question: Question, segments: tuple[SegmentFact, ...]) -> list[SegmentFact]:
    """The segments that meet the position's credits."""
    first, end = question.position.credit_range(question.bundle.anchor.lot)
    return [segment for segment in segments if segment.first < end and first < segment.end]


def not_checked(numbers: Iterable[int], why: str) -> list[Check]:
    reason = f"not checked: {why}"
    return [Check(n, UNREAD, "not-checked", reason) for n in numbers]


def _independent(report: ReportFact, validator: int, proponent: int) -> bool:
    return (
        report.verifier != 0
        and validator != 0
        and report.verifier not in (validator, proponent)
        and validator != proponent
    )


def _basis(*seen: Seen) -> Basis:
    one = seen[0]
    if seen.count(one) == len(seen):  # as where all was read at one block
        return Basis(one.level, one.block, one.final)
    return Basis(
        level=min(s.level for s in seen),
        block=min((s.block for s in seen), key=lambda block: block.number),
        final=all(s.final for s in seen),
    )


def _judge(n: int, basis: Basis, status: str, code: str, reason: str) -> Check:
    if not basis.final:
        reason = f"as of block {basis.block.number}, which is not final yet: {reason}"
        return Check(n, WAITING, "not-final", reason, basis.level, basis.block)
    return Check(n, status, code, reason, basis.level, basis.block)


def _unread(n: int, unread: Unread) -> Check:
    return Check(n, UNREAD, "not-read", unread.reason)


def _too_old(n: int, basis: Basis) -> Check:
    reason = f"read at block {basis.block.number}, before the block at which the anchor was read; read both again"
    return Check(n, UNREAD, "older-than-anchor", reason, basis.level, basis.block)


def _too_stale(n: int, basis: Basis, question: Question) -> Check:
    age = question.now - basis.block.timestamp
    reason = (
        f"block {basis.block.number} is {age} s from now, at most {question.max_age} s are allowed; read a newer one"
    )
    return Check(n, UNREAD, "stale", reason, basis.level, basis.block)
