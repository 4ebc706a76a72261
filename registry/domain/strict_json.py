"""Strict JSON: one text, one value. What two parsers could read differently is refused.

JSON as browsers and most libraries read it accepts duplicate keys, `1e3`, `1000.0` and integers that lose digits; a
document that two readers understand differently proves nothing. Source of the rules: RFC 8259, I-JSON (RFC 7493).
"""

import json
import re
from collections import Counter
from typing import NoReturn

from registry.domain.errors import InvalidInput
from registry.domain.hexes import shorten

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]

MAX_BYTES = 1_048_576
MAX_DEPTH = 32
MAX_BRACKETS = 65_536
"""Opening ones, in strings too. Far more than any file of ours has, and what many of them cost is time."""
MAX_INTEGER = 2**53 - 1
_SPACE = " \t\n\r"

# What holds no bracket, whole strings and one that never ends among it: so no text is scanned twice.
_PLAIN = r'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\[\s\S])*+(?:"|\\?\Z))*+'


def _containers(levels: int) -> str:
    """A pattern for containers side by side that hold at most `levels` - 1 others in each other."""
    inside = ""
    for _ in range(levels):
        inside = rf"(?:[\[{{]{_PLAIN}{inside}[\]}}]{_PLAIN})*+"
    return inside


_SHALLOW = re.compile(_PLAIN + _containers(MAX_DEPTH))
_BRACKETS = re.compile(rf"{_PLAIN}({_containers(1)})(?:([\[{{]++)|([\]}}]++)|\Z)")
_GOOD_ESCAPES = re.compile(
    r"(?:[^\\]++|\\[^u]|\\u(?!0000|[dD][89a-fA-F])....|\\u[dD][89abAB]..\\u[dD][c-fC-F]..)*+", re.DOTALL
)


def parse_strict(data: bytes | str, *, max_bytes: int = MAX_BYTES, what: str = "JSON") -> JsonValue:
    """The one value of a JSON text.

    Raises InvalidInput for anything else: more than `max_bytes` bytes (counted before parsing), more than 65,536
    opening brackets (or one in 16 bytes, where that is more), more than 32 levels of nesting, a byte order mark, text
    that is not UTF-8, trailing data, duplicate keys, numbers with a fraction or an exponent, `-0`, integers beyond
    ±(2^53 - 1), NaN and Infinity, lone surrogates and NUL, also when escaped. `what` names the text in messages.
    """
    text = _decode(data, max_bytes, what)
    opened = text.count("[") + text.count("{")
    if opened > (most := max(MAX_BRACKETS, max_bytes // 16)):
        raise InvalidInput("too many brackets", expected=f"at most {most} of [ and {{", found=f"{opened}", place=what)
    # What opens right after its neighbour closed stands no deeper than that one: this settles most texts.
    if opened > MAX_DEPTH and opened - text.count("},{") > MAX_DEPTH:
        _check_depth(text, what)

    try:
        # As `decode` does, which looks for the space around with patterns and so takes longer.
        start = len(text) - len(text.lstrip(_SPACE))
        value: JsonValue
        value, end = _DECODER.raw_decode(text, start)
        if rest := text[end:].lstrip(_SPACE):
            raise json.JSONDecodeError("Extra data", text, len(text) - len(rest))
    except InvalidInput as error:
        error.place = what
        raise
    except json.JSONDecodeError as error:
        raise InvalidInput(
            "not JSON",
            expected=error.msg,
            found=shorten(text[error.pos : error.pos + 20]),
            place=f"{what} line {error.lineno} column {error.colno}",
        ) from None
    # Only an escape can hide an unsafe character in a text that decoded well. (`in` takes twice as long as `rfind`.)
    if text.rfind("\\u") >= 0:
        _check_escapes(text, what)
    return value


def _refuse_float(literal: str) -> NoReturn:
    raise InvalidInput(
        "a number is not a plain integer",
        expected="an integer without point or exponent",
        found=shorten(literal),
    )


def _read_integer(literal: str) -> int:
    # 15 digits are always safe, and 2^53 has 16.
    if literal == "-0" or (len(literal) > 15 and (len(literal) > 17 or abs(int(literal)) > MAX_INTEGER)):
        raise InvalidInput(
            "an integer is not safe in JSON",
            expected="at most 2^53 - 1 in size, and 0 without a sign",
            found=shorten(literal),
            hint="write wide integers as decimal strings",
        )
    return int(literal)


def _read_object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = counts.most_common(1)[0][0]
        raise InvalidInput("a member appears twice", expected="each key once", found=shorten(twice))
    return members


_DECODER = json.JSONDecoder(
    parse_float=_refuse_float, parse_int=_read_integer, parse_constant=_refuse_float, object_pairs_hook=_read_object
)


def _decode(data: bytes | str, max_bytes: int, what: str) -> str:
    too_large = len(data) > max_bytes
    if not too_large and isinstance(data, str):
        try:
            too_large = len(data.encode("utf-8")) > max_bytes
        except UnicodeEncodeError as error:
            raise InvalidInput(
                "the text holds a lone surrogate",
                expected="Unicode text",
                found=f"it at character {error.start}",
                place=what,
            ) from None
    if too_large:
        raise InvalidInput("too large", expected=f"at most {max_bytes} bytes", found=f"{len(data)}", place=what)
    if isinstance(data, str):
        text = data
    else:
        try:
            text = bytes(data).decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidInput(
                "not UTF-8", expected="UTF-8 text", found=f"another byte at {error.start}", place=what
            ) from None
    if text.startswith("\ufeff"):
        raise InvalidInput("a byte order mark stands first", expected="JSON from the first byte", place=what)
    return text


def _check_depth(text: str, what: str) -> None:
    if _SHALLOW.fullmatch(text):
        return
    # Something is wrong with the brackets: say so if it is their depth, else leave it to the decoder.
    depth = 0
    for match in _BRACKETS.finditer(text):
        flat, opened, closed = match.groups("")
        if depth + max(len(opened), bool(flat)) > MAX_DEPTH:
            place = match.start(1) if flat and depth == MAX_DEPTH else match.start(2) + MAX_DEPTH - depth
            raise InvalidInput(
                "nested too deeply", expected=f"at most {MAX_DEPTH} levels", place=f"{what} character {place}"
            )
        depth += len(opened) - len(closed)


def _check_escapes(text: str, what: str) -> None:
    """Of a text that decoded well: none of its escapes may stand for NUL or half a character."""
    good = _GOOD_ESCAPES.match(text)
    assert good is not None  # it matches at least nothing
    if (at := good.end()) < len(text):
        raise InvalidInput(
            "a string holds NUL or a lone surrogate",
            expected="Unicode text without NUL",
            found=text[at : at + 6],
            place=f"{what} character {at}",
        )
