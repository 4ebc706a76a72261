"""A PDF file as objects, read once from its first byte to its last, with nothing left over.

A PDF may be updated in place, repaired by its reader, hide objects in compressed streams: two programs then see two
files. Here is no repair. Header, objects back to back, one classic cross-reference table that names exactly those
objects, trailer, end; every stream states its length. Whatever is written otherwise is refused, with its place.
Bounded: at most `MAX_FILE` bytes, `MAX_OBJECTS` objects, `MAX_SYNTAX` bytes outside streams.
Source: ISO 32000-1, 7.3 to 7.5.
"""

import re
from dataclasses import dataclass

from registry.domain.errors import InvalidInput
from registry.domain.hexes import shorten

MAX_FILE = 5 * 1_048_576
MAX_OBJECTS = 5_000
MAX_SYNTAX = 65_536
MAX_DEPTH = 16

_HEADER = re.compile(rb"%PDF-[12]\.[0-9]\r?\n(?:%[^\r\n]{0,64}\r?\n)?")
_SPACE = re.compile(rb"(?:[\0\t\n\f\r ]|%[^\r\n]*)*")
_OBJECT = re.compile(rb"([0-9]{1,7}) 0 obj\b")
_REFERENCE = re.compile(rb"([0-9]{1,7}) 0 R\b")
_NUMBER = re.compile(rb"[+-]?(?:[0-9]{1,15}(?:\.[0-9]*)?|\.[0-9]+)(?=[\0\t\n\f\r ()<>\[\]{}/%])")
_NAME = re.compile(rb"/([^\0\t\n\f\r ()<>\[\]{}/%]{0,127})")
_WORD = re.compile(rb"(?:true|false|null)\b")
_HEX = re.compile(rb"<([0-9A-Fa-f\t\n\f\r ]*)>")
_STREAM = re.compile(rb"stream\r?\n")
_END_STREAM = re.compile(rb"\r?\n?endstream[\t\n\f\r ]+endobj\b")
_TABLE = re.compile(rb"xref\r?\n0 ([0-9]{1,7})\r?\n")
_ENTRY = re.compile(rb"([0-9]{10}) ([0-9]{5}) ([nf])(?: \r| \n|\r\n)")
_END = re.compile(rb"startxref\r?\n([0-9]{1,10})\r?\n%%EOF[\0\t\n\f\r ]*\Z")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|[\s\S])")


@dataclass(frozen=True, slots=True)
class Name:
    """A name, without its slash, `#xx` decoded."""

    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to object `number`."""

    number: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A dictionary with raw bytes."""

    members: "dict[str, PdfValue]"
    raw: bytes


PdfValue = None | bool | int | bytes | Name | Reference | Stream | list["PdfValue"] | dict[str, "PdfValue"]
"""A number with a point reads as None: nothing that is looked up here is one."""


@dataclass(frozen=True, slots=True)
class PdfFile:
    """All objects of a file by their number, and its trailer."""

    objects: dict[int, PdfValue]
    trailer: dict[str, PdfValue]

    def resolve(self, value: PdfValue) -> PdfValue:
        """The object that a reference names (one step; a reference to a reference stays one); else the value itself."""
        return self.objects.get(value.number) if isinstance(value, Reference) else value


def parse_pdf(data: bytes) -> PdfFile:
    """The objects of a PDF; raises InvalidInput for every file that is not as plain as the module says."""
    if len(data) > MAX_FILE:
        raise InvalidInput("too large", expected=f"at most {MAX_FILE} bytes", found=str(len(data)), place="PDF")
    ends = data.count(b"%%EOF")
    if ends != 1:
        raise InvalidInput(
            "a certificate's PDF is written once and never updated",
            expected="one %%EOF",
            found=f"{ends}",
            hint="ask for the original file; signing, stamping or saving it again changes it",
            place="PDF",
        )
    return _Parser(data).file()


