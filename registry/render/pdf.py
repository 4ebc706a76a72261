"""A certificate as PDF: A4, fonts embedded, PDF/A-3b, the bundle as its one attachment. The print proves nothing."""

from registry.domain.errors import InvalidInput
from registry.proofs.bundle import Bundle
from registry.proofs.verdict import Verdict
from registry.render.addresses import VerifierAddress, whole_code
from registry.render.pdf_attachment import ATTACHMENT, attached_bundle
from registry.render.qr import qr_svg
from registry.render.sheet import COMMAND, Row, Sheet, sheet_of
from registry.render.typesetter import MISSING, Typesetter


def render_pdf(
    verdict: Verdict, bundle: Bundle, address: VerifierAddress, language: str, typesetter: Typesetter
) -> bytes:
    """The PDF of a certificate whose verdict is `retired`, in `zh` or `en`; the same values give the same bytes.

    Raises InvalidInput for another verdict, an unknown language, or a bundle too large for its PDF to be read back.
    """
    sheet = sheet_of(verdict, bundle, address, language)
    whole = whole_code(bundle, address)
    attachment = bundle.to_json()
    made = typesetter.pdf("certificate.typ", _values(sheet, whole, typesetter), attachment, sheet.issued_at)
    # A file that our own reader refuses is never handed out.
    if attached_bundle(made) != attachment:
        raise InvalidInput("the PDF does not carry its bundle", hint="report this: it is a fault of the renderer")
    return made


def _values(sheet: Sheet, whole: str | bytes | None, typesetter: Typesetter) -> dict[str, object]:
    """What the template shows: each text made legible, and a line that says so if any character was replaced."""
    words, second = sheet.words, sheet.second
    date = sheet.issued_at
    bound, stated = (_rows(rows, typesetter) for rows in (sheet.bound, sheet.stated))
    replaced = MISSING in repr((bound, stated)) and MISSING not in repr((sheet.bound, sheet.stated))
    return {
        "language": sheet.language,
        "date": [date.year, date.month, date.day, date.hour, date.minute, date.second],
        "title": words("title"),
        "title_second": second("title"),
        "subtitle": words("subtitle"),
        "subtitle_second": second("subtitle"),
        "statement": words("statement", mass=sheet.mass),
        "mass": sheet.mass,
        "demo": words("demo") if sheet.demo else "",
        "number": sheet.number,
        "number_text": words("number", number=sheet.number),
        "short_address": sheet.short_address,
        "qr": qr_svg(sheet.short_address),
        "bound_title": words("bound.title"),
        "bound_title_second": second("bound.title"),
        "bound_note": words("bound.note"),
        "bound": bound,
        "part": words("bound.part") if sheet.bound_in_part else "",
        "stated_title": words("stated.title"),
        "stated_title_second": second("stated.title"),
        "stated_note": words("stated.note"),
        "stated": stated,
        "check_title": words("check.title"),
        "check_title_second": second("check.title"),
        "check_warning": words("check.warning"),
        "checks": [*sheet.checks, *([] if whole is None else [words("check.paper")]), words("check.command")],
        "command": COMMAND,
        "missing": words("missing") if replaced else "",
        "whole_qr": "" if whole is None else qr_svg(whole),
        "whole_title": words("whole.title"),
        "whole_title_second": second("whole.title"),
        "whole_note": words("whole.note"),
        "footer": words("page", number=sheet.number, page="{page}", pages="{pages}"),
        "attachment_name": ATTACHMENT,
    }


def _rows(rows: tuple[Row, ...], typesetter: Typesetter) -> list[dict[str, object]]:
    return [
        {"label": row.label, "values": [typesetter.legible(text) for text in row.values], "fixed": row.fixed}
        for row in rows
    ]
