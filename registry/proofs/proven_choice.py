"""Facts of several sources become the facts that one verdict rests on: for each fact one reading, never a mixture.

A reading keeps its own level and block, so choosing raises nothing. Specification: `docs/spec/evidence.md`.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from registry.domain.hexes import ZERO_HASH
from registry.domain.registry_file import RegistryFile
from registry.proofs.bundle import Bundle
from registry.proofs.facts import Facts, Reading, Seen, SegmentFact, Unread
from registry.proofs.header_trust import TrustedBlock
from registry.proofs.proven import proven_facts, untrusted_facts

T = TypeVar("T")
_Fact = Reading[T] | Unread


def choose_facts(sources: Sequence[Facts], *, now: int, max_age: int) -> Facts:
    """The one reading of each fact, from at least one source; `now` and `max_age` in seconds, as for `verify`."""
    if len(sources) == 1:
        return sources[0]

    def fresh(seen: Seen) -> bool:
        return abs(now - seen.block.timestamp) <= max_age

    # An anchor found never goes away again; that none was there yet says little.
    anchor = _best([facts.anchor for facts in sources], lambda r: (r.value != ZERO_HASH, r.seen.level, _number(r)))
    since = _number(anchor) if isinstance(anchor, Reading) else 0

    def settled(reading: Reading[T]) -> tuple[int, ...]:
        # Marks only move forward: what was read before the anchor may not show what the anchor rests on.
        return _number(reading) >= since, reading.seen.level, _number(reading)

    return Facts(
        anchor=anchor,
        lot=_best([facts.lot for facts in sources], settled),
        marks=_best(
            [facts.marks for facts in sources],
            lambda r: (_number(r) >= since, fresh(r.seen), r.seen.level, _number(r)),
        ),
        batch=_best([facts.batch for facts in sources], settled),
        standing=_standing([facts.standing for facts in sources], fresh),
        report=_best([facts.report for facts in sources], settled),
        project=_best([facts.project for facts in sources], settled),
        history=_best([facts.history for facts in sources], lambda r: (r.seen.level, _number(r))),
    )


def trusted_facts(
    bundle: Bundle, registry: RegistryFile, trusted: Sequence[TrustedBlock], *, now: int, max_age: int
) -> Facts:
    """What the bundle's own evidence proves to a verifier who trusts these blocks: level 3, or unread with the reason.

    For `verify` without asking anybody; the same `now` and `max_age` in seconds.
    """
    place = bundle.anchor
    proven = proven_facts(bundle.evidence, registry, place.lot, place.tranche, trusted)
    return choose_facts(proven or [untrusted_facts(bundle.evidence)], now=now, max_age=max_age)


def _best(facts: Sequence[_Fact[T]], key: Callable[[Reading[T]], tuple[int, ...]]) -> _Fact[T]:
    readings = [fact for fact in facts if isinstance(fact, Reading)]
    if readings:
        return max(readings, key=key)
    reasons = dict.fromkeys(fact.reason for fact in facts if isinstance(fact, Unread))
    return Unread("; ".join(reasons), any(fact.retryable for fact in facts if isinstance(fact, Unread)))


def _standing(
    facts: Sequence[_Fact[tuple[SegmentFact, ...]]], fresh: Callable[[Seen], bool]
) -> _Fact[tuple[SegmentFact, ...]]:
    """The freshest of the highest level, unless another one weighs more: trouble is never outvoted.

    A later reading that tells of other trouble is taken though its level is lower, and so is an older one of a higher
    level with an invalidation (which nothing undoes) that the chosen one does not know.
    """
    best = _best(facts, lambda r: (fresh(r.seen), r.seen.level, _number(r)))
    if isinstance(best, Unread):
        return best
    chosen = best
    readings = sorted((fact for fact in facts if isinstance(fact, Reading)), key=_number)
    for reading in readings:
        if _number(reading) > _number(chosen) and fresh(reading.seen) and not _covers(chosen.value, reading.value):
            chosen = reading
    for reading in readings:
        final = [segment for segment in reading.value if segment.trouble == "invalidated"]
        if reading.seen.level > chosen.seen.level and not _covers(chosen.value, final):
            return reading
    return chosen


def _covers(known: Sequence[SegmentFact], told: Sequence[SegmentFact]) -> bool:
    """Whether `known` tells all the trouble that `told` tells; an invalidation also covers a suspension."""
    return all(
        _reaches(
            segment.first,
            segment.end,
            sorted((k.first, k.end) for k in known if k.trouble in (segment.trouble, "invalidated")),
        )
        for segment in told
    )


def _reaches(first: int, end: int, ranges: Sequence[tuple[int, int]]) -> bool:
    for start, stop in ranges:
        if start <= first < stop:
            first = stop
    return first >= end


def _number(reading: Reading[T]) -> int:
    return reading.seen.block.number
