"""One indexer a mirror: a lock for the indexer's life, given up by the kernel or the server when its process dies.

On PostgreSQL it is an advisory lock of the very connection that the indexer writes through: who has lost the one has
lost the other. On SQLite it is a lock on a file beside the mirror. Neither is what keeps the mirror right: each write
compares the cursor first. The lock keeps a second indexer from doing all work twice, and lets it stand by.
"""

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection
from sqlmodel import Session

from registry.store.database import WRITER, Store
from registry.store.engines import sqlite_path
from registry.store.failures import MirrorUnavailable, answering
from registry.store.locks import INDEXING, holder_of, try_lock_session

_TRIES, _PAUSE = 10, 0.1


class AnotherIndexer(MirrorUnavailable):
    """Another process indexes into this mirror. `found` says which."""

    def __init__(self, found: str) -> None:
        hint = "let it work, or stop it first; with --follow this one waits and takes over when that one ends"
        super().__init__("another indexer writes this mirror", found=found, hint=hint)


class Writer:
    """The right to index into `store`: `take` it, write through it, `release` it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection: Connection | None = None
        self._file: int | None = None
        self._path = _lock_path(store)

    def take(self) -> bool:
        """Take the lock; False if this process had it already. Raises AnotherIndexer, or Unavailable.

        It takes a moment until the lock of a process that was just killed is free, so this tries for a second.
        """
        for _ in range(_TRIES):
            try:
                return self._take()
            except AnotherIndexer:
                time.sleep(_PAUSE)
        return self._take()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """`Store.write`, through the locked connection. Raises Unavailable if the lock is not ours (any more)."""
        if not self._is_ours():
            raise MirrorUnavailable("the indexer's lock is not ours", hint="take it again")
        with self._store.write(self._connection) as session:
            yield session

    def release(self) -> None:
        """Give the lock back, if it is ours."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            with suppress(Exception):  # it may be dead already, and the lock with it
                connection.close()
        if self._file is not None:
            assert self._path is not None
            self._path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None

    def _is_ours(self) -> bool:
        if self._store.engine.dialect.name == "postgresql":
            return self._connection is not None and _is_open(self._connection)
        return self._path is None or self._file is not None

    def _take(self) -> bool:
        if self._store.engine.dialect.name == "postgresql":
            return self._take_session()
        return self._path is not None and self._take_file(self._path)

    def _take_session(self) -> bool:
        if self._is_ours():
            return False
        self.release()
        with answering(self._store.engine):
            connection = self._store.engine.connect()
            try:
                connection = connection.execution_options(**WRITER["postgresql"])
                connection.detach()  # not back to the pool: closing it is what unlocks
                with connection.begin():
                    taken = try_lock_session(connection, INDEXING)
                    holder = "" if taken else holder_of(connection, INDEXING)
            except BaseException:
                connection.close()
                raise
        if not taken:
            connection.close()
            raise AnotherIndexer(holder or "one that ended just now")
        self._connection = connection
        return True

    def _take_file(self, path: Path) -> bool:
        if self._file is not None:
            return False
        while True:
            try:
                file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
            except OSError as error:
                raise MirrorUnavailable("the indexer's lock file cannot be opened", found=str(error)) from error
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(file, 200).decode("utf-8", "replace")
                os.close(file)
                raise AnotherIndexer(holder or str(path)) from None
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file), path.stat()):
                    break
            os.close(file)  # its holder took the file away as it ended: what we locked is nobody's lock any more
        os.truncate(file, 0)
        os.write(file, f"process {os.getpid()} on {socket.gethostname()}".encode())
        self._file = file
        return True


def _is_open(connection: Connection) -> bool:
    if connection.closed or connection.invalidated:
        return False
    raw = connection.connection.dbapi_connection
    return raw is not None and not getattr(raw, "closed", False)


def _lock_path(store: Store) -> Path | None:
    """The lock's file; None for PostgreSQL and for a mirror in memory, which no other process can open."""
    path = sqlite_path(store.engine) if store.engine.dialect.name == "sqlite" else None
    return None if path is None else path.with_name(path.name + ".indexer")
