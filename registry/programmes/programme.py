"""What a programme is: steps in their order, and the limits that its rules set."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Actor = Literal["proponent", "validator", "verifier", "registrar", "operator"]
REFUSED, WARNING = "refused", "warning"


@dataclass(frozen=True, slots=True)
class Article:
    """Where a rule stands: `number` as people cite it, and what it says, in our words."""

    number: str
    says: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the life cycle. `public_days`: working days for which its document is public before; `decided_within`:
    working days for the decision; None where the rules at hand set no number."""

    key: str
    chinese: str
    english: str
    actor: Actor
    article: Article | None = None
    public_days: int | None = None
    decided_within: int | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme's rules as far as they were found. `source` says where; what is None is not limited by them.

    `started_after`: a project must have started later. `reduced_after`: so must the reductions. `years_back`: how many
    years before the application reductions may lie. `crediting_years`: how long a crediting period may be.
    `parted`: the verifier of a report may not be the project's validator.
    """

    code: str
    chinese: str
    english: str
    source: str
    steps: tuple[Step, ...]
    started_after: tuple[date, Article] | None = None
    reduced_after: tuple[date, Article] | None = None
    years_back: tuple[int, Article] | None = None
    crediting_years: tuple[tuple[int, ...], Article] | None = None
    parted: Article | None = None
    notes: tuple[Article, ...] = ()

    def step(self, key: str) -> Step | None:
        """A step by its key; None if the programme has no such step."""
        return next((step for step in self.steps if step.key == key), None)


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not fit: `severity` is "refused" (a rule forbids it) or "warning" (worth a look). `place` is in the
    dossier, `article` as people cite it ("" for what no article but plain reason forbids)."""

    severity: str
    place: str
    message: str
    expected: str
    found: str
    article: str = ""
