"""Opening the mirror's database: SQLite by default, any SQLAlchemy URL by setting."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from registry.domain.errors import InvalidInput, Unavailable
from registry.store.schema import migrate

_BUSY_SECONDS = 30


class Store:
    """An open mirror. Threads may share it; each takes its own session."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session whose queries all see the same rows, whatever the indexer writes meanwhile."""
        with self._unavailable(), Session(self.engine) as session:
            session.connection(execution_options=self._snapshot())
            yield session

    @contextmanager
    def inspect(self) -> Iterator[Session]:
        """Like `read`, for an auditor: text that is not UTF-8 arrives with lone surrogates instead of an error."""
        with self.read() as session:
            raw = session.connection().connection.dbapi_connection
            if self.engine.dialect.name != "sqlite" or raw is None:
                yield session
                return
            raw.text_factory = lambda found: found.decode("utf-8", "surrogateescape")
            try:
                yield session
            finally:
                raw.text_factory = str

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that is the only writer; commits at the end, or leaves nothing behind if anything raises."""
        with self._unavailable(), Session(self.engine) as session:
            session.connection(execution_options={"sqlite_begin": "BEGIN IMMEDIATE"})
            yield session
            session.commit()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _snapshot(self) -> dict[str, Any]:
        return {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}

    @contextmanager
    def _unavailable(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise Unavailable("the mirror's database did not answer", found=str(error.orig)) from error


def open_store(url: str, *, must_exist: bool = False) -> Store:
    """Open, and if needed create or migrate, the mirror at `url` (an SQLAlchemy URL, or the path of a SQLite file).

    Raises InvalidInput for a database of a newer schema, a missing folder, or, with `must_exist`, a missing file;
    Unavailable if the database does not answer.
    """
    full = url if "://" in url else f"sqlite:///{url}"
    engine = _sqlite(full, must_exist) if full.startswith("sqlite") else create_engine(full)
    store = Store(engine)
    try:
        with store._unavailable(), engine.connect() as connection:
            connection = connection.execution_options(sqlite_begin="BEGIN IMMEDIATE")
            with connection.begin():
                migrate(connection)
    except BaseException as error:
        store.close()
        if isinstance(error, DatabaseError):
            raise InvalidInput("this is not a mirror's database", found=str(error.orig), place=url) from error
        raise
    return store


def _sqlite(url: str, must_exist: bool) -> Engine:
    name = url.split("///", 1)[1] if "///" in url else ""
    if name in ("", ":memory:"):
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        path = Path(name.split("?", 1)[0])
        if must_exist and not path.exists():
            raise InvalidInput("there is no mirror here", found=str(path), hint="offsetproof index --db " + str(path))
        if not path.parent.is_dir():
            raise InvalidInput("the mirror's folder does not exist", found=str(path.parent))
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver starts no transactions of its own: DDL is atomic too
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))
