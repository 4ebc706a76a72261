"""Many rows at once, in the fastest way that each database takes them: executemany on SQLite, COPY on PostgreSQL.

Rows are tuples of what the driver takes (`layout.Row`), in the order of the table's columns; an indexer's events come
as records (`domain.event_form.Records`), which on PostgreSQL need not become rows first.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from struct import error as StructError
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DataError

from registry.store.copying import END, START, encoder
from registry.store.layout import Layout, Row

_STATEMENT_ROWS = (1_000, 30, 1)
"""Rows a statement. SQLite takes 32,766 parameters, and the widest table has 13 columns. While a statement runs, other
threads do too, but each end of one waits for them: few long ones leave the most time to both."""
_COPY_BYTES = 512 * 1024
"""Bytes a message."""


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Add rows within the connection's transaction. Raises ValueError for one that its columns cannot hold."""
    if not rows:
        return
    with _refusing(connection, table):
        if connection.dialect.name == "postgresql":
            _copy(connection, table, b"".join(map(encoder(table), rows)))
        else:
            _execute(connection, table, rows)


def insert_records(connection: Connection, layout: Layout, packed: bytes) -> None:
    """Add the events of these records within the connection's transaction. Raises ValueError unless each is exactly an
    event of the layout's kind, and one that its columns can hold."""
    table = layout.kind.table
    if connection.dialect.name != "postgresql" or layout.copies is None:
        insert_rows(connection, table, layout.rows(packed))
        return
    with _refusing(connection, table):
        _copy(connection, table, layout.copies(packed))


@contextmanager
def _refusing(connection: Connection, table: Table) -> Iterator[None]:
    """Raise ValueError for what the driver or the database says of a value that does not fit."""
    refusals = (OverflowError, StructError, UnicodeEncodeError, DataError, connection.dialect.loaded_dbapi.DataError)
    try:
        yield
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


def _copy(connection: Connection, table: Table, rows: bytes) -> None:
    """COPY of rows in PostgreSQL's binary form."""
    cursor: Any = connection.connection.cursor()
    with cursor.copy(_copy_statement(table)) as copy:
        copy.write(START)
        for start in range(0, len(rows), _COPY_BYTES):
            copy.write(rows[start : start + _COPY_BYTES])
        copy.write(END)


@cache
def _copy_statement(table: Table) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT BINARY)'
