"""PostgreSQL's advisory locks: one number for each mirror and purpose. Databases have locks of their own, so the name
of the schema that the mirror lies in is enough."""

from sqlalchemy import Connection, text

INDEXING = "indexing"
"""Held by the indexer for its life."""
WRITING = "writing"
"""Held for one transaction: by the indexer's steps and by publications."""
MIGRATING = "migrating"

KEY = "hashtextextended('offsetproof/' || :purpose || '/' || coalesce(current_schema(), ''), 0)"


def lock_transaction(connection: Connection, purpose: str, seconds: int) -> None:
    """Wait until the transaction has the lock, up to `seconds`; it ends with the transaction."""
    connection.execute(
        text(f"SELECT set_config('lock_timeout', :wait, true), pg_advisory_xact_lock({KEY})"),
        {"wait": f"{seconds}s", "purpose": purpose},
    )


def try_lock_session(connection: Connection, purpose: str) -> bool:
    """Take the lock for the connection's life, if nobody has it."""
    taken: bool = connection.execute(text(f"SELECT pg_try_advisory_lock({KEY})"), {"purpose": purpose}).scalar_one()
    return taken


def holder_of(connection: Connection, purpose: str) -> str:
    """Who has the lock, as far as the role may know; "" for nobody."""
    found = connection.execute(
        text(
            f"""
            SELECT l.pid, coalesce(a.application_name, ''), coalesce(host(a.client_addr), '')
            FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid, (SELECT {KEY} AS key) k
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND l.classid::bigint = (k.key >> 32) & 4294967295 AND l.objid::bigint = k.key & 4294967295
            """  # noqa: S608
        ),
        {"purpose": purpose},
    ).first()
    if found is None:
        return ""
    pid, name, address = found
    return f"{name or 'a session'}{f' from {address}' if address else ''} (PostgreSQL process {pid})"
