"""Opening the mirror's database, and the sessions on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from registry.domain.errors import InvalidInput, Unavailable
from registry.domain.hexes import hex0x
from registry.store.engines import BUSY_SECONDS, open_engine, parse_url, shown, sqlite_path
from registry.store.failures import answering
from registry.store.locks import MIGRATING, WRITING, lock_transaction
from registry.store.mirror import ONE_STATE, read_progress
from registry.store.schema import migrate, newest_schema, schema_of

__all__ = ["Store", "open_store", "parse_url"]

WRITER: dict[str, dict[str, Any]] = {
    "sqlite": {"sqlite_begin": "BEGIN IMMEDIATE"},
    # Whoever waited for the lock must see what its last holder did: each statement sees what is committed by then.
    "postgresql": {"isolation_level": "READ COMMITTED"},
}
"""A writing connection's options, by database."""


class Store:
    """An open mirror. Threads may share it; each takes its own session.

    With a replica, `read` and `inspect` ask the replica: whatever they say is as of the block that it has replayed,
    because cursor, blocks and events arrive there together.
    """

    def __init__(self, engine: Engine, replica: Engine | None = None) -> None:
        self.engine = engine
        self._replica = replica

    @property
    def primary(self) -> "Store":
        """The same mirror, read from where it is written."""
        return self if self._replica is None else Store(self.engine)

    @property
    def address(self) -> str | None:
        """The URL, password included, at which another process reads what `read` reads; None for a mirror in memory."""
        engine = self._replica or self.engine
        if engine.dialect.name == "sqlite" and sqlite_path(engine) is None:
            return None
        return engine.url.render_as_string(hide_password=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session whose queries all see the same rows, whatever the indexer writes meanwhile."""
        engine = self._replica or self.engine
        with answering(engine), Session(engine) as session:
            session.connection(execution_options=_snapshot(engine))
            session.info[ONE_STATE] = {}
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
    def write(self, connection: Connection | None = None) -> Iterator[Session]:
        """A session that is the only writer; commits at the end, or leaves nothing behind if anything raises.

        `connection`: write on this one (with `WRITER` options), not on one of the pool. If it is lost while it commits,
        nobody knows whether it did: Unavailable is raised, and the cursor or the rows tell.
        """
        with answering(self.engine), Session(connection or self.engine) as session:
            begun = session.connection(execution_options=None if connection else WRITER[self.engine.dialect.name])
            if begun.dialect.name == "postgresql":
                lock_transaction(begun, WRITING, BUSY_SECONDS)
            yield session
            session.commit()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        if self._replica:
            self._replica.dispose()


def open_store(url: str, *, must_exist: bool = False, replica: str | None = None) -> Store:
    """Open, and if needed create or migrate, the mirror at `url` (of SQLite or PostgreSQL, or a SQLite file's path).

    `replica`: the URL of a PostgreSQL replica of it to read from. Raises InvalidInput for a database of a newer
    schema, one that holds no mirror, a missing folder, or, with `must_exist`, a missing mirror; Unavailable if a
    database does not answer.
    """
    engine = open_engine(url, must_exist)
    try:
        with answering(engine), engine.connect() as connection:
            connection = connection.execution_options(**WRITER[engine.dialect.name])
            with connection.begin():
                _require_utf8(connection)
                _migrate(connection, url, must_exist)
        store = Store(engine, _open_replica(replica) if replica else None)
    except BaseException as error:
        engine.dispose()
        if isinstance(error, DatabaseError):
            raise InvalidInput("this is not a mirror's database", found=str(error.orig), place=shown(url)) from error
        raise
    try:
        if replica:
            _require_same_registry(store)
    except BaseException:
        store.close()
        raise
    return store


def _open_replica(url: str) -> Engine:
    engine = open_engine(url, must_exist=True)
    try:
        with answering(engine), engine.connect() as connection, connection.begin():
            found = schema_of(connection)
    except BaseException:
        engine.dispose()
        raise
    if found != newest_schema():
        engine.dispose()
        raise Unavailable(
            "the replica has not the schema of its primary",
            expected=f"schema {newest_schema()}",
            found=f"schema {found}" if found else "no mirror",
            hint="wait until it has caught up, or correct OFFSETPROOF_REPLICA_URL",
        )
    return engine


def _require_same_registry(store: Store) -> None:
    """Raise InvalidInput if primary and replica are mirrors of different registries; an empty one is of any."""
    with store.primary.read() as primary, store.read() as replica:
        wanted, found = read_progress(primary), read_progress(replica)
    if wanted and found and wanted.registry_identity != found.registry_identity:
        raise InvalidInput(
            "the replica is of another registry than the mirror",
            expected=hex0x(wanted.registry_identity),
            found=hex0x(found.registry_identity),
            hint="correct OFFSETPROOF_REPLICA_URL",
        )


def _migrate(connection: Connection, url: str, must_exist: bool) -> None:
    """Bring the schema up to ours, one process at a time. Who finds it so needs no right to change it."""
    if connection.dialect.name == "postgresql":
        found = schema_of(connection)
        if found == newest_schema():
            return
        if found is None and must_exist:
            raise InvalidInput("there is no mirror here", found=shown(url), hint="offsetproof index --db URL")
        lock_transaction(connection, MIGRATING, BUSY_SECONDS)
    migrate(connection)


def _require_utf8(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
        if encoding != "UTF8":
            raise InvalidInput("the database cannot hold every text", expected="encoding UTF8", found=encoding)


def _snapshot(engine: Engine) -> dict[str, Any]:
    if engine.dialect.name == "sqlite":
        return {}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
