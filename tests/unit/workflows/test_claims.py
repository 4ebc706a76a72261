"""Every row of a claims file becomes a claim or an error with its place."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.certificates import Activity, Price
from registry.domain.errors import InvalidInput
from registry.proofs.canonical import canonical_bytes
from registry.workflows.claim_rows import quoted, read_rows
from registry.workflows.claims import (
    COLUMNS,
    CellRunsOver,
    Claim,
    check_header,
    csv_rows,
    json_rows,
    parse_row,
)

RIDE = 'ride-1,432,李雷,"Metro ride, 10 km",metro,10,km,cpcd-metro-cn@1,CNY,2,2,2026-11-22T08:00:00Z\n'


def claim_of(line: str) -> Claim:
    ((_, cells),) = csv_rows(line, 2)
    return parse_row(cells)


def test_a_full_row_becomes_a_claim_with_activity_and_price() -> None:
    claim = claim_of(RIDE)
    assert claim.claim_id == "ride-1"
    assert claim.grams == 432
    assert claim.beneficiary == "李雷"
    assert claim.purpose == "Metro ride, 10 km"
    assert claim.activity == Activity("metro", "10", "km", 432, "cpcd-metro-cn@1")
    assert claim.price == Price("CNY", 2, 2)


def test_a_row_without_activity_and_price_is_a_claim_too() -> None:
    claim = claim_of("a,1,Li,Gift,,,,,,,,2026-11-22T08:00:00Z\n")
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
        (("李雷", '"a\nb"'), "beneficiary"),
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
    line = RIDE.replace(*change, 1)
    assert line != RIDE
    bad: list[tuple[int, InvalidInput]] = []
    good = list(read_rows(csv_rows(RIDE + line, 2), bad))
    assert [row[1] for row in good] == ["ride-1"]
    assert [(number, error.place) for number, error in bad] == [(2 + line.count("\n"), f"column {column}")]


def test_a_missing_cell_is_refused_with_its_line() -> None:
    bad: list[tuple[int, InvalidInput]] = []
    assert list(read_rows(csv_rows("a,1,Li\n", 7), bad)) == []
    ((line, error),) = bad
    assert (line, error.message) == (7, "wrong number of cells")


def test_a_wrong_header_is_refused() -> None:
    check_header(",".join(COLUMNS))
    check_header("\ufeff" + ",".join(COLUMNS))
    with pytest.raises(InvalidInput, match="wrong header"):
        check_header("id,grams")


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(InvalidInput, match="the file is empty"):
        check_header("")


def test_a_text_that_ends_inside_a_cell_says_so() -> None:
    with pytest.raises(CellRunsOver):
        list(csv_rows('a,1,"Li\n', 2))


@pytest.mark.parametrize("text", ['"a"b,1\n', f'"{"x" * 140_000}"\n'])
def test_broken_quoting_is_never_a_row_to_set_aside(text: str) -> None:
    """What follows might be read as rows that nobody wrote."""
    with pytest.raises(InvalidInput, match="not CSV") as refused:
        list(csv_rows(RIDE + text + RIDE, 2))
    assert refused.value.place == "line 3"


CELL = st.text(st.characters(codec="utf-8"), max_size=4) | st.sampled_from(
    [
        "a",
        " a ",
        "李雷",
        "e\u0301",
        "é",
        "\u00a0",
        "\u3000x",
        "\u200b",
        "\u2028",
        "\ud800",
        '"\\',
        "metro",
        "1",
        "0",
        "CNY",
    ]
)
MOMENT = "2026-11-22T08:00:00Z"
ROW = st.tuples(
    CELL, st.sampled_from(["1", " 432 ", "0", "x"]), CELL, CELL,
    st.sampled_from(["", "metro"]), st.sampled_from(["", "1.5", "x"]), CELL, CELL,
    st.sampled_from(["", "CNY", "cny"]), st.sampled_from(["", "2"]), st.sampled_from(["", "7"]),
    st.sampled_from([MOMENT, "now"]),
).map(list) | st.lists(CELL, min_size=11, max_size=13)  # fmt: skip


@given(st.lists(ROW, min_size=1, max_size=6))
def test_rows_read_together_are_as_rows_read_one_by_one(rows: list[list[str]]) -> None:
    numbered = list(enumerate(rows, 2))
    bad: list[tuple[int, InvalidInput]] = []
    together = list(read_rows(numbered, bad))
    alone, bad_alone = [], list[tuple[int, InvalidInput]]()
    for one in numbered:
        alone += read_rows([(one[0], InvalidInput("stop")), one], errors := [])
        bad_alone += [error for error in errors if error[1].message != "stop"]
    assert together == alone
    assert [(line, str(error)) for line, error in bad] == [(line, str(error)) for line, error in bad_alone]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])))
def test_quotes_are_those_of_jcs(text: str) -> None:
    assert quoted(text) == canonical_bytes(text).decode()


@given(st.text(min_size=1), st.text(min_size=1))
def test_parts_of_a_normal_text_are_normal(left: str, right: str) -> None:
    if unicodedata.is_normalized("NFC", left + right):
        assert unicodedata.is_normalized("NFC", left)
        assert unicodedata.is_normalized("NFC", right)


def test_ndjson_names_the_cell_that_is_none() -> None:
    row = dict(zip(COLUMNS, RIDE.replace('"Metro ride, 10 km"', "Metro").strip().split(","), strict=True))
    good = json.dumps({**row, "grams": 432})
    rows = list(json_rows(f"{good}\n\n" + json.dumps({**row, "grams": True}) + "\n", 1))
    assert parse_row(rows[0][1]).grams == 432
    assert [line for line, _ in rows] == [1, 3]
    assert isinstance(rows[1][1], InvalidInput)
