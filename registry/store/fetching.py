"""Rows by the million, as the database's driver gives them: no value is converted before it is checked."""

from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlmodel import Session

FETCHED, FETCHED_AFAR = 100, 1_000
"""Rows of a query in memory at a time: few, so that they stay in the processor's own; more from a server, so that not
each hundred costs a journey."""

Row = tuple[Any, ...]

_numbers = count()


def in_key_order(table: Table, *more: ColumnElement[Any]) -> Select[Any]:
    """The query for all rows of a table by primary key, with `more` beside its columns."""
    return select(*table.columns, *more).order_by(*table.primary_key.columns)


def fetched(session: Session, query: Select[Any], most: int = FETCHED_AFAR) -> Iterator[list[Row]]:
    """The rows that a query finds, at most `most` at a time. SQLite's text comes as a bytearray, so that it is no blob,
    and is decoded by who looks at it."""
    connection = session.connection()
    # The driver's own cursor: what stands above it converts values and makes an object of each row. On PostgreSQL a
    # cursor with a name stays in the server; one without gets all rows at once.
    driver, sqlite = connection.connection, connection.dialect.name == "sqlite"
    cursor = driver.cursor() if sqlite else driver.cursor(name=f"fetched_{next(_numbers)}")
    fetch = partial(_fetch_texts_as_bytes, driver.dbapi_connection) if sqlite else _fetch
    try:
        cursor.execute(str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})))
        while rows := fetch(cursor, min(most, FETCHED if sqlite else FETCHED_AFAR)):
            yield rows
    finally:
        cursor.close()


def _fetch_texts_as_bytes(driver: Any, cursor: DBAPICursor, most: int) -> list[Row]:
    others, driver.text_factory = driver.text_factory, bytearray
    try:
        return _fetch(cursor, most)
    finally:
        driver.text_factory = others


def _fetch(cursor: DBAPICursor, most: int) -> list[Row]:
    return list(cursor.fetchmany(most))
