"""Which characters a printed serial may hold, and how to name one that it may not.

Only ASCII that can be read aloud: capitals, digits, '-', '_', '.', and the two separators " to " and " - ". A
lower-case letter, a non-breaking hyphen or a trailing space is refused, not repaired: a credit has one spelling.
"""

import unicodedata

from registry.domain.errors import InvalidInput

MAX_LENGTH = 200
"""Characters. The longest real serial is 73; a longer text is not worth looking at."""

ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
SEPARATORS = (" to ", " - ")
REPAIR = "normalise() shows a cleaned spelling and says what it changed"


def name_character(character: str) -> str:
    """For messages: `'‑' (U+2011 NON-BREAKING HYPHEN)`."""
    title = unicodedata.name(character, "a control character")
    shown = f"'{character}' " if character.isprintable() else ""
    return f"{shown}(U+{ord(character):04X} {title})"


def require_characters(text: str) -> None:
    """Raise `InvalidInput` that names position and code point of the first character no printed serial may hold."""
    if not text:
        raise InvalidInput("a serial is empty", expected="a serial number as its registry prints it", found="nothing")
    if len(text) > MAX_LENGTH:
        raise InvalidInput(
            "a serial is too long", expected=f"at most {MAX_LENGTH} characters", found=f"{len(text)} characters"
        )
    masked = text
    for separator in SEPARATORS:
        masked = masked.replace(separator, "-" * len(separator))
    for position, character in enumerate(masked, start=1):
        if character not in ALPHABET:
            raise InvalidInput(
                "a serial has a character that no registry prints there",
                expected="capital letters A-Z, digits, '-', '_', '.', or the separators ' to ' and ' - '",
                found=f"{name_character(character)} at character {position} of {text!r}",
                hint=REPAIR,
            )
