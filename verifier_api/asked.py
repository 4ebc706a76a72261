"""What a visitor typed: a certificate's hash or short number, or serial numbers in any registry's spelling."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from registry.domain.errors import InvalidInput
from registry.domain.grammars import PrintedSerials, normalise, parse_serials
from registry.domain.hexes import hex0x, parse_hash
from registry.domain.numbers import ShortNumber, parse_number
from registry.domain.serials import SerialRange, require_series_id
from verifier_api.problems import Problem

LONGEST = 200
_CANONICAL = re.compile(r"([A-Z0-9._-]{1,64}):([0-9]{1,39})(?:-([0-9]{1,39}))?\Z")
_NUMBERED = re.compile(r"[0-9A-Za-z]{4}[\s-]?[0-9A-Za-z]{4}[\s-]?[0-9A-Za-z]{4}[\s-]?[0-9A-Za-z]\Z")
_HASH = re.compile(r"(0[xX])?[0-9a-fA-F]{64}\Z")


@dataclass(frozen=True, slots=True)
class AskedSerials:
    """Serial numbers asked for. `text` is what was typed; `printed` knows the source registry's spelling, if used."""

    text: str
    series: str
    range: SerialRange
    printed: PrintedSerials | None


def parse_certificate(text: str) -> bytes | ShortNumber:
    """A certificate's hash (32 bytes; with or without 0x, any case) or its short number; raises InvalidInput."""
    typed = text.strip()
    if _HASH.match(typed):
        return parse_hash("0x" + typed[-64:], any_case=True)
    if typed[:2].lower() == "0x":
        return parse_hash(typed, any_case=True)
    return parse_number(typed)


def parse_asked_serials(text: str) -> AskedSerials:
    """`SERIES:NUMBER`, `SERIES:FIRST-LAST`, or a serial as its source registry prints it; raises InvalidInput."""
    typed = text.strip()
    if len(typed) > LONGEST:
        raise InvalidInput("too long for a serial number", expected=f"at most {LONGEST} characters")
    if found := _CANONICAL.match(typed):
        series, first, last = found.groups()
        if int(last or first) < int(first):
            raise InvalidInput("the range runs backwards", expected="first number, hyphen, last number", found=typed)
        return AskedSerials(typed, require_series_id(series), SerialRange.of(int(first), int(last or first)), None)
    try:
        printed = parse_serials(typed)
    except InvalidInput:
        printed = parse_serials(normalise(typed).text)
    return AskedSerials(typed, printed.series, printed.range, printed)


def where_to(text: str) -> str:
    """The page that answers what was typed into the one field. Raises Problem 400 if it names nothing."""
    typed = text.strip()
    try:
        if _HASH.match(typed) or typed[:2].lower() == "0x":
            found = parse_certificate(typed)
            assert isinstance(found, bytes)
            return f"/certificates/{hex0x(found)}"
        if _NUMBERED.match(typed):
            return f"/certificates/{parse_number(typed)}"
    except InvalidInput as error:
        raise Problem(400, "bad-number", error.message, error.expected, error.found, error.hint) from None
    try:
        return f"/credits/{quote(parse_asked_serials(typed).text)}"
    except InvalidInput as error:
        raise Problem(400, "not-understood", str(error)) from None
