"""Lots and positions: ids, and which credits a run of grams touches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidInput
from registry.domain.lots import MAX_LOT, Position, lot_batch, lot_id, lot_index, parse_lot
from registry.domain.units import MAX_GRAMS


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1))
def test_a_lot_id_is_batch_and_index(batch: int, index: int) -> None:
    lot = lot_id(batch, index)
    assert (lot_batch(lot), lot_index(lot)) == (batch, index)
    assert parse_lot(str(lot)) == lot <= MAX_LOT


def test_the_designs_example_is_batch_3_from_its_start() -> None:
    assert lot_id(3, 0) == 12_884_901_888


@pytest.mark.parametrize("text", ["", "01", "-1", "+1", "1.0", "1e3", " 1", "1\n", "١", 7, None, str(2**96), "9" * 200])
def test_a_lot_is_a_decimal_string_in_one_spelling(text: object) -> None:
    with pytest.raises(InvalidInput):
        parse_lot(text)


@pytest.mark.parametrize(
    ("start", "grams", "first", "end", "why"),
    [
        (0, 1, 10, 11, "the first gram"),
        (0, 1_000_000, 10, 11, "exactly the first credit"),
        (999_999, 1, 10, 11, "the last gram of the first credit"),
        (999_999, 2, 10, 12, "two grams across a border"),
        (1_000_000, 1, 11, 12, "the first gram of the second credit"),
        (1_500_000, 2_000_001, 11, 14, "half a credit, a whole one, and more than half of the next"),
    ],
)
def test_a_position_names_the_credits_it_touches(start: int, grams: int, first: int, end: int, why: str) -> None:
    assert Position(start, grams).credit_range(lot_id(3, 10)) == (first, end), why


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_every_gram_of_a_position_lies_in_its_credits_and_none_is_idle(start: int, grams: int) -> None:
    first, end = Position(start, grams).credit_range(0)
    assert first * 10**6 <= start < (first + 1) * 10**6
    assert (end - 1) * 10**6 <= start + grams - 1 < end * 10**6


@pytest.mark.parametrize(("start", "grams"), [(-1, 1), (0, 0), (MAX_GRAMS, 1), (0, MAX_GRAMS + 1), (True, 1)])
def test_a_position_outside_2_to_53_minus_1_is_refused(start: int, grams: int) -> None:
    with pytest.raises(InvalidInput):
        Position(start, grams)
