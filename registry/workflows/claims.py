"""The file that a platform hands over: one row a claim, as CSV with the columns of `COLUMNS`.

Every row becomes a `Claim` or an InvalidInput with file, line and column; nothing is guessed and nothing is dropped.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from registry.domain.certificates import Activity, Price
from registry.domain.errors import InvalidInput
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
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
_MOST_TEXT = 500


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


def read_claims(lines: Iterable[str], name: str) -> Iterator[Claim]:
    """The claims of a CSV text, in order. `name` stands in the place of each error.

    Raises InvalidInput at the first row that is not a claim, and for a claim id that stood before.
    """
    rows = csv.reader(lines, strict=True)
    header = _next_row(rows, name, 1)
    if header is None:
        raise InvalidInput("the file is empty", expected=f"a header: {','.join(COLUMNS)}", place=name)
    if tuple(cell.strip() for cell in header) != COLUMNS:
        raise InvalidInput(
            "wrong header",
            expected=",".join(COLUMNS),
            found=",".join(header)[:200],
            hint="name all columns in this order; leave cells empty where you have nothing to say",
            place=f"{name} line 1",
        )
    seen: dict[str, int] = {}
    while True:
        row = _next_row(rows, name, rows.line_num + 1)
        if row is None:
            return
        line = rows.line_num
        if not row:
            continue
        claim = _claim(row, f"{name} line {line}")
        if claim.claim_id in seen:
            raise InvalidInput(
                "claim id stands twice",
                expected="each claim once",
                found=f"{claim.claim_id!r}, first on line {seen[claim.claim_id]}",
                place=f"{name} line {line}, column claim_id",
            )
        seen[claim.claim_id] = line
        yield claim


def _next_row(rows: Iterator[list[str]], name: str, line: int) -> list[str] | None:
    try:
        return next(rows, None)
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidInput("not CSV in UTF-8", found=str(error), place=f"{name} line {line}") from None


def _claim(row: list[str], place: str) -> Claim:
    if len(row) != len(COLUMNS):
        raise InvalidInput(
            "wrong number of cells",
            expected=str(len(COLUMNS)),
            found=str(len(row)),
            hint="put cells that hold a comma into double quotes",
            place=place,
        )
    cells = dict(zip(COLUMNS, row, strict=True))

    def at(column: str) -> str:
        return f"{place}, column {column}"

    def text(column: str, least: int = 0, most: int = _MOST_TEXT) -> str:
        value = unicodedata.normalize("NFC", cells[column].strip())
        if not least <= len(value) <= most:
            raise InvalidInput("wrong length", expected=f"{least} to {most}", found=str(len(value)), place=at(column))
        bad = next((c for c in value if unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co")), None)
        if bad is not None:
            raise InvalidInput("not printable text", found=f"U+{ord(bad):04X}", place=at(column))
        return value

    def whole(column: str, least: int, most: int) -> int:
        value = cells[column].strip()
        if not _WHOLE.match(value) or not least <= int(value) <= most:
            raise InvalidInput(
                "not a whole number in range",
                expected=f"{least} to {most}, digits only",
                found=repr(value[:40]),
                place=at(column),
            )
        return int(value)

    grams = whole("grams", 1, MAX_GRAMS)
    issued_at = cells["issued_at"].strip()
    if not _MOMENT.match(issued_at):
        raise InvalidInput(
            "not a moment in UTC", expected="2026-11-22T08:00:00Z", found=repr(issued_at[:40]), place=at("issued_at")
        )
    activity: Activity | None = None
    if cells["activity"].strip():
        quantity = cells["quantity"].strip()
        if not _DECIMAL.match(quantity):
            raise InvalidInput("not a decimal number", expected="12.5", found=repr(quantity[:40]), place=at("quantity"))
        activity = Activity(text("activity", 1), quantity, text("unit", 1), grams, text("factor_id") or None)
    else:
        _require_empty(cells, ("quantity", "unit", "factor_id"), "activity", at)
    price: Price | None = None
    if cells["currency"].strip():
        currency, exponent = text("currency", 3, 12), whole("exponent", 0, 18)
        units = whole("units", 0, MAX_GRAMS)
        try:
            price = Price(currency, exponent, units)
        except InvalidInput as error:
            error.place = at("currency")
            raise
    else:
        _require_empty(cells, ("exponent", "units"), "currency", at)
    return Claim(
        claim_id=text("claim_id", 1, 128),
        grams=grams,
        beneficiary=text("beneficiary", 1),
        purpose=text("purpose", 1),
        activity=activity,
        price=price,
        issued_at=issued_at,
    )


def _require_empty(cells: dict[str, str], columns: tuple[str, ...], without: str, at: Callable[[str], str]) -> None:
    for column in columns:
        if cells[column].strip():
            raise InvalidInput(
                f"{column} without {without}",
                expected=f"a {without}, or nothing here",
                found=repr(cells[column][:40]),
                place=at(column),
            )
