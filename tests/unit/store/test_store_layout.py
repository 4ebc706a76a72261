"""The fast readers: what they read is what `Kind.values` reads, what they write is what SQLAlchemy writes."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.dialects import sqlite

from registry.domain.event_form import LENGTH_BYTES, RECORD, Records
from registry.domain.hexes import hex0x
from registry.store.copying import encoder
from registry.store.event_row import COMMON
from registry.store.kinds import KINDS, Kind
from registry.store.layout import LAYOUTS, Row
from registry.store.mirror import append, append_records
from registry.store.texts import text_of
from support.databases import Databases

PLACE = (7, 3, b"\x07" * 32, b"\x08" * 20)
BLOCK = (7, bytes(32), bytes(32), 1, bytes(32), bytes(32))


def record(event: bytes) -> bytes:
    return RECORD.pack(RECORD.size - LENGTH_BYTES + len(event), *PLACE) + event


def event_of(kind: Kind, values: dict[str, Any]) -> bytes:
    topics, data = kind.topics_and_data(values)
    return b"".join(topics) + data


def read(kind: Kind, topics: list[bytes], data: bytes) -> tuple[bytes, Row]:
    """As the indexer reads: from the node's hex to a record, from records to rows; this is the second of three."""
    event = kind.form.read([hex0x(topic) for topic in topics], hex0x(data))
    layout = LAYOUTS[kind.name]
    try:
        first, row, last = layout.rows(record(event) * 3)
    except ValueError as refused:
        if layout.copies:
            with pytest.raises(ValueError, match=re.escape(str(refused))):
                layout.copies(record(event))
        raise
    assert first == row == last
    if layout.copies:
        assert layout.copies(record(event) * 2) == encoder(kind.table)(row) * 2
    return event, row


def bound(kind: Kind, values: dict[str, Any]) -> Row:
    """The row of `values` as SQLAlchemy gives it to the driver."""
    dialect = sqlite.dialect()
    row: list[Any] = list(PLACE)
    for column in kind.table.columns:
        if column.name in COMMON:
            continue
        process = column.type.bind_processor(dialect)
        value = values[column.name]
        row.append(value if process is None or isinstance(value, (bytes, bool)) else process(value))
    return tuple(row)


def values_of(abi: str, wide: int) -> st.SearchStrategy[Any]:
    if abi == "string":
        return st.binary(max_size=70).map(text_of)
    if abi == "bool":
        return st.booleans()
    if abi in ("bytes32", "address"):
        length = 32 if abi == "bytes32" else 20
        return st.binary(min_size=length, max_size=length)
    return st.integers(0, min(2 ** int(abi.removeprefix("uint")), wide) - 1)


def events(kind: Kind) -> st.SearchStrategy[dict[str, Any]]:
    widths = {m.column: 10 ** getattr(kind.table.columns[m.column].type, "digits", 80) for m in kind.members}
    return st.fixed_dictionaries({m.column: values_of(m.abi, widths[m.column]) for m in kind.members})


