"""Many events at once have the bytes that each has by itself."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.store.event_bytes import packing
from registry.store.kinds import KIND_BY_NAME, KINDS, Kind

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "address": st.binary(min_size=20, max_size=20),
    "bool": st.booleans(),
    "bytes32": st.binary(min_size=32, max_size=32),
    "string": st.text(st.characters(max_codepoint=0x10FEFF, exclude_categories=["Cs"]), max_size=40),
    **{f"uint{bits}": st.integers(0, 2**bits - 1) for bits in (8, 32, 64, 128, 256)},
}
COMMON = (1, 2, bytes(32), bytes(20))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@given(data=st.data())
def test_the_bytes_of_many_events_are_those_of_each(kind: Kind, data: st.DataObject) -> None:
    members = st.tuples(*(VALUES[member.abi] for member in kind.members))
    rows = [COMMON + drawn for drawn in data.draw(st.lists(members, max_size=3))]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(kind.table.columns)
    names = kind.table.columns.keys()
    alone = [kind.topics_and_data(dict(zip(names, row, strict=True))) for row in rows]
    assert list(packing(kind)(columns)) == [b"".join(topics) + data for topics, data in alone]


def test_each_member_has_its_place_in_the_bytes() -> None:
    kind = KIND_BY_NAME["Retired"]
    row = (*COMMON, 7 << 32, 5, 6, b"\xaa" * 20, b"\xbb" * 32)
    (packed,) = packing(kind)([(value,) for value in row])
    words = [packed[at : at + 32] for at in range(0, len(packed), 32)]
    assert words == [
        kind.topic0,
        (7 << 32).to_bytes(32, "big"),
        (5).to_bytes(32, "big"),
        (6).to_bytes(32, "big"),
        bytes(12) + b"\xaa" * 20,
        b"\xbb" * 32,
    ]
