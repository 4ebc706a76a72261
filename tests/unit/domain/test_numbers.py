"""Short certificate numbers: the vectors, and the proof that the check character catches what it promises."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidInput
from registry.domain.numbers import ALPHABET, ShortNumber, parse_number, short_number

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "number.json").read_text("utf-8"))
hashes = st.binary(min_size=32, max_size=32)


def bare(certificate_hash: bytes) -> str:
    return short_number(certificate_hash).replace("-", "")


@pytest.mark.parametrize("case", VECTORS["numbers"], ids=lambda c: c["why"])
def test_a_hash_has_the_number_of_the_vector(case: dict[str, str]) -> None:
    certificate_hash = bytes.fromhex(case["certificateHash"][2:])
    assert short_number(certificate_hash) == case["number"]
    assert parse_number(case["number"]).matches(certificate_hash)


@pytest.mark.parametrize("case", VECTORS["parse"], ids=lambda c: c["why"])
def test_a_number_is_read_as_people_type_it(case: dict[str, str]) -> None:
    assert str(parse_number(case["input"])) == case["number"]


@pytest.mark.parametrize("case", VECTORS["refuse"], ids=lambda c: c["why"])
def test_a_wrong_number_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        parse_number(case["input"])


@given(hashes)
def test_every_single_wrong_character_and_every_exchange_is_caught(certificate_hash: bytes) -> None:
    text = bare(certificate_hash)
    for at in range(13):
        for wrong in set(ALPHABET) - {text[at]}:
            with pytest.raises(InvalidInput):
                parse_number(text[:at] + wrong + text[at + 1 :])
    for a, b in combinations(range(13), 2):
        if text[a] != text[b]:
            characters = list(text)
            characters[a], characters[b] = characters[b], characters[a]
            with pytest.raises(InvalidInput):
                parse_number("".join(characters))


def test_the_check_is_linear_so_the_errors_of_one_number_are_those_of_all() -> None:
    # A code word plus an error is a code word only if the error is one. All errors of one character, and all of two
    # characters with the same difference (an exchange), laid over the number of zeros, are none.
    zeros = "0" * 13
    for difference in ALPHABET[1:]:
        for at in range(13):
            with pytest.raises(InvalidInput):
                parse_number(zeros[:at] + difference + zeros[at + 1 :])
        for a, b in combinations(range(13), 2):
            characters = list(zeros)
            characters[a] = characters[b] = difference
            with pytest.raises(InvalidInput):
                parse_number("".join(characters))


@given(hashes, hashes)
def test_sums_of_numbers_are_numbers_which_is_what_linear_means(a: bytes, b: bytes) -> None:
    both = "".join(ALPHABET[ALPHABET.index(x) ^ ALPHABET.index(y)] for x, y in zip(bare(a), bare(b), strict=True))
    assert parse_number(both).prefix_bits == parse_number(bare(a)).prefix_bits ^ parse_number(bare(b)).prefix_bits


@given(hashes)
def test_bounds_hold_exactly_the_hashes_of_a_number(certificate_hash: bytes) -> None:
    number = parse_number(short_number(certificate_hash))
    low, high = number.bounds()
    assert low <= certificate_hash <= high
    assert number.matches(low)
    assert number.matches(high)
    below, above = int.from_bytes(low, "big") - 1, int.from_bytes(high, "big") + 1
    assert below < 0 or not number.matches(below.to_bytes(32, "big"))
    assert above >= 2**256 or not number.matches(above.to_bytes(32, "big"))


@pytest.mark.parametrize("bits", [-1, 2**60, True])
def test_a_number_has_60_bits(bits: int) -> None:
    with pytest.raises(InvalidInput):
        ShortNumber(bits)
