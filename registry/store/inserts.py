"""Many rows at once, in the fastest way that each database takes them: executemany on SQLite, COPY on PostgreSQL.

Rows are tuples of what the driver takes (`layout.Row`), in the order of the table's columns.
"""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from struct import Struct, pack
from struct import error as StructError
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, LargeBinary, Table
from sqlalchemy.exc import DataError

from registry.store.columns import WideInteger
from registry.store.layout import Row

_STATEMENT_ROWS = (1_000, 30, 1)
"""Rows a statement. SQLite takes 32,766 parameters, and the widest table has 13 columns. While a statement runs, other
threads do too, but each end of one waits for them: few long ones leave the most time to both."""
_COPY_START = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = b"\xff\xff"
_COPY_ROWS = 2_000
"""Rows a message: a few hundred kilobytes."""


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Add rows within the connection's transaction. Raises ValueError for one that its columns cannot hold."""
    if not rows:
        return
    refusals = (OverflowError, StructError, UnicodeEncodeError, DataError, connection.dialect.loaded_dbapi.DataError)
    try:
        if connection.dialect.name == "postgresql":
            _copy(connection, table, rows)
        else:
            _execute(connection, table, rows)
    except refusals as error:
        raise ValueError(f"a row does not fit the table {table.name}: {error}") from error


def _execute(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """executemany of statements that take many rows each: half the time of a statement a row."""
    start = 0
    for bunch in _STATEMENT_ROWS:
        bunches = range(start, len(rows) - bunch + 1, bunch)
        if bunches:
            parameters = [tuple(chain.from_iterable(rows[at : at + bunch])) for at in bunches]
            connection.exec_driver_sql(_insert(table, bunch), parameters)
            start = bunches[-1] + bunch


@cache
def _insert(table: Table, rows: int) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    row = f"({', '.join('?' * len(table.columns))})"
    return f'INSERT INTO "{table.name}" ({names}) VALUES {", ".join([row] * rows)}'  # noqa: S608


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """COPY in PostgreSQL's binary form, whose fields are big-endian, each after its length."""
    cursor: Any = connection.connection.cursor()
    encode = _encoder(table)
    with cursor.copy(_copy_statement(table)) as copy:
        copy.write(_COPY_START)
        for start in range(0, len(rows), _COPY_ROWS):
            copy.write(b"".join(map(encode, rows[start : start + _COPY_ROWS])))
        copy.write(_COPY_END)


@cache
def _copy_statement(table: Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT BINARY)'


@cache
def _encoder(table: Table) -> Callable[[Row], bytes]:
    """A row in the binary form of COPY: at once if all its fields have a fixed length, else field by field."""
    forms = [_form(column.type) for column in table.columns]
    digits = [place for place, column in enumerate(table.columns) if isinstance(column.type, WideInteger)]
    if "" not in forms:
        fixed = Struct(">h" + "".join(f"i{form}" for form in forms))
        lengths = [Struct(f">{form}").size for form in forms]
        blank: list[Any] = [len(forms)]
        for length in lengths:
            blank += (length, None)

        def encode(row: Row) -> bytes:
            fields = blank.copy()
            fields[2::2] = row
            for place in digits:
                fields[2 * place + 2] = row[place].encode()
            return fixed.pack(*fields)

        return encode

    def encode_each(row: Row) -> bytes:
        parts = [pack(">h", len(forms))]
        for form, value in zip(forms, row, strict=True):
            raw = value.encode() if isinstance(value, str) else value
            field = pack(f">{form}", raw) if form else raw
            parts += (pack(">i", len(field)), field)
        return b"".join(parts)

    return encode_each


def _form(kind: Any) -> str:
    """A column's field in `struct`'s notation; empty for text of any length."""
    if isinstance(kind, BigInteger):
        return "q"
    if isinstance(kind, Boolean):
        return "?"
    if isinstance(kind, LargeBinary):
        return f"{kind.length}s"
    return f"{kind.digits}s" if isinstance(kind, WideInteger) else ""
