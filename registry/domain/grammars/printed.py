"""A printed serial, understood: which series, which numbers, and how its registry would print any part of it."""

from dataclasses import dataclass
from typing import Protocol

from registry.domain.errors import InvalidInput
from registry.domain.serials import SerialBlock, SerialRange, require_series_id


@dataclass(frozen=True, slots=True)
class Template:
    """What stands around the numbers, so that any sub-range prints back exactly.

    `head` first `joint` last `tail`; with `repeats` (CDM) the whole serial is printed twice with `joint` between.
    `digits` is the width to fill with zeros (0: none). `as_range` says that one credit, too, is printed with both ends
    ("7 to 7"), as the text was that this template came from.
    """

    head: str
    joint: str
    tail: str = ""
    digits: int = 0
    repeats: bool = False
    as_range: bool = True

    def print(self, part: SerialRange) -> str:
        first, last = (str(number).zfill(self.digits) for number in (part.first, part.last))
        if part.width == 1 and not self.as_range:
            return f"{self.head}{first}{self.tail}"
        if self.repeats:
            return f"{self.head}{first}{self.tail}{self.joint}{self.head}{last}{self.tail}"
        return f"{self.head}{first}{self.joint}{last}{self.tail}"


@dataclass(frozen=True, slots=True)
class PrintedSerials:
    """What a printed serial means. `series` and `range` identify the credits; everything else is how it was printed.

    `registry` is the grammar's key ("verra", "car" …). `fields` are the printed fields by name, in order; they describe
    the credits (project, vintage) but do not identify them: two texts with equal series and range are the same credits.
    """

    registry: str
    series: str
    range: SerialRange
    template: Template
    fields: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        require_series_id(self.series)

    @property
    def block(self) -> SerialBlock:
        return SerialBlock(self.series, self.range)

    @property
    def width(self) -> int:
        """How many credits the numbers cover. A file's quantity may differ; whoever imports it compares."""
        return self.range.width

    def field(self, name: str) -> str:
        """A printed field by name ("project", "vintage" …), "" if this registry prints none."""
        return dict(self.fields).get(name, "")

    def format(self, part: SerialRange) -> str:
        """`part` as this registry prints it. Raises `InvalidInput` if it is not part of these serials."""
        if not self.range.contains(part):
            raise InvalidInput(
                f"these numbers are not part of the printed serials of series {self.series}",
                expected=f"numbers within {self.range}",
                found=str(part),
                hint="format with the serials of the issuance that these credits come from",
            )
        return self.template.print(part)

    def __str__(self) -> str:
        return self.template.print(self.range)


class Grammar(Protocol):
    """How one source registry prints serials. One small module each; the table lists them."""

    @property
    def registry(self) -> str:
        """The key: lower case, stable, e.g. "gold-standard"."""

    @property
    def label(self) -> str:
        """For people, e.g. "Gold Standard"."""

    @property
    def stem(self) -> str:
        """How every series id of this registry begins; no other registry's series begin so."""

    @property
    def example(self) -> str:
        """A real serial, for messages."""

    def claims(self, text: str) -> bool:
        """Whether the text begins like this registry's serials; then only this grammar parses it."""

    def parse(self, text: str) -> PrintedSerials:
        """Understand the text or raise `InvalidInput`. The characters have been checked already."""

    def respell(self, compact: str) -> str:
        """For `normalise`: `compact` (every separator a bare '-') with this registry's own separators."""


def ordered_range(first: str, last: str, *, label: str) -> SerialRange:
    """The range from two printed numbers, both included; refuses a backward one."""
    if int(last) < int(first):
        raise InvalidInput(
            f"not a {label} serial: the range runs backwards",
            expected="a last number not below the first",
            found=f"{first} to {last}",
        )
    return SerialRange.of(int(first), int(last))
