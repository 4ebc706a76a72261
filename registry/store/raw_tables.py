"""The mirror's tables beside its events, row by row and checked, as the audit reads them."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, type_coerce
from sqlalchemy.types import NullType
from sqlmodel import Session, SQLModel

from registry.store.credit_events import Anchored
from registry.store.fetching import fetched, in_key_order
from registry.store.mirror_tables import Block, Document, Leaf, Publication, Tile
from registry.store.raw import RawRow, checked, table_of
from registry.store.sound import SoundReader

_TILES_FETCHED = 16


def raw_table(session: Session, model: type[SQLModel]) -> Iterator[RawRow]:
    """All rows of a table by primary key."""
    table = table_of(model)
    reader = SoundReader(table)
    for rows in fetched(session, in_key_order(table)):
        yield from reader.rows(rows)


def raw_tiles(session: Session) -> Iterator[RawRow]:
    """All tiles by anchor, level and number: few in memory at a time, since each has some ten kilobytes."""
    table = table_of(Tile)
    reader = SoundReader(table)
    for rows in fetched(session, in_key_order(table), _TILES_FETCHED):
        yield from reader.rows(rows)


def raw_leaves(session: Session) -> Iterator[tuple[RawRow, bool]]:
    """All published leaves by anchor and index, each with whether its document is here."""
    leaf, document = table_of(Leaf), table_of(Document)
    here = exists().where(document.c.certificate_hash == leaf.c.certificate_hash)
    return ((row, bool(there)) for row, there in _rows_and(session, Leaf, here))


def raw_documents(session: Session) -> Iterator[tuple[RawRow, Any]]:
    """All documents, each with the anchor of a leaf that has its hash, None if there is none."""
    leaf, document = table_of(Leaf), table_of(Document)
    named = select(leaf.c.anchor).where(leaf.c.certificate_hash == document.c.certificate_hash).limit(1)
    return _rows_and(session, Document, named.scalar_subquery())


def raw_anchored(session: Session) -> Iterator[RawRow]:
    """The events that anchored a published tranche, by anchor."""
    anchored, publication = table_of(Anchored), table_of(Publication)
    reader = SoundReader(anchored)
    query = select(*anchored.columns).where(anchored.c.anchor.in_(select(publication.c.anchor)))
    for rows in fetched(session, query.order_by(anchored.c.anchor, *anchored.primary_key.columns)):
        yield from reader.rows(rows)


def row_count(session: Session, model: type[SQLModel]) -> int:
    """How many rows a table has."""
    return session.connection().execute(select(func.count()).select_from(table_of(model))).scalar_one()


def raw_block(session: Session, number: int) -> dict[str, Any]:
    """What the row of a block holds, without what is wrong; empty if there is none."""
    found = _raw_where(session, Block, table_of(Block).c.number == number)
    return found[0].values if found else {}


def anchored_under(session: Session, anchor: bytes) -> Any:
    """The first sound event that anchored a tranche under this hash, its values by the names of its columns; None if
    there is none."""
    found = _raw_where(session, Anchored, table_of(Anchored).c.anchor == anchor)
    return next((SimpleNamespace(**row.values) for row in found if not row.fault), None)


def _rows_and(session: Session, model: type[SQLModel], more: ColumnElement[Any]) -> Iterator[tuple[RawRow, Any]]:
    table = table_of(model)
    reader = SoundReader(table)
    for rows in fetched(session, in_key_order(table, more)):
        yield from zip(reader.rows([row[:-1] for row in rows]), (row[-1] for row in rows), strict=True)


def _raw_where(session: Session, model: type[SQLModel], condition: ColumnElement[bool]) -> list[RawRow]:
    table = table_of(model)
    columns = [type_coerce(column, NullType()).label(column.name) for column in table.columns]
    query = select(*columns).where(condition).order_by(*table.primary_key.columns)
    return [checked(table, tuple(row)) for row in session.connection().execute(query)]
