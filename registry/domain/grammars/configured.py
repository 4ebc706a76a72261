"""Configured prefixes as one setting: `ccer=CCER-XYZ- cdcer=CDCER-1-:8:to`, entries parted by white space or commas.

An entry is `registry=PREFIX`, then `:DIGITS` if the number has a fixed width with zeros in front (0: none), then
`:JOINT` for what stands between first and last: `to` (" to ", the default), `hyphen` ("-") or `spaced-hyphen` (" - ").
"""

import re

from registry.domain.errors import InvalidInput
from registry.domain.grammars.opaque import OpaquePrefix, require_distinct
from registry.domain.grammars.table import GRAMMARS
from registry.domain.hexes import shorten

MOST_ENTRIES = 1_000
JOINT_NAMES = {"to": " to ", "hyphen": "-", "spaced-hyphen": " - "}
_ENTRY = re.compile(r"([a-z][a-z0-9-]{0,31})=([A-Z0-9._-]+)(?::([0-9]{1,2}))?(?::([a-z-]+))?", re.ASCII)


def parse_configured(text: str) -> tuple[OpaquePrefix, ...]:
    """The prefixes that a setting names, in its order; none for an empty text.

    Raises InvalidInput for an entry of another form, and for prefixes that could be mistaken for one another or for a
    registry that is known here.
    """
    entries = text.replace(",", " ").split()
    if len(entries) > MOST_ENTRIES:
        raise InvalidInput("too many configured prefixes", expected=f"at most {MOST_ENTRIES}", found=str(len(entries)))
    configured = tuple(_entry(entry) for entry in entries)
    require_distinct(configured, GRAMMARS)
    return configured


def _entry(entry: str) -> OpaquePrefix:
    found = _ENTRY.fullmatch(entry)
    joint = (found[4] or "to") if found else ""
    if found is None or joint not in JOINT_NAMES:
        raise InvalidInput(
            "not a configured prefix",
            expected=f"registry=PREFIX, then :DIGITS and :JOINT if needed; JOINT one of {', '.join(JOINT_NAMES)}",
            found=shorten(entry),
            hint="ccer=CCER-XYZ- or ccer=CCER-XYZ-:8:hyphen",
        )
    return OpaquePrefix(found[1], found[2], int(found[3] or 0), JOINT_NAMES[joint])
