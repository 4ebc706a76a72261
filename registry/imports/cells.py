"""Cells of foreign tables as values: numbers, days, names. What cannot be read says what was expected and found."""

import re
import unicodedata
from datetime import date

from registry.domain.errors import InvalidInput
from registry.domain.units import MAX_GRAMS

MOST_TEXT = 2_000
"""Characters kept of a text; registries print notes of several pages."""

_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_WHOLE = re.compile(r"(?:0|[1-9][0-9]*)(?:\.0+)?\Z|[1-9][0-9]{0,2}(?:[,' ][0-9]{3})+(?:\.0+)?\Z")
_DECIMAL = re.compile(r"[0-9][0-9,' ]*\.[0-9]+\Z")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9:.]+(?:Z|[+-][0-9:]{5})?)?\Z")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})(?: [0-9:]+(?: [AP]M)?)?\Z")
_CENTURY = 70
"""Years of two digits from here on are of the last century."""


def read_text(cell: str) -> str:
    """A text on one line: normal form C, white space as single spaces, no control characters, at most `MOST_TEXT`."""
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", cell))
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")).strip()[:MOST_TEXT]


def read_whole(cell: str, column: str) -> int:
    """A number of whole credits: `1454054`, `1,454,054`, `84267.0`. Raises InvalidInput for all else."""
    text = _SPACES.sub(" ", cell).strip()
    if _WHOLE.match(text):
        value = int(re.sub("[,' ]", "", text.partition(".")[0]))
        if value <= MAX_GRAMS:
            return value
    raise InvalidInput(
        "a fraction of a credit" if _DECIMAL.match(text) else "not a whole number",
        expected=f"0 to {MAX_GRAMS}, digits, thousands in groups of three",
        found=repr(cell[:40]),
        place=column,
    )


def read_day(cell: str, column: str) -> date | None:
    """A day, None for an empty cell: `2026-04-03`, with or without a time, or `4/3/2026` as month, day, year.

    Raises InvalidInput for a day that does not exist, and for one that can be read only with the day first.
    """
    text = _SPACES.sub(" ", cell).strip()
    if not text:
        return None
    try:
        if found := _ISO.match(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _SLASHED.match(text):
            year = int(found[3])
            if len(found[3]) == 2:
                year += 1900 if year >= _CENTURY else 2000
            return date(year, int(found[1]), int(found[2]))
    except ValueError:
        pass
    raise InvalidInput(
        "not a day",
        expected="like 2026-04-03 or, month first, 4/3/2026",
        found=repr(cell[:40]),
        place=column,
    )