@given(st.data())
def test_a_layout_reads_what_the_rule_reads(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    topics, raw = kind.topics_and_data(data.draw(events(kind)))
    event, row = read(kind, topics, raw)
    assert event == b"".join(topics) + raw
    assert row == bound(kind, kind.values(topics, raw))
    if kind.carries_prior:
        assert event[kind.form.prior] == kind.values(topics, raw)["prior"]


@given(st.data())
def test_a_layout_refuses_what_the_rule_refuses(data: st.DataObject) -> None:
    """One byte of a good event is altered, added, or taken away: both believe it, or neither."""
    kind = data.draw(st.sampled_from(KINDS))
    topics, raw = kind.topics_and_data(data.draw(events(kind)))
    words = bytearray(b"".join(topics[1:]) + raw)
    at = data.draw(st.integers(0, len(words) - 1))
    match data.draw(st.sampled_from(["alter", "add", "cut", "topic", "no topic"])):
        case "alter":
            words[at] ^= data.draw(st.integers(1, 255))
        case "add":
            words.insert(at, 0)
        case "cut":
            del words[-1]
        case "topic":
            topics.append(bytes(32))
            words = words[: 32 * (len(topics) - 2)] + bytes(32) + words[32 * (len(topics) - 2) :]
        case "no topic":
            del topics[max(1, len(topics) - 1) :]  # its word is read as data
    indexed = len(topics) - 1
    bent = [topics[0], *(bytes(words[32 * n : 32 * n + 32]) for n in range(indexed))]
    rest = bytes(words[32 * indexed :])
    try:
        wanted = bound(kind, kind.values(bent, rest))
    except ValueError:
        with pytest.raises(ValueError, match=r"not the one encoding|digits|neither true"):
            read(kind, bent, rest)
    else:
        assert read(kind, bent, rest) == (b"".join(bent) + rest, wanted)


@pytest.mark.parametrize("hexes", ["0x", "", "0xzz", "0x1", "0x" + "é" * 64])
def test_a_layout_refuses_what_is_no_hex(hexes: str) -> None:
    for kind in KINDS:
        topics = [hex0x(kind.topic0)] + [hex0x(bytes(32)) for member in kind.members if member.indexed]
        words = sum(not member.indexed for member in kind.members)
        if words or hexes[2:]:
            with pytest.raises(ValueError, match="not the one encoding"):
                kind.form.read(topics, hexes)


def test_both_databases_hold_in_bulk_what_they_hold_row_by_row(mirrors: Databases) -> None:
    bulk, single, records = mirrors.open(), mirrors.open(), mirrors.open()
    count = 1_033  # a statement of each size
    for number, kind in enumerate(KINDS):
        values = [
            {
                m.column: _sample(m.abi, getattr(kind.table.columns[m.column].type, "digits", 0), at)
                for m in kind.members
            }
            for at in range(count if number == 0 else 2)
        ]
        rows = [(7, at + 2_000 * number, *PLACE[2:], *bound(kind, found)[4:]) for at, found in enumerate(values)]
        with bulk.write() as session:
            append(session, [BLOCK] if number == 0 else [], {kind.name: rows})
        with single.write() as session:
            append(session, [BLOCK] if number == 0 else [], {})
            common = [dict(zip(COMMON, (*row[:2], bytes(row[2]), bytes(row[3])), strict=True)) for row in rows]
            found = [place | row for place, row in zip(common, values, strict=True)]
            session.connection().execute(insert(kind.table), found)
        packed = [
            RECORD.pack(RECORD.size - LENGTH_BYTES + len(event), 7, row[1], *PLACE[2:]) + event
            for row, event in zip(rows, (event_of(kind, found) for found in values), strict=True)
        ]
        with records.write() as session:
            append_records(session, [BLOCK] if number == 0 else [], {kind.name: Records(len(packed), b"".join(packed))})
        with bulk.read() as one, single.read() as other, records.read() as third:
            query = select(kind.table).order_by(kind.table.c.log_index)
            wanted = other.connection().execute(query).all()
            assert one.connection().execute(query).all() == wanted
            assert third.connection().execute(query).all() == wanted


def _sample(abi: str, digits: int, at: int) -> Any:
    if abi == "string":
        return text_of(f"text {at} \0 é".encode())
    if abi == "bool":
        return at % 2 == 1
    if abi in ("bytes32", "address"):
        return bytes([at % 256]) * (32 if abi == "bytes32" else 20)
    most = 2 ** int(abi.removeprefix("uint")) - 1
    return at % 200 if at % 2 else min(most, 10**digits - 1 if digits else 2**63 - 1)


def test_a_row_that_its_columns_cannot_hold_is_refused_and_nothing_is_written(mirrors: Databases) -> None:
    store = mirrors.open()
    for row in ((7, 2**63, *PLACE[2:], "0" * 29, bytes(32)), (2**64, 0, *PLACE[2:], "1" * 29, bytes(32))):
        with pytest.raises(ValueError, match="does not fit"), store.write() as session:
            append(session, [BLOCK], {"WithdrawalRequested": [row]})
        with store.read() as session:
            assert session.connection().exec_driver_sql("SELECT count(*) FROM block").scalar_one() == 0
