"""A lot drawn as a tape of 1000 units: claimed, retired, live. Integers only; the figures stand beside the drawing."""

from dataclasses import dataclass

from registry.domain.units import GRAMS_PER_CREDIT

UNITS = 1000
NARROWEST = 5


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the drawing, `x` and `width` in units; `kind` names its colour and its word."""

    kind: str
    x: int
    width: int
    grams: int


@dataclass(frozen=True, slots=True)
class Tape:
    """What a lot's tape shows, in grams, and how it is drawn. `here` is a marked stretch."""

    claimed: int
    unclaimed: int
    live: int
    parts: tuple[Part, ...]
    here: Part | None


def draw_tape(
    count: int, retired: int, claimed: int, withdrawn: bool = False, marked: tuple[int, int] | None = None
) -> Tape:
    """The tape of a lot of `count` credits; `claimed` and `marked` (first, end) are grams from the lot's start."""
    whole = max(1, count * GRAMS_PER_CREDIT)
    ends = (claimed, retired * GRAMS_PER_CREDIT, count * GRAMS_PER_CREDIT)
    kinds = ("claimed", "retired", "withdrawn" if withdrawn else "live")
    parts: list[Part] = []
    start = 0
    for kind, end in zip(kinds, ends, strict=True):
        if end > start:
            parts.append(_part(kind, start, end, whole))
            start = end
    here = _part("here", max(0, marked[0]), min(marked[1], whole), whole, NARROWEST) if marked else None
    return Tape(claimed, ends[1] - claimed, ends[2] - ends[1], tuple(parts), here)


def _part(kind: str, start: int, end: int, whole: int, narrowest: int = 1) -> Part:
    x, stop = start * UNITS // whole, -(-end * UNITS // whole)
    width = max(narrowest, stop - x)
    return Part(kind, min(x, UNITS - width), width, end - start)
