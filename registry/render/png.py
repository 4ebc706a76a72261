"""A PNG picture as grey pixels, for reading a QR code: bounded, and only the kinds that programs and phones write.

Source: PNG (W3C), third edition. Interlaced pictures and 16 bits a sample are refused; transparency counts as white.
"""

import struct
import zlib
from dataclasses import dataclass

from registry.domain.errors import InvalidInput

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_FILE = 5 * 1_048_576
MAX_PIXEL_BYTES = 4 * 1_048_576
"""Enough for A4 in grey at 200 dots an inch. Undoing filters takes up to half a second for each MiB."""

_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_GREY, _COLOUR, _PALETTE, _GREY_ALPHA, _COLOUR_ALPHA = 0, 2, 3, 4, 6


@dataclass(frozen=True, slots=True)
class Grey:
    """`height` rows of `width` pixels, one byte each: 0 black, 255 white."""

    width: int
    height: int
    pixels: bytes


def read_png(data: bytes) -> Grey:
    """The picture in a PNG file; raises InvalidInput for a file that is none, too large or of a kind not read here."""
    if len(data) > MAX_FILE:
        raise _wrong(f"at most {MAX_FILE} bytes", str(len(data)))
    header, palette, packed = _chunks(data)
    width, height, depth, kind, packing, filtering, interlaced = struct.unpack(">IIBBBBB", header)
    if kind not in _SAMPLES or depth > 8 or depth not in (1, 2, 4, 8) or (depth < 8 and kind not in (_GREY, _PALETTE)):
        raise _wrong("1 to 8 bits a sample", f"kind {kind} with {depth} bits")
    if (packing, filtering, interlaced) != (0, 0, 0):
        raise _wrong("a picture without interlacing", "another")
    row_bytes = (width * _SAMPLES[kind] * depth + 7) // 8
    if not width or not height or (row_bytes + 1) * height > MAX_PIXEL_BYTES:
        raise _wrong(f"at most {MAX_PIXEL_BYTES} bytes of pixels", f"{width} by {height} pixels")
    step = max(1, _SAMPLES[kind] * depth // 8)
    rows = _rows(_inflate(packed, (row_bytes + 1) * height), row_bytes, height, step)
    return Grey(width, height, b"".join(_grey_row(kind, depth, palette, row, width) for row in rows))


def _chunks(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Header, palette and packed pixels."""
    at = len(SIGNATURE)
    header, palette, packed = b"", b"", bytearray()
    while at + 12 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        at += 12 + size
        if name == b"IHDR":
            header = body
        elif name == b"PLTE":
            palette = body
        elif name == b"IDAT":
            packed += body
        elif name == b"IEND":
            break
    if not data.startswith(SIGNATURE) or len(header) != 13 or not packed:
        raise _wrong("a PNG picture", "another file, or a part of one")
    return header, palette, bytes(packed)


def _inflate(packed: bytes, size: int) -> bytes:
    try:
        found = zlib.decompressobj().decompress(packed, size)
    except zlib.error:
        found = b""
    if len(found) != size:
        raise _wrong("all pixels", f"{len(found)} of {size} bytes")
    return found


def _rows(raw: bytes, row_bytes: int, height: int, step: int) -> list[bytes]:
    """Rows with their filters undone."""
    rows: list[bytes] = []
    above = bytes(row_bytes)
    for start in range(0, (row_bytes + 1) * height, row_bytes + 1):
        above = _unfiltered(raw[start], raw[start + 1 : start + 1 + row_bytes], above, step)
        rows.append(above)
    return rows


def _unfiltered(kind: int, row: bytes, above: bytes, step: int) -> bytes:
    if kind == 0:
        return row
    if kind == 2:
        return bytes([a + b & 255 for a, b in zip(row, above, strict=True)])
    out = bytearray(step) + row
    if kind == 1:
        for at in range(step, len(out)):
            out[at] = out[at] + out[at - step] & 255
    elif kind == 3:
        for at in range(step, len(out)):
            out[at] = out[at] + (out[at - step] + above[at - step] >> 1) & 255
    elif kind == 4:
        corner = bytes(step) + above
        for at in range(step, len(out)):
            left, up, diagonal = out[at - step], above[at - step], corner[at - step]
            nearest = left + up - diagonal
            by_left, by_up, by_corner = abs(nearest - left), abs(nearest - up), abs(nearest - diagonal)
            guess = left if by_left <= by_up and by_left <= by_corner else up if by_up <= by_corner else diagonal
            out[at] = out[at] + guess & 255
    else:
        raise _wrong("a filter from 0 to 4", str(kind))
    return bytes(out[step:])


def _grey_row(kind: int, depth: int, palette: bytes, row: bytes, width: int) -> bytes:
    """One byte a pixel. Green stands for the colour: it carries most of what an eye, or a QR reader, sees."""
    if kind == _COLOUR:
        return row[1::3]
    if kind in (_GREY_ALPHA, _COLOUR_ALPHA):
        seen, alpha = (row[::2], row[1::2]) if kind == _GREY_ALPHA else (row[1::4], row[3::4])
        return (
            seen
            if alpha == b"\xff" * width
            else bytes([255 - a + s * a // 255 for s, a in zip(seen, alpha, strict=True)])
        )
    samples = row if depth == 8 else _spread(row, depth)[:width]
    if kind == _PALETTE:
        shades = palette[1::3][:256].ljust(256, b"\0")
        return samples.translate(shades)
    top = (1 << depth) - 1
    return samples if depth == 8 else bytes([sample * 255 // top for sample in samples])


def _spread(row: bytes, depth: int) -> bytes:
    """Samples of less than a byte, one in a byte each."""
    mask, shifts = (1 << depth) - 1, range(8 - depth, -1, -depth)
    return bytes([byte >> shift & mask for byte in row for shift in shifts])


def _wrong(expected: str, found: str) -> InvalidInput:
    return InvalidInput(
        "this picture cannot be read",
        expected=expected,
        found=found,
        hint="save it as an ordinary PNG, or read the QR code with a phone and give its text",
        place="PNG",
    )
