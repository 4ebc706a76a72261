"""The bundle inside a certificate's PDF: exactly one embedded file, of the fixed name.

A page can print any number and any name: the printed text counts for nothing. What is checked is the attachment alone,
and it is unambiguous: one file specification, one embedded stream, reached by the catalogue's name tree, in a file that
was written once.
"""

import zlib
from collections.abc import Iterator

from registry.domain.errors import InvalidInput
from registry.domain.hexes import shorten
from registry.proofs.bundle import MAX_BUNDLE
from registry.render.pdf_objects import Name, PdfFile, PdfValue, Stream, parse_pdf

ATTACHMENT = "offsetproof-bundle.json"

# A certificate is a still page. What acts, asks, hides objects or ties to another file has no place in it.
_REFUSED_KEYS = frozenset(
    (
        "JS",
        "JavaScript",
        "OpenAction",
        "AA",
        "AcroForm",
        "XFA",
        "Launch",
        "RichMedia",
        "Collection",
        "FFilter",
        "FDecodeParms",
    )
)
# As Type, Subtype or S: packed objects, signatures, what is more than a page (annotations that ask, move or sound), and
# every action but going to a place of this file or to an address.
_REFUSED_TYPES = frozenset(
    (
        *("ObjStm", "XRef", "Sig", "FileAttachment", "Widget", "Screen", "Movie", "Sound", "RichMedia", "3D"),
        *("JavaScript", "Launch", "GoToR", "GoToE", "GoTo3DView", "SubmitForm", "ResetForm", "ImportData", "Rendition"),
        *("Thread", "Hide", "Named", "SetOCGState", "Trans", "RichMediaExecute"),
    )
)


def attached_bundle(data: bytes) -> bytes:
    """The bytes of the attachment `offsetproof-bundle.json`; raises InvalidInput for any other or odd PDF."""
    file = parse_pdf(data)
    _require_written_once(file)
    specifications = []
    embedded = 0
    for members in _dictionaries(file):
        _require_still(members)
        if "EF" in members:
            specifications.append(members)
        if _is(members.get("Type"), "EmbeddedFile"):
            embedded += 1
    if len(specifications) != 1 or embedded > 1:
        raise _wrong(f"exactly one attachment, {ATTACHMENT}", str(max(len(specifications), embedded)))
    specification = specifications[0]
    if _named(file) is not specification:
        raise _wrong("the attachment in the catalogue's name tree", "another entry, or none")
    for key in ("F", "UF"):
        if _text(specification.get(key)) != ATTACHMENT:
            raise _wrong(f"an attachment named {ATTACHMENT}", shorten(_text(specification.get(key))))
    streams = file.resolve(specification["EF"])
    if not isinstance(streams, dict) or not {"F"} <= set(streams) <= {"F", "UF"}:
        raise _wrong("one embedded stream", "several, or none")
    if len({repr(reference) for reference in streams.values()}) != 1:
        raise _wrong("one embedded stream", "two")
    stream = file.resolve(streams["F"])
    if not isinstance(stream, Stream):
        raise _wrong("an embedded stream", "none")
    return _unpacked(stream)


def _require_written_once(file: PdfFile) -> None:
    for key, what in (("Encrypt", "encrypted"), ("Prev", "updated"), ("XRefStm", "of two tables")):
        if key in file.trailer:
            raise _wrong("a PDF written once, in the open", f"one that is {what}")


def _dictionaries(file: PdfFile) -> Iterator[dict[str, PdfValue]]:
    waiting: list[PdfValue] = [*file.objects.values(), file.trailer]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Stream):
            value = value.members
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _require_still(members: dict[str, PdfValue]) -> None:
    refused = sorted(_REFUSED_KEYS & set(members))
    for key in ("Type", "Subtype", "S"):
        value = members.get(key)
        if isinstance(value, Name) and value.text in _REFUSED_TYPES:
            refused.append(value.text)
    if refused:
        raise _wrong("a still page without scripts, forms, signatures and packed objects", shorten(refused[0]))


def _named(file: PdfFile) -> PdfValue:
    """The one entry of the catalogue's tree of embedded files."""
    node: PdfValue = file.trailer
    for key in ("Root", "Names", "EmbeddedFiles"):
        node = file.resolve(node.get(key)) if isinstance(node, dict) else None
    if not isinstance(node, dict) or "Kids" in node:
        raise _wrong("a name tree of one node", "another")
    entries = file.resolve(node.get("Names"))
    if not isinstance(entries, list) or len(entries) != 2 or _text(entries[0]) != ATTACHMENT:
        raise _wrong(f"exactly one attachment, {ATTACHMENT}", "another list of names")
    return file.resolve(entries[1])


def _unpacked(stream: Stream) -> bytes:
    """The bytes of an embedded stream: as they stand, or deflated; at most `MAX_BUNDLE` of them."""
    packing = stream.members.get("Filter")
    if isinstance(packing, list) and len(packing) == 1:
        packing = packing[0]
    if "DecodeParms" in stream.members or "F" in stream.members:
        raise _wrong("an attachment that is plain or deflated", "another")
    if packing is None:
        found = stream.raw
    elif _is(packing, "FlateDecode"):
        inflater = zlib.decompressobj()
        try:
            found = inflater.decompress(stream.raw, MAX_BUNDLE + 1)
        except zlib.error:
            raise _wrong("deflated bytes", "others") from None
        if len(found) <= MAX_BUNDLE and (not inflater.eof or inflater.unused_data):
            raise _wrong("the whole attachment", "a part, or more than it")
    else:
        raise _wrong("an attachment that is plain or deflated", "another")
    if len(found) > MAX_BUNDLE:
        raise _wrong(f"an attachment of at most {MAX_BUNDLE} bytes", "more")
    return found


def _is(value: PdfValue, name: str) -> bool:
    return isinstance(value, Name) and value.text == name


def _text(value: PdfValue) -> str:
    """A text string: UTF-16 with its mark, else one byte a character."""
    if not isinstance(value, bytes):
        return ""
    return value[2:].decode("utf-16-be", "replace") if value.startswith(b"\xfe\xff") else value.decode("latin-1")


def _wrong(expected: str, found: str) -> InvalidInput:
    return InvalidInput(
        "this PDF does not carry one certificate",
        expected=expected,
        found=found,
        hint="ask for the original file; what a page prints proves nothing",
        place="PDF",
    )
