"""A certificate in whatever people hold: the bundle's JSON, a PDF that carries it, its compact form, text or picture of
a QR code. All lead to the same bundle, or to InvalidInput; none of them says how good it is.
"""

from pathlib import Path

from registry.domain.errors import InvalidInput
from registry.domain.hexes import shorten
from registry.proofs.bundle import Bundle, parse_bundle
from registry.proofs.compact import FRAGMENT, MAGIC, parse_compact, parse_text
from registry.render.pdf_attachment import attached_bundle
from registry.render.pdf_objects import MAX_FILE
from registry.render.png import SIGNATURE as PNG
from registry.render.qr_read import qr_contents

MAX_CERTIFICATE = MAX_FILE
"""Largest file looked at, in bytes: 5 MiB (a PDF or a picture; a bundle has a smaller limit of its own)."""

EXPECTED = "a certificate: JSON, PDF, CBOR, or text or PNG picture of its QR code"
_EXPECTED_BY_A_SERVER = "a certificate: JSON, PDF, CBOR, or the text of its QR code"
_PICTURES = (PNG, b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\0\0\0")


def read_certificate(data: bytes, *, pictures: bool = True) -> Bundle:
    """The bundle in a file's bytes, recognised by how they begin. Raises InvalidInput, and nothing else.

    A picture may take two seconds, everything else a few milliseconds: a server gives `pictures=False`.
    """
    expected = EXPECTED if pictures else _EXPECTED_BY_A_SERVER
    if len(data) > MAX_CERTIFICATE:
        raise InvalidInput("too large", expected=f"at most {MAX_CERTIFICATE} bytes", found=str(len(data)))
    if data.startswith(b"%PDF-"):
        return parse_bundle(attached_bundle(data))
    if data.startswith(MAGIC):
        return parse_compact(data)
    if pictures and data.startswith(PNG):
        return _of_codes(qr_contents(data))
    if data.startswith(_PICTURES):
        raise InvalidInput(
            "this kind of picture is not read here",
            expected=expected,
            hint=(
                "save it as an ordinary PNG" if pictures else "have it read by the page that checks on your own machine"
            )
            + ", or read the QR code with a phone and give its text",
        )
    if FRAGMENT.encode() in data and not data.lstrip(b" \t\r\n").startswith(b"{"):
        return _of_text(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return parse_bundle(data)
    raise InvalidInput(
        "not a certificate",
        expected=expected,
        found=shorten(data[:40].decode("latin-1")) if data else "an empty file",
        hint="a page, badge or image may name a certificate without carrying it: give its number or hash",
    )


def read_certificate_file(path: Path) -> Bundle:
    """The bundle in the file at `path`; raises InvalidInput, also if it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CERTIFICATE + 1)
    except OSError as error:
        raise InvalidInput(f"cannot read {path}", found=error.strerror or str(error)) from None
    return read_certificate(data)


def _of_codes(contents: list[bytes]) -> Bundle:
    """The one bundle that a picture's codes carry; a code with an address only may stand beside it."""
    carried = [code for code in contents if code.startswith(MAGIC) or FRAGMENT.encode() in code]
    if not carried:
        raise InvalidInput(
            "the QR code holds no certificate, only a text",
            expected="the code that carries the whole certificate",
            found=shorten(contents[0].decode("utf-8", "replace")),
            hint="if it is the address of a certificate, give the number at its end",
        )
    if len(set(carried)) != 1:
        raise InvalidInput("the picture shows several certificates", expected="one", found=str(len(set(carried))))
    code = carried[0]
    return parse_compact(code) if code.startswith(MAGIC) else _of_text(code)


def _of_text(data: bytes) -> Bundle:
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        raise InvalidInput("not the text of a QR code", expected=f"an address and {FRAGMENT}…, in ASCII") from None
    return parse_text(text)
