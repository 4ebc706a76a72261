"""The PDF and the card of a published certificate, made here: one at a time, remembered, and only so many may wait.

Needs the extra `render` and its fonts; without them there is no press, and pages offer no such download.
"""

from collections import OrderedDict
from functools import cached_property
from importlib.util import find_spec
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

from registry.domain.errors import InvalidInput, Unavailable
from registry.proofs.bundle import Bundle
from registry.proofs.verdict import Verdict
from registry.render.addresses import VerifierAddress

if TYPE_CHECKING:
    from registry.render.typesetter import Typesetter

MOST_WAITING = 4
MOST_KEPT = 32
"""Of about 100 kB each."""
KINDS = {"pdf": "application/pdf", "card": "image/png"}
ENDINGS = {"pdf": ".pdf", "card": "-card.png"}
_NEEDED = ("typst", "segno")


class Press:
    """Makes PDF and card. Its fonts are loaded with the first of them; the same values give the same bytes."""

    def __init__(self) -> None:
        self._waiting = BoundedSemaphore(MOST_WAITING)
        self._working = Lock()
        self._kept: OrderedDict[tuple[object, ...], bytes] = OrderedDict()

    @cached_property
    def _typesetter(self) -> "Typesetter":
        from registry.render.typesetter import Typesetter, font_folders

        return Typesetter(font_folders(None))

    def make(self, kind: str, verdict: Verdict, bundle: Bundle, address: VerifierAddress, language: str) -> bytes:
        """`kind` is `pdf` or `card`. Raises InvalidInput unless the verdict is `retired`, Unavailable if many wait."""
        from registry.render.card import render_card
        from registry.render.pdf import render_pdf

        if not self._waiting.acquire(blocking=False):
            raise Unavailable("others have their certificates printed right now", hint="try again in a few seconds")
        try:
            with self._working:
                seen = verdict.block.hash if verdict.block else b""
                key = (kind, language, address.url, bundle.certificate_hash, bundle.anchor, bundle.leaf.index, seen)
                if key not in self._kept:
                    render = render_pdf if kind == "pdf" else render_card
                    self._kept[key] = render(verdict, bundle, address, language, self._typesetter)
                self._kept.move_to_end(key)
                if len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
                return self._kept[key]
        finally:
            self._waiting.release()


def open_press() -> Press | None:
    """A press, or None where the extra `render` or its fonts are missing."""
    if any(find_spec(name) is None for name in _NEEDED):
        return None
    from registry.render.typesetter import font_folders

    try:
        font_folders(None)
    except InvalidInput:
        return None
    return Press()
