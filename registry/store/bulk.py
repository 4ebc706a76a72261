"""Rows by the hundred thousand, handed to the database's driver as they are: no value is converted on the way."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def add_missing(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> int:
    """Add rows, each in the order of the table's columns, but for those whose key is there; returns how many were new.

    For bytes, text, integers up to 2^63 - 1 and booleans, which the drivers of SQLite and PostgreSQL take as they are.
    """
    if not rows:
        return 0
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    names = [column.name for column in table.columns]
    compiled = insert(table).on_conflict_do_nothing().compile(dialect=connection.dialect, column_keys=names)
    values = list(rows) if compiled.positional else [dict(zip(names, row, strict=True)) for row in rows]
    return connection.exec_driver_sql(str(compiled), values).rowcount
