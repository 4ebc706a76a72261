"""Which credits of a batch are not in good standing: the contract's list of segments, change by change.

The order of the list is the contract's too, so that a mirror's answer equals a node's answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass

SUSPENDED = "suspended"
INVALIDATED = "invalidated"


@dataclass(frozen=True, slots=True)
class Segment:
    """Credits `first` up to `end` of a batch, by index, that are `suspended` or `invalidated`."""

    first: int
    end: int
    trouble: str


@dataclass(frozen=True, slots=True)
class Change:
    """One event: `kind` is "Suspended", "Reinstated" or "Invalidated"."""

    kind: str
    first: int
    end: int


def fold_standing(changes: Iterable[Change]) -> tuple[Segment, ...]:
    """The segments after `changes`, in the order of the chain. Raises ValueError for a change the contract refuses."""
    segments: list[Segment] = []
    for change in changes:
        apply_change(segments, change)
    return tuple(segments)


def apply_change(segments: list[Segment], change: Change) -> None:
    """Change the list in place as `Standing.sol` does. Raises ValueError for a change the contract refuses."""
    if change.first >= change.end:
        raise ValueError(f"an empty range of credits {change.first}–{change.end}")
    if change.kind == "Reinstated":
        for at, s in enumerate(segments):
            if s.trouble == SUSPENDED and s.first <= change.first and change.end <= s.end:
                _cut(segments, at, change.first, change.end)
                return
        raise ValueError(f"credits {change.first}–{change.end} were not suspended")
    if change.kind == "Invalidated":
        first, end = _absorb(segments, change.first, change.end)
        for at in reversed(range(len(segments))):
            s = segments[at]
            if s.trouble == SUSPENDED and s.first < change.end and change.first < s.end:
                _cut(segments, at, max(s.first, change.first), min(s.end, change.end))
        segments.append(Segment(first, end, INVALIDATED))
        return
    for s in segments:
        if s.first < change.end and change.first < s.end:
            raise ValueError(f"credits {change.first}–{change.end} meet credits {s.first}–{s.end}, {s.trouble}")
    segments.append(Segment(change.first, change.end, SUSPENDED))


def _absorb(segments: list[Segment], first: int, end: int) -> tuple[int, int]:
    """Remove the invalidated segments that `[first, end)` meets or touches; returns the union with them."""
    union = (first, end)
    for at in reversed(range(len(segments))):
        s = segments[at]
        if s.trouble == INVALIDATED and s.first <= end and first <= s.end:
            union = (min(union[0], s.first), max(union[1], s.end))
            segments[at] = segments[-1]
            segments.pop()
    return union


def _cut(segments: list[Segment], at: int, first: int, end: int) -> None:
    s = segments[at]
    if s.first < first:
        segments[at] = Segment(s.first, first, s.trouble)
        if end < s.end:
            segments.append(Segment(end, s.end, s.trouble))
    elif end < s.end:
        segments[at] = Segment(end, s.end, s.trouble)
    else:
        segments[at] = segments[-1]
        segments.pop()
