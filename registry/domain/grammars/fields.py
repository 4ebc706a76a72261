"""Reading the fields of a serial one by one, against a list of rules.

A grammar lists its fields as `Rule`s; `read_fields` checks them in order and, where one does not fit, says which field,
what was expected, what was found and at which character.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.errors import InvalidInput
from registry.domain.serials import SERIAL_LIMIT

MAX_DIGITS = len(str(SERIAL_LIMIT))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field: `offset` of the character to point at, and what to try."""

    offset: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One field: its name, what it looks like in words, and a check that returns a `Problem` or None."""

    name: str
    expected: str
    check: Callable[[str], Problem | None]


def read_fields(text: str, rules: Sequence[Rule], *, label: str, example: str, start: int = 0) -> dict[str, str]:
    """Split `text` at '-' into one field per rule (a single rule takes the whole text) and check each.

    `label`, `example` and `start`, where `text` begins within the whole serial, are for messages. Returns the fields by
    name; raises `InvalidInput` at the first that does not fit.
    """
    parts = text.split("-") if len(rules) > 1 else [text]
    if len(parts) != len(rules):
        raise InvalidInput(
            f"not a {label} serial: wrong number of fields",
            expected=f"{len(rules)} fields joined by '-': {', '.join(rule.name for rule in rules)}",
            found=f"{len(parts)} fields in {text!r}",
            hint=f"compare {example!r}",
        )
    values: dict[str, str] = {}
    position = start + 1
    for rule, part in zip(rules, parts, strict=True):
        problem = rule.check(part) if part else Problem(0)
        if problem is not None:
            raise InvalidInput(
                f"not a {label} serial: field '{rule.name}' does not fit",
                expected=rule.expected,
                found=f"{_found(part, problem.offset)} at character {position + problem.offset} of the serial",
                hint=problem.hint or f"compare {example!r}",
            )
        values[rule.name] = part
        position += len(part) + 1
    return values


def _found(part: str, offset: int) -> str:
    if not part:
        return "nothing"
    if offset >= len(part):
        return f"the end of {part!r}"
    return f"'{part[offset]}' (U+{ord(part[offset]):04X}) in {part!r}"


def _first_outside(part: str, alphabet: str) -> int | None:
    return next((offset for offset, character in enumerate(part) if character not in alphabet), None)


_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _check_number(part: str) -> Problem | None:
    outside = _first_outside(part, _DIGITS)
    if outside is not None:
        letter_o = part[outside] == "O"
        return Problem(outside, "the letter O stands where the digit 0 belongs" if letter_o else "")
    if len(part) > 1 and part[0] == "0":
        return Problem(0, f"the registry prints no leading zero here: {part.lstrip('0') or '0'}")
    if len(part) > MAX_DIGITS or int(part) >= SERIAL_LIMIT:
        return Problem(0, "numbers are below 2^128")
    return None


def number(name: str) -> Rule:
    """A decimal number below 2^128 without leading zeros."""
    return Rule(name, "a decimal number without leading zeros", _check_number)


def padded(name: str, width: int) -> Rule:
    """Exactly `width` digits, filled with zeros on the left."""

    def check(part: str) -> Problem | None:
        outside = _first_outside(part, _DIGITS)
        if outside is not None:
            return Problem(outside)
        return None if len(part) == width else Problem(0, f"this shape prints {width} digits: {part.zfill(width)}")

    return Rule(name, f"{width} digits, zeros in front", check)


def digits(name: str, shortest: int, longest: int) -> Rule:
    """A code of digits that names nothing countable, so zeros in front belong to it (Verra's "042")."""

    def check(part: str) -> Problem | None:
        outside = _first_outside(part, _DIGITS)
        if outside is not None:
            return Problem(outside)
        return None if shortest <= len(part) <= longest else Problem(0)

    return Rule(name, f"{shortest} to {longest} digits", check)


def code(name: str, shortest: int, longest: int, *, alphabet: str = _LETTERS) -> Rule:
    """Capital letters (or another alphabet), `shortest` to `longest` of them."""
    what = "capital letters" if alphabet == _LETTERS else "capital letters or digits"

    def check(part: str) -> Problem | None:
        outside = _first_outside(part, alphabet)
        if outside is not None:
            return Problem(outside)
        return None if shortest <= len(part) <= longest else Problem(0)

    size = str(shortest) if shortest == longest else f"{shortest} to {longest}"
    return Rule(name, f"{size} {what}", check)


def alphanumeric(name: str, shortest: int, longest: int) -> Rule:
    return code(name, shortest, longest, alphabet=_LETTERS + _DIGITS)


def literal(name: str, *options: str) -> Rule:
    """One of the given texts and nothing else."""

    def check(part: str) -> Problem | None:
        return None if part in options else Problem(0)

    return Rule(name, " or ".join(repr(option) for option in options), check)


def prefixed_number(name: str, prefix: str) -> Rule:
    """A number without leading zeros, with or without `prefix` in front (Gold Standard: "GS1020" and "1020")."""

    def check(part: str) -> Problem | None:
        skip = len(prefix) if part.startswith(prefix) else 0
        problem = _check_number(part[skip:]) if part[skip:] else Problem(0)
        return Problem(problem.offset + skip, problem.hint) if problem else None

    return Rule(name, f"a number without leading zeros, with or without {prefix!r} in front", check)


def year(name: str) -> Rule:
    """Four digits, 1900 to 2199: a vintage."""

    def check(part: str) -> Problem | None:
        outside = _first_outside(part, _DIGITS)
        if outside is not None:
            return Problem(outside)
        return None if len(part) == 4 and "1900" <= part <= "2199" else Problem(0)

    return Rule(name, "a year of four digits", check)


def day(name: str) -> Rule:
    """A date as Verra prints it, DDMMYYYY; it must exist in the calendar."""

    def check(part: str) -> Problem | None:
        outside = _first_outside(part, _DIGITS)
        if outside is not None:
            return Problem(outside)
        if len(part) != 8:
            return Problem(0)
        try:
            date(int(part[4:]), int(part[2:4]), int(part[:2]))
        except ValueError:
            return Problem(0)
        return None

    return Rule(name, "a date as DDMMYYYY", check)
