"""What is not in the mirror is not there, or not there yet: the one place that tells these apart."""

from collections.abc import Iterator
from contextlib import contextmanager

from registry.store.mirror import read_progress
from registry.store.session import Session
from verifier_api.problems import Problem
from verifier_api.services import Services


class Absent(Problem):
    """Nothing by that name is in the mirror, while the chain may have it."""


def absent(what: str, hint: str = "") -> Absent:
    """The 404 for what the mirror does not have, where `judging_absence` finds it at the chain's head."""
    return Absent(404, "not-found", what, hint=hint)


@contextmanager
def judging_absence(services: Services, session: Session) -> Iterator[None]:
    """Let a 404 of `absent` through if the mirror is at the chain's head; else raise what `require_at_head` does."""
    try:
        yield
    except Absent as problem:
        require_at_head(services, session, problem.detail)
        raise


def require_at_head(services: Services, session: Session, what: str) -> None:
    """Raise Problem 503 `pending`, saying how far behind, unless the mirror is at the chain's head; `what` is not in
    it. While the head is not known: 503 `unavailable`."""
    progress = read_progress(session)
    behind = services.heads.behind(progress)
    if progress is None or behind is None:
        hint = "again later: while it is not known how far the chain has come, it may be there"
        raise Problem(503, "unavailable", what, hint=hint, headers={"retry-after": "5"})
    if behind:
        raise Problem(
            503,
            "pending",
            f"{what}, up to block {progress.indexed.number}",
            expected=f"block {progress.indexed.number + behind}, the chain's head",
            found=f"{behind} blocks behind",
            hint="again later: the mirror catches up",
            headers={"retry-after": "5"},
        )
