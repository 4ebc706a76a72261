"""Writing the mirror: add blocks with their events, or take blocks away; the cursor moves in the same transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, delete, insert, select, update
from sqlmodel import Session, col

from registry.domain.blocks import BlockId, Histories
from registry.domain.event_form import Records
from registry.store.inserts import insert_records, insert_rows
from registry.store.kinds import KIND_BY_NAME, KINDS
from registry.store.layout import LAYOUTS, Row
from registry.store.mirror_tables import Block, Cursor

__all__ = [
    "ONE_STATE",
    "BlockId",
    "BlockRow",
    "Histories",
    "Progress",
    "append",
    "append_records",
    "blocks_down",
    "newest_block",
    "read_progress",
    "undo_above",
    "write_progress",
]


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A block that bears events of ours, with the history hashes after it. `timestamp` in seconds since 1970."""

    number: int
    hash: bytes
    parent_hash: bytes
    timestamp: int
    histories: Histories


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the mirror has come, and of which registry it is. `registry_identity`: see `Cursor`."""

    chain_id: int
    genesis_hash: bytes
    registry_identity: bytes
    indexed: BlockId
    finalized: BlockId
    head: BlockId


ONE_STATE = "offsetproof.one-state"
"""Of a session that sees one state of the mirror (`session.info`): what it found there, by name."""


def read_progress(session: Session) -> Progress | None:
    """The cursor; None for a mirror that nothing was written to."""
    kept: dict[str, Progress | None] | None = session.info.get(ONE_STATE)
    if kept is None:
        return _read_progress(session)
    if "progress" not in kept:
        kept["progress"] = _read_progress(session)
    return kept["progress"]


def _read_progress(session: Session) -> Progress | None:
    row = session.connection().execute(select(_table(Cursor))).first()
    if row is None:
        return None
    return Progress(
        row.chain_id,
        row.genesis_hash,
        row.registry_identity,
        BlockId(row.indexed_number, row.indexed_hash, row.indexed_timestamp),
        BlockId(row.finalized_number, row.finalized_hash, row.finalized_timestamp),
        BlockId(row.head_number, row.head_hash, row.head_timestamp),
    )


def write_progress(session: Session, progress: Progress) -> None:
    """Move the cursor."""
    values = {
        "chain_id": progress.chain_id,
        "genesis_hash": progress.genesis_hash,
        "registry_identity": progress.registry_identity,
        "indexed_number": progress.indexed.number,
        "indexed_hash": progress.indexed.hash,
        "indexed_timestamp": progress.indexed.timestamp,
        "finalized_number": progress.finalized.number,
        "finalized_hash": progress.finalized.hash,
        "finalized_timestamp": progress.finalized.timestamp,
        "head_number": progress.head.number,
        "head_hash": progress.head.hash,
        "head_timestamp": progress.head.timestamp,
    }
    cursor = _table(Cursor)
    if session.connection().execute(update(cursor).values(values)).rowcount == 0:
        session.connection().execute(insert(cursor).values(id=1, **values))


def append(session: Session, blocks: Sequence[Row], events: Mapping[str, Sequence[Row]]) -> None:
    """Add blocks and the rows of their events, by kind's name ("Issued"): tuples in the order of the table's columns.

    Raises ValueError for a row that its columns cannot hold.
    """
    connection = session.connection()
    insert_rows(connection, _table(Block), blocks)
    for name, rows in events.items():
        insert_rows(connection, KIND_BY_NAME[name].table, rows)


def append_records(session: Session, blocks: Sequence[Row], events: Mapping[str, Records]) -> None:
    """As `append`, of events as an indexer folded them. Raises ValueError for what is no such event, too."""
    connection = session.connection()
    insert_rows(connection, _table(Block), blocks)
    for name, records in events.items():
        insert_records(connection, LAYOUTS[name], records.packed)


def undo_above(session: Session, number: int) -> None:
    """Take away all blocks above `number` with their events. Published leaves stay: their tranche may come back."""
    connection = session.connection()
    for kind in KINDS:
        connection.execute(delete(kind.table).where(kind.table.c.block_number > number))
    connection.execute(delete(_table(Block)).where(col(Block.number) > number))


def newest_block(session: Session, as_of: int | None = None) -> BlockRow | None:
    """The newest block with events, at or below `as_of`."""
    return next(blocks_down(session, as_of), None)


def blocks_down(session: Session, as_of: int | None = None) -> Iterator[BlockRow]:
    """The blocks with events, newest first, from `as_of` down."""
    below = as_of
    while True:
        query = select(_table(Block)).order_by(col(Block.number).desc()).limit(64)
        if below is not None:
            query = query.where(col(Block.number) <= below)
        rows = session.connection().execute(query).all()
        for row in rows:
            histories = Histories(row.project_history, row.credit_history)
            yield BlockRow(row.number, row.hash, row.parent_hash, row.timestamp, histories)
        if len(rows) < 64:
            return
        below = rows[-1].number - 1


def _table(model: type[Block] | type[Cursor]) -> Table:
    table: Table = model.__table__  # type: ignore[union-attr]
    return table
