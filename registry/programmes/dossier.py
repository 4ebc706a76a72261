"""A project's dossier: what its papers state, in one JSON file, before anybody signs anything.

    {"programme": "CCER-2023",
     "project": {"sourceId": "…", "methodology": "…", "started": "2013-05-01", "validator": "…",
                 "crediting": {"from": "2021-01-01", "to": "2030-12-31"}, "expectedAnnualTonnes": 1000,
                 "designPublic": {"from": "…", "to": "…"}, "applied": "…", "decided": "…"},
     "reports": [{"from": "…", "to": "…", "tonnes": 1000, "verifier": "…", "parts": [600, 400],
                  "public": {"from": "…", "to": "…"}, "applied": "…", "decided": "…"}]}

Days are ISO 8601, periods include both ends, tonnes are whole. Whatever is not known yet is left out.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.domain.errors import InvalidInput
from registry.domain.members import require_integer, require_object, require_text
from registry.domain.strict_json import parse_strict
from registry.domain.units import MAX_U32
from registry.programmes.known import find_programme
from registry.programmes.programme import Programme

MOST_REPORTS, MOST_PARTS, MOST_TEXT = 1_000, 1_000, 200
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_PROJECT = (
    "methodology",
    "started",
    "validator",
    "crediting",
    "expectedAnnualTonnes",
    "designPublic",
    "applied",
    "decided",
)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class Project:
    """What the design document and its validation state. None: not known yet."""

    source_id: str
    methodology: str | None
    started: date | None
    validator: str | None
    crediting: Period | None
    expected_annual_tonnes: int | None
    design_public: Period | None
    applied: date | None
    decided: date | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a monitoring report and its verification state."""

    period: Period
    tonnes: int
    parts: tuple[int, ...]
    verifier: str | None
    public: Period | None
    applied: date | None
    decided: date | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """A project of a programme, and its reports in the order of the file."""

    programme: Programme
    project: Project
    reports: tuple[Report, ...]


def read_dossier(text: str) -> Dossier:
    """The dossier that a JSON text describes. Raises InvalidInput, with the place, for what cannot be read."""
    value = require_object(parse_strict(text, what="dossier"), "dossier", ("programme", "project"), ("reports",))
    programme = find_programme(require_text(value["programme"], "programme", MOST_TEXT))
    members = require_object(value["project"], "project", ("sourceId",), _PROJECT)
    project = Project(
        require_text(members["sourceId"], "project.sourceId", MOST_TEXT),
        _text(members, "methodology", "project"),
        _day(members, "started", "project"),
        _text(members, "validator", "project"),
        _period(members, "crediting", "project"),
        _tonnes(members, "expectedAnnualTonnes", "project"),
        _period(members, "designPublic", "project"),
        _day(members, "applied", "project"),
        _day(members, "decided", "project"),
    )
    reports = _list(value.get("reports", []), "reports", MOST_REPORTS)
    return Dossier(programme, project, tuple(_report(one, f"reports[{n}]") for n, one in enumerate(reports)))


def _report(value: Any, place: str) -> Report:
    optional = ("parts", "verifier", "public", "applied", "decided")
    members = require_object(value, place, ("from", "to", "tonnes"), optional)
    parts = _list(members.get("parts", []), f"{place}.parts", MOST_PARTS)
    return Report(
        _period_of(members, place),
        require_integer(members["tonnes"], f"{place}.tonnes", 1, MAX_U32),
        tuple(require_integer(one, f"{place}.parts[{n}]", 0, MAX_U32) for n, one in enumerate(parts)),
        _text(members, "verifier", place),
        _period(members, "public", place),
        _day(members, "applied", place),
        _day(members, "decided", place),
    )


def _list(value: Any, place: str, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise InvalidInput("not a list", expected=f"at most {most} items", found=type(value).__name__, place=place)
    return value


def _text(members: dict[str, Any], name: str, place: str) -> str | None:
    return require_text(members[name], f"{place}.{name}", MOST_TEXT) if name in members else None


def _tonnes(members: dict[str, Any], name: str, place: str) -> int | None:
    return require_integer(members[name], f"{place}.{name}", 1, MAX_U32) if name in members else None


def _day(members: dict[str, Any], name: str, place: str) -> date | None:
    return _require_day(members[name], f"{place}.{name}") if name in members else None


def _require_day(value: Any, place: str) -> date:
    try:
        if isinstance(value, str) and _DAY.match(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise InvalidInput("not a day", expected="like 2024-01-31", found=repr(value)[:40], place=place)


def _period(members: dict[str, Any], name: str, place: str) -> Period | None:
    if name not in members:
        return None
    place = f"{place}.{name}"
    return _period_of(require_object(members[name], place, ("from", "to"), ()), place)


def _period_of(members: dict[str, Any], place: str) -> Period:
    first, last = (_require_day(members[name], f"{place}.{name}") for name in ("from", "to"))
    if last < first:
        raise InvalidInput(
            "a period ends before it begins", expected=f"{first} or later", found=str(last), place=f"{place}.to"
        )
    return Period(first, last)
