"""The file that a platform hands over: one claim a row, as CSV with the columns of `COLUMNS`, or as NDJSON.

Every row becomes a `Claim` or an InvalidInput with file, line and column; nothing is guessed and nothing is dropped.
Rows are read one at a time, so a file may be of any length.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from registry.domain.certificates import Activity, Price
from registry.domain.errors import InvalidInput
from registry.domain.members import require_object, require_text
from registry.domain.strict_json import parse_strict
from registry.domain.units import MAX_GRAMS

COLUMNS = (
    "claim_id",
    "grams",
    "beneficiary",
    "purpose",
    "activity",
    "quantity",
    "unit",
    "factor_id",
    "currency",
    "exponent",
    "units",
    "issued_at",
)

_WHOLE = re.compile(r"(?:0|[1-9][0-9]{0,15})\Z")
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?\Z")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
_MOST_TEXT = 500
_MOST_LINE = 65_536


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be certified: `grams` of CO2e for a beneficiary and a purpose."""

    claim_id: str
    grams: int
    beneficiary: str
    purpose: str
    activity: Activity | None
    price: Price | None
    issued_at: str


Row = tuple[int, Sequence[str] | InvalidInput]
"""Line of the file (of a row's last line), and its cells in the order of `COLUMNS`, or why it has none."""


def read_claims(lines: Iterable[str], name: str) -> Iterator[Claim]:
    """The claims of a CSV text, in order. `name` stands in the place of each error.

    Raises InvalidInput at the first row that is not a claim, and for a claim id that stood before.
    """
    seen: dict[str, int] = {}
    for line, cells in csv_rows(lines, name):
        try:
            claim = parse_row(cells)
        except InvalidInput as error:
            raise placed(error, name, line) from None
        if claim.claim_id in seen:
            raise placed(twice(seen[claim.claim_id], repr(claim.claim_id)), name, line)
        seen[claim.claim_id] = line
        yield claim


def csv_rows(lines: Iterable[str], name: str) -> Iterator[Row]:
    """The rows of a CSV text below its header; raises InvalidInput if that is not the one of `COLUMNS`."""
    rows = csv.reader(lines, strict=True)
    header = next(_rows(rows), None)
    if header is None:
        raise InvalidInput("the file is empty", expected=f"a header: {','.join(COLUMNS)}", place=name)
    if isinstance(header, InvalidInput):
        raise placed(header, name, 1)
    if tuple(cell.strip().removeprefix("\ufeff") for cell in header) != COLUMNS:
        raise InvalidInput(
            "wrong header",
            expected=",".join(COLUMNS),
            found=",".join(header)[:200],
            hint="name all columns in this order; leave cells empty where you have nothing to say",
            place=f"{name} line 1",
        )
    for row in _rows(rows):
        if row:
            yield rows.line_num, row


def json_rows(lines: Iterable[str]) -> Iterator[Row]:
    """The rows of an NDJSON text: an object a line with the names of `COLUMNS`, of strings or whole numbers."""
    for line, text in enumerate(lines, 1):
        if text.strip():
            try:
                yield line, _json_cells(text)
            except InvalidInput as error:
                error.place = ""
                yield line, error


def _json_cells(text: str) -> list[str]:
    members = require_object(parse_strict(text, max_bytes=_MOST_LINE, what="row"), "row", (), COLUMNS)
    cells = []
    for column in COLUMNS:
        value = members.get(column)
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
            raise InvalidInput("not a cell", expected="a string or a whole number", found=f"{column}: {value}"[:80])
        cells.append("" if value is None else str(value))
    return cells


def _rows(rows: Iterator[list[str]]) -> Iterator[list[str] | InvalidInput]:
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except (csv.Error, UnicodeDecodeError) as error:
            yield InvalidInput("not CSV in UTF-8", found=str(error))


def placed(error: InvalidInput, name: str, line: int) -> InvalidInput:
    """The error of a row with its place: file, line and, if the error knows it, column."""
    error.place = f"{name} line {line}" + (f", {error.place}" if error.place else "")
    return error


