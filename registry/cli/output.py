"""How commands speak: the same facts as JSON for machines and as text for people, and what each exit code means."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from rich.console import Console

from registry.domain.errors import Contradiction, InvalidInput, OffsetproofError, Refused, Unavailable
from registry.watch.logs import is_logging

GOOD, NEGATIVE, USAGE, UNDECIDED = 0, 1, 2, 3

out = Console(highlight=False, soft_wrap=True)
notes = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def fail(error: OffsetproofError, as_json: bool) -> NoReturn:
    """Say what went wrong on standard error, in the log if there is one (or as JSON on standard output), and leave with
    its exit code."""
    code = exit_code(error)
    if as_json:
        print_json(
            {
                "error": type(error).__name__,
                "message": error.message,
                "place": getattr(error, "place", ""),
                "expected": error.expected,
                "found": error.found,
                "hint": error.hint,
            }
        )
    elif is_logging():
        facts = {"error": type(error).__name__, "expected": error.expected, "found": error.found, "hint": error.hint}
        logging.getLogger("offsetproof").error(_title(error), extra={"fields": {k: v for k, v in facts.items() if v}})
    else:
        notes.print(f"[bold red]{plain(type(error).__name__)}[/]: {plain(_title(error))}")
        for label, text in (("expected", error.expected), ("found", error.found), ("try", error.hint)):
            if text:
                notes.print(f"  {label:<9}{plain(text)}")
    raise SystemExit(code)


def exit_code(error: OffsetproofError) -> int:
    if isinstance(error, InvalidInput):
        return USAGE
    if isinstance(error, Unavailable):
        return UNDECIDED
    if isinstance(error, Contradiction | Refused):
        return NEGATIVE
    return NEGATIVE


@contextmanager
def reporting(as_json: bool) -> Iterator[None]:
    """Turn the project's errors into messages and exit codes; anything else is a bug and shows as one."""
    try:
        yield
    except OffsetproofError as error:
        fail(error, as_json)


def _title(error: OffsetproofError) -> str:
    place = getattr(error, "place", "")
    return f"{place}: {error.message}" if place else error.message


def plain(text: str) -> str:
    """Markup of rich and control characters have no meaning in what we print."""
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text).replace("[", "\\[")
