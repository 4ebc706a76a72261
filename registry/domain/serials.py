"""Serial numbers: ranges of them, and the series within which a source registry numbers its credits uniquely.

In code ranges are half-open, `[first, end)`; people see the inclusive form, "7 to 9", that their registry prints. The
limits are those of the contracts: a number is a uint128, a series id is 1 to 64 characters of `A-Z 0-9 . _ -`.
"""

from dataclasses import dataclass

from registry.domain.errors import InvalidInput

SERIAL_LIMIT = 2**128
"""Numbers are below this: the contracts keep a first serial number in a uint128."""

SERIES_ID_LENGTH = 64
SERIES_ID_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


@dataclass(frozen=True, slots=True)
class SerialRange:
    """Serial numbers from `first` up to, but not including, `end`, unique within one series.

    Never empty: 0 ≤ first < end ≤ 2^128. Raises `InvalidInput` otherwise.
    """

    first: int
    end: int

    def __post_init__(self) -> None:
        for name, number in (("first", self.first), ("end", self.end)):
            if type(number) is not int:
                raise InvalidInput(
                    f"the {name} of a serial range is not an integer", expected="int", found=repr(number)
                )
        if not 0 <= self.first < self.end <= SERIAL_LIMIT:
            raise InvalidInput(
                "not a range of serial numbers",
                expected="0 ≤ first < end ≤ 2^128",
                found=f"first {self.first}, end {self.end}",
                hint="`end` is the number after the last; `SerialRange.of(first, last)` takes the inclusive form",
            )

    @classmethod
    def of(cls, first: int, last: int) -> "SerialRange":
        """The range that people write as "first to last", both included."""
        return cls(first, last + 1)

    @property
    def last(self) -> int:
        """The last number in the range (inclusive form)."""
        return self.end - 1

    @property
    def width(self) -> int:
        """How many numbers, so how many credits. What a file states as quantity may differ: compare it."""
        return self.end - self.first

    def contains(self, other: "SerialRange | int") -> bool:
        """Whether a number, or every number of another range, is in this one."""
        if isinstance(other, SerialRange):
            return self.first <= other.first and other.end <= self.end
        return self.first <= other < self.end

    def overlaps(self, other: "SerialRange") -> bool:
        """Whether the two share at least one number. Neighbours that only touch do not overlap."""
        return self.first < other.end and other.first < self.end

    def touches(self, other: "SerialRange") -> bool:
        """Whether one ends exactly where the other begins."""
        return self.end == other.first or other.end == self.first

    def intersection(self, other: "SerialRange") -> "SerialRange | None":
        """The numbers in both; None if there are none."""
        if not self.overlaps(other):
            return None
        return SerialRange(max(self.first, other.first), min(self.end, other.end))

    def split_at(self, number: int) -> "tuple[SerialRange, SerialRange]":
        """The part below `number` and the part from `number` on; both must be non-empty."""
        if not self.first < number < self.end:
            raise InvalidInput(
                "a range splits only at a number inside it",
                expected=f"a number from {self.first + 1} to {self.last}",
                found=str(number),
            )
        return SerialRange(self.first, number), SerialRange(number, self.end)

    def __str__(self) -> str:
        """The inclusive form: "7 to 9", or "7" for a single number."""
        return str(self.first) if self.width == 1 else f"{self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class SerialBlock:
    """Serial numbers of a named series: what identifies credits. `series` is the id registered on chain."""

    series: str
    range: SerialRange

    def __post_init__(self) -> None:
        require_series_id(self.series)

    def contains(self, other: "SerialBlock") -> bool:
        return self.series == other.series and self.range.contains(other.range)

    def overlaps(self, other: "SerialBlock") -> bool:
        return self.series == other.series and self.range.overlaps(other.range)

    def intersection(self, other: "SerialBlock") -> "SerialBlock | None":
        shared = self.range.intersection(other.range) if self.series == other.series else None
        return SerialBlock(self.series, shared) if shared else None

    def __str__(self) -> str:
        return f"{self.series} {self.range}"


def require_series_id(series: str) -> str:
    """Return `series` if the contracts would register it; else raise `InvalidInput` that names what is wrong."""
    if not 1 <= len(series) <= SERIES_ID_LENGTH:
        raise InvalidInput(
            "a series id has the wrong length",
            expected=f"1 to {SERIES_ID_LENGTH} characters",
            found=f"{len(series)} characters",
        )
    for position, character in enumerate(series, start=1):
        if character not in SERIES_ID_ALPHABET:
            raise InvalidInput(
                "a series id has a character that the contracts refuse",
                expected="capital letters A-Z, digits, '.', '_' and '-'",
                found=f"U+{ord(character):04X} at character {position} of {series!r}",
            )
    return series