def twice(first_line: int, found: str) -> InvalidInput:
    """The error of a claim id that stood before."""
    return InvalidInput(
        "claim id stands twice",
        expected="each claim once",
        found=f"{found}, first on line {first_line}",
        place="column claim_id",
    )


def parse_row(cells: Sequence[str] | InvalidInput) -> Claim:
    """The claim that a row makes; raises InvalidInput, with the column as place where it is one cell's fault.

    Its fields are such that the certificate's own constructors accept them.
    """
    if isinstance(cells, InvalidInput):
        raise cells
    if len(cells) != len(COLUMNS):
        raise InvalidInput(
            "wrong number of cells",
            expected=str(len(COLUMNS)),
            found=str(len(cells)),
            hint="put cells that hold a comma into double quotes",
        )
    claim_id, weight, beneficiary, purpose, kind, quantity, unit, factor, currency, exponent, units, moment = cells
    grams = _whole(weight, "grams", 1, MAX_GRAMS)
    return Claim(
        claim_id=_text(claim_id, "claim_id", 128),
        grams=grams,
        beneficiary=_text(beneficiary, "beneficiary"),
        purpose=_text(purpose, "purpose"),
        activity=_activity(kind, quantity, unit, factor, grams),
        price=_price(currency, exponent, units),
        issued_at=_instant(moment),
    )


def _text(cell: str, column: str, most: int = _MOST_TEXT) -> str:
    value = cell.strip()
    if value.isascii() and value.isprintable() and 0 < len(value) <= most:
        return value
    value = unicodedata.normalize("NFC", value)
    if not 0 < len(value) <= most:
        raise InvalidInput("wrong length", expected=f"1 to {most}", found=str(len(value)), place=f"column {column}")
    if not value.isprintable():
        bad = next((c for c in value if unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co")), None)
        if bad is not None:
            raise InvalidInput("not printable text", found=f"U+{ord(bad):04X}", place=f"column {column}")
        require_text(value, f"column {column}", most)
    return value


def _whole(cell: str, column: str, least: int, most: int) -> int:
    value = cell.strip()
    if not _WHOLE.match(value) or not least <= int(value) <= most:
        raise InvalidInput(
            "not a whole number in range",
            expected=f"{least} to {most}, digits only",
            found=repr(value[:40]),
            place=f"column {column}",
        )
    return int(value)


@lru_cache(4096)
def _instant(cell: str) -> str:
    value = cell.strip()
    try:
        if not _MOMENT.match(value):
            raise ValueError
        datetime.fromisoformat(value)
    except ValueError:
        raise InvalidInput(
            "not a moment in UTC", expected="2026-11-22T08:00:00Z", found=repr(value[:40]), place="column issued_at"
        ) from None
    return value


@lru_cache(4096)
def _activity(kind: str, quantity: str, unit: str, factor: str, grams: int) -> Activity | None:
    if not kind.strip():
        _require_empty({"quantity": quantity, "unit": unit, "factor_id": factor}, "activity")
        return None
    amount = quantity.strip()
    if not _DECIMAL.match(amount):
        raise InvalidInput("not a decimal number", expected="12.5", found=repr(amount[:40]), place="column quantity")
    named = _text(factor, "factor_id") if factor.strip() else None
    return Activity(_text(kind, "activity"), amount, _text(unit, "unit"), grams, named)


@lru_cache(4096)
def _price(currency: str, exponent: str, units: str) -> Price | None:
    if not currency.strip():
        _require_empty({"exponent": exponent, "units": units}, "currency")
        return None
    places, charged = _whole(exponent, "exponent", 0, 18), _whole(units, "units", 0, MAX_GRAMS)
    try:
        return Price(_text(currency, "currency", 12), places, charged)
    except InvalidInput as error:
        error.place = "column currency"
        raise


def _require_empty(cells: dict[str, str], without: str) -> None:
    for column, cell in cells.items():
        if cell.strip():
            raise InvalidInput(
                f"{column} without {without}",
                expected=f"a {without}, or nothing here",
                found=repr(cell[:40]),
                place=f"column {column}",
            )
