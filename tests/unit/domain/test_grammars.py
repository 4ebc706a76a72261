"""Serial grammars against the vectors: what parses, what is refused and how precisely, what prints back."""

import json
from pathlib import Path
from typing import Any

import pytest

from registry.domain.errors import InvalidInput
from registry.domain.grammars import (
    GRAMMARS,
    Normalised,
    OpaquePrefix,
    PrintedSerials,
    cercarbono_serials,
    normalise,
    parse_serials,
)
from registry.domain.serials import SerialRange

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "serials.json").read_text(encoding="utf-8")
)


def by_why(case: dict[str, Any]) -> str:
    return str(case["why"])


@pytest.mark.parametrize("case", VECTORS["parse"], ids=by_why)
def test_a_printed_serial_maps_to_series_and_numbers_and_back(case: dict[str, Any]) -> None:
    printed = parse_serials(case["input"])
    assert printed.registry == case["registry"]
    assert printed.series == case["series"]
    assert printed.range == SerialRange.of(int(case["first"]), int(case["last"]))
    assert printed.width == int(case["count"])
    assert printed.format(printed.range) == str(printed) == case["input"]
    assert printed.block.series == case["series"]
    assert printed.block.range == printed.range


@pytest.mark.parametrize("case", VECTORS["refuse"], ids=by_why)
def test_another_spelling_is_refused_and_the_error_says_where(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_serials(case["input"])
    for words in case["errorContains"]:
        assert words in str(refusal.value)
    assert refusal.value.expected
    assert refusal.value.found


@pytest.mark.parametrize("case", VECTORS["normalise"], ids=by_why)
def test_normalise_cleans_without_guessing_and_tells(case: dict[str, Any]) -> None:
    cleaned = normalise(case["input"])
    assert cleaned.text == case["output"]
    assert bool(cleaned.changes) == (case["input"] != case["output"])
    for words in case["changesContain"]:
        assert words in " | ".join(cleaned.changes)
    assert normalise(cleaned.text) == Normalised(cleaned.text, ())


@pytest.mark.parametrize("case", VECTORS["format"], ids=by_why)
def test_a_part_prints_as_its_registry_would_and_parses_to_itself(case: dict[str, Any]) -> None:
    part = SerialRange.of(int(case["first"]), int(case["last"]))
    whole = parse_serials(case["input"])
    assert whole.format(part) == case["output"]
    again = parse_serials(case["output"])
    assert (again.series, again.range) == (whole.series, part)


@pytest.mark.parametrize("case", VECTORS["configured"], ids=by_why)
def test_a_configured_prefix_is_opaque_and_the_number_follows_it(case: dict[str, Any]) -> None:
    prefix = OpaquePrefix(case["registry"], case["prefix"], case["digits"], case["joint"])
    printed = parse_serials(case["input"], configured=[prefix])
    assert (printed.registry, printed.series) == (case["registry"], case["series"])
    assert printed.range == SerialRange.of(int(case["first"]), int(case["last"]))
    assert str(printed) == case["input"]
    assert normalise(f" {case['input'].lower()} ", configured=[prefix]).text == case["input"]
    with pytest.raises(InvalidInput, match="no registry known here"):
        parse_serials(case["input"])


def test_a_part_outside_the_printed_serials_is_not_printed() -> None:
    printed = parse_serials("CAR-1-US-1008-27-845-WA-2015-2010-5 to 9")
    with pytest.raises(InvalidInput, match="numbers within 5 to 9; found 9 to 10"):
        printed.format(SerialRange.of(9, 10))


def test_the_fields_describe_what_the_series_leaves_out() -> None:
    printed = parse_serials("19385-941467007-941467431-VCS-VCU-1507-VER-ET-14-1340-01012020-31122020-1")
    assert (printed.field("project"), printed.field("country"), printed.field("issuance")) == ("1340", "ET", "19385")
    assert printed.field("no such field") == ""


def test_every_grammar_parses_its_own_example_and_no_other_claims_it() -> None:
    for grammar in GRAMMARS:
        printed = parse_serials(grammar.example)
        assert printed.registry == grammar.registry
        assert str(printed) == grammar.example
        assert printed.series.startswith(grammar.stem)
        assert [other.registry for other in GRAMMARS if other.claims(grammar.example)] == [grammar.registry]


def test_no_two_registries_can_share_a_series() -> None:
    stems = [grammar.stem for grammar in GRAMMARS]
    for index, stem in enumerate(stems):
        for other in stems[index + 1 :]:
            assert not stem.startswith(other)
            assert not other.startswith(stem)


def test_cercarbono_numbers_come_from_columns_as_text_or_integers() -> None:
    row = cercarbono_serials("CDC_4_1_1_321_14_1", "0", "63592")
    assert row == cercarbono_serials("CDC_4_1_1_321_14_1", 0, 63592)
    assert (row.series, row.range) == ("CDC_4_1_1_321_14_1", SerialRange.of(0, 63592))
    assert parse_serials(str(row)) == row


@pytest.mark.parametrize(
    ("batch", "first", "last", "words"),
    [
        ("CDC_4_1_1_321_14_1", "1.0", "5", "field 'first'"),
        ("CDC_4_1_1_321_14_1", "1", "5,000", r"',' \(U\+002C COMMA\)"),
        ("CDC_4_1_1_321_14_1", "01", "5", "leading zero"),
        ("CDC_4_1_1_321_14_1", -1, 5, "field 'first'.*'-' .U.002D"),
        ("CDC_4_1_1_321_14_1", "6", "5", "runs backwards"),
        ("CDC_4_1_1_321_14_1", "", "5", "nothing"),
        ("CDC_4_01_1_321_14_1", "1", "5", "'01' at character 7"),
        ("CDC_4__1_321_14_1", "1", "5", "'' at character 7"),
        ("CDC_4_1_1", "1", "5", "at least 6 parts"),
        ("CDC_4_1_1_321_14_1-1 to 5", "1", "5", "not a Cercarbono batch"),
        ("cdc_4_1_1_321_14_1", "1", "5", "U\\+0063"),
        ("CDC_4_1_1_321_14_1 ", "1", "5", "U\\+0020"),
    ],
)
def test_cercarbono_columns_are_read_as_strictly_as_text(
    batch: str, first: str | int, last: str | int, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        cercarbono_serials(batch, first, last)


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("", "must end with a letter or a separator"),
        ("CCER-2024", "must end with a letter or a separator"),
        ("ccer-", "U\\+0063"),
        ("CCER 24-", "U\\+0020"),
        ("中-", "U\\+4E2D"),
        ("---", "length"),
        ("X" * 70, "length"),
    ],
)
def test_a_prefix_that_could_be_misread_is_not_configured(prefix: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        OpaquePrefix("ccer", prefix)


@pytest.mark.parametrize(("digits", "joint"), [(0, ""), (0, "to"), (-1, "-"), (40, "-")])
def test_a_separator_or_width_that_could_be_misread_is_not_configured(digits: int, joint: str) -> None:
    with pytest.raises(InvalidInput, match="separator or a width"):
        OpaquePrefix("ccer", "CCER-A-", digits, joint)


@pytest.mark.parametrize("prefix", ["CAR-1-", "GS-30256-", "VERRA-VCU-", "CDM-CER-CN-CP2X", "PURO-", "CN-5-", "CDC_1_"])
def test_a_configured_prefix_never_means_a_registry_that_has_a_grammar(prefix: str) -> None:
    with pytest.raises(InvalidInput, match="already means a serial or a series of"):
        parse_serials("X-1", configured=[OpaquePrefix("ccer", prefix)])


@pytest.mark.parametrize(("one", "other"), [("CCER-A-", "CCER-A-B-"), ("CCER-A-", "CCER-A_"), ("CCER-A-", "CCER-A-")])
def test_two_configured_prefixes_can_be_told_apart(one: str, other: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be told apart"):
        parse_serials("CCER-A-1", configured=[OpaquePrefix("ccer", one), OpaquePrefix("ccer", other)])


def test_a_configured_width_refuses_any_other() -> None:
    prefix = OpaquePrefix("ccer", "CCER-A-", digits=6)
    assert parse_serials("CCER-A-000017", configured=[prefix]).range == SerialRange.of(17, 17)
    with pytest.raises(InvalidInput, match="this shape prints 6 digits: 000017"):
        parse_serials("CCER-A-17", configured=[prefix])


def test_normalise_leaves_alone_what_is_far_too_long() -> None:
    assert normalise("\u2011" * 201) == Normalised("\u2011" * 201, ())


def test_a_printed_serial_carries_only_a_series_that_the_contracts_register() -> None:
    good = parse_serials("643002406555908610000000140219")
    with pytest.raises(InvalidInput, match="series id"):
        PrintedSerials(good.registry, "puro", good.range, good.template)
