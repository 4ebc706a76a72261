"""A PDF counts by exactly one attachment in a file written once. Everything else about it is refused, and quickly."""

import io
import time
import zlib
from collections.abc import Callable

import pypdf
import pytest
from example_certificate import BUNDLE, bundle_of, document, judge
from hypothesis import given
from hypothesis import strategies as st
from plain_pdf import NAME, Objects, deflated, objects, stream, written

from registry.domain.errors import InvalidInput
from registry.render.addresses import VerifierAddress
from registry.render.pdf import render_pdf
from registry.render.pdf_attachment import attached_bundle
from registry.render.typesetter import Typesetter, font_folders
from registry.workflows.reading import MAX_CERTIFICATE, read_certificate

JSON = BUNDLE.to_json()
OTHER = bundle_of(document(), (), lot=11).to_json()
GOOD = written(objects(JSON))
ADDRESS = VerifierAddress("https://verifier.example")
RENDERED = render_pdf(judge(), BUNDLE, ADDRESS, "en", Typesetter(font_folders(None)))


def changed(number: int, old: bytes, new: bytes) -> bytes:
    parts = objects(JSON)
    assert old in parts[number]
    parts[number] = parts[number].replace(old, new)
    return written(parts)


def with_objects(**more: bytes) -> bytes:
    parts: Objects = objects(JSON)
    return written(parts | {6 + at: body for at, body in enumerate(more.values())})


