"""A certificate is read from whatever people hold; an odd file is refused with its reason and is never `invalid`."""

import zlib
from dataclasses import replace

import httpx
import pytest

from registry.proofs.bundle import Bundle
from registry.proofs.compact import to_compact, to_text
from registry.render.addresses import VerifierAddress
from registry.render.pdf import render_pdf
from registry.render.pdf_attachment import ATTACHMENT
from registry.render.typesetter import Typesetter, font_folders
from tests.web.scenario import World
from verifier_api.judging import judge_sought
from verifier_api.services import Services

MEBIBYTE = 1_048_576
PDF = "application/pdf"


def plain_pdf(content: bytes, names: tuple[str, ...] = (ATTACHMENT,), fill: int = 0) -> bytes:
    """A PDF written by hand that attaches `content` under each of `names`; `fill` bytes more in a stream of its own."""
    places = range(5, 5 + 2 * len(names), 2)
    tree = b"".join(b"(%s)%d 0 R" % (name.encode(), at) for name, at in zip(names, places, strict=True))
    packed = zlib.compress(content)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[%s]>>>>>>" % tree,
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (fill, b" " * fill),
    ]
    for name, at in zip(names, places, strict=True):
        label = name.encode()
        parts.append(b"<</Type/Filespec/F(%s)/UF(%s)/EF<</F %d 0 R>>>>" % (label, label, at + 1))
        head = b"<</Type/EmbeddedFile/Filter/FlateDecode/Length %d>>" % len(packed)
        parts.append(b"%s\nstream\n%s\nendstream" % (head, packed))
    out, found = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(parts, 1):
        found.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, size = len(out), len(parts) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(b"%010d 00000 n \n" % place for place in found)
    return bytes(out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, start))


def send(client: httpx.Client, content: bytes, media_type: str) -> httpx.Response:
    return client.post("/v1/verify", content=content, headers={"content-type": media_type})


def forged(bundle: Bundle) -> Bundle:
    return replace(bundle, leaf=replace(bundle.leaf, grams=bundle.leaf.grams * 2))


@pytest.fixture(scope="module")
def rendered(services: Services, world: World) -> bytes:
    judged = judge_sought(services, world.retired.certificate_hash)
    assert judged.bundle is not None
    address = VerifierAddress("https://verifier.example")
    return render_pdf(judged.verdict, judged.bundle, address, "zh", Typesetter(font_folders(None)))


@pytest.mark.parametrize("media_type", [PDF, "application/octet-stream"])
def test_a_rendered_pdf_is_judged_by_its_attachment(client: httpx.Client, rendered: bytes, media_type: str) -> None:
    answer = send(client, rendered, media_type)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "retired")
    assert answer.headers["cache-control"] == "no-store"


def test_a_rendered_pdf_is_judged_as_the_file_of_a_form(client: httpx.Client, rendered: bytes) -> None:
    answer = client.post("/v1/verify", files={"file": ("certificate.pdf", rendered, PDF)})
    assert (answer.status_code, answer.json()["verdict"]) == (200, "retired")


def test_the_compact_form_and_the_text_of_a_code_are_read(client: httpx.Client, world: World) -> None:
    for content, media_type in (
        (to_compact(world.retired), "application/cbor"),
        (("https://verifier.example/verify" + to_text(world.retired)).encode(), "text/plain"),
    ):
        answer = send(client, content, media_type)
        assert (answer.status_code, answer.json()["verdict"]) == (200, "retired"), media_type


def test_a_pdf_that_carries_a_forged_bundle_is_invalid(client: httpx.Client, world: World) -> None:
    good = send(client, plain_pdf(world.retired.to_json()), PDF)
    assert (good.status_code, good.json()["verdict"]) == (200, "retired")
    bad = send(client, plain_pdf(forged(world.retired).to_json()), PDF)
    assert (bad.status_code, bad.json()["verdict"]) == (200, "invalid")


@pytest.mark.parametrize(
    ("names", "tail"),
    [((ATTACHMENT, ATTACHMENT), b""), ((ATTACHMENT, "other.json"), b""), (("other.json",), b""), ((ATTACHMENT,), b"x")],
)
def test_a_pdf_with_two_attachments_another_name_or_an_addition_is_refused_and_not_called_invalid(
    client: httpx.Client, world: World, names: tuple[str, ...], tail: bytes
) -> None:
    answer = send(client, plain_pdf(world.retired.to_json(), names) + tail, PDF)
    assert (answer.status_code, answer.json()["kind"]) == (422, "not-a-bundle")


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"\x89PNG\r\n\x1a\n" + b"0" * 99, 400), (b"hello", 400), (b"%PDF-1.7 and no more", 422), (b"\xff\xd8\xff", 400)],
)
def test_other_files_are_refused_with_their_reason(client: httpx.Client, content: bytes, status: int) -> None:
    answer = client.post("/v1/verify", files={"file": ("certificate.pdf", content, PDF)})
    assert (answer.status_code, answer.json()["kind"]) == (status, "not-a-bundle")
    assert answer.json()["expected"]


@pytest.mark.parametrize("media_type", ["image/png", "text/html", "application/zip"])
def test_a_wrong_type_is_refused(client: httpx.Client, media_type: str) -> None:
    answer = send(client, b"x", media_type)
    assert (answer.status_code, answer.json()["kind"]) == (415, "unsupported-type")
    assert "application/pdf" in answer.json()["expected"]


def test_only_a_pdf_may_be_larger_than_a_mebibyte(client: httpx.Client, world: World) -> None:
    large = plain_pdf(world.retired.to_json(), fill=2 * MEBIBYTE)
    for answer in (send(client, large, PDF), client.post("/v1/verify", files={"file": ("c.pdf", large, PDF)})):
        assert (answer.status_code, answer.json()["verdict"]) == (200, "retired")
    for content, media_type in (
        (large, "application/json"),
        (b" " * (MEBIBYTE + 1), "application/octet-stream"),
        (b"%PDF-" + b" " * 5 * MEBIBYTE, PDF),
    ):
        answer = send(client, content, media_type)
        assert (answer.status_code, answer.json()["kind"]) == (413, "too-large")
