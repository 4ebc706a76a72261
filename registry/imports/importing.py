"""Files in, records out: every row of every file is read or rejected, and what is odd is found."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from registry.domain.grammars import OpaquePrefix
from registry.imports.anomalies import Anomaly, find_anomalies
from registry.imports.records import Place, Record, Rejected, read_row
from registry.imports.sources import recognise
from registry.imports.text_table import encoding_of, headers, rows


@dataclass(slots=True)
class FileRead:
    """What came of one file. `rows` = len(records) + len(rejected), always."""

    file: str
    format: str
    encoding: str
    separator: str
    digest: bytes
    """SHA-256 of the file."""
    rows: int = 0
    records: list[Record] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


@dataclass(slots=True)
class Imported:
    """What came of several files that belong together."""

    files: list[FileRead]
    anomalies: list[Anomaly]

    @property
    def digest(self) -> str:
        """What names these files together: SHA-256 in hex over their digests, in the order given."""
        return sha256(b"".join(file.digest for file in self.files)).hexdigest()

    @property
    def records(self) -> Iterator[Record]:
        return (record for file in self.files for record in file.records)

    @property
    def rejected(self) -> Iterator[Rejected]:
        return (rejected for file in self.files for rejected in file.rejected)

    def to_value(self) -> dict[str, Any]:
        """The report as JSON."""
        kinds = Counter(record.kind for record in self.records)
        credits_of: Counter[str] = Counter()
        for record in self.records:
            credits_of[record.kind] += record.quantity
        return {
            "rows": sum(file.rows for file in self.files),
            "parsed": sum(len(file.records) for file in self.files),
            "rejected": sum(len(file.rejected) for file in self.files),
            "anomalies": [
                {"kind": one.kind, "places": [place_value(place) for place in one.places], "found": one.found}
                for one in self.anomalies
            ],
            "anomaly_counts": dict(Counter(one.kind for one in self.anomalies)),
            "rejections": [
                {**place_value(one.place), "column": one.column, "reason": one.reason} for one in self.rejected
            ],
            "cleaned": [
                {**place_value(record.place), "changes": list(record.cleaned)}
                for record in self.records
                if record.cleaned
            ],
            "kinds": {kind: {"rows": count, "credits": credits_of[kind]} for kind, count in kinds.items()},
            "files": [
                {
                    "file": file.file,
                    "format": file.format,
                    "encoding": file.encoding,
                    "separator": file.separator,
                    "sha256": file.digest.hex(),
                    "rows": file.rows,
                    "parsed": len(file.records),
                    "rejected": len(file.rejected),
                }
                for file in self.files
            ],
        }


def place_value(place: Place) -> dict[str, Any]:
    """A place as JSON."""
    return {"file": place.file, "row": place.row, "line": place.line}


def read_files(
    paths: Sequence[Path],
    *,
    today: date,
    registry: str | None = None,
    configured: Sequence[OpaquePrefix] = (),
) -> Imported:
    """Read files that belong together (a registry's issuances and retirements). Formats are told by their columns.

    Raises InvalidInput for a file that cannot be read or is of no known format; a bad row is only rejected.
    """
    files = [_read_file(path, registry, configured) for path in paths]
    return Imported(files, find_anomalies([record for file in files for record in file.records], today=today))


def _read_file(path: Path, registry: str | None, configured: Sequence[OpaquePrefix]) -> FileRead:
    table = recognise(list(headers(path, encoding_of(path))), registry=registry, place=path.name)
    read = FileRead(path.name, table.source.key, table.layout.encoding, table.layout.separator, _digest(path))
    for row in rows(path, table.layout):
        found = read_row(path.name, table, row, configured)
        read.rows += 1
        if isinstance(found, Record):
            read.records.append(found)
        else:
            read.rejected.append(found)
    return read


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return file_digest(file, "sha256").digest()
