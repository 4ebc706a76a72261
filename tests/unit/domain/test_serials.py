"""Ranges of serial numbers and series ids, against the vectors that the contracts' tests read too."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidInput
from registry.domain.serials import SERIAL_LIMIT, SerialBlock, SerialRange, require_series_id

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "serials.json").read_text(encoding="utf-8")
)


@st.composite
def ranges(draw: st.DrawFn, limit: int = 60) -> SerialRange:
    first = draw(st.integers(0, limit - 1))
    return SerialRange(first, draw(st.integers(first + 1, limit)))


@pytest.mark.parametrize("case", VECTORS["ranges"], ids=lambda case: case["why"])
def test_two_ranges_relate_as_the_vector_says(case: dict[str, Any]) -> None:
    a = SerialRange(int(case["aFirst"]), int(case["aEnd"]))
    b = SerialRange(int(case["bFirst"]), int(case["bEnd"]))
    shared = SerialRange(int(case["sharedFirst"]), int(case["sharedEnd"])) if case["sharedFirst"] else None
    assert a.overlaps(b) is b.overlaps(a) is case["overlaps"]
    assert a.touches(b) is b.touches(a) is case["touches"]
    assert a.contains(b) is case["aContainsB"]
    assert a.intersection(b) == b.intersection(a) == shared


@pytest.mark.parametrize("series", VECTORS["series"]["accepted"])
def test_a_series_id_that_the_contracts_register_is_accepted(series: str) -> None:
    assert require_series_id(series) == series


@pytest.mark.parametrize("series", VECTORS["series"]["refused"], ids=ascii)
def test_a_series_id_that_the_contracts_refuse_is_refused(series: str) -> None:
    with pytest.raises(InvalidInput, match="series id"):
        SerialBlock(series, SerialRange(0, 1))


@pytest.mark.parametrize(("first", "end"), [(0, 0), (5, 5), (6, 5), (-1, 5), (0, SERIAL_LIMIT + 1)])
def test_an_empty_backward_or_too_large_range_does_not_exist(first: int, end: int) -> None:
    with pytest.raises(InvalidInput, match=r"expected 0 ≤ first < end ≤ 2\^128; found first"):
        SerialRange(first, end)


@pytest.mark.parametrize("wrong", [1.0, "1", True, None])
def test_a_range_takes_integers_only(wrong: Any) -> None:
    with pytest.raises(InvalidInput, match="not an integer"):
        SerialRange(0, wrong)
    with pytest.raises(InvalidInput, match="not an integer"):
        SerialRange(wrong, 9)


def test_the_whole_of_uint128_is_a_range() -> None:
    assert SerialRange(0, SERIAL_LIMIT).width == 2**128


def test_people_see_the_inclusive_form() -> None:
    assert str(SerialRange.of(7, 9)) == "7 to 9"
    assert str(SerialRange.of(7, 7)) == "7"
    assert str(SerialBlock("CAR-2010", SerialRange.of(7, 9))) == "CAR-2010 7 to 9"


@given(ranges(), ranges())
def test_overlap_containment_and_intersection_agree_with_sets_of_numbers(a: SerialRange, b: SerialRange) -> None:
    numbers_a, numbers_b = set(range(a.first, a.end)), set(range(b.first, b.end))
    shared = a.intersection(b)
    assert a.overlaps(b) == bool(numbers_a & numbers_b)
    assert a.contains(b) == (numbers_b <= numbers_a)
    assert (set(range(shared.first, shared.end)) if shared else set()) == numbers_a & numbers_b
    assert a.width == len(numbers_a)


@given(ranges(), st.integers(-2, 62))
def test_a_split_tiles_the_range_or_is_refused(whole: SerialRange, number: int) -> None:
    assert whole.contains(number) == (number in range(whole.first, whole.end))
    if whole.first < number < whole.end:
        head, tail = whole.split_at(number)
        assert (head.first, head.end, tail.first, tail.end) == (whole.first, number, number, whole.end)
        assert head.touches(tail)
        assert not head.overlaps(tail)
    else:
        with pytest.raises(InvalidInput, match="splits only at a number inside it"):
            whole.split_at(number)


def test_equal_numbers_of_two_series_are_different_credits() -> None:
    here, there = (SerialBlock(series, SerialRange(1, 9)) for series in ("CAR-1", "CAR-2"))
    assert not here.overlaps(there)
    assert not here.contains(there)
    assert here.intersection(there) is None
    assert here.intersection(SerialBlock("CAR-1", SerialRange(8, 20))) == SerialBlock("CAR-1", SerialRange(8, 9))
    assert here.contains(SerialBlock("CAR-1", SerialRange(1, 9)))
    assert here.overlaps(SerialBlock("CAR-1", SerialRange(8, 20)))
