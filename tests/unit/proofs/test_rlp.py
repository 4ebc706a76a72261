"""RLP: one value, one spelling; compared with the public package `rlp` and with shared vectors."""

import json
from pathlib import Path
from typing import Any

import pytest
import rlp as peer
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidInput
from registry.proofs.rlp import decode, decode_fixed, decode_integer, encode, encode_integer

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "trie.json").read_text(encoding="utf-8"))[
    "rlp"
]

ITEMS = st.recursive(st.binary(max_size=70), lambda items: st.lists(items, max_size=6), max_leaves=20)


def plain(item: Any) -> Any:
    return "0x" + item.hex() if isinstance(item, bytes) else [plain(part) for part in item]


def as_lists(item: Any) -> Any:
    return item if isinstance(item, bytes) else [as_lists(part) for part in item]


def depth(item: Any) -> int:
    return 0 if isinstance(item, bytes) else 1 + max(map(depth, item), default=0)


@pytest.mark.parametrize("case", VECTORS["good"], ids=lambda c: c["why"])
def test_an_item_reads_and_writes_as_the_vector_says(case: dict[str, Any]) -> None:
    raw = bytes.fromhex(case["rlp"][2:])
    assert plain(decode(raw)) == case["value"]
    assert encode(decode(raw)) == raw


@pytest.mark.parametrize("case", VECTORS["refuse"], ids=lambda c: c["why"])
def test_another_spelling_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        decode(bytes.fromhex(case["rlp"][2:]))


@given(ITEMS)
def test_what_is_written_is_what_the_public_package_writes_and_reads_back(item: Any) -> None:
    raw = encode(item)
    assert raw == peer.encode(item)
    if depth(item) <= 8 and len(raw) <= 4_096:
        assert decode(raw) == item


@given(st.binary(max_size=80) | st.binary(max_size=80).map(lambda raw: bytes([0xC0 + len(raw) % 56]) + raw))
def test_any_bytes_are_read_as_the_public_package_reads_them_or_refused_by_both(raw: bytes) -> None:
    try:
        expected = as_lists(peer.decode(raw, strict=True))
    except peer.exceptions.DecodingError:
        expected = None
    try:
        found = decode(raw)
    except InvalidInput:
        found = None
    if expected is None or depth(expected) <= 8:
        assert found == expected


def test_lists_nested_without_end_and_huge_inputs_are_refused_at_once() -> None:
    nested: Any = []
    for _ in range(200):
        nested = [nested]
    nested = encode(nested)
    with pytest.raises(InvalidInput, match="nested too deeply"):
        decode(nested)
    with pytest.raises(InvalidInput, match="too large"):
        decode(b"\x80" * 1_000_000)
    with pytest.raises(InvalidInput, match="too large"):
        decode(b"\x01\x02", max_bytes=1)


@given(st.integers(0, 2**256 - 1))
def test_an_integer_reads_back(value: int) -> None:
    assert decode_integer(encode_integer(value), 32, "x") == value


@pytest.mark.parametrize("item", [b"\0", b"\0\1", b"\1" * 33, []], ids=["zero", "leading zero", "too long", "a list"])
def test_an_integer_has_no_leading_zero_and_at_most_its_bytes(item: Any) -> None:
    with pytest.raises(InvalidInput, match="x: not an RLP integer"):
        decode_integer(item, 32, "x")


def test_a_fixed_string_has_exactly_its_bytes() -> None:
    assert decode_fixed(b"ab", 2, "x") == b"ab"
    for item in (b"a", b"abc", [b"a", b"b"]):
        with pytest.raises(InvalidInput, match="expected 2 bytes"):
            decode_fixed(item, 2, "x")  # type: ignore[arg-type]
