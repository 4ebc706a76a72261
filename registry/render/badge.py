"""A badge for a platform's page: plain HTML with its style inside, no script, nothing loaded, a link to the check."""

from html import escape

from registry.proofs.bundle import Bundle
from registry.proofs.verdict import Verdict
from registry.render.addresses import VerifierAddress
from registry.render.sheet import sheet_of

_STYLE = (
    "display:inline-block;padding:.5em .8em;border:1px solid #0b6e4f;border-left-width:.4em;border-radius:.3em;"
    "background:#fff;color:#14213d;font:400 14px/1.4 system-ui,sans-serif;text-decoration:none"
)


def render_badge(verdict: Verdict, bundle: Bundle, address: VerifierAddress, language: str) -> str:
    """The badge of a certificate whose verdict is `retired`: one `<a>` element, in `zh` or `en`. It names no person.

    Raises InvalidInput for another verdict or an unknown language.
    """
    sheet = sheet_of(verdict, bundle, address, language)
    words = sheet.words
    lines = [
        f"<strong>{escape(words('statement', mass=sheet.mass))}</strong>",
        escape(words("number", number=sheet.number) + words("separator") + words("badge.check")) + " ↗",
    ]
    if sheet.demo:
        lines.insert(0, f"<em>{escape(words('demo'))}</em>")
    language_tag = "zh-CN" if language == "zh" else "en"
    return (
        f'<a href="{escape(sheet.short_address)}" lang="{language_tag}" rel="noopener" style="{_STYLE}">'
        + "<br>".join(lines)
        + "</a>\n"
    )
