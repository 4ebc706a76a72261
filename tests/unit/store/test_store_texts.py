"""Texts of the chain: any bytes in, one spelling in every database, the same bytes out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from registry.store.credit_events import SeriesRegistered
from registry.store.kinds import KIND_BY_NAME
from registry.store.mirror import append
from registry.store.mirror_tables import Document
from registry.store.raw import table_of
from registry.store.raw_tables import raw_table
from registry.store.texts import bytes_of, is_storable, text_of
from support.databases import Databases

HOSTILE = [
    b"",
    b"VCS-191",
    b"a\\b\\0",
    "中文 🌳".encode(),
    b"\0",
    b"a\0b",
    b"\xff\xfe",
    b"\xed\xa0\x80",  # a lone surrogate, as some encoders write it
    b"\xc0\x80",  # NUL, as others do
    b"\xf4\x8f\xbc\x80",  # U+10FF00, the range of the spelling itself
    b"\xf4\x8f\xbc",
    "é".encode()[:1],
    b"\xef\xbf\xbd",  # the replacement character, which must not hide what others are replaced by
]


@given(st.binary(max_size=40) | st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_come_back_from_their_text(raw: bytes) -> None:
    text = text_of(raw)
    assert is_storable(text)
    assert bytes_of(text) == raw


@given(st.text(st.characters(max_codepoint=0x10FEFF, exclude_categories=["Cs"], exclude_characters="\0")))
def test_every_text_that_people_write_is_spelled_as_it_is(text: str) -> None:
    assert text_of(text.encode()) == text


def test_no_two_byte_strings_have_the_same_text() -> None:
    assert len({text_of(raw) for raw in HOSTILE}) == len(HOSTILE)


@pytest.mark.parametrize("text", ["\0", "a\0", "\ud800"])
def test_what_no_database_holds_is_not_storable(text: str) -> None:
    assert not is_storable(text)


def test_both_databases_hold_hostile_texts_and_give_back_the_event_that_was_logged(mirrors: Databases) -> None:
    kind = KIND_BY_NAME["SeriesRegistered"]
    store = mirrors.open()
    rows: list[tuple[Any, ...]] = []
    logged = []
    for at, raw in enumerate(HOSTILE):
        values = {"series": at, "id": text_of(raw), "account": b"\x01" * 20, "prior": b"\x02" * 32}
        logged.append(kind.topics_and_data(values))
        assert raw.ljust(-(-len(raw) // 32) * 32, b"\0") == logged[-1][1][128:]
        rows.append((7, at, bytes(32), bytes(20), *kind.values(*logged[-1]).values()))
    block = (7, bytes(32), bytes(32), 1, bytes(32), bytes(32))
    with store.write() as session:
        append(session, [block], {"SeriesRegistered": rows})
    with store.inspect() as session:
        found = list(raw_table(session, SeriesRegistered))
    assert [row.fault for row in found] == [""] * len(HOSTILE)
    assert [kind.topics_and_data(row.values) for row in found] == logged
    with store.read() as session:
        table = table_of(SeriesRegistered)
        told = session.connection().execute(select(table.c.id).order_by(table.c.log_index)).scalars()
        assert [bytes_of(text) for text in told] == HOSTILE


def test_text_sorts_by_its_bytes_in_both_databases(mirrors: Databases) -> None:
    texts = ["Z", "a", "B", "é", "-", "_", "z", "10", "9", "中", "Ａ", "🌳"]
    store = mirrors.open()
    table = table_of(Document)
    with store.write() as session:
        rows = [{"certificate_hash": bytes(31) + bytes([n]), "text": text} for n, text in enumerate(texts)]
        session.connection().execute(insert(table), rows)
    with store.read() as session:
        told = session.connection().execute(select(table.c.text).order_by(table.c.text)).scalars().all()
    assert told == sorted(texts, key=lambda text: text.encode())
