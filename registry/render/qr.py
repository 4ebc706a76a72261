"""QR codes (ISO/IEC 18004), as SVG for pages and as PNG for screens. The same contents give the same bytes."""

import io

import segno

from registry.domain.errors import InvalidInput
from registry.render.addresses import MOST_CODE

_MARGIN = 4


def qr_svg(contents: str | bytes) -> str:
    """The code as SVG, black on white, with its margin of four modules."""
    out = io.BytesIO()
    _code(contents).save(out, kind="svg", border=_MARGIN, xmldecl=False, svgns=True, light="#fff", nl=False)
    return out.getvalue().decode("utf-8")


def qr_png(contents: str | bytes, scale: int) -> bytes:
    """The code as PNG, `scale` pixels a module."""
    out = io.BytesIO()
    _code(contents).save(out, kind="png", border=_MARGIN, scale=scale)
    return out.getvalue()


def _code(contents: str | bytes) -> segno.QRCode:
    if len(contents) > MOST_CODE:
        raise InvalidInput("too much for a QR code", expected=f"at most {MOST_CODE} bytes", found=str(len(contents)))
    return segno.make_qr(contents, error="m", boost_error=False, mode="byte")
