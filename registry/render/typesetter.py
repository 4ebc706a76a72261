"""Typst with the fonts of one place: what both page and card are set with. The same values give the same bytes.

Nothing is fetched, no system font is used unasked, and text is handed over as data, never as markup.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import typst

from registry.domain.errors import InvalidInput
from registry.render.coverage import characters_of

MISSING = "□"
_TEXT_FAMILIES = ("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC")
_SYMBOL_FAMILIES = ("Noto Emoji", "DejaVu Sans")
_ROOT = Path(__file__).parents[2]
_NPM = _ROOT / "node_modules" / "@expo-google-fonts"
_PLACES = (
    (_NPM / "noto-sans-sc" / "400Regular", _NPM / "noto-sans-sc" / "700Bold", _NPM / "noto-emoji" / "400Regular"),
    (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/truetype/dejavu")),
)
_DRAWN = frozenset(map(ord, MISSING + "₀₁₂₃₄₅₆₇₈₉"))
"""What the templates draw themselves, because common fonts lack it."""

# Characters without a picture of their own: joiners and variation selectors. A font that lacks them shows nothing.
_INVISIBLE = re.compile("[\u200c\u200d\u2060\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def font_folders(given: Path | None) -> tuple[Path, ...]:
    """Where fonts are taken from: the folder given, else the project's own, else the system's Noto fonts.

    Raises InvalidInput if there is none.
    """
    if given is not None:
        return (given,)
    for folders in _PLACES:
        if folders[0].is_dir():
            return tuple(folder for folder in folders if folder.is_dir())
    raise InvalidInput(
        "no fonts for Chinese and English",
        expected="Noto Sans SC or Noto Sans CJK",
        hint="run `npm ci` in the project, install fonts-noto-cjk, or give --fonts FOLDER",
    )


class Typesetter:
    """Sets the templates of this package with the fonts in `folders`. Make one and use it for many certificates."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self.fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders]
        )
        found = self.fonts.families()
        text = [family for family in _TEXT_FAMILIES if family in found][:1]
        if not text:
            raise InvalidInput(
                "no font for Chinese and English in this folder",
                expected=" or ".join(_TEXT_FAMILIES),
                found=", ".join(found)[:200] or "no font at all",
            )
        self.families = text + [family for family in _SYMBOL_FAMILIES if family in found]
        self._compiler = typst.Compiler(font_paths=self.fonts, ignore_system_fonts=True)

    @cached_property
    def covered(self) -> frozenset[int]:
        """The characters that at least one of the families shows, in the regular weight."""
        characters = set(_DRAWN)
        for font in self.fonts.fonts():
            if font.family in self.families and font.weight == 400 and font.path and font.style.lower() == "normal":
                characters |= characters_of(Path(font.path), font.index)
        return frozenset(characters)

    def legible(self, text: str) -> str:
        """The text with a box in place of each character that no font here shows; never fails, never drops one."""
        return "".join(
            c if ord(c) in self.covered or c == " " or _INVISIBLE.match(c) else MISSING for c in _without_private(text)
        )

    def pdf(self, template: str, values: dict[str, object], attachment: bytes, date: datetime) -> bytes:
        """A PDF/A-3b of `template` with `values`, which carries `attachment`, dated `date`."""
        inputs = self._inputs(values) | {"attachment": attachment.decode("utf-8")}
        with _named_errors():
            made = self._compiler.compile(
                input=_template(template),
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["a-3b"],
                timestamp=int(date.timestamp()),
            )
        assert isinstance(made, bytes)
        return made

    def png(self, template: str, values: dict[str, object]) -> bytes:
        """A picture of the one page of `template`, a pixel for each point."""
        with _named_errors():
            made = self._compiler.compile(
                input=_template(template), format="png", sys_inputs=self._inputs(values), ppi=72
            )
        assert isinstance(made, bytes)
        return made

    def _inputs(self, values: dict[str, object]) -> dict[str, str]:
        return {"values": json.dumps(values | {"families": self.families}, ensure_ascii=False)}


def _template(name: str) -> bytes:
    return files("registry.render").joinpath("templates", name).read_bytes()


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except typst.TypstError as error:
        raise InvalidInput("this certificate cannot be set", found=str(error)[:300]) from None


def _without_private(text: str) -> str:
    """Private-use characters mean something else in every font; they count as missing."""
    return re.sub("[\ue000-\uf8ff\U000f0000-\U0010ffff]", "\uffff", text)
