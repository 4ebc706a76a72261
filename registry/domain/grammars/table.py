"""The table of registries, and the one door into it: `parse_serials`."""

from collections.abc import Sequence

from registry.domain.errors import InvalidInput
from registry.domain.grammars.apx import ACR, ART, CAR, FCPF
from registry.domain.grammars.cdm import Cdm
from registry.domain.grammars.cercarbono import Cercarbono
from registry.domain.grammars.characters import require_characters
from registry.domain.grammars.gold_standard import GoldStandard
from registry.domain.grammars.opaque import OpaquePrefix, require_distinct
from registry.domain.grammars.printed import Grammar, PrintedSerials
from registry.domain.grammars.puro import Puro
from registry.domain.grammars.verra import Verra

GRAMMARS: tuple[Grammar, ...] = (Verra(), GoldStandard(), Cdm(), CAR, ACR, ART, FCPF, Cercarbono(), Puro())
"""In the order asked; no text is claimed by two. A new registry is a module and a line here."""


def find_grammar(text: str, *, configured: Sequence[OpaquePrefix] = ()) -> Grammar | None:
    """The grammar whose serials begin like `text`, or None."""
    require_distinct(configured, GRAMMARS)
    return next((grammar for grammar in (*GRAMMARS, *configured) if grammar.claims(text)), None)


def parse_serials(text: str, *, configured: Sequence[OpaquePrefix] = ()) -> PrintedSerials:
    """Series and numbers of a serial exactly as its source registry prints it, single or range.

    `configured` adds registries without a public coding rule (CCER, CDCER). Strict: raises `InvalidInput` with what was
    expected, what was found at which character, and what to try; `normalise` helps with dirty files.
    """
    require_characters(text)
    grammar = find_grammar(text, configured=configured)
    if grammar is None:
        known = ", ".join(known.label for known in GRAMMARS)
        raise InvalidInput(
            "no registry known here prints serials like this",
            expected=f"a serial of {known}, or one that begins with a configured prefix",
            found=repr(text),
            hint="CCER and CDCER publish no coding rule: configure the prefix that stands before the number",
        )
    return grammar.parse(text)
