"""Are many rows of a table sound? Asked column by column, in the interpreter's own loops instead of ours.

One value's rule is in `raw.py`; a test holds the two together.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, Table

from registry.store.columns import WideInteger
from registry.store.fetching import Row
from registry.store.raw import RawRow, checked, limit_of, sound_value

Values = Sequence[Any]
Read = Callable[[Values], Values | None]
"""What the values of a column mean; None if one of them is not sound."""


class SoundReader:
    """Reads rows of one table as columns of values, without those rows that are not sound."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._names = [column.name for column in table.columns]
        self._reads = [_read_of(column) for column in table.columns]

    def columns(self, rows: Sequence[Row], on_fault: Callable[[RawRow], None]) -> list[Values]:
        """One sequence of values a column; `on_fault` is told of each row that is not in them."""
        columns = self._all_sound(rows)
        if columns is not None:
            return columns
        sound = []
        for row in rows:
            raw = checked(self._table, row)
            if raw.fault:
                on_fault(raw)
            else:
                sound.append(raw.values)
        return [[values[name] for values in sound] for name in self._names]

    def rows(self, rows: Sequence[Row]) -> list[RawRow]:
        """The rows one by one, those that are not sound among them."""
        columns = self._all_sound(rows)
        if columns is None:
            return [checked(self._table, row) for row in rows]
        name = self._table.name
        return [RawRow(name, dict(zip(self._names, row, strict=True)), "") for row in zip(*columns, strict=True)]

    def _all_sound(self, rows: Sequence[Row]) -> list[Values] | None:
        found = []
        for read, column in zip(self._reads, zip(*rows, strict=True), strict=True):
            values = read(column)
            if values is None:
                return None
            found.append(values)
        return found


def _read_of(column: Column[Any]) -> Read:
    kind = column.type
    if isinstance(kind, WideInteger):
        return _wide_integers(kind.digits, limit_of(column))
    if isinstance(kind, LargeBinary) and kind.length is not None:
        return _bytes(kind.length)
    if isinstance(kind, BigInteger) and not isinstance(kind, Boolean):
        return _integers(limit_of(column))
    return _one_by_one(column)


def _bytes(length: int) -> Read:
    def read(column: Values) -> Values | None:
        good = set(map(type, column)) == {bytes} and set(map(len, column)) == {length}
        return column if good else None

    return read


def _integers(limit: int | None) -> Read:
    def read(column: Values) -> Values | None:
        good = set(map(type, column)) == {int} and min(column) >= 0 and (limit is None or max(column) < limit)
        return column if good else None

    return read


def _wide_integers(digits: int, limit: int | None) -> Read:
    def read(column: Values) -> Values | None:
        types = set(map(type, column))
        if types not in ({bytearray}, {str}) or set(map(len, column)) != {digits}:
            return None
        text = (b"" if bytearray in types else "").join(column)
        if not (text.isascii() and text.isdigit()):
            return None
        values = list(map(int, column))
        return values if limit is None or max(values) < limit else None

    return read


def _one_by_one(column: Column[Any]) -> Read:
    def read(values: Values) -> Values | None:
        try:
            return [sound_value(column, value) for value in values]
        except ValueError:
            return None

    return read
