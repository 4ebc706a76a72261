"""What an audit found."""

from collections.abc import Callable
from dataclasses import dataclass

from registry.store.claims import UnpublishedTranche
from registry.store.mirror import BlockId, Histories
from registry.store.raw import RawRow

MOST_PROBLEMS = 1000
MOST_UNPUBLISHED = 1000

OnProgress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, how much there is."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that must agree does not: in which block, of which kind, and what."""

    block: int
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What the audit went through. Grams and credits are totals over all lots."""

    blocks: int
    events: int
    lots: int
    batches: int
    tranches: int
    publications: int
    leaves: int
    documents: int
    issued: int
    retired: int
    claimed_grams: int
    unpublished_tranches: int
    unpublished_grams: int


@dataclass(frozen=True, slots=True)
class Audit:
    """The result. `histories` are the recomputed hashes after `block`, the mirror's block (None for an empty mirror).

    `unproven` names the columns ("issued.tx_hash", or "*.tx_hash" for every kind of event) and statements that nothing
    at hand could confirm; with a node that keeps the state, it is empty. `unpublished` lists anchored tranches whose
    leaves nobody published, the first `MOST_UNPUBLISHED` of them: not a problem, but claims that nobody can look up.
    """

    problems: tuple[Problem, ...]
    block: BlockId | None
    histories: Histories
    counts: Counts
    unpublished: tuple[UnpublishedTranche, ...]
    unproven: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def first_bad_block(self) -> int | None:
        """The lowest block with a problem; None if there is none."""
        return min((p.block for p in self.problems), default=None)


class Findings:
    """Collects problems, at most `MOST_PROBLEMS` of them, since one cut row can cast many shadows; and always the first
    bad block."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._first = 2**64

    def add(self, block: int, kind: str, message: str) -> None:
        """Note a problem."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(block, kind, message))
        elif block < self._first:
            self.problems[-1] = Problem(block, kind, message)
        self._first = min(self._first, block)

    def add_fault(self, row: RawRow) -> None:
        """Note a row that is not sound, in the block that it names if it names one."""
        self.add(row.values.get("number" if row.table == "block" else "block_number", 0), "row", row.fault)

    def check(self, good: bool, block: int, kind: str, message: str) -> None:
        """Note a problem unless `good`."""
        if not good:
            self.add(block, kind, message)
