"""Hex: one spelling in documents, any case where people type."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x, parse_address, parse_hash, parse_hex, shorten


@given(st.binary(min_size=32, max_size=32))
def test_a_hash_reads_back(raw: bytes) -> None:
    assert parse_hash(hex0x(raw)) == raw
    assert parse_hash("0x" + raw.hex().upper(), any_case=True) == raw


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0x",
        "ab" * 20,
        "0X" + "ab" * 20,
        "0x" + "ab" * 19,
        "0x" + "ab" * 21,
        "0x" + "a" * 39,
        "0x" + "AB" * 20,
        "0x" + "ab" * 19 + "a ",
        " 0x" + "ab" * 20,
        "0x" + "ab" * 20 + "\n",
        "0x" + "ab" * 19 + "١١",
        None,
        7,
    ],
)
def test_an_address_has_one_spelling(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_address(text)


@given(st.lists(st.sampled_from(["0x", "0X", "a", "F", "0", "g", " ", "\t", "١", "K", "é"]), max_size=8).map("".join))
def test_only_what_the_grammar_says_is_read(text: str) -> None:
    for any_case, grammar in ((False, "0x(?:[0-9a-f]{2}){0,3}"), (True, "0x(?:[0-9a-fA-F]{2}){0,3}")):
        if re.fullmatch(grammar, text):
            assert parse_hex(text, 0, 3, any_case=any_case) == bytes.fromhex(text[2:])
        else:
            with pytest.raises(InvalidInput):
                parse_hex(text, 0, 3, any_case=any_case)


def test_lengths_may_be_a_range() -> None:
    assert parse_hex("0xabcd", 1, 2) == b"\xab\xcd"
    with pytest.raises(InvalidInput, match="2 to 4"):
        parse_hex("0xabcdef", 1, 2)


def test_what_was_found_is_shown_short_and_in_ascii() -> None:
    assert shorten("\u202eabc") == "'\\u202eabc'"
    assert len(shorten("x" * 10_000)) < 120
    assert shorten(10**5000) == "an integer above 2^256"
    assert (shorten(None), shorten(True), shorten([1])) == ("None", "True", "list")
