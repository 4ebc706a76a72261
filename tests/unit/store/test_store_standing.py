"""Segments of credits not in good standing: the contract's list, rebuilt from its changes."""

import pytest

from registry.store.standing import Change, Segment, fold_standing


def test_a_suspension_lifted_in_its_middle_leaves_both_ends() -> None:
    found = fold_standing([Change("Suspended", 10, 20), Change("Reinstated", 13, 15)])
    assert found == (Segment(10, 13, "suspended"), Segment(15, 20, "suspended"))


def test_a_suspension_lifted_whole_leaves_the_last_segment_in_its_place() -> None:
    changes = [Change("Suspended", 0, 5), Change("Suspended", 5, 9), Change("Suspended", 9, 12)]
    found = fold_standing([*changes, Change("Reinstated", 0, 5)])
    assert found == (Segment(9, 12, "suspended"), Segment(5, 9, "suspended"))


def test_an_invalidation_swallows_the_suspensions_that_it_meets() -> None:
    found = fold_standing([Change("Suspended", 0, 5), Change("Suspended", 7, 9), Change("Invalidated", 3, 9)])
    assert found == (Segment(0, 3, "suspended"), Segment(3, 9, "invalidated"))


def test_invalidations_that_meet_or_touch_become_one_in_the_contracts_order() -> None:
    apart = [Change("Invalidated", 0, 2), Change("Suspended", 3, 4), Change("Invalidated", 6, 8)]
    assert fold_standing([*apart, Change("Invalidated", 2, 6)]) == (Segment(0, 8, "invalidated"),)
    assert fold_standing([*apart, Change("Invalidated", 8, 9)]) == (
        Segment(0, 2, "invalidated"),
        Segment(3, 4, "suspended"),
        Segment(6, 9, "invalidated"),
    )


@pytest.mark.parametrize(
    "change",
    [Change("Suspended", 5, 5), Change("Suspended", 14, 16), Change("Reinstated", 9, 12), Change("Reinstated", 30, 31)],
)
def test_a_change_that_the_contract_refuses_is_refused_here(change: Change) -> None:
    with pytest.raises(ValueError, match="credits"):
        fold_standing([Change("Suspended", 10, 15), change])


def test_an_invalidation_is_final() -> None:
    with pytest.raises(ValueError, match="invalidated"):
        fold_standing([Change("Invalidated", 1, 2), Change("Suspended", 0, 3)])
    with pytest.raises(ValueError, match="not suspended"):
        fold_standing([Change("Invalidated", 1, 2), Change("Reinstated", 1, 2)])
