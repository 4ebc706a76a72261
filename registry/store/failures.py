"""What a database says when it fails, in the project's own errors."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from registry.domain.errors import InvalidInput, OffsetproofError, Unavailable


class MirrorUnavailable(Unavailable):
    """The mirror's own database does not answer, or another process has it: no fault of a node."""


_FULL = "53100"
_MAY_NOT = ("25006", "42501")  # a replica or a read-only transaction; a privilege that the role lacks
_AGAIN = ("40001", "40P01", "55P03", "57P01", "57P02", "57P03", "57014")
"""Serialization, deadlock, lock time-out, shutdown, crash, start-up, cancelled: the same may succeed later."""


@contextmanager
def answering(engine: Engine) -> Iterator[None]:
    """Turn failures of the database, also those of its driver itself, into MirrorUnavailable (it may answer later) or
    InvalidInput (it never will). Errors in what we asked stay what they are."""
    try:
        yield
    except NoConnection as error:
        raise MirrorUnavailable(
            "all connections to the mirror's database are in use", found=str(error)[:200]
        ) from error
    except (DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
        known = failure(error, engine)
        if known is None:
            raise
        raise known from error


def failure(error: Exception, engine: Engine) -> OffsetproofError | None:
    """The project's error for a driver's; None if the fault is in what we asked."""
    said = error.orig if isinstance(error, DBAPIError) else error
    driver = engine.dialect.loaded_dbapi
    state = getattr(said, "sqlstate", None) or ""
    found = str(said).strip().partition("\n")[0][:300]
    if state == _FULL or getattr(said, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return MirrorUnavailable(
            "the mirror's database has no room left; nothing was written",
            found=found,
            hint="make room and go on: offsetproof index takes up where it stopped",
        )
    if state in _MAY_NOT:
        return InvalidInput(
            "this database may only be read",
            found=found,
            hint="the primary's URL, not a replica's, and a role that may write (docs/postgresql.md)",
        )
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or state in _AGAIN or isinstance(said, driver.OperationalError | driver.InterfaceError):
        return MirrorUnavailable("the mirror's database did not answer", found=found)
    return None
