"""Cleaning what dirty files contain, on purpose and out loud. `parse_serials` itself repairs nothing.

What is cleaned: characters that stand for a hyphen or a space (and their mojibake), invisible characters, full-width
forms, lower case, stray spaces, and foreign separators between first and last. What is never touched: digits. Leading
zeros, spaces between digits, the letter O for 0 and missing parts stay, so that the strict parser refuses them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain.grammars.characters import MAX_LENGTH, name_character
from registry.domain.grammars.opaque import OpaquePrefix
from registry.domain.grammars.table import find_grammar

HYPHENS = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d")
SPACES = frozenset("\t\n\r\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")
INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
WRONG_BYTES = {"\x96": "-", "\x97": "-", "\u00f1": "-", "\u00f3": "-", "\u00c2": ""}
"""Windows-1252's dashes 0x96 and 0x97 read as Latin-1, or as Mac Roman; and the first half of a no-break space
whose second half was cleaned already."""


@dataclass(frozen=True, slots=True)
class Normalised:
    """The cleaned `text` and, in words, each kind of change made; no changes means the text was clean already."""

    text: str
    changes: tuple[str, ...]


def _mojibake() -> dict[str, str]:
    """UTF-8 hyphens and no-break spaces read as Windows-1252 or Latin-1, and what they stand for."""
    table = {'\u00e2\u20ac"': "-", "\u00e2\u20ac'": "-"}
    for characters, meaning in ((HYPHENS, "-"), (("\u00a0", "\u202f"), " ")):
        for character in characters:
            for encoding in ("cp1252", "latin-1"):
                try:
                    table[character.encode("utf-8").decode(encoding)] = meaning
                except UnicodeDecodeError:
                    continue
    return table


MOJIBAKE = _mojibake()


def normalise(text: str, *, configured: Sequence[OpaquePrefix] = ()) -> Normalised:
    """`text` in the spelling its registry prints, as far as that takes no guess, with what was changed.

    Never raises and never vouches: the result goes to `parse_serials`, which may still refuse it.
    """
    if len(text) > MAX_LENGTH:
        return Normalised(text, ())
    changes: list[str] = []
    cleaned = _replace_characters(_replace_mojibake(text, changes), changes)
    spelt = _respell(cleaned, configured)
    if spelt != cleaned:
        changes.append(f"respelt {cleaned!r} as {spelt!r}")
    return Normalised(spelt, tuple(changes))


def _replace_mojibake(text: str, changes: list[str]) -> str:
    for wrong in sorted(MOJIBAKE, key=len, reverse=True):
        if wrong in text:
            changes.append(f"read the mojibake {wrong!r} as {MOJIBAKE[wrong]!r}")
            text = text.replace(wrong, MOJIBAKE[wrong])
    return text


def _replace_characters(text: str, changes: list[str]) -> str:
    kept: list[str] = []
    for position, character in enumerate(text, start=1):
        better = _better(character)
        if better != character:
            action = f"replaced by {better!r}" if better else "removed"
            changes.append(f"{name_character(character)} at character {position} {action}")
        kept.append(better)
    return "".join(kept)


def _better(character: str) -> str:
    if character in HYPHENS:
        return "-"
    if character in SPACES:
        return " "
    if character in INVISIBLE:
        return ""
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    return WRONG_BYTES.get(character, character)


def _respell(text: str, configured: Sequence[OpaquePrefix]) -> str:
    """Capitals, no stray spaces, and the registry's own separators; a space between digits is left to be refused."""
    words = "".join(c.upper() if c.isascii() else c for c in text).split()
    compact = " ".join("-" if word == "TO" else word for word in words)
    for mark in ("-", "_"):
        compact = mark.join(part.strip(" ") for part in compact.split(mark))
    grammar = find_grammar(compact, configured=configured)
    return grammar.respell(compact) if grammar else compact
