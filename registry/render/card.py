"""A picture to share: amount, number and a code with the short address. It names no person and proves nothing."""

from registry.proofs.bundle import Bundle
from registry.proofs.verdict import Verdict
from registry.render.addresses import VerifierAddress
from registry.render.qr import qr_svg
from registry.render.sheet import sheet_of
from registry.render.typesetter import Typesetter

_LARGE, _MEDIUM, _SMALL = 84, 64, 46
_LINE = 30


def render_card(
    verdict: Verdict, bundle: Bundle, address: VerifierAddress, language: str, typesetter: Typesetter
) -> bytes:
    """The card as PNG, 1200 by 630 pixels, for a verdict `retired`; the same values give the same bytes.

    Raises InvalidInput for another verdict or an unknown language.
    """
    sheet = sheet_of(verdict, bundle, address, language)
    words, second = sheet.words, sheet.second
    length = len(sheet.mass)
    return typesetter.png(
        "card.typ",
        {
            "language": sheet.language,
            "title": words("title"),
            "title_second": second("title"),
            "mass": sheet.mass,
            "mass_size": _LARGE if length <= 9 else _MEDIUM if length <= 13 else _SMALL,
            "subtitle": words("subtitle"),
            "subtitle_second": second("subtitle"),
            "number_text": words("number", number=sheet.number),
            "registry": typesetter.legible(_cut(sheet.registry_name, 60)),
            "demo": words("demo") if sheet.demo else "",
            "qr": qr_svg(sheet.short_address),
            "short_address": sheet.short_address,
            "check": words("card.check", address=_breakable(sheet.short_address)),
            "nothing": words("card.nothing"),
        },
    )


def _breakable(address: str) -> str:
    """The address with places where a line may end: after each slash, and anywhere in a part longer than a line."""
    parts = address.split("/")
    return "/\u200b".join(part if len(part) <= _LINE else "\u200b".join(part) for part in parts)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
