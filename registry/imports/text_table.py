"""Tables as text, as people and registries export them: any usual encoding and separator, broken quotes and all.

Nothing is lost: what cannot be made into cells comes out as a row with the reason why.
"""

import csv
import re
import unicodedata
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from registry.domain.errors import InvalidInput

SEPARATORS = (",", ";", "\t", "|")
MOST_ROW = 1 << 16
"""Characters of a row, and so of a cell."""
_MOST_LINES = 1_000
_CHUNK = 1 << 20
_ENDS_IN_QUOTES = "unexpected end of data"
"""What the csv module says of a text that ends inside a quoted cell."""
_APART = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class TableRow:
    """`number`: as a spreadsheet counts, the header is row 1. `line`: where it begins in the file, from 1.

    `cells` is None where there are none to be had, and `trouble` says why.
    """

    number: int
    line: int
    cells: Sequence[str] | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written: its encoding, what stands between cells, and its header as it stands."""

    encoding: str
    separator: str
    header: tuple[str, ...]


def column_key(name: str) -> str:
    """A column's name without what exports change: case, spaces, line ends, punctuation."""
    return _APART.sub(" ", unicodedata.normalize("NFKC", name)).strip().casefold()


def encoding_of(path: Path) -> str:
    """The encoding of a text file: what its mark says, UTF-8 if it is that, Windows-1252 for anything else.

    Raises InvalidInput if the file cannot be read, is empty, or is no text.
    """
    decoder = getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            start = file.read(4)
            if not start:
                raise InvalidInput("the file is empty", expected="a table with a header", place=path.name)
            if start.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
                return "utf-16"
            if start.startswith((b"PK\x03\x04", b"%PDF", b"\x1f\x8b")):
                raise InvalidInput(
                    "not a text file",
                    expected="CSV",
                    found="an archive, a workbook or a PDF",
                    hint="export the table as CSV",
                    place=path.name,
                )
            file.seek(0)
            try:
                while data := file.read(_CHUNK):
                    decoder.decode(data)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                return "cp1252"
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read", found=type(error).__name__) from None
    return "utf-8-sig"


def open_table(path: Path, encoding: str) -> TextIO:
    """The file as text. What Windows-1252 has no character for becomes the replacement character, which no serial
    number holds."""
    return path.open(encoding=encoding, errors="replace", newline="")


def headers(path: Path, encoding: str) -> Iterator[Layout]:
    """The layouts that a file may have, one for each separator that its header holds.

    Raises InvalidInput for a file without text, or whose header ends inside quotes.
    """
    for separator in SEPARATORS:
        with open_table(path, encoding) as file:
            header = next(_rows(file, separator), None)
        if header is None:
            raise InvalidInput("the file is empty", expected="a table with a header", place=path.name)
        if header.cells is None:
            raise InvalidInput(
                "the header cannot be read", found=header.trouble, place=f"{path.name} line {header.line}"
            )
        if len(header.cells) > 1:
            yield Layout(encoding, separator, tuple(header.cells))


def rows(path: Path, layout: Layout) -> Iterator[TableRow]:
    """All rows below the header. A line without any text is none."""
    with open_table(path, layout.encoding) as file:
        yield from islice(_rows(file, layout.separator), 1, None)


def _rows(file: TextIO, separator: str) -> Iterator[TableRow]:
    lines, number = _Lines(file), 0
    for line, text in lines:
        if text.strip():
            number += 1
            yield _row(number, line, text, lines, separator)


def _row(number: int, line: int, text: str, lines: "_Lines", separator: str) -> TableRow:
    """The row that begins with `text`, and goes on in the next lines as long as a quote is open."""
    taken: list[tuple[int, str]] = []
    whole = text
    while True:
        try:
            return TableRow(number, line, next(csv.reader([whole], delimiter=separator, strict=True)))
        except csv.Error as error:
            if str(error) != _ENDS_IN_QUOTES:
                trouble = f"the quoting is broken: {error}"
                break
        more = _closing(lines, MOST_ROW - len(whole), _MOST_LINES - len(taken))
        taken += more
        if not more or '"' not in more[-1][1]:
            trouble = "a quote is opened and never closed"
            break
        whole = "".join([text, *(part for _, part in taken)])
    lines.put_back(taken)
    return TableRow(number, line, None, trouble)


def _closing(lines: "_Lines", most: int, most_lines: int) -> list[tuple[int, str]]:
    """The next lines up to one that holds a quote, or as many as may belong to one row."""
    taken: list[tuple[int, str]] = []
    for line, text in lines:
        taken.append((line, text))
        most -= len(text)
        if '"' in text or most <= 0 or len(taken) >= most_lines:
            break
    return taken


class _Lines:
    """The lines of a file with their numbers; such as turn out to belong elsewhere can be put back."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._line = file, 0
        self._again: deque[tuple[int, str]] = deque()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> tuple[int, str]:
        if self._again:
            return self._again.popleft()
        text = self._file.readline(MOST_ROW)
        if not text:
            raise StopIteration
        self._line += 1
        return self._line, text.replace("\r\n", "\n").replace("\r", "\n")

    def put_back(self, lines: Sequence[tuple[int, str]]) -> None:
        self._again.extendleft(reversed(lines))