def updated_by_pypdf(data: bytes) -> bytes:
    """The file with another page appended as an incremental update, as an editor does it."""
    writer = pypdf.PdfWriter(io.BytesIO(data), incremental=True)
    writer.add_metadata({"/Title": "Another title"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def saved_by_pypdf(data: bytes, attach: dict[str, bytes]) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    for name, content in attach.items():
        writer.add_attachment(name, content)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def encrypted(data: bytes) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt("", "owner", algorithm="RC4-40")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_link_to_an_address_or_a_place_is_read() -> None:
    for action in (b"/S/URI/URI(https://verifier.example)", b"/S/GoTo/D[3 0 R/Fit]"):
        link = with_objects(s=b"<</Type/Annot/Subtype/Link/A<</Type/Action%s>>>>" % action)
        assert attached_bundle(link) == JSON


def test_a_plain_pdf_by_another_program_is_read() -> None:
    assert attached_bundle(GOOD) == JSON
    assert attached_bundle(written({**objects(JSON), 5: stream(JSON, b"/Type/EmbeddedFile")})) == JSON
    assert attached_bundle(RENDERED) == JSON
    assert read_certificate(GOOD) == read_certificate(RENDERED) == BUNDLE


MOVING = (
    *("/Subtype/Widget", "/Subtype/Screen", "/Subtype/Movie", "/Subtype/Sound", "/Subtype/RichMedia", "/Subtype/3D"),
    *("/Subtype/Wid#67et", "/S/GoToR", "/S/GoToE", "/S/GoTo3DView", "/S/SubmitForm", "/S/ResetForm", "/S/ImportData"),
    *("/S/Rendition", "/S/Thread", "/S/Hide", "/S/Named", "/S/SetOCGState", "/S/Trans", "/S/RichMediaExecute"),
)
"""Annotations that ask, move or sound, and actions that do more than go to a place or an address."""

BENT: dict[str, Callable[[], bytes]] = {
    "no attachment": lambda: written({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 0/Kids[]>>"}),
    "another name": lambda: written(objects(JSON, "bundle.json")),
    "another name in the tree": lambda: changed(1, b"(offsetproof", b"(xffsetproof"),
    "another name for old readers": lambda: changed(4, b"/F(offsetproof", b"/F(xffsetproof"),
    "another name for new readers": lambda: changed(4, b"/UF(offsetproof", b"/UF(xffsetproof"),
    "no name": lambda: changed(4, b"/F(offsetproof-bundle.json)", b""),
    "two in the tree": lambda: changed(1, b"4 0 R]>>>>", b"4 0 R(offsetproof-bundle.json)4 0 R]>>>>"),
    "a tree of several nodes": lambda: changed(1, b"<</Names[", b"<</Kids[]/Names["),
    "the tree leads elsewhere": lambda: changed(1, b"4 0 R]>>>>", b"3 0 R]>>>>"),
    "outside of the tree": lambda: changed(1, b"/Names<<", b"/Nimes<<"),
    "a second file specification": lambda: with_objects(s=b"<</Type/Filespec/F(x)/EF<</F 5 0 R>>>>"),
    "a second specification inside an array": lambda: with_objects(s=b"[[<</EF<</F 5 0 R>>>>]]"),
    "a second embedded file": lambda: with_objects(s=deflated(OTHER)),
    "a file annotation": lambda: with_objects(s=b"<</Type/Annot/Subtype/FileAttachment/FS 4 0 R>>"),
    **{
        f"what a still page has not: {what}": lambda what=what: with_objects(s=b"<<%s>>" % what.encode())
        for what in MOVING
    },
    "one stream for old readers, another for new": lambda: written(
        {**objects(JSON), 4: objects(JSON)[4].replace(b"/UF 5", b"/UF 6"), 6: deflated(OTHER, b"")}
    ),
    "a stream for one system": lambda: changed(4, b"/UF 5 0 R>>", b"/Unix 5 0 R>>"),
    "an external file": lambda: written({**objects(JSON), 5: deflated(JSON, b"/F(other.json)")}),
    "a dictionary in place of the file": lambda: written({**objects(JSON), 5: b"<</Type/EmbeddedFile>>"}),
    "an updated file": lambda: updated_by_pypdf(GOOD),
    "an end after the end": lambda: GOOD + b"\n%%EOF\n",
    "bytes after the end": lambda: GOOD + b"x",
    "a file behind the file": lambda: GOOD + GOOD,
    "bytes before the header": lambda: b"\n" + GOOD,
    "bytes between objects": lambda: GOOD.replace(b"endobj\n2 0 obj", b"endobj\nx\n2 0 obj"),
    "an earlier table": lambda: written(objects(JSON), b"/Prev 9"),
    "a hidden table": lambda: written(objects(JSON), b"/XRefStm 9"),
    "encryption": lambda: written(objects(JSON), b"/Encrypt 9 0 R"),
    "encrypted by a program": lambda: encrypted(GOOD),
    "a table that points elsewhere": lambda: written(objects(JSON), bend=lambda p: [p[1], p[0], *p[2:]]),
    "an object that the table leaves out": lambda: GOOD.replace(b"xref\n0 6", b"6 0 obj\n<<>>\nendobj\nxref\n0 6"),
    "an object twice": lambda: written(objects(JSON)).replace(b"2 0 obj", b"1 0 obj"),
    "an object of a later generation": lambda: GOOD.replace(b"\n2 0 obj", b"\n2 1 obj"),
    "packed objects": lambda: with_objects(s=deflated(b"7 0 <<>>", b"/Type/ObjStm/N 1/First 4")),
    "packed objects under a coded name": lambda: with_objects(s=deflated(b"7 0 <<>>", b"/Type/Obj#53tm/N 1/First 4")),
    "a table in a stream": lambda: with_objects(s=deflated(bytes(9), b"/Type/XRef")),
    "a script": lambda: with_objects(s=b"<</S/JavaScript/JS(app.alert\\(1\\))>>"),
    "an action at opening": lambda: changed(1, b"/AF[4 0 R]", b"/AF[4 0 R]/OpenAction 3 0 R"),
    "a form": lambda: changed(1, b"/AF[4 0 R]", b"/AF[4 0 R]/AcroForm<<>>"),
    "a program to start": lambda: with_objects(s=b"<</S/Launch/F(x)>>"),
    "a key twice": lambda: changed(4, b"/Type/Filespec", b"/Type/Filespec/F(x)"),
    "a length elsewhere": lambda: written(
        {**objects(JSON), 5: deflated(JSON).replace(b"/Length ", b"/Length 6 0 R/L "), 6: b"9"}
    ),
    "a length too short": lambda: written({**objects(JSON), 5: deflated(JSON).replace(b"/Length ", b"/Length 1/L ")}),
    "a stream cut off": lambda: written({**objects(JSON), 5: stream(zlib.compress(JSON)[:-9], b"/Filter/FlateDecode")}),
    "a stream with a tail": lambda: written(
        {**objects(JSON), 5: stream(zlib.compress(JSON) + b"tail", b"/Filter/FlateDecode")}
    ),
    "two filters": lambda: written(
        {**objects(JSON), 5: stream(zlib.compress(zlib.compress(JSON)), b"/Filter[/FlateDecode/FlateDecode]")}
    ),
    "another filter": lambda: written(
        {**objects(JSON), 5: stream(JSON.hex().encode() + b">", b"/Filter/ASCIIHexDecode")}
    ),
    "parameters for the filter": lambda: written(
        {**objects(JSON), 5: stream(zlib.compress(JSON), b"/Filter/FlateDecode/DecodeParms<</Predictor 12>>")}
    ),
    "a bomb": lambda: written(objects(bytes(200_000_000))),
    "something else attached": lambda: written(objects(b"<html>")),
    "a PDF attached": lambda: written(objects(GOOD)),
    "half a file": lambda: GOOD[: len(GOOD) // 2],
    "a header alone": lambda: b"%PDF-1.7\n",
    "too large": lambda: GOOD.ljust(MAX_CERTIFICATE + 1),
}


@pytest.mark.parametrize("why", BENT)
def test_a_pdf_with_one_thing_bent_is_refused(why: str) -> None:
    bent = BENT[why]()
    assert bent != GOOD
    with pytest.raises(InvalidInput) as refused:
        read_certificate(bent)
    assert refused.value.message


def test_a_second_attachment_added_by_a_program_is_refused() -> None:
    for data in (saved_by_pypdf(RENDERED, {"other.json": OTHER}), saved_by_pypdf(RENDERED, {NAME: OTHER})):
        with pytest.raises(InvalidInput):
            read_certificate(data)


def test_a_signed_or_annotated_copy_says_what_to_do() -> None:
    with pytest.raises(InvalidInput, match="original file") as refused:
        read_certificate(updated_by_pypdf(RENDERED))
    assert refused.value.expected == "one %%EOF"
    assert refused.value.found == "2"


HEAD, TAIL = b"%PDF-1.7\n1 0 obj\n[", b"]\nendobj %%EOF"
HOSTILE = {
    "nesting": HEAD + b"[" * 5_000_000 + TAIL,
    "dictionaries": HEAD + b"<</a" * 1_200_000 + TAIL,
    "numbers": HEAD + b"1 " * 2_500_000 + TAIL,
    "digits": HEAD + b"1" * 5_000_000 + TAIL,
    "comments": HEAD + b"\n%x" * 1_600_000 + TAIL,
    "open strings": HEAD + b"(" * 5_000_000 + TAIL,
    "empty strings": HEAD + b"()" * 2_500_000 + TAIL,
    "backslashes": HEAD + b"(" + b"\\" * 5_000_000 + TAIL,
    "names": HEAD + b"/a" * 2_500_000 + TAIL,
    "one name": HEAD + b"/" + b"a" * 5_000_000 + TAIL,
    "hex": HEAD + b"<" + b"a" * 5_000_000 + TAIL,
    "spaces in hex": HEAD + b"<" + b" " * 5_000_000 + TAIL,
    "references": HEAD + b"1 0 R " * 800_000 + TAIL,
    "objects": b"%PDF-1.7\n" + b"".join(b"%d 0 obj null endobj\n" % n for n in range(1, 200_000)) + b"%%EOF",
    "streams": b"%PDF-1.7\n"
    + b"".join(b"%d 0 obj<</Length 0>>stream\n\nendstream endobj\n" % n for n in range(90_000))
    + b"%%EOF",
    "ends": b"%PDF-1.7\n" + b"%%EOF" * 1_000_000,
}


@pytest.mark.parametrize("why", HOSTILE)
def test_a_hostile_pdf_costs_little_time(why: str) -> None:
    begun = time.process_time()
    with pytest.raises(InvalidInput):
        read_certificate(HOSTILE[why])
    assert time.process_time() - begun < 1.5


@given(st.data())
def test_no_changed_byte_leads_to_another_bundle_than_the_one_attached(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(RENDERED) - 1))
    bent = RENDERED[:at] + bytes([data.draw(st.integers(0, 255))]) + RENDERED[at + 1 :]
    try:
        found = read_certificate(bent)
    except InvalidInput:
        return
    assert found == BUNDLE


@given(st.binary(max_size=300))
def test_bytes_at_random_are_refused(tail: bytes) -> None:
    for data in (b"%PDF-1.7\n" + tail, b"%PDF-1.7\n1 0 obj\n<<" + tail + b">>\nendobj\n%%EOF"):
        with pytest.raises(InvalidInput):
            read_certificate(data)
