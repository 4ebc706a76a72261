"""Every real serial of the data: it parses, prints back exactly, and what makes a series holds in the data itself.

The claims that docs/spec/serials.md makes about the data are counted here. Sources: tests/vectors/README.md and
tests/data/car/README.md.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidInput
from registry.domain.grammars import PrintedSerials, cercarbono_serials, normalise, parse_serials
from registry.domain.serials import SerialRange

TESTS = Path(__file__).parents[2]

DIRTY: dict[str, str] = {}
"""Serials of the data that the strict parser refuses, and why. None in these copies; record a new one here."""


def real_rows() -> Iterator[tuple[str, int, str]]:
    """Source, quantity as stated, serial as printed."""
    with (TESTS / "vectors" / "real_serials.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield row["source"], int(row["quantity"]), row["serial"]
    with (TESTS / "data" / "car" / "retirements.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            quantity = int(row["Quantity of Offset Credits"].replace(",", ""))
            yield "car-2021", quantity, row["Offset Credit Serial Numbers"]


@cache
def parsed_rows() -> tuple[tuple[str, int, str, PrintedSerials], ...]:
    rows = ((source, quantity, text) for source, quantity, text in real_rows() if text not in DIRTY)
    return tuple((source, quantity, text, parse_serials(text)) for source, quantity, text in rows)


def prefixes_by_series(registry: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for _, _, _, printed in parsed_rows():
        if printed.registry == registry:
            found[printed.series].add(printed.template.head)
    return found


def test_every_real_serial_parses_and_prints_back_exactly_except_the_recorded_dirty_ones() -> None:
    refused = set()
    for _, _, text in real_rows():
        try:
            assert str(parse_serials(text)) == text
        except InvalidInput:
            refused.add(text)
    assert refused == set(DIRTY)


def test_the_data_is_as_large_as_we_say() -> None:
    assert Counter(printed.registry for _, _, _, printed in parsed_rows()) == {
        "car": 5351 + 150,
        "verra": 226,
        "gold-standard": 197,
        "cdm": 3,
        "fcpf": 5,
        "art": 6,
    }


def test_in_this_data_every_stated_quantity_is_the_width_of_its_range() -> None:
    assert [text for _, quantity, text, printed in parsed_rows() if quantity != printed.width] == []


def test_normalise_leaves_every_real_serial_alone() -> None:
    for _, _, text, _ in parsed_rows():
        assert normalise(text).changes == ()


def test_a_car_batch_number_has_one_prefix_in_all_of_1640_batches() -> None:
    found = prefixes_by_series("car")
    assert len(found) == 1640
    assert all(len(prefixes) == 1 for prefixes in found.values())


def test_a_gold_standard_batch_number_has_one_prefix_in_all_of_140_batches() -> None:
    found = prefixes_by_series("gold-standard")
    assert len(found) == 140
    assert all(len(prefixes) == 1 for prefixes in found.values())


def test_art_and_fcpf_batch_numbers_are_distinct_in_all_of_8_batches() -> None:
    found = prefixes_by_series("art") | prefixes_by_series("fcpf")
    assert len(found) == 8
    assert len({series.partition("-")[2] for series in found}) == 8


def test_no_two_car_retirements_share_a_credit() -> None:
    blocks = sorted(
        (printed.series, printed.range.first, printed.range.end)
        for source, _, _, printed in parsed_rows()
        if source == "car-2021"
    )
    assert len(blocks) == 5351
    assert not [a for a, b in pairwise(blocks) if a[0] == b[0] and b[1] < a[2]]


def test_verra_block_numbers_never_repeat_and_rise_with_the_issuance() -> None:
    blocks = sorted(
        (printed.range.first, printed.range.end, int(printed.field("issuance")))
        for source, _, _, printed in parsed_rows()
        if source in ("verra-transactions", "stellarcarbon-retirements")
    )
    assert len(blocks) == 217
    for lower, higher in pairwise(blocks):
        assert lower[1] <= higher[0]
        assert lower[2] <= higher[2]


def test_every_cercarbono_row_of_the_data_covers_its_quantity_within_its_batch() -> None:
    with (TESTS / "vectors" / "real_cercarbono.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    starts: dict[str, int] = {}
    assert len(rows) == 100
    for row in rows:
        printed = cercarbono_serials(row["batch"], row["from"], row["to"])
        assert printed.width == int(row["quantity"])
        assert parse_serials(str(printed)) == printed
        assert printed.series == row["batch"]
        starts[row["batch"]] = min(starts.get(row["batch"], printed.range.first), printed.range.first)
    assert sorted(batch for batch, first in starts.items() if first == 0) == [
        "CDC_1_1_1_321_14_1",
        "CDC_2_1_1_321_14_1",
        "CDC_3_1_1_321_14_1",
        "CDC_4_1_1_321_14_1",
        "CDC_5_1_1_321_14_1",
    ]


def assert_exact_or_refused(text: str) -> None:
    refusal: InvalidInput | None = None
    try:
        assert str(parse_serials(text)) == text
    except InvalidInput as error:
        refusal = error
    if refusal is not None:
        assert refusal.expected
        assert refusal.found


@given(st.data())
def test_any_part_of_a_real_serial_prints_and_parses_back_to_itself(data: st.DataObject) -> None:
    *_, whole = data.draw(st.sampled_from(parsed_rows()))
    first = data.draw(st.integers(whole.range.first, whole.range.last))
    part = SerialRange.of(first, data.draw(st.integers(first, whole.range.last)))
    again = parse_serials(whole.format(part))
    assert (again.registry, again.series, again.range) == (whole.registry, whole.series, part)


@given(st.data())
def test_a_real_serial_bent_in_one_character_is_refused_or_is_honest_about_it(data: st.DataObject) -> None:
    """A changed character either does not parse or prints back with that very change: nothing is quietly repaired."""
    _, _, text, _ = data.draw(st.sampled_from(parsed_rows()))
    at = data.draw(st.integers(0, len(text) - 1))
    bent = text[:at] + data.draw(st.sampled_from("0aZ9-_ \u00a0\u2011٣.")) + text[at + 1 :]
    assert_exact_or_refused(bent)


@given(st.data())
def test_a_real_serial_dirtied_as_files_do_it_is_cleaned_back_to_itself(data: st.DataObject) -> None:
    _, _, text, _ = data.draw(st.sampled_from(parsed_rows()))
    hyphen = data.draw(
        st.sampled_from(["-", " -", "- ", " - ", "\u2011", "\u2013", "\u2212", "â€“", "â€‘", "\x96", "－"])
    )
    space = data.draw(st.sampled_from([" ", "\u00a0", "  ", "\t", "\u202f ", "Â\u00a0", "\r\n"]))
    ends = data.draw(st.sampled_from(["", " ", "\ufeff", "\n", "\u00a0"]))
    dirty = ends + text.replace(" ", space).replace("-", hyphen) + ends
    if data.draw(st.booleans()):
        dirty = dirty.lower() if dirty.isascii() else dirty
    cleaned = normalise(dirty)
    assert cleaned.text == text
    assert bool(cleaned.changes) == (dirty != text)


@given(st.text(max_size=80))
def test_any_text_at_all_parses_exactly_or_is_refused(text: str) -> None:
    assert_exact_or_refused(text)
    assert_exact_or_refused(normalise(text).text)
