"""Every form that people hold leads back to the same bundle, or says what is wrong with it."""

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from example_certificate import BUNDLE, bundle_of, document, judge
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidInput
from registry.proofs.compact import to_compact, to_text
from registry.render.addresses import MOST_CODE, VerifierAddress, whole_code
from registry.render.card import render_card
from registry.render.png import SIGNATURE, read_png
from registry.render.qr import qr_png, qr_svg
from registry.render.qr_read import qr_contents
from registry.render.typesetter import Typesetter
from registry.workflows.reading import MAX_CERTIFICATE, read_certificate, read_certificate_file

ADDRESS = VerifierAddress("https://verifier.example")


def png(width: int, kind: int, depth: int, rows: list[bytes], palette: bytes = b"", interlaced: int = 0) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, len(rows), depth, kind, 0, 0, interlaced)
    plte = chunk(b"PLTE", palette) if palette else b""
    return (
        SIGNATURE + chunk(b"IHDR", header) + plte + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "data",
    [
        BUNDLE.to_json(),
        b" \r\n\t" + BUNDLE.to_json() + b"\n",
        to_compact(BUNDLE),
        to_text(BUNDLE).encode(),
        b"https://verifier.example/verify" + to_text(BUNDLE).encode() + b"\n",
        qr_png(to_text(BUNDLE), 4),
        qr_png(to_compact(BUNDLE), 3),
        qr_png(str(whole_code(BUNDLE, ADDRESS)), 2),
    ],
    ids=["json", "spaced json", "cbor", "fragment", "address", "picture of text", "picture of bytes", "whole code"],
)
def test_every_form_leads_to_the_same_bundle(data: bytes, tmp_path: Path) -> None:
    assert read_certificate(data) == BUNDLE
    (tmp_path / "file").write_bytes(data)
    assert read_certificate_file(tmp_path / "file") == BUNDLE


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "an empty file"),
        (b"hello", "not a certificate"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "ordinary PNG"),
        (b"[1]", "not a certificate"),
        (b"{", "not JSON"),
        (b"\xef\xbb\xbf" + BUNDLE.to_json(), "byte order mark"),
        (b"<a href='https://verifier.example/certificates/7K3M'>432 g</a>", "number or hash"),
        ("#bundle=é".encode(), "ASCII"),
        (b"#bundle=" + b"A" * 3_000_000, "no bundle|too large"),
        (bytes(MAX_CERTIFICATE + 1), "too large"),
        (SIGNATURE, "PNG"),
    ],
    ids=["empty", "words", "photo", "list", "brace", "mark", "badge", "accent", "long text", "large", "signature"],
)
def test_what_is_no_certificate_is_refused_with_a_reason(data: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        read_certificate(data)


def test_a_card_holds_an_address_and_no_certificate(typesetter: Typesetter) -> None:
    with pytest.raises(InvalidInput, match="only a text") as refused:
        read_certificate(render_card(judge(), BUNDLE, ADDRESS, "en", typesetter))
    assert str(judge().number) in refused.value.found


def test_a_picture_of_two_certificates_is_refused() -> None:
    first, second = (read_png(qr_png(to_compact(b), 3)) for b in (BUNDLE, bundle_of(document(), (), lot=11)))
    height = max(first.height, second.height)
    rows = []
    for y in range(height):
        parts = [
            p.pixels[y * p.width : (y + 1) * p.width] if y < p.height else b"\xff" * p.width for p in (first, second)
        ]
        rows.append(b"\0" + b"".join(parts))
    both = png(first.width + second.width, 0, 8, rows)
    assert len(qr_contents(both)) == 2
    with pytest.raises(InvalidInput, match="several certificates"):
        read_certificate(both)


def test_a_picture_without_a_code_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no QR code"):
        read_certificate(png(50, 0, 8, [b"\0" + b"\xff" * 50] * 50))


def test_without_the_library_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    with pytest.raises(InvalidInput, match="zxing-cpp"):
        read_certificate(qr_png(to_text(BUNDLE), 2))


def test_a_server_looks_at_no_picture() -> None:
    with pytest.raises(InvalidInput, match="kind of picture"):
        read_certificate(qr_png(to_text(BUNDLE), 2), pictures=False)
    assert read_certificate(to_compact(BUNDLE), pictures=False) == BUNDLE


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot read"):
        read_certificate_file(tmp_path / "none")


def test_a_code_holds_no_more_than_the_promised_bytes() -> None:
    assert qr_contents(qr_png(b"\xff" * MOST_CODE, 3)) == [b"\xff" * MOST_CODE]
    with pytest.raises(InvalidInput, match="too much"):
        qr_png(b"\xff" * (MOST_CODE + 1), 3)
    assert qr_svg("x") == qr_svg("x")


@pytest.mark.parametrize("kind", [0, 2, 4, 6])
@pytest.mark.parametrize("filtering", [0, 1, 2, 3, 4])
def test_every_filter_of_a_png_is_undone(kind: int, filtering: int) -> None:
    """Rows are filtered here as the standard says, from samples that are known."""
    samples = {0: 1, 2: 3, 4: 2, 6: 4}[kind]
    width, height = 7, 5
    plain = [bytes((x * 37 + y * 91 + x * y) % 256 for x in range(width * samples)) for y in range(height)]
    if kind in (4, 6):
        plain = [bytes(255 if at % samples == samples - 1 else b for at, b in enumerate(row)) for row in plain]
    rows = []
    for y, row in enumerate(plain):
        above = plain[y - 1] if y else bytes(len(row))
        out = bytearray([filtering])
        for at, sample in enumerate(row):
            left = row[at - samples] if at >= samples else 0
            corner = above[at - samples] if at >= samples else 0
            guess = [0, left, above[at], (left + above[at]) // 2, paeth(left, above[at], corner)][filtering]
            out.append((sample - guess) % 256)
        rows.append(bytes(out))
    green = 1 if kind in (2, 6) else 0
    assert read_png(png(width, kind, 8, rows)).pixels == b"".join(row[green::samples] for row in plain)


def paeth(left: int, above: int, corner: int) -> int:
    return min(
        (abs(above - corner), 0, left), (abs(left - corner), 1, above), (abs(left + above - 2 * corner), 2, corner)
    )[2]


def test_small_samples_palettes_and_transparency_are_read() -> None:
    assert read_png(png(9, 0, 1, [b"\0\xaa\x80"])).pixels == bytes([255, 0] * 4 + [255])
    assert read_png(png(3, 0, 4, [b"\0\x0f\x50"])).pixels == bytes([0, 255, 85])
    assert read_png(png(4, 3, 2, [b"\0\x1b"], bytes([9, 1, 9, 9, 2, 9, 9, 3, 9, 9, 4, 9]))).pixels == bytes(
        [1, 2, 3, 4]
    )
    assert read_png(png(2, 4, 8, [b"\0\x00\x00\x00\xff"])).pixels == bytes([255, 0])


@pytest.mark.parametrize(
    "data",
    [
        png(1, 0, 16, [b"\0\0\0"]),
        png(1, 5, 8, [b"\0\0"]),
        png(1, 2, 4, [b"\0\0\0"]),
        png(1, 0, 8, [b"\0\0"], interlaced=1),
        png(1, 0, 8, [b"\5\0"]),
        png(2, 0, 8, [b"\0\0"]),
        png(0, 0, 8, [b"\0"]),
        png(1, 0, 8, []),
        png(60_000, 6, 8, [b"\0"] * 60_000),
        png(4_294_967_295, 6, 8, [b"\0"]),
    ],
)
def test_a_png_of_another_kind_or_a_bomb_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_png(data)


@given(st.binary(max_size=120), st.sampled_from([b"", SIGNATURE, b"#bundle=", b"{", b"\xd9\xd9\xf7", b"%PDF-"]))
def test_no_bytes_raise_anything_but_the_documented_error(tail: bytes, head: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_certificate(head + tail)


def test_reading_needs_the_base_install_only() -> None:
    """The verifier's commands load neither what writes pages nor what reads pictures."""
    program = "import sys, registry.cli.app, registry.workflows.reading; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "registry" in loaded
    assert not loaded & {"typst", "segno", "zxingcpp", "pypdf", "web3", "sqlmodel"}
