"""Serial grammars: every serial a source registry prints maps to one series id and numbers, and back.

`parse_serials` is strict, `normalise` cleans dirty text first, `cercarbono_serials` takes numbers from columns, and
`OpaquePrefix` and `parse_configured` configure registries without a public coding rule. What a series is for each
registry, and why: docs/spec/serials.md.
"""

from registry.domain.grammars.cercarbono import cercarbono_serials
from registry.domain.grammars.configured import parse_configured
from registry.domain.grammars.normalise import Normalised, normalise
from registry.domain.grammars.opaque import OpaquePrefix
from registry.domain.grammars.printed import Grammar, PrintedSerials, Template
from registry.domain.grammars.table import GRAMMARS, parse_serials

__all__ = [
    "GRAMMARS",
    "Grammar",
    "Normalised",
    "OpaquePrefix",
    "PrintedSerials",
    "Template",
    "cercarbono_serials",
    "normalise",
    "parse_configured",
    "parse_serials",
]