class _Parser:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.streamed = 0

    def file(self) -> PdfFile:
        self._match(_HEADER, "a PDF header")
        objects: dict[int, PdfValue] = {}
        places: dict[int, int] = {}
        self._skip()
        while found := _OBJECT.match(self.data, self.at):
            number = int(found[1])
            if number in objects or len(objects) >= MAX_OBJECTS:
                raise self._wrong(f"each object once, at most {MAX_OBJECTS}", f"object {number}")
            places[number] = self.at
            self.at = found.end()
            objects[number] = self._object()
            self._skip()
        start = self.at
        self._table(places)
        self._skip()
        self._match(re.compile(rb"trailer\b"), "the trailer")
        trailer = self._value(0)
        self._skip()
        end = self._match(_END, "startxref and the end of the file")
        if not isinstance(trailer, dict) or int(end[1]) != start:
            raise self._wrong(f"startxref {start}", end[1].decode())
        return PdfFile(objects, trailer)

    def _table(self, places: dict[int, int]) -> None:
        """The cross-reference table; it must name the objects that stand in the file, each where it stands."""
        size = int(self._match(_TABLE, "an object, or a classic cross-reference table of one section")[1])
        if size > MAX_OBJECTS + 1:
            raise self._wrong(f"at most {MAX_OBJECTS} objects", str(size))
        named: dict[int, int] = {}
        for number in range(size):
            entry = self._match(_ENTRY, "an entry of the cross-reference table")
            if entry[3] == b"n":
                named[number] = int(entry[1])
        if named != places:
            raise self._wrong("a table of exactly the objects in the file", "another one")

    def _object(self) -> PdfValue:
        value = self._value(0)
        self._skip()
        if isinstance(value, dict) and (found := _STREAM.match(self.data, self.at)):
            length = value.get("Length")
            if type(length) is not int or not 0 <= length <= len(self.data):
                raise self._wrong("a stream that states its length itself", shorten(length))
            raw = self.data[found.end() : found.end() + length]
            self.at = found.end() + length
            self.streamed += length
            self._match(_END_STREAM, "endstream where the length says")
            return Stream(value, raw)
        self._match(re.compile(rb"endobj\b"), "endobj")
        return value

    def _value(self, depth: int) -> PdfValue:
        self._skip()
        if depth > MAX_DEPTH:
            raise self._wrong(f"at most {MAX_DEPTH} levels", "more")
        if self.at - self.streamed > MAX_SYNTAX:
            raise self._wrong(f"at most {MAX_SYNTAX} bytes outside streams", "more")
        data, at = self.data, self.at
        first = data[at : at + 1]
        if first == b"/":
            return self._name()
        if data.startswith(b"<<", at):
            return self._dictionary(depth)
        if first == b"[":
            return self._array(depth)
        if first == b"(":
            return self._string()
        if first == b"<":
            digits = b"".join(self._match(_HEX, "hex digits")[1].split())
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
        if found := _REFERENCE.match(data, at):
            self.at = found.end()
            return Reference(int(found[1]))
        if found := _WORD.match(data, at):
            self.at = found.end()
            return {b"true": True, b"false": False}.get(found[0])
        number = self._match(_NUMBER, "a value")[0]
        return int(number) if b"." not in number else None

    def _dictionary(self, depth: int) -> dict[str, PdfValue]:
        self.at += 2
        members: dict[str, PdfValue] = {}
        self._skip()
        while not self.data.startswith(b">>", self.at):
            key = self._name().text
            if key in members:
                raise self._wrong("each key once", shorten(key))
            members[key] = self._value(depth + 1)
            self._skip()
        self.at += 2
        return members

    def _array(self, depth: int) -> list[PdfValue]:
        self.at += 1
        entries: list[PdfValue] = []
        self._skip()
        while not self.data.startswith(b"]", self.at):
            entries.append(self._value(depth + 1))
            self._skip()
        self.at += 1
        return entries

    def _name(self) -> Name:
        raw = self._match(_NAME, "a name")[1]
        plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes.fromhex(code[1].decode()), raw)
        return Name(plain.decode("latin-1"))

    def _string(self) -> bytes:
        """A literal string with balanced parentheses and escapes."""
        start, depth = self.at + 1, 0
        for mark in re.compile(rb"\\[\s\S]|[()]").finditer(self.data, self.at, self.at + MAX_SYNTAX):
            depth += {b"(": 1, b")": -1}.get(mark[0], 0)
            if depth == 0:
                self.at = mark.end()
                return _ESCAPE.sub(_unescape, self.data[start : mark.start()])
        raise self._wrong("the end of a string", "none")

    def _skip(self) -> None:
        found = _SPACE.match(self.data, self.at, self.at + MAX_SYNTAX)
        assert found is not None
        self.at = found.end()

    def _match(self, pattern: re.Pattern[bytes], expected: str) -> re.Match[bytes]:
        found = pattern.match(self.data, self.at)
        if found is None:
            raise self._wrong(expected, shorten(self.data[self.at : self.at + 20].decode("latin-1")))
        self.at = found.end()
        return found

    def _wrong(self, expected: str, found: str) -> InvalidInput:
        return InvalidInput(
            "this PDF is not as plain as a certificate's is",
            expected=expected,
            found=found,
            hint="ask for the original file, or take the attachment out of this one",
            place=f"PDF byte {self.at}",
        )


def _unescape(found: re.Match[bytes]) -> bytes:
    code = found[1]
    if code[:1].isdigit() and code[:1] < b"8":
        return bytes([int(code, 8) & 255])
    return b"" if code in (b"\n", b"\r", b"\r\n") else _ESCAPES.get(code, code)
