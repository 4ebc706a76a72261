"""The contents of the QR codes in a picture. Needs zxing-cpp, which the base install leaves out."""

from registry.domain.errors import InvalidInput
from registry.render.png import read_png


def qr_contents(picture: bytes) -> list[bytes]:
    """What each QR code of a PNG picture holds, as bytes. Raises InvalidInput without a code, or without zxing-cpp."""
    try:
        import zxingcpp
    except ImportError:
        raise InvalidInput(
            "a picture can only be read with the package 'zxing-cpp', which is not installed",
            hint="pip install zxing-cpp, or read the QR code with a phone and give its text",
        ) from None
    grey = read_png(picture)
    pixels = memoryview(grey.pixels).cast("B", (grey.height, grey.width))
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = [bytes(code.bytes) for code in zxingcpp.read_barcodes(pixels, formats)]
    if not found:
        raise InvalidInput(
            "no QR code in this picture",
            expected="the whole code, sharp and flat, with its white margin",
            hint="take the picture again, closer; or give the certificate's file",
        )
    return found
