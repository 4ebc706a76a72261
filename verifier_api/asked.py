"""Where the one field leads: to the page of what a visitor typed."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from registry.domain.asked import parse_asked_serials, parse_certificate
from registry.domain.errors import InvalidInput
from registry.domain.grammars import OpaquePrefix
from registry.domain.hexes import hex0x
from verifier_api.problems import Problem

_NUMBERED = re.compile(r"[0-9A-Za-z]{4}[\s-]?[0-9A-Za-z]{4}[\s-]?[0-9A-Za-z]{4}[\s-]?[0-9A-Za-z]\Z")
_HASH = re.compile(r"(0[xX].*|[0-9a-fA-F]{64})\Z", re.S)


def where_to(text: str, configured: Sequence[OpaquePrefix] = ()) -> str:
    """The page that answers what was typed into the one field. Raises Problem 400 if it names nothing."""
    typed = text.strip()
    if _HASH.match(typed) or _NUMBERED.match(typed):
        try:
            found = parse_certificate(typed)
        except InvalidInput as error:
            raise Problem(400, "bad-number", error.message, error.expected, error.found, error.hint) from None
        return f"/certificates/{hex0x(found) if isinstance(found, bytes) else found}"
    try:
        return f"/credits/{quote(parse_asked_serials(typed, configured=configured).text)}"
    except InvalidInput as error:
        raise Problem(400, "not-understood", str(error)) from None
