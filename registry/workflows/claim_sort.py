"""Certificates on disk between certifying and placing: put in order, searched for claims that stand twice.

By its key's first bits a record goes to one of many parts. Parts one after the other, each sorted, are a shuffle that
the seed alone determines; equal keys are equal claim ids. Memory is bounded: a part at a time.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from registry.domain.errors import InvalidInput
from registry.workflows.crew import Crew
from registry.workflows.documents import RECORD, Record, Written
from registry.workflows.parted import PartFiles, split_records

_MOST_TWICE = 1_000_000
_KEY, _LINE = slice(0, 16), slice(56, 64)
"""Of a packed `RECORD`."""


@dataclass(slots=True)
class Run:
    """Records that are placed together: `rows` of them in a file from `offset`, in order when sorted or as they are."""

    path: Path
    offset: int
    rows: int
    sort: bool
    left_out: set[int] = field(default_factory=set)
    """Lines of claims that stood before."""

    @property
    def leaves(self) -> int:
        """How many leaves it gives."""
        return self.rows - len(self.left_out)

    def read(self) -> list[Record]:
        """The records that stay, in their order."""
        with self.path.open("rb") as file:
            file.seek(self.offset)
            records = split_records(file.read(self.rows * RECORD.size), RECORD.size)
        if self.sort:
            records.sort()
        fields: Iterator[Record] = map(RECORD.unpack, records)
        return [record for record in fields if record[3] not in self.left_out] if self.left_out else [*fields]


class _Pile:
    """The records of one tranche: in parts by key, and if the order is kept, in that order too."""

    def __init__(self, path: Path, parts: int) -> None:
        self.parts = PartFiles(path, parts)
        self.kept = path.with_name(f"{path.name}-kept")
        self.cuts: list[Run] = []
        self.first_lines: list[int] = []

    def keep(self, records: bytes) -> None:
        end = self.cuts[-1].offset + self.cuts[-1].rows * RECORD.size if self.cuts else 0
        self.cuts.append(Run(self.kept, end, len(records) // RECORD.size, False))
        self.first_lines.append(int.from_bytes(records[_LINE], "big"))
        with self.kept.open("ab") as file:
            file.write(records)

    def runs_of_parts(self) -> list[Run]:
        sized = zip(self.parts.paths, self.parts.sizes, strict=True)
        return [Run(path, 0, size // RECORD.size, True) for path, size in sized]


class ClaimSort:
    """Records in (`add`), runs out (`runs`), when `leave_out_twice` has been through them. Tranches come in turn."""

    def __init__(self, folder: Path, parts: int, *, shuffled: bool) -> None:
        folder.mkdir(parents=True)
        self._folder, self.parts, self.shuffled = folder, parts, shuffled
        self._piles: dict[int, _Pile] = {}
        self._parts: dict[int, list[Run]] = {}

    def add(self, written: Written) -> None:
        """Take the records of a chunk."""
        for ordinal, block in written.records.items():
            pile = self._piles.get(ordinal)
            if pile is None:
                for other in self._piles.values():
                    other.parts.flush()
                pile = self._piles[ordinal] = _Pile(self._folder / str(ordinal), self.parts)
            pile.parts.add(block.by_key)
            if not self.shuffled:
                pile.keep(block.in_order)

    def leave_out_twice(self, crew: Crew) -> dict[int, tuple[int, list[tuple[int, Record]]]]:
        """Of each line whose claim id stood before: the first line, ordinals and records. `runs` leaves them out.

        Raises InvalidInput if they are a million.
        """
        told: dict[int, tuple[int, list[tuple[int, Record]]]] = {}
        for ordinal, pile in self._piles.items():
            pile.parts.flush()
            self._parts[ordinal] = pile.runs_of_parts()
        parts = [[(ordinal, runs[part]) for ordinal, runs in self._parts.items()] for part in range(self.parts)]
        for part, found in enumerate(crew.map(_twice, parts)):
            for ordinal, first, record in found:
                self._home(ordinal, part, record[3]).left_out.add(record[3])
                told.setdefault(record[3], (first, []))[1].append((ordinal, record))
            if len(told) >= _MOST_TWICE:
                raise InvalidInput("a million claim ids stand twice", hint="is this the right file?")
        return told

    def runs(self) -> Iterator[tuple[int, list[Run]]]:
        """Of each tranche, by its place in the plan: all records that stay, in their order."""
        for ordinal, pile in self._piles.items():
            runs = self._parts[ordinal] if self.shuffled else pile.cuts
            yield ordinal, [run for run in runs if run.leaves]

    def _home(self, ordinal: int, part: int, line: int) -> Run:
        if self.shuffled:
            return self._parts[ordinal][part]
        pile = self._piles[ordinal]
        return pile.cuts[bisect_right(pile.first_lines, line) - 1]


def _twice(runs: list[tuple[int, Run]]) -> list[tuple[int, int, Record]]:
    """Ordinal, first line and record of each claim whose id stands on an earlier line."""
    each = [(record, ordinal) for ordinal, run in runs if run.rows for record in _raw(run)]
    if len({record[_KEY] for record, _ in each}) == len(each):
        return []
    found = []
    key, first = b"", 0
    for record, ordinal in sorted(each, key=lambda one: (one[0][_KEY], one[0][_LINE])):
        fields: Record = RECORD.unpack(record)
        if fields[0] != key:
            key, first = fields[0], fields[3]
        elif fields[3] != first:
            found.append((ordinal, first, fields))
    return found


def _raw(run: Run) -> list[bytes]:
    return split_records(run.path.read_bytes(), RECORD.size)
