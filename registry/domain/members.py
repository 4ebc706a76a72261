"""Reading members of untrusted JSON, strictly. Each function returns the typed value or raises InvalidInput."""

import re
import unicodedata
from collections.abc import Collection

from registry.domain.errors import InvalidInput
from registry.domain.hexes import shorten

# Control characters, line and paragraph separators, and the characters that reorder what stands around them.
# A fixed list, so that every implementation refuses the same texts.
_REFUSED_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def require_object(
    value: object, place: str, required: Collection[str], optional: Collection[str] = ()
) -> dict[str, object]:
    """An object with all `required` members and no member beside `optional`."""
    if not isinstance(value, dict):
        raise InvalidInput("wrong type", expected="an object", found=shorten(value), place=place)
    if len(value) == len(required) and all(map(value.__contains__, required)):
        return value
    needed = set(required)
    found = set(value)
    missing = sorted(needed - found)
    if missing:
        raise InvalidInput("a member is missing", expected=", ".join(missing), place=place)
    unknown = sorted(found - needed - set(optional))
    if unknown:
        raise InvalidInput("a member is unknown", found=shorten(unknown[0]), place=place)
    return value


def require_list(value: object, place: str, most: int) -> list[object]:
    """A list of at most `most` entries."""
    if not isinstance(value, list):
        raise InvalidInput("wrong type", expected="a list", found=shorten(value), place=place)
    if len(value) > most:
        raise InvalidInput("too many entries", expected=f"at most {most}", found=str(len(value)), place=place)
    return value


def require_integer(value: object, place: str, least: int, most: int) -> int:
    """An integer from `least` to `most`; never a bool, a float or a string."""
    if type(value) is not int:
        raise InvalidInput("wrong type", expected="an integer", found=shorten(value), place=place)
    if not least <= value <= most:
        raise InvalidInput("out of range", expected=f"{least} to {most}", found=shorten(value), place=place)
    return value


def require_bool(value: object, place: str) -> bool:
    if type(value) is not bool:
        raise InvalidInput("wrong type", expected="true or false", found=shorten(value), place=place)
    return value


def require_bytes(value: object, place: str, least: int, most: int) -> bytes:
    """`least` to `most` bytes."""
    if type(value) is not bytes or not least <= len(value) <= most:
        raise InvalidInput("wrong bytes", expected=f"{least} to {most} bytes", found=shorten(value), place=place)
    return value


def require_string(value: object, place: str, most: int) -> str:
    """A string of at most `most` characters, whatever they are."""
    if not isinstance(value, str):
        raise InvalidInput("wrong type", expected="a string", found=shorten(value), place=place)
    if len(value) > most:
        raise InvalidInput("too long", expected=f"at most {most} characters", found=str(len(value)), place=place)
    return value


def require_text(value: object, place: str, most: int) -> str:
    """Text for people: 1 to `most` Unicode code points, in any normal form, without control or reordering ones."""
    text = require_string(value, place, most)
    if not text:
        raise InvalidInput("empty", expected="at least one character", place=place)
    if text.isascii() and text.isprintable():
        return text  # Nothing below concerns it.
    if refused := _REFUSED_CHARACTERS.search(text):
        raise InvalidInput(
            "a control character", expected="printable text", found=f"U+{ord(refused.group()):04X}", place=place
        )
    return text


def normal_text(text: str) -> str:
    """`text` as writers emit it, in Unicode normal form C. Readers do not ask for it: its tables grow with Unicode."""
    return unicodedata.normalize("NFC", text)


def require_pattern(value: object, place: str, pattern: re.Pattern[str], most: int, expected: str) -> str:
    """A string of at most `most` characters that `pattern` matches whole; `expected` says so in words."""
    text = require_string(value, place, most)
    if not pattern.fullmatch(text):
        raise InvalidInput("wrong form", expected=expected, found=shorten(text), place=place)
    return text


def parse_decimal(value: object, place: str, least: int, most: int) -> int:
    """A wide integer from its decimal string: ASCII digits, no sign, no leading zero."""
    if isinstance(value, str) and len(value) <= 78 and value.isascii() and value.isdigit():
        number = int(value)
        if str(number) == value:
            return require_integer(number, place, least, most)
    raise InvalidInput(
        "not a decimal string",
        expected="a string of digits without leading zeros",
        found=shorten(value),
        place=place,
    )
