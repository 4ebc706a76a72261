"""What an import leaves in its folder: every record, every rejected row, and the report."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from registry.imports.folders import new_folder
from registry.imports.importing import Imported, place_value
from registry.imports.records import Record

RECORDS, REJECTED, REPORT = "records.ndjson", "rejected.ndjson", "report.json"


def write_import(out: Path, imported: Imported) -> None:
    """Write the folder `out`, whole or not at all. Raises InvalidInput if it is there already, or cannot be written."""
    rejected = ({**place_value(one.place), "column": one.column, "reason": one.reason} for one in imported.rejected)
    with new_folder(out) as folder:
        _write_lines(folder / RECORDS, map(record_value, imported.records))
        _write_lines(folder / REJECTED, rejected)
        text = json.dumps(imported.to_value(), ensure_ascii=False, indent=2)
        (folder / REPORT).write_text(text + "\n", encoding="utf-8")


def record_value(record: Record) -> dict[str, Any]:
    """A record as JSON: only what is known. Serial numbers as series, first and last, and as their registry prints
    them; days as ISO 8601."""
    serials = record.serials
    value: dict[str, Any] = {
        "kind": record.kind,
        "registry": record.registry,
        **place_value(record.place),
        "serials": str(serials) if serials else None,
        "series": serials.series if serials else None,
        "first": str(serials.range.first) if serials else None,
        "last": str(serials.range.last) if serials else None,
        "quantity": record.quantity or None,
        "day": record.day,
        "issued": record.issued,
        "from": record.period[0],
        "to": record.period[1],
        "total": record.total,
        **{name: text for name, text in asdict(record).items() if name in _TEXTS},
        **dict(record.details),
        "cleaned": list(record.cleaned),
    }
    return {name: one for name, one in value.items() if one not in (None, "", [])}


_TEXTS = ("project", "name", "vintage", "lot", "beneficiary", "note")


def _write_lines(path: Path, values: Any) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(value, ensure_ascii=False, default=str) + "\n" for value in values)
