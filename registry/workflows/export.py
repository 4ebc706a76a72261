"""The mirror as tables in the form of OffsetsDB (CarbonPlan), with the serial numbers that this form leaves out.

`projects.csv` and `credits.csv`: its columns in its order, ours after them. What the chain does not know (a
beneficiary, a country) is an empty cell.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from registry.domain.hexes import hex0x
from registry.imports.folders import new_folder
from registry.store.credit_transactions import (
    ISSUANCE,
    RETIREMENT,
    CreditTransaction,
    credit_transactions,
    projects_with_credits,
)
from registry.store.projects import ProjectState
from registry.store.session import Session

CREDITS = (
    "id",
    "quantity",
    "project_id",
    "vintage",
    "transaction_date",
    "transaction_type",
    "retirement_account",
    "retirement_reason",
    "retirement_note",
    "retirement_beneficiary",
    "retirement_beneficiary_harmonized",
    "series",
    "first_serial",
    "last_serial",
    "lot",
    "block",
)
PROJECTS = (
    "project_id",
    "name",
    "registry",
    "proponent",
    "protocol",
    "category",
    "project_type",
    "project_type_source",
    "status",
    "country",
    "listed_at",
    "is_compliance",
    "retired",
    "issued",
    "first_issuance_at",
    "first_retirement_at",
    "project_url",
    "programme",
)


def write_export(session: Session, out: Path, *, as_of: int | None = None) -> tuple[int, int]:
    """Write both tables into the new folder `out`, whole or not at all; returns how many projects and transactions.

    Raises InvalidInput if the folder is there already or cannot be written, Unavailable for an empty mirror.
    """
    with new_folder(out) as folder:
        sums = _Sums()
        credits_ = _write(folder / "credits.csv", CREDITS, sums.watch(credit_transactions(session, as_of)))
        known = projects_with_credits(session, as_of)
        return _write(folder / "projects.csv", PROJECTS, (sums.row(project) for project in known)), credits_


def project_id(project: ProjectState) -> str:
    """A project as OffsetsDB names it: its programme's code stands before a bare number."""
    return project.source_id if not project.source_id.isdigit() else f"{project.programme_code}{project.source_id}"


class _Sums:
    """What a project's row says of its credits, added up while these are written."""

    def __init__(self) -> None:
        self._credits: dict[tuple[int, str], int] = defaultdict(int)
        self._first: dict[tuple[int, str], str] = {}

    def watch(self, transactions: Iterable[CreditTransaction]) -> Iterator[dict[str, Any]]:
        for number, one in enumerate(transactions, 1):
            key = one.project.project, one.kind
            self._credits[key] += one.serials.width
            self._first.setdefault(key, one.at.isoformat())
            yield {
                "id": number,
                "quantity": one.serials.width,
                "project_id": project_id(one.project),
                "vintage": one.vintage,
                "transaction_date": one.at.isoformat(),
                "transaction_type": one.kind,
                "retirement_account": hex0x(one.account) if one.kind == RETIREMENT else "",
                "series": one.series,
                "first_serial": one.serials.first,
                "last_serial": one.serials.last,
                "lot": one.lot,
                "block": one.block_number,
            }

    def row(self, project: ProjectState) -> dict[str, Any]:
        number = project.project
        return {
            "project_id": project_id(project),
            "registry": project.programme_code.lower(),
            "protocol": "[]",
            "project_type": "unknown",
            "project_type_source": "offsetproof",
            "status": project.status,
            "retired": self._credits[number, RETIREMENT],
            "issued": self._credits[number, ISSUANCE],
            "first_issuance_at": self._first.get((number, ISSUANCE), ""),
            "first_retirement_at": self._first.get((number, RETIREMENT), ""),
            "programme": project.programme_code,
        }


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, restval="")
        table.writeheader()
        for row in rows:
            table.writerow(row)
            count += 1
    return count
