"""Lots that were packed come back as they were; none is lost, none is made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.workflows import audit_lots
from registry.workflows.audit_lots import LotBook, Lots
from registry.workflows.audit_roles import Broken

MARK = st.integers(0, 2**64 - 1)
BOOKS = st.builds(
    LotBook,
    lot=st.integers(1 << 32, 2**96 - 1),
    owner=st.binary(min_size=20, max_size=20),
    count=MARK,
    retired=MARK,
    claimed_grams=MARK,
    tranches=MARK,
    confirmed=MARK,
    requested=st.booleans(),
    withdrawn=st.booleans(),
    claimant=st.binary(min_size=20, max_size=20),
)


@given(st.lists(BOOKS, unique_by=lambda lot: lot.lot, min_size=1, max_size=20))
def test_a_packed_lot_is_the_same_lot(books: list[LotBook]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit_lots, "MOST_OPEN", 3)
        lots = Lots()
        for lot in books:
            lots.add(lot)
            lots.close_old()
        assert [lots[lot.lot] for lot in books] == books
        lots.close_old()
        assert len(lots) == len(books)
        assert all(lot.lot in lots for lot in books)
        in_order = sorted(books, key=lambda lot: lot.lot)
        assert list(lots.in_order()) == [(lot.lot, lot.count, lot.retired, lot.claimed_grams) for lot in in_order]


def test_what_is_done_to_an_open_lot_stays() -> None:
    lots = Lots()
    for n in range(audit_lots.MOST_OPEN + 1):
        lots.add(LotBook(n, b"o" * 20, 10))
    lots.close_old()
    lots[5].retired = 3
    lots[5].claimant = b"c" * 20
    for n in range(audit_lots.MOST_OPEN + 1):
        assert lots[n].count == 10
    lots.close_old()
    assert (lots[5].retired, lots[5].claimant, lots[6].retired) == (3, b"c" * 20, 0)


def test_a_lot_that_was_never_made_is_no_lot() -> None:
    lots = Lots()
    assert 7 not in lots
    with pytest.raises(Broken, match="lot 7 does not exist"):
        lots[7]
