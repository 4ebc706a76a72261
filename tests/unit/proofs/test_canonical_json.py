"""Strict JSON and its canonical form, against the vectors written from RFC 8785 and RFC 7493, and against abuse."""

import contextlib
import json
import time
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st
from vector_text import spelled

from registry.domain.errors import InvalidInput
from registry.proofs.canonical import MAX_DEPTH, canonical_bytes, parse_strict, require_canonical

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "canonical.json").read_text(encoding="utf-8")
)

characters = st.characters(exclude_categories=["Cs"], exclude_characters=["\x00"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(characters),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(characters, max_size=4), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("case", VECTORS["canonical"], ids=lambda c: c["why"])
def test_a_value_has_one_canonical_form(case: dict[str, Any]) -> None:
    given, canonical = spelled(case["input"]), spelled(case["output"])
    value = parse_strict(given)
    assert canonical_bytes(value) == canonical.encode("utf-8")
    assert require_canonical(canonical) == value
    assert parse_strict(given.encode("utf-8")) == value


@pytest.mark.parametrize("case", VECTORS["refuse"], ids=lambda c: c["why"])
def test_the_strict_parser_refuses(case: dict[str, Any]) -> None:
    for text in (spelled(case["input"]), spelled(case["input"]).encode("utf-8")):
        with pytest.raises(InvalidInput):
            parse_strict(text)


@pytest.mark.parametrize("case", VECTORS["refuseBytes"], ids=lambda c: c["why"])
def test_the_strict_parser_refuses_bytes(case: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        parse_strict(bytes.fromhex(case["input"][2:]))


@pytest.mark.parametrize("case", VECTORS["notCanonical"], ids=lambda c: c["why"])
def test_good_json_in_another_form_is_no_document(case: dict[str, str]) -> None:
    parse_strict(case["input"])
    with pytest.raises(InvalidInput, match="canonical"):
        require_canonical(case["input"])


@given(values)
def test_the_fast_encoder_equals_rfc8785_and_reads_back(value: Any) -> None:
    text = canonical_bytes(value)
    assert text == rfc8785.dumps(value)
    assert require_canonical(text) == value


# Keys and texts in which the order of code points, of UTF-16 units and of escapes differ.
contested = st.text(st.sampled_from('aZ_\x7f\x80é\u2028\ue000\uffff\U00010000\U0001f600"\\\n'), max_size=3)


@example({"\uffff": 1, "\U00010000": 2}, True, False, False)
@example({"\uffff": 1, "a": "\U00010000"}, True, False, False)
@given(st.dictionaries(contested, contested | st.integers(0, 9)), st.booleans(), st.booleans(), st.booleans())
def test_a_text_is_canonical_exactly_if_rfc8785_gives_it_back(
    value: dict[str, Any], by_code_points: bool, escaped: bool, as_bytes: bool
) -> None:
    text = rfc8785.dumps(value).decode()
    if by_code_points or escaped:
        text = json.dumps(value, sort_keys=by_code_points, ensure_ascii=escaped, separators=(",", ":"))
    given_text = text.encode() if as_bytes else text
    if text.encode() == rfc8785.dumps(value):
        assert require_canonical(given_text) == value
    else:
        with pytest.raises(InvalidInput, match="canonical"):
            require_canonical(given_text)


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_input_parses_or_raises_invalid_input(data: bytes | str) -> None:
    with contextlib.suppress(InvalidInput):
        canonical_bytes(parse_strict(data))


@pytest.mark.parametrize("raw", [b"\xff", b'"\xc3"', b'"\xed\xa0\x80"', b"\xff\xfe[\x00]\x00", "[\ud800]"])
def test_what_is_not_unicode_text_is_refused(raw: bytes | str) -> None:
    with pytest.raises(InvalidInput):
        parse_strict(raw)


def test_size_counts_bytes_and_is_checked_before_parsing() -> None:
    text = json.dumps("é" * 10, ensure_ascii=False)
    assert parse_strict(text, max_bytes=22) == "é" * 10
    for data in (text, text.encode("utf-8")):
        with pytest.raises(InvalidInput, match="too large"):
            parse_strict(data, max_bytes=21)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"[" * 100_000_000, id="100 MB of brackets"),
        pytest.param(b"[" * 1_000_000, id="a million brackets"),
        pytest.param(b'{"a":' * 200_000, id="nested objects"),
        pytest.param(b'"' + b'\\"' * 500_000, id="a string of escapes without its end"),
        pytest.param(b'"' * 1_048_575, id="a million quotes"),
        pytest.param(b"[" + b"1" * 1_000_000 + b"]", id="an integer of a million digits"),
        pytest.param(b'{"":1,' + b'"a":1,' * 174_000 + b'"b":1}', id="a member many times"),
    ],
)
def test_hostile_input_is_refused_in_bounded_time(data: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(InvalidInput):
        parse_strict(data)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("unit", ["[]", "[ ] ", '{"a":[]}', "[" * 30 + "]" * 30])
def test_there_may_be_so_many_containers_and_no_more(unit: str) -> None:
    opened = unit.count("[") + unit.count("{")
    most = "[" + ",".join([unit] * (65_535 // opened)) + ("," + "[]") * (65_535 % opened) + "]"
    assert parse_strict(most) == json.loads(most)
    with pytest.raises(InvalidInput, match=r"too many brackets; expected at most 65536 .* found 65537"):
        parse_strict(most[:-1] + ",[]]")


def test_depth_32_is_the_limit_of_reading_and_of_writing() -> None:
    deepest: Any = 1
    for _ in range(MAX_DEPTH):
        deepest = [deepest]
    assert parse_strict(canonical_bytes(deepest)) == deepest
    with pytest.raises(InvalidInput, match="deep"):
        canonical_bytes([deepest])


def deepest(text: str) -> int:
    """The most brackets that stand open at once, outside strings; an unterminated string reaches to the end."""
    depth, most, quoted, at = 0, 0, False, 0
    while at < len(text):
        if quoted:
            at += text[at] == "\\"
            quoted = text[at : at + 1] != '"'
        elif text[at] == '"':
            quoted = True
        else:
            depth += (text[at] in "[{") - (text[at] in "]}")
            most = max(most, depth)
        at += 1
    return most


@settings(max_examples=500)
@example(["[" * 15] * 3 + ["},{"] * 20)
@given(
    st.lists(st.sampled_from(["[" * 15, "{" * 9, '{"a":', "]" * 7, "}" * 5, "[]", "},{", "[],", '"', '"["', ",", "x"]))
)
def test_nesting_is_refused_exactly_beyond_32_whatever_else_is_wrong(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = ""
    try:
        parse_strict(text)
    except InvalidInput as error:
        found = error.message
    assert (found == "nested too deeply") == (deepest(text) > MAX_DEPTH)


@pytest.mark.parametrize("indent", [None, 1], ids=["compact", "indented"])
@pytest.mark.parametrize("inner", [[], {}, ["[{"], {"a]": 1}], ids=["list", "object", "list of text", "member"])
def test_32_levels_are_read_however_much_stands_side_by_side(inner: Any, indent: int | None) -> None:
    value: Any = [inner] * 50
    for _ in range(MAX_DEPTH - 2):
        value = [inner, value, inner]
    assert parse_strict(json.dumps(value, indent=indent)) == value
    with pytest.raises(InvalidInput, match="deep"):
        parse_strict(json.dumps([value], indent=indent))


def test_brackets_in_strings_are_no_nesting() -> None:
    assert parse_strict('["' + "[" * 100 + '\\"' + "{" * 100 + '"]') == ["[" * 100 + '"' + "{" * 100]


@pytest.mark.parametrize("value", [1.0, float("nan"), 2**53, {1: 2}, b"raw", {"a": {1, 2}}, "\ud800", {"\udfff": 1}])
def test_a_value_without_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInput):
        canonical_bytes(value)


def test_an_error_names_the_text_the_expected_and_the_found() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_strict('{"grams":1e3}', what="document")
    assert caught.value.place == "document"
    assert "1e3" in caught.value.found
    with pytest.raises(InvalidInput) as caught:
        parse_strict('{"a":1,"a":2}')
    assert caught.value.found == "'a'"


ESCAPES = st.sampled_from(
    [
        "\\ud83d",
        "\\uDE00",
        "\\udbFF\\uDC00",
        "\\u0000",
        "\\u0001",
        "\\ue000",
        "\\\\",
        "\\\\ud800",
        "\\n",
        "\\/",
        "u",
        "0",
    ]
)


@given(st.lists(ESCAPES, max_size=8))
def test_an_escape_hides_neither_nul_nor_half_a_character(parts: list[str]) -> None:
    text = '["' + "".join(parts) + '"]'
    (value,) = json.loads(text)
    if any(unit == "\0" or "\ud800" <= unit <= "\udfff" for unit in value):
        with pytest.raises(InvalidInput, match="NUL or a lone surrogate"):
            parse_strict(text)
    else:
        assert parse_strict(text) == [value]
