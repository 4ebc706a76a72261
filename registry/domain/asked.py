"""What somebody typed: a certificate's hash or short number, or serial numbers in any registry's spelling."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain.errors import InvalidInput
from registry.domain.grammars import OpaquePrefix, PrintedSerials, normalise, parse_serials
from registry.domain.hexes import parse_hash
from registry.domain.numbers import ShortNumber, parse_number
from registry.domain.serials import SerialRange, require_series_id

LONGEST = 200
_CANONICAL = re.compile(r"([A-Z0-9._-]{1,64}):([0-9]{1,39})(?:-([0-9]{1,39}))?\Z")
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


def parse_asked_serials(text: str, *, configured: Sequence[OpaquePrefix] = ()) -> AskedSerials:
    """`SERIES:NUMBER`, `SERIES:FIRST-LAST`, or a serial as its source registry prints it; raises InvalidInput.

    `configured` adds registries without a public coding rule.
    """
    typed = text.strip()
    if len(typed) > LONGEST:
        raise InvalidInput("too long for a serial number", expected=f"at most {LONGEST} characters")
    if found := _CANONICAL.match(typed):
        series, first, last = found.groups()
        if int(last or first) < int(first):
            raise InvalidInput("the range runs backwards", expected="first number, hyphen, last number", found=typed)
        return AskedSerials(typed, require_series_id(series), SerialRange.of(int(first), int(last or first)), None)
    try:
        printed = parse_serials(typed, configured=configured)
    except InvalidInput:
        printed = parse_serials(normalise(typed, configured=configured).text, configured=configured)
    return AskedSerials(typed, printed.series, printed.range, printed)
