"""The formats that source registries export, as data: which columns a table must have, and what each one says.

A new format is an entry in `SOURCES`. Columns are named as `text_table.column_key` gives them; where registries on one
software name a column in two ways, both are listed and the first that a table has is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from registry.domain.errors import InvalidInput
from registry.imports.text_table import Layout, column_key

Kind = Literal["issuance", "retirement", "cancellation", "project", "transaction"]
Lot = Literal["series", "project and vintage", "project and period"]


@dataclass(frozen=True, slots=True)
class Source:
    """A format. `key` names it, `registry` whose it is ("" if the serial numbers tell), `kind` what a row is.

    `columns`: of each value the names its column may have; `needed`: which values a table must have to be this format;
    `without`: names of columns that it must not have. `lots`: what issued and retired credits are held against.
    """

    key: str
    registry: str
    kind: Kind
    columns: dict[str, tuple[str, ...]]
    needed: tuple[str, ...]
    without: tuple[str, ...] = ()
    lots: Lot = "series"

    def find(self, header: Sequence[str]) -> dict[str, int] | None:
        """Where each value stands in a table with this header; None if the table is not of this format."""
        at: dict[str, int] = {}
        for number, name in enumerate(map(column_key, header)):
            at.setdefault(name, number)
        if any(name in at for name in self.without):
            return None
        found = {
            value: next(at[name] for name in names if name in at)
            for value, names in self.columns.items()
            if any(name in at for name in names)
        }
        return found if all(value in found for value in self.needed) else None


_APX = {
    "serials": ("offset credit serial numbers", "credit serial numbers"),
    "quantity": ("quantity of offset credits", "quantity of credits"),
    "day": ("status effective",),
    "project": ("project id", "program id"),
    "name": ("project name", "program name"),
    "vintage": ("vintage",),
    "holder": ("account holder",),
    "country": ("project site country", "program country"),
}
_GOLD = {
    "serials": ("serial number", "serial numbers"),
    "quantity": ("quantity",),
    "project": ("gsid",),
    "name": ("project name",),
    "vintage": ("vintage",),
    "country": ("country",),
    "from": ("monitoring period start",),
    "to": ("monitoring period end",),
    "issued": ("issuance date",),
}
_PROJECT = {
    "status": ("status",),
    "proponent": ("proponent", "project developer", "project developer name", "sovereign program developer"),
    "country": ("country area", "country", "project site country", "program country"),
    "methodology": ("methodology", "protocol and version", "crediting program and standard", "project type"),
}

SOURCES: tuple[Source, ...] = (
    Source(
        "apx-retirements",
        "",
        "retirement",
        _APX
        | {
            "beneficiary": ("retired on behalf of",),
            "reason": ("retirement reason",),
            "note": ("retirement reason details", "purpose of retirement"),
        },
        ("serials", "quantity", "day", "reason"),
        lots="project and vintage",
    ),
    Source(
        "apx-cancellations",
        "",
        "cancellation",
        _APX | {"reason": ("cancellation reason",), "note": ("cancellation details", "export notes")},
        ("serials", "quantity", "day", "reason"),
        lots="project and vintage",
    ),
    Source(
        "car-issuances",
        "car",
        "issuance",
        {
            "quantity": ("total offset credits issued",),
            "day": ("date issued",),
            "project": ("project id",),
            "name": ("project name",),
            "vintage": ("vintage",),
            "country": ("project site country",),
        },
        ("quantity", "day", "project", "vintage"),
        lots="project and vintage",
    ),
    Source(
        "art-issuances",
        "art",
        "issuance",
        {
            "quantity": ("total emission reductions removals",),
            "part": ("credits verified",),
            "buffer": ("credits deposited in buffer",),
            "day": ("date approved",),
            "project": ("program id",),
            "name": ("program name",),
            "vintage": ("vintage",),
            "country": ("program country",),
        },
        ("quantity", "part", "buffer", "day", "project", "vintage"),
        lots="project and vintage",
    ),
    Source(
        "verra-transactions",
        "verra",
        "transaction",
        {
            "serials": ("serial number", "serial numbers"),
            "quantity": ("quantity issued",),
            "total": ("total vintage quantity",),
            "day": ("retirement cancellation date",),
            "issued": ("issuance date",),
            "project": ("id",),
            "name": ("name",),
            "from": ("vintage start",),
            "to": ("vintage end",),
            "country": ("country area",),
            "beneficiary": ("retirement beneficiary",),
            "reason": ("retirement reason",),
            "note": ("retirement details",),
        },
        ("serials", "quantity", "total", "day", "issued", "project"),
        lots="project and period",
    ),
    Source(
        "gold-standard-retirements",
        "gold-standard",
        "retirement",
        _GOLD
        | {"day": ("retirement date",), "beneficiary": ("using entity",), "reason": ("use case",), "note": ("note",)},
        ("serials", "quantity", "project", "day"),
    ),
    Source(
        "gold-standard-issuances",
        "gold-standard",
        "issuance",
        _GOLD | {"day": ("issuance date",)},
        ("serials", "quantity", "project", "day"),
        without=("retirement date",),
    ),
    Source(
        "cercarbono-retirements",
        "cercarbono",
        "retirement",
        {
            "batch": ("serial",),
            "first": ("from",),
            "last": ("to",),
            "quantity": ("quantity",),
            "day": ("date",),
            "project": ("project id",),
            "name": ("project name",),
            "vintage": ("vintage",),
            "beneficiary": ("end user",),
            "reason": ("certificate destination",),
            "note": ("passive subject",),
        },
        ("batch", "first", "last", "quantity", "day"),
    ),
    Source(
        "cercarbono-issuances",
        "cercarbono",
        "issuance",
        {
            "batch": ("serial",),
            "quantity": ("issued quantity",),
            "day": ("issuance date",),
            "vintage": ("year",),
            "period": ("vintage of credits",),
        },
        ("batch", "quantity", "day"),
        without=("from", "to"),
    ),
    Source(
        "gold-standard-projects",
        "gold-standard",
        "project",
        _PROJECT | {"project": ("gsid",), "name": ("project name",), "annual": ("estimated annual credits",)},
        ("project", "name", "annual"),
    ),
    Source(
        "verra-projects",
        "verra",
        "project",
        _PROJECT
        | {
            "project": ("id",),
            "name": ("name",),
            "annual": ("estimated annual emission reductions",),
            "day": ("project registration date",),
            "from": ("crediting period start date",),
            "to": ("crediting period end date",),
        },
        ("project", "name", "annual"),
    ),
    Source(
        "car-projects",
        "car",
        "project",
        _PROJECT
        | {
            "project": ("project id",),
            "name": ("project name",),
            "total": ("total number of offset credits registered",),
            "day": ("project registered date",),
        },
        ("project", "name", "status"),
        without=("offset credit serial numbers", "credit serial numbers"),
    ),
    Source(
        "art-projects",
        "art",
        "project",
        _PROJECT
        | {
            "project": ("program id",),
            "name": ("program name",),
            "day": ("initial crediting period start date",),
        },
        ("project", "name", "status"),
        without=("credit serial numbers",),
    ),
    Source(
        "serials",
        "",
        "retirement",
        {
            "serials": (
                "serial numbers",
                "serial number",
                "serials",
                "serial",
                "unit serial numbers",
                "credit serial numbers",
                "offset credit serial numbers",
                "序列号",
            ),
            "quantity": (
                "quantity",
                "quantity of credits",
                "quantity of offset credits",
                "quantity issued",
                "amount",
                "units",
                "credits",
                "数量",
            ),
            "day": (
                "retirement date",
                "cancellation date",
                "retirement cancellation date",
                "status effective",
                "date",
                "注销日期",
                "日期",
            ),
            "project": ("project id", "program id", "project", "项目编号"),
            "name": ("project name", "项目名称"),
            "vintage": ("vintage", "年份"),
            "beneficiary": ("beneficiary", "retirement beneficiary", "受益人"),
            "reason": ("reason", "retirement reason"),
            "note": ("note", "notes", "details", "备注"),
        },
        ("serials", "quantity"),
    ),
)
"""In the order asked: the first that fits is taken. The last reads any table of serial numbers and quantities."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A table's format, layout, and where each value stands."""

    source: Source
    layout: Layout
    at: dict[str, int] = field(hash=False)


def recognise(layouts: Sequence[Layout], *, registry: str | None = None, place: str = "") -> Recognised:
    """The format of a table. `registry` leaves out the formats of others. Raises InvalidInput if none fits."""
    for source in SOURCES:
        if registry and source.registry not in ("", registry):
            continue
        for layout in layouts:
            at = source.find(layout.header)
            if at is not None:
                return Recognised(source, layout, at)
    found = max((layout.header for layout in layouts), key=len, default=())
    raise InvalidInput(
        "no known format has these columns" + (f" (of {registry})" if registry else ""),
        expected="one of " + ", ".join(source.key for source in SOURCES),
        found=", ".join(found)[:200] or "a single column",
        hint="a table of your own needs the columns 'serial numbers' and 'quantity'",
        place=place,
    )
