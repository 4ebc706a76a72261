"""The rows of the file that a platform hands over: one claim a row, as CSV with the columns of `COLUMNS`, or as NDJSON.

Every row becomes a `Claim` or an InvalidInput with its line and column; nothing is guessed and nothing is dropped.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from io import StringIO
from itertools import count
from operator import methodcaller
from typing import NamedTuple

from registry.domain.certificates import MAX_CLAIM_ID, MAX_TEXT, Activity, Price
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
_MOST_LINE = 65_536
_ENDS_IN_QUOTES = "unexpected end of data"
"""What the csv module says of a text that ends inside a quoted cell."""


class Claim(NamedTuple):
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


class CellRunsOver(Exception):
    """The text ends inside a quoted cell: what follows it belongs to the same row."""


def check_header(text: str) -> None:
    """Raises InvalidInput unless a CSV file's first line names `COLUMNS`."""
    if not text.strip():
        raise InvalidInput("the file is empty", expected=f"a header: {','.join(COLUMNS)}")
    header = next(csv.reader([text]), [])
    if tuple(cell.strip().removeprefix("\ufeff") for cell in header) != COLUMNS:
        raise InvalidInput(
            "wrong header",
            expected=",".join(COLUMNS),
            found=",".join(header)[:200],
            hint="name all columns in this order; leave cells empty where you have nothing to say",
            place="line 1",
        )


def csv_rows(text: str, line: int) -> Iterator[Row]:
    """The rows of a CSV text that begins with line `line` and ends with a whole line.

    Raises InvalidInput where the quoting is broken: nobody can say where the next row begins, so such a row is never
    set aside. Raises CellRunsOver at the end of a text that ends inside a quoted cell.
    """
    if '"' in text or "\r" in text:
        return _quoted_rows(text, line)
    lines = text.removesuffix("\n").split("\n")
    numbered = zip(count(line), map(_cells, lines), strict=False)
    return numbered if all(lines) else (row for row, cells in zip(numbered, lines, strict=True) if cells)


_cells = methodcaller("split", ",")
"""The cells of a line without quotes."""


def _quoted_rows(text: str, line: int) -> Iterator[Row]:
    rows = csv.reader(StringIO(text, newline="\n"), strict=True)
    try:
        for cells in rows:
            if cells:
                yield line - 1 + rows.line_num, cells
    except csv.Error as error:
        if str(error) == _ENDS_IN_QUOTES:
            raise CellRunsOver from None
        raise InvalidInput(
            "not CSV",
            found=str(error),
            hint="put a cell that holds a comma or a quote into quotes, and double the quotes in it",
            place=f"line {line - 1 + rows.line_num}",
        ) from None


def json_rows(text: str, line: int) -> Iterator[Row]:
    """The rows of an NDJSON text: an object a line with the names of `COLUMNS`, of strings or whole numbers."""
    for number, row in enumerate(text.split("\n"), line):
        if row.strip():
            try:
                yield number, _json_cells(row)
            except InvalidInput as error:
                error.place = ""
                yield number, error


def _json_cells(text: str) -> list[str]:
    members = require_object(parse_strict(text, max_bytes=_MOST_LINE, what="row"), "row", (), COLUMNS)
    cells = []
    for column in COLUMNS:
        value = members.get(column)
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int)):
            raise InvalidInput("not a cell", expected="a string or a whole number", found=f"{column}: {value}"[:80])
        cells.append("" if value is None else str(value))
    return cells


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
    grams = parse_grams(weight)
    return Claim(
        claim_id=parse_text(claim_id, "claim_id", MAX_CLAIM_ID),
        grams=grams,
        beneficiary=parse_text(beneficiary, "beneficiary"),
        purpose=parse_text(purpose, "purpose"),
        activity=parse_activity(kind, quantity, unit, factor, grams),
        price=parse_price(currency, exponent, units),
        issued_at=parse_moment(moment),
    )


def parse_grams(cell: str) -> int:
    """The grams of a row."""
    return _whole(cell, "grams", 1, MAX_GRAMS)


def parse_text(cell: str, column: str, most: int = MAX_TEXT) -> str:
    """Text without the space around it, in normal form C."""
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
def parse_moment(cell: str) -> str:
    """A moment in UTC."""
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
def parse_activity(kind: str, quantity: str, unit: str, factor: str, grams: int) -> Activity | None:
    """What was computed, or None if nothing was."""
    if not kind.strip():
        _require_empty({"quantity": quantity, "unit": unit, "factor_id": factor}, "activity")
        return None
    amount = quantity.strip()
    if not _DECIMAL.match(amount):
        raise InvalidInput("not a decimal number", expected="12.5", found=repr(amount[:40]), place="column quantity")
    named = parse_text(factor, "factor_id") if factor.strip() else None
    return Activity(parse_text(kind, "activity"), amount, parse_text(unit, "unit"), grams, named)


@lru_cache(4096)
def parse_price(currency: str, exponent: str, units: str) -> Price | None:
    """What was charged, or None if that is not told."""
    if not currency.strip():
        _require_empty({"exponent": exponent, "units": units}, "currency")
        return None
    places, charged = _whole(exponent, "exponent", 0, 18), _whole(units, "units", 0, MAX_GRAMS)
    try:
        return Price(parse_text(currency, "currency", 12), places, charged)
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
