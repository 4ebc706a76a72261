"""Sets of serial numbers of one series, as ranges: which are in both, in one only, in either."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from registry.domain.serials import SerialRange


@dataclass(frozen=True, slots=True)
class RangeSet:
    """Disjoint ranges in ascending order, none touching the next: equal sets are equal values."""

    ranges: tuple[SerialRange, ...] = ()

    @classmethod
    def of(cls, ranges: Iterable[SerialRange]) -> "RangeSet":
        """The set of all numbers in `ranges`, which may overlap, touch, and come in any order."""
        merged: list[SerialRange] = []
        for one in sorted(ranges, key=lambda one: one.first):
            if merged and one.first <= merged[-1].end:
                merged[-1] = SerialRange(merged[-1].first, max(merged[-1].end, one.end))
            else:
                merged.append(one)
        return cls(tuple(merged))

    @property
    def width(self) -> int:
        """How many numbers."""
        return sum(one.width for one in self.ranges)

    def __iter__(self) -> Iterator[SerialRange]:
        return iter(self.ranges)

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __or__(self, other: "RangeSet") -> "RangeSet":
        return RangeSet.of((*self.ranges, *other.ranges))

    def __and__(self, other: "RangeSet") -> "RangeSet":
        return RangeSet(tuple(_common(self.ranges, other.ranges)))

    def __sub__(self, other: "RangeSet") -> "RangeSet":
        return RangeSet(tuple(_without(self.ranges, other.ranges)))


def _common(left: tuple[SerialRange, ...], right: tuple[SerialRange, ...]) -> Iterator[SerialRange]:
    at = 0
    for one in left:
        while at < len(right) and right[at].end <= one.first:
            at += 1
        here = at
        while here < len(right) and right[here].first < one.end:
            yield SerialRange(max(one.first, right[here].first), min(one.end, right[here].end))
            here += 1


def _without(left: tuple[SerialRange, ...], right: tuple[SerialRange, ...]) -> Iterator[SerialRange]:
    at = 0
    for one in left:
        first = one.first
        while at < len(right) and right[at].end <= first:
            at += 1
        here = at
        while here < len(right) and right[here].first < one.end:
            if first < right[here].first:
                yield SerialRange(first, right[here].first)
            first = max(first, right[here].end)
            here += 1
        if first < one.end:
            yield SerialRange(first, one.end)
