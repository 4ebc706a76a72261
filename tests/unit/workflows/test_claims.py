"""Every row of a claims file becomes a claim or an error with its place."""

import pytest

from registry.domain.certificates import Activity, Price
from registry.domain.errors import InvalidInput
from registry.workflows.claims import COLUMNS, read_claims

HEADER = ",".join(COLUMNS) + "\n"
RIDE = 'ride-1,432,李雷,"Metro ride, 10 km",metro,10,km,cpcd-metro-cn@1,CNY,2,2,2026-11-22T08:00:00Z\n'


def claims(*lines: str) -> list[object]:
    return list(read_claims([HEADER, *lines], "claims.csv"))


def test_a_full_row_becomes_a_claim_with_activity_and_price() -> None:
    (claim,) = read_claims([HEADER, RIDE], "claims.csv")
    assert claim.claim_id == "ride-1"
    assert claim.grams == 432
    assert claim.beneficiary == "李雷"
    assert claim.purpose == "Metro ride, 10 km"
    assert claim.activity == Activity("metro", "10", "km", 432, "cpcd-metro-cn@1")
    assert claim.price == Price("CNY", 2, 2)


def test_a_row_without_activity_and_price_is_a_claim_too() -> None:
    (claim,) = read_claims([HEADER, "a,1,Li,Gift,,,,,,,,2026-11-22T08:00:00Z\n"], "claims.csv")
    assert claim.activity is None
    assert claim.price is None


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (("432", "0"), "grams"),
        (("432", "1.5"), "grams"),
        (("432", "1e3"), "grams"),
        (("432", "-1"), "grams"),
        (("432", "9007199254740992"), "grams"),
        (("432", "٣"), "grams"),
        (("李雷", ""), "beneficiary"),
        (("李雷", "a\x07b"), "beneficiary"),
        (("李雷", "x" * 501), "beneficiary"),
        (("10,km", "ten,km"), "quantity"),
        (("10,km", "1e1,km"), "quantity"),
        (("10,km", "10,"), "unit"),
        ((",metro,", ",,"), "quantity"),
        ((",CNY,", ",,"), "exponent"),
        ((",CNY,", ",cny,"), "currency"),
        (("CNY,2,2", "CNY,19,2"), "exponent"),
        (("CNY,2,2", "CNY,2,0.02"), "units"),
        (("08:00:00Z", "08:00:00+08:00"), "issued_at"),
        (("ride-1", ""), "claim_id"),
    ],
)
def test_a_bad_cell_is_refused_with_line_and_column(change: tuple[str, str], column: str) -> None:
    bad = RIDE.replace(*change, 1)
    assert bad != RIDE
    with pytest.raises(InvalidInput) as refused:
        claims(RIDE.replace("ride-1", "ride-0"), bad)
    assert refused.value.place == f"claims.csv line 3, column {column}"


def test_a_claim_id_that_stands_twice_is_refused_and_names_the_first_line() -> None:
    with pytest.raises(InvalidInput, match="first on line 2"):
        claims(RIDE, RIDE)


def test_a_missing_cell_is_refused_with_its_line() -> None:
    with pytest.raises(InvalidInput, match=r"claims\.csv line 2: wrong number of cells"):
        claims("a,1,Li\n")


def test_a_wrong_header_is_refused() -> None:
    with pytest.raises(InvalidInput, match="wrong header"):
        list(read_claims(["id,grams\n", RIDE], "claims.csv"))


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(InvalidInput, match="the file is empty"):
        list(read_claims([], "claims.csv"))


def test_an_unclosed_quote_is_refused_with_its_place() -> None:
    with pytest.raises(InvalidInput, match="not CSV"):
        claims('"a,1,Li\n')
