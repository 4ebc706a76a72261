"""Crediting programmes as data: their steps, who does each, how long things are public, and what the rules forbid.

`PROGRAMMES` holds them, `check_dossier` says what in a project's dossier they forbid, and by which article.
"""

from registry.programmes.checks import check_dossier
from registry.programmes.dossier import Dossier, read_dossier
from registry.programmes.known import PROGRAMMES, find_programme
from registry.programmes.programme import Finding, Programme, Step

__all__ = ["PROGRAMMES", "Dossier", "Finding", "Programme", "Step", "check_dossier", "find_programme", "read_dossier"]
