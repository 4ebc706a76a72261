"""Many rows at once are judged as each row is judged by itself."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Column, LargeBinary

from registry.store.columns import WideInteger
from registry.store.kinds import KINDS
from registry.store.mirror_tables import Block, Document, Leaf, Tile
from registry.store.raw import RawRow, checked, table_of
from registry.store.sound import SoundReader

TABLES = [*(kind.table for kind in KINDS), *map(table_of, (Block, Leaf, Tile, Document))]
WRONG = st.sampled_from(
    [
        *(None, -1, 2**8, 2**32, 2**63, 1.0, True),
        *("", "☃", "\ud800", "1" * 29, "1" * 31, "1" * 28 + "x", "9" * 39, "٣" * 29),
        *(b"", b"\xff" * 19, b"\0" * 33),
        *(bytearray(b"\xff" * 32), bytearray(b"7" * 29), bytearray(b"-" + b"1" * 28)),
    ]
)


def good(column: Column[Any]) -> st.SearchStrategy[Any]:
    """Values of the column as the drivers give them: text of SQLite as its bytes."""
    kind = column.type
    if isinstance(kind, WideInteger):
        digits = st.integers(0, 2**64 - 1).map(lambda number: f"{number:0{kind.digits}d}")
        return digits | digits.map(lambda text: bytearray(text.encode()))
    if isinstance(kind, LargeBinary):
        return st.binary(min_size=kind.length or 0, max_size=kind.length or 40)
    if isinstance(kind, Boolean):
        return st.sampled_from([0, 1, False, True])
    if isinstance(kind, BigInteger):
        return st.integers(0, {"uint8": 255, "uint32": 2**32 - 1}.get(column.info.get("abi", ""), 2**63 - 1))
    return st.text(max_size=5) | st.text(max_size=5).map(lambda text: bytearray(text.encode("utf-8", "replace")))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@given(data=st.data())
def test_a_batch_is_read_as_its_rows_are_one_by_one(table: Any, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.tuples(*map(good, table.columns)), min_size=1, max_size=4))
    if data.draw(st.booleans()):
        at, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, len(table.columns) - 1))
        rows[at] = (*rows[at][:column], data.draw(WRONG), *rows[at][column + 1 :])
    told: list[RawRow] = []
    columns = SoundReader(table).columns(rows, told.append)
    alone = [checked(table, row) for row in rows]
    assert told == [row for row in alone if row.fault]
    assert SoundReader(table).rows(rows) == alone
    names = table.columns.keys()
    sound = [tuple(row.values[name] for name in names) for row in alone if not row.fault]
    assert list(zip(*columns, strict=True)) == sound
    assert [list(map(type, row)) for row in zip(*columns, strict=True)] == [list(map(type, row)) for row in sound]
