"""What a row says: credits issued, retired or cancelled, or a project."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.errors import InvalidInput
from registry.domain.grammars import OpaquePrefix, PrintedSerials, cercarbono_serials, normalise, parse_serials
from registry.imports.cells import read_day, read_text, read_whole
from registry.imports.sources import Recognised
from registry.imports.text_table import MOST_ROW, TableRow

ISSUANCE, RETIREMENT, CANCELLATION, PROJECT = "issuance", "retirement", "cancellation", "project"
ENDED = (RETIREMENT, CANCELLATION)
_CANCELLED = ("cancel", "注销")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: file, row as a spreadsheet counts (the header is 1), line of the file."""

    file: str
    row: int
    line: int


@dataclass(frozen=True, slots=True)
class Record:
    """A row that was read. `serials` is None for projects, and where a registry publishes issuances without them.

    `lot` is what `quantity` is held against: all credits that were issued together as far as the table tells. `total`
    is how many these are, where the row says so. `cleaned` says what was changed to read the serial numbers.
    """

    kind: str
    registry: str
    place: Place
    serials: PrintedSerials | None = None
    quantity: int = 0
    day: date | None = None
    issued: date | None = None
    period: tuple[date | None, date | None] = (None, None)
    project: str = ""
    name: str = ""
    vintage: str = ""
    lot: str = ""
    total: int | None = None
    beneficiary: str = ""
    note: str = ""
    details: tuple[tuple[str, str], ...] = ()
    parts: tuple[int, int] | None = None
    cleaned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be read: the column as its header names it ("" for the row as a whole), and why."""

    place: Place
    column: str
    reason: str


def read_row(file: str, table: Recognised, row: TableRow, configured: Sequence[OpaquePrefix] = ()) -> Record | Rejected:
    """The record that a row makes, or why it makes none."""
    place = Place(file, row.number, row.line)
    if row.cells is None:
        return Rejected(place, "", row.trouble)
    try:
        return _Reader(table, row.cells, place, configured).record()
    except InvalidInput as error:
        column = table.layout.header[table.at[error.place]] if error.place in table.at else error.place
        return Rejected(place, " ".join(column.split()), _reason(error))


def _reason(error: InvalidInput) -> str:
    said = (("", error.message), ("expected ", error.expected), ("found ", error.found))
    return "; ".join(before + text for before, text in said if text)


class _Reader:
    """The values of one row. An error's place is the name of the value that it lies in."""

    def __init__(
        self, table: Recognised, cells: Sequence[str], place: Place, configured: Sequence[OpaquePrefix]
    ) -> None:
        self._source, self._at, self._place, self._configured = table.source, table.at, place, configured
        wide = len(table.layout.header)
        beyond = any(cell.strip() for cell in cells[wide:])
        if beyond or len(cells) <= max(table.at.values()):
            raise InvalidInput(
                "wrong number of cells",
                expected=str(wide),
                found=str(len(cells)),
                hint="a cell that holds the separator stands in double quotes",
            )
        if sum(map(len, cells)) > MOST_ROW:
            raise InvalidInput("the row is too long", expected=f"at most {MOST_ROW} characters")
        if not any(cell.strip() for cell in cells):
            raise InvalidInput("nothing stands in this row")
        self._cells = cells

    def record(self) -> Record:
        if self._source.kind == PROJECT:
            return self._project()
        serials, cleaned = self._serials()
        quantity = self._whole("quantity")
        if not quantity:
            raise InvalidInput("no credits", expected="at least 1", found="0", place="quantity")
        day, issued = self._day("day"), self._day("issued")
        kind: str = self._source.kind
        if kind == "transaction":
            kind = ISSUANCE if day is None else self._ended()
            day = day or issued
        registry = serials.registry if serials else self._source.registry
        return Record(
            kind=kind,
            registry=registry,
            place=self._place,
            serials=serials,
            quantity=quantity,
            day=day,
            issued=issued,
            period=(self._day("from"), self._day("to")),
            project=self._text("project"),
            name=self._text("name"),
            vintage=self._text("vintage"),
            lot=self._lot(registry, serials),
            total=self._whole("total") if "total" in self._at else None,
            beneficiary=self._text("beneficiary"),
            note=self._text("note"),
            details=tuple((name, text) for name in ("reason", "holder", "country") if (text := self._text(name))),
            parts=(self._whole("part"), self._whole("buffer")) if "part" in self._at else None,
            cleaned=cleaned,
        )

    def _project(self) -> Record:
        project = self._text("project")
        if not project:
            raise InvalidInput("no project", expected="its number", place="project")
        annual = [("annual", str(self._whole(name))) for name in ("annual", "total") if self._cell(name).strip()]
        texts = [(name, self._text(name)) for name in ("status", "proponent", "country", "methodology")]
        return Record(
            kind=PROJECT,
            registry=self._source.registry,
            place=self._place,
            day=self._day("day"),
            period=(self._day("from"), self._day("to")),
            project=project,
            name=self._text("name"),
            details=tuple((name, text) for name, text in [*texts, *annual] if text),
        )

    def _serials(self) -> tuple[PrintedSerials | None, tuple[str, ...]]:
        if "batch" in self._at:
            if "first" not in self._at:
                cercarbono_serials(self._clean("batch"), 0, 0)  # the batch alone: its numbers are not told
                return None, ()
            first, last = (str(self._whole(name)) for name in ("first", "last"))
            try:
                return cercarbono_serials(self._clean("batch"), first, last), ()
            except InvalidInput as error:
                error.place = "batch"
                raise
        if "serials" not in self._at:
            return None, ()
        text = self._cell("serials")
        if not text.strip():
            raise InvalidInput("no serial numbers", expected="as the registry prints them", place="serials")
        try:
            return parse_serials(text, configured=self._configured), ()
        except InvalidInput:
            cleaned = normalise(text, configured=self._configured)
        try:
            return parse_serials(cleaned.text, configured=self._configured), cleaned.changes
        except InvalidInput as error:
            error.place = "serials"
            raise

    def _lot(self, registry: str, serials: PrintedSerials | None) -> str:
        if self._source.lots == "project and vintage":
            return f"{self._text('project')}, vintage {self._text('vintage')}"
        if self._source.lots == "project and period":
            return f"{self._text('project')}, {self._cell('from').strip()} to {self._cell('to').strip()}"
        return serials.series if serials else self._clean("batch")

    def _ended(self) -> str:
        return CANCELLATION if any(word in self._text("reason").casefold() for word in _CANCELLED) else RETIREMENT

    def _cell(self, name: str) -> str:
        return self._cells[self._at[name]] if name in self._at else ""

    def _text(self, name: str) -> str:
        return read_text(self._cell(name))

    def _clean(self, name: str) -> str:
        return normalise(self._cell(name)).text

    def _whole(self, name: str) -> int:
        return read_whole(self._cell(name), name)

    def _day(self, name: str) -> date | None:
        return read_day(self._cell(name), name)
