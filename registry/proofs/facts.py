"""Facts: what checks 4 to 9 need to know of the chain, decoded, each with where and when it was seen.

How they are read (one node, several that agree, storage proofs) is not the checks' business; `slots.py` says which
storage slots hold them.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from registry.domain.units import GRAMS_PER_CREDIT

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the pinned chain; `timestamp` is seconds since 1970."""

    number: int
    hash: bytes
    timestamp: int

    def to_value(self) -> dict[str, object]:
        return {"number": self.number, "hash": "0x" + self.hash.hex(), "timestamp": self.timestamp}


@dataclass(frozen=True, slots=True)
class Seen:
    """How a fact is known: `level` 1 reported, 2 witnessed, 3 proven; `final`: at or below the finalized block."""

    level: int
    block: Block
    final: bool
    sources: str


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """A fact that was read."""

    value: T
    seen: Seen


@dataclass(frozen=True, slots=True)
class Unread:
    """A fact that could not be read, and why. An outage is not a negative answer."""

    reason: str
    retryable: bool = True


@dataclass(frozen=True, slots=True)
class LotFact:
    """A lot; `owner` is 20 zero bytes if there is no such lot. `count` and `retired` are credits."""

    owner: bytes
    count: int
    retired: int
    withdrawal_requested: bool
    withdrawn: bool

    @property
    def retired_grams(self) -> int:
        return self.retired * GRAMS_PER_CREDIT


@dataclass(frozen=True, slots=True)
class MarksFact:
    """The marks of a lot: grams claimed, tranches anchored, credits whose source cancellation is attested, by whom."""

    claimed_grams: int
    tranches: int
    confirmed: int
    confirmed_by: bytes | None


@dataclass(frozen=True, slots=True)
class BatchFact:
    """A batch; `count` 0 if there is no such batch. `registrar` issued it."""

    series: str
    first_serial: int
    count: int
    report: int
    registrar: bytes


@dataclass(frozen=True, slots=True)
class SegmentFact:
    """Credits `[first, end)` of a batch that are not in good standing: `trouble` is suspended or invalidated."""

    first: int
    end: int
    trouble: str


@dataclass(frozen=True, slots=True)
class ReportFact:
    """A monitoring report. `status`: none, filed, verified, rejected, recorded; `verifier` is an organisation."""

    project: int
    from_day: int
    end_day: int
    tonnes: int
    status: str
    verifier: int
    attestor: bytes


@dataclass(frozen=True, slots=True)
class ProjectFact:
    """A project. `status`: none, proposed, validated, registered, recorded, deregistered; organisations by number."""

    programme_code: str
    source_id: str
    status: str
    bridged: bool
    proponent: int
    validator: int
    registrar: bytes


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is to be known of one tranche of one lot. `anchor` is 32 zero bytes if nothing is anchored there;
    `standing` lists the whole batch's segments; `history` is the CreditRegistry's history hash, if it was asked."""

    anchor: Reading[bytes] | Unread
    lot: Reading[LotFact] | Unread
    marks: Reading[MarksFact] | Unread
    batch: Reading[BatchFact] | Unread
    standing: Reading[tuple[SegmentFact, ...]] | Unread
    report: Reading[ReportFact] | Unread
    project: Reading[ProjectFact] | Unread
    history: Reading[bytes] | Unread = Unread("not asked")
