"""Disjoint ranges of numbers that only grow in number: serials of a series, periods of a project."""

from bisect import bisect_left

from registry.workflows.audit_roles import Broken


class Ranges:
    """Disjoint half-open ranges in ascending order."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._ends: list[int] = []

    def add(self, first: int, end: int, what: str) -> None:
        """Add `[first, end)`; raises Broken if it is empty or meets a range that is there."""
        if first >= end:
            raise Broken(f"{what} {first}–{end} is empty")
        at = bisect_left(self._firsts, first)
        if at < len(self._firsts) and end > self._firsts[at]:
            raise Broken(f"{what} {first}–{end} meets {self._firsts[at]}–{self._ends[at]}")
        if at > 0 and self._ends[at - 1] > first:
            raise Broken(f"{what} {first}–{end} meets {self._firsts[at - 1]}–{self._ends[at - 1]}")
        self._firsts.insert(at, first)
        self._ends.insert(at, end)
