"""What does not fit together in rows that can be read one by one: within a row, and between rows and files."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from registry.imports.records import ENDED, ISSUANCE, PROJECT, Place, Record

QUANTITY = "quantity differs from the width of the range"
PROJECTS = "project differs from the one in the serial numbers"
VINTAGE = "vintage differs from the one in the serial numbers"
PARTS = "parts do not add up to the total"
PERIOD = "period ends before it begins"
EARLY = "retired before it was issued"
FUTURE = "day in the future"
DUPLICATE = "the same serial numbers twice"
OVERLAP = "serial numbers overlap"
ACROSS = "serial numbers overlap across projects"
EXCESS = "more credits than were issued"
TOTALS = "another total for the same credits"
LABELLED = "cdm"
"""Whose credits stand under another registry's project numbers when they carry its label."""
KINDS = (QUANTITY, PROJECTS, VINTAGE, PARTS, PERIOD, EARLY, FUTURE, DUPLICATE, OVERLAP, ACROSS, EXCESS, TOTALS)


@dataclass(frozen=True, slots=True)
class Anomaly:
    """What is odd, in which rows, and the figures that show it."""

    kind: str
    places: tuple[Place, ...]
    found: str


def find_anomalies(records: Sequence[Record], *, today: date) -> list[Anomaly]:
    """Everything odd about these records, in the order of files and rows."""
    found = [one for record in records for one in _within(record, today)]
    found += _overlaps(records)
    found += _excesses(records)
    order = {place: number for number, place in enumerate(record.place for record in records)}
    return sorted(found, key=lambda one: (order[one.places[0]], KINDS.index(one.kind)))


def _within(record: Record, today: date) -> Iterator[Anomaly]:
    def odd(kind: str, found: str) -> Anomaly:
        return Anomaly(kind, (record.place,), found)

    serials = record.serials
    if serials:
        if serials.width != record.quantity:
            yield odd(QUANTITY, f"{record.quantity} credits, but {serials} has {serials.width}")
        printed = serials.field("project")
        if printed and record.project and serials.registry != LABELLED and _digits(printed) != _digits(record.project):
            yield odd(PROJECTS, f"{record.project}, but {serials} names {printed}")
        year = serials.field("vintage")
        if year and record.vintage and year != record.vintage:
            yield odd(VINTAGE, f"{record.vintage}, but {serials} names {year}")
    if record.parts is not None and sum(record.parts) != record.quantity:
        yield odd(PARTS, f"{record.parts[0]} and {record.parts[1]} are not {record.quantity}")
    start, end = record.period
    if start and end and end < start:
        yield odd(PERIOD, f"{start} to {end}")
    if record.kind in ENDED and record.day and record.issued and record.day < record.issued:
        yield odd(EARLY, f"issued {record.issued}, retired {record.day}")
    if record.day and record.day > today and record.kind != PROJECT:
        yield odd(FUTURE, str(record.day))


def _digits(project: str) -> str:
    """`CAR1008`, `GS1008` and `1008` are one project."""
    return re.sub(r"\D", "", project.partition(".")[0]).lstrip("0")


def _overlaps(records: Iterable[Record]) -> Iterator[Anomaly]:
    """Issued twice, or ended twice; retired and cancelled is ended twice too. Each row that meets an earlier range is
    named once, with the row whose range reaches furthest before it."""
    groups: dict[tuple[bool, str], list[Record]] = defaultdict(list)
    for record in records:
        if record.serials:
            groups[record.kind == ISSUANCE, record.serials.series].append(record)
    for group in groups.values():
        group.sort(key=_first)
        furthest = group[0]
        for record in group[1:]:
            if record.serials and furthest.serials and record.serials.range.overlaps(furthest.serials.range):
                yield _overlap(furthest, record)
            if _end(record) > _end(furthest):
                furthest = record


def _first(record: Record) -> int:
    return record.serials.range.first if record.serials else 0


def _end(record: Record) -> int:
    return record.serials.range.end if record.serials else 0


def _overlap(one: Record, other: Record) -> Anomaly:
    kind = DUPLICATE
    if one.serials and other.serials and one.serials.range != other.serials.range:
        kind = OVERLAP if _digits(one.project) == _digits(other.project) else ACROSS
    days = ", ".join(f"{record.kind} {record.day or ''}".rstrip() for record in (one, other))
    return Anomaly(kind, (one.place, other.place), f"{one.serials} and {other.serials} ({days})")


def _excesses(records: Iterable[Record]) -> Iterator[Anomaly]:
    """Credits of one lot beyond those issued: retired ones, or all that are named where the lot's total is told."""
    lots: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.kind != PROJECT:
            lots[record.lot].append(record)
    for lot, those in lots.items():
        told = [record for record in those if record.total is not None]
        yield from (
            Anomaly(TOTALS, (told[0].place, one.place), f"{told[0].total} and {one.total} of {lot}")
            for one in told[1:]
            if one.total != told[0].total
        )
        issued = [record for record in those if record.kind == ISSUANCE]
        if not told and not issued:
            continue
        named = those if told else [record for record in those if record.kind in ENDED]
        most = told[0].total or 0 if told else sum(record.quantity for record in issued)
        found = sum(record.quantity for record in named)
        if found > most:
            yield Anomaly(EXCESS, tuple(one.place for one in named), f"{found} of {lot}, of which {most} were issued")
