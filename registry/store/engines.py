"""From a database URL to an engine: SQLite by default, PostgreSQL by its URL."""

import os
import socket
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from registry.domain.errors import InvalidInput

BUSY_SECONDS = 30
"""How long a writer waits for another one's transaction."""
_CONNECTIONS, _MORE_CONNECTIONS = 10, 30
"""Connections kept, and opened beyond them while many ask: together as many as the API has threads."""


def open_engine(url: str, must_exist: bool = False) -> Engine:
    """An engine for `url`, or for the path of a SQLite file.

    `postgresql://` and `postgres://` (as in DATABASE_URL) mean the same. Raises InvalidInput for another database, a
    missing folder or, with `must_exist`, a missing file.
    """
    parsed = parse_url(url)
    return _sqlite(parsed, must_exist) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)


def parse_url(url: str) -> URL:
    """The URL with the driver that we use; raises InvalidInput for what is no URL of SQLite or PostgreSQL."""
    try:
        parsed = make_url(url if "://" in url else f"sqlite:///{url}")
    except (ArgumentError, ValueError):
        raise InvalidInput("this is not a database URL", expected=EXPECTED) from None  # it may hold a password
    match parsed.drivername:
        case "sqlite" | "sqlite+pysqlite":
            return parsed
        case "postgres" | "postgresql" | "postgresql+psycopg":
            return parsed.set(drivername="postgresql+psycopg")
    raise InvalidInput("a mirror is not kept in this kind of database", expected=EXPECTED, found=parsed.drivername)


EXPECTED = "sqlite:///FILE or postgresql://USER@HOST/DATABASE"


def shown(url: str) -> str:
    """The URL without its password."""
    return parse_url(url).render_as_string(hide_password=True)


def sqlite_path(engine: Engine) -> Path | None:
    """The file of a SQLite engine; None for a mirror in memory."""
    name = engine.url.database or ""
    return None if name in ("", ":memory:") else Path(name.removeprefix("file:").split("?", 1)[0])


def _postgresql(url: URL) -> Engine:
    settings: dict[str, str | int] = {
        "application_name": f"offsetproof {os.getpid()}@{socket.gethostname()}"[:63],
        "connect_timeout": 10,
        # A server that went away without a word is noticed within a minute.
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    }
    return create_engine(
        url,
        pool_size=_CONNECTIONS,
        max_overflow=_MORE_CONNECTIONS,
        connect_args={name: value for name, value in settings.items() if name not in url.query},
    )


def _sqlite(url: URL, must_exist: bool) -> Engine:
    if url.database in (None, "", ":memory:"):
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = create_engine(
            url,
            pool_size=_CONNECTIONS,
            max_overflow=_MORE_CONNECTIONS,
            connect_args={"timeout": BUSY_SECONDS},
        )
        path = sqlite_path(engine)
        assert path is not None
        if must_exist and not path.exists():
            raise InvalidInput("there is no mirror here", found=str(path), hint="offsetproof index --db " + str(path))
        if not path.parent.is_dir():
            raise InvalidInput("the mirror's folder does not exist", found=str(path.parent))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver starts no transactions of its own: DDL is atomic too
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL", "cache_size=-8000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))
