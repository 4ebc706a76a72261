"""Sets of numbers as ranges are the sets that they stand for."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from registry.domain.range_set import RangeSet
from registry.domain.serials import SerialRange

RANGES = st.lists(
    st.builds(lambda first, width: SerialRange(first, first + width), st.integers(0, 60), st.integers(1, 9))
)


def numbers(ranges: RangeSet) -> set[int]:
    return {number for one in ranges for number in range(one.first, one.end)}


@given(RANGES, RANGES)
def test_they_are_the_sets_of_their_numbers(left: list[SerialRange], right: list[SerialRange]) -> None:
    one, other = RangeSet.of(left), RangeSet.of(right)
    assert numbers(one) == {number for each in left for number in range(each.first, each.end)}
    assert numbers(one & other) == numbers(one) & numbers(other)
    assert numbers(one - other) == numbers(one) - numbers(other)
    assert numbers(one | other) == numbers(one) | numbers(other)
    for found in (one, one & other, one - other, one | other):
        assert found.width == len(numbers(found))
        assert bool(found) is bool(numbers(found))


@given(RANGES, RANGES)
def test_equal_sets_are_equal_values(left: list[SerialRange], right: list[SerialRange]) -> None:
    one, other = RangeSet.of(left), RangeSet.of(right)
    assert (one | other) == RangeSet.of([*right, *left])
    assert (one == other) is (numbers(one) == numbers(other))


@given(RANGES)
def test_ranges_of_a_set_never_touch(ranges: list[SerialRange]) -> None:
    found = RangeSet.of(ranges).ranges
    assert all(one.end < other.first for one, other in itertools.pairwise(found))
