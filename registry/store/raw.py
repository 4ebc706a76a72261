"""The mirror's rows as they lie in the database, each value checked before anybody believes it: the audit's input."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import repeat
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, ColumnElement, LargeBinary, Row, Table, exists, select, type_coerce
from sqlalchemy.types import NullType
from sqlmodel import Session, SQLModel

from registry.store.columns import WideInteger, is_wide_text
from registry.store.kinds import KINDS, Kind
from registry.store.mirror_tables import Block, Document, Leaf
from registry.store.texts import bytes_of, text_of

_FAR = 2**63
_LIMITS = {"uint8": 2**8, "uint32": 2**32, "uint64": 2**64, "uint128": 2**128}


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row: where it claims to be (block, log index), its values by column, and what is wrong with them ("" if sound).

    Values that are wrong are left out.
    """

    kind: Kind | None
    block_number: int
    log_index: int
    values: dict[str, Any]
    fault: str


def raw_events(session: Session) -> Iterator[RawRow]:
    """All events of all kinds in the chain's order."""
    streams = [zip(repeat(kind), _rows(session, kind.table)) for kind in KINDS]
    keyed = ((_checked(kind, kind.table, row) for kind, row in stream) for stream in streams)
    return merge(*keyed, key=lambda row: (row.block_number, row.log_index))


def raw_blocks(session: Session) -> Iterator[RawRow]:
    """All blocks in ascending order."""
    table = table_of(Block)
    return (_checked(None, table, row) for row in _rows(session, table))


def raw_table(session: Session, model: type[SQLModel]) -> Iterator[RawRow]:
    """All rows of a table that is not of events, by primary key."""
    table = table_of(model)
    return (_checked(None, table, row) for row in _rows(session, table))


def raw_leaves(session: Session) -> Iterator[tuple[RawRow, bool]]:
    """All published leaves by anchor and index, each with whether its document is here."""
    leaf, document = table_of(Leaf), table_of(Document)
    here = exists().where(document.c.certificate_hash == leaf.c.certificate_hash)
    return ((_checked(None, leaf, row[:-1]), bool(row[-1])) for row in _rows(session, leaf, here))


def raw_documents(session: Session) -> Iterator[tuple[RawRow, Any]]:
    """All documents, each with the anchor of a leaf that has its hash, None if there is none."""
    leaf, document = table_of(Leaf), table_of(Document)
    named = select(leaf.c.anchor).where(leaf.c.certificate_hash == document.c.certificate_hash).limit(1)
    rows = _rows(session, document, named.scalar_subquery())
    return ((_checked(None, document, row[:-1]), row[-1]) for row in rows)


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def _rows(session: Session, table: Table, *more: ColumnElement[Any]) -> Iterator[Row[Any]]:
    columns = [type_coerce(column, NullType()).label(column.name) for column in table.columns]
    query = select(*columns, *more).order_by(*table.primary_key.columns).execution_options(yield_per=1000)
    yield from session.connection().execute(query).tuples()  # type: ignore[misc]


def _checked(kind: Kind | None, table: Table, row: Sequence[Any]) -> RawRow:
    values: dict[str, Any] = {}
    faults: list[str] = []
    for column, value in zip(table.columns, row, strict=True):
        try:
            values[column.name] = found = _value(column, value)
            if kind and isinstance(found, str) and text_of(bytes_of(found)) != found:
                raise ValueError("is not the one spelling of its bytes")
        except ValueError as error:
            faults.append(f"{table.name}.{column.name} {error}")
    number = values.get("block_number" if kind else "number", _FAR)
    return RawRow(kind, number, values.get("log_index", _FAR), values, "; ".join(faults))


def _value(column: Column[Any], value: Any) -> Any:
    kind = column.type
    if isinstance(kind, WideInteger):
        if not is_wide_text(value, kind.digits):
            raise ValueError(f"is not {kind.digits} digits")
        return _bounded(column, int(value))
    if isinstance(kind, LargeBinary):
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise ValueError("is not bytes")
        if kind.length is not None and len(value) != kind.length:
            raise ValueError(f"is not {kind.length} bytes")
        return bytes(value)
    if isinstance(kind, Boolean):
        if not isinstance(value, int) or value not in (0, 1):
            raise ValueError("is neither true nor false")
        return bool(value)
    if isinstance(kind, BigInteger):
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError("is not a natural number")
        return _bounded(column, value)
    if not isinstance(value, str) or not _is_utf8(value):
        raise ValueError("is not a text in UTF-8")
    return value


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bounded(column: Column[Any], value: int) -> int:
    limit = _LIMITS.get(str(column.info.get("abi", "")))
    if limit is not None and value >= limit:
        raise ValueError(f"is not below {limit}")
    return value
