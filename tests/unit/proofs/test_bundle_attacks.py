"""Bundles: read and written strictly; and whatever is changed in a good one, it is never `retired`."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from example_certificate import BUNDLE, CERTIFICATE, CHAIN, bundle_of, chain_for, document, judge
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.errors import InvalidInput
from registry.proofs.bundle import MAX_DOCUMENT, Bundle, parse_bundle
from registry.proofs.sumtree import Sum

GOOD = BUNDLE.to_json().decode("utf-8")
FULL = os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full"


def bent(**changes: Any) -> str:
    """The good bundle with members replaced; `leaf__index=1` reaches into an object, None removes the member."""
    value: dict[str, Any] = json.loads(GOOD)
    for name, new in changes.items():
        *way, last = name.split("__")
        target = value
        for step in way:
            target = target[step]
        if new is None:
            del target[last]
        else:
            target[last] = new
    return json.dumps(value, ensure_ascii=False)


def outcome(text: str | bytes) -> str:
    """The verdict, with readings that would make the original `retired`; "refused" for what is no bundle."""
    try:
        bundle = parse_bundle(text)
    except InvalidInput:
        return "refused"
    return judge(bundle).verdict


def test_a_bundle_reads_back_as_it_was_written() -> None:
    assert parse_bundle(GOOD) == parse_bundle(GOOD.encode("utf-8")) == BUNDLE
    assert parse_bundle(json.dumps(json.loads(GOOD), indent=2)) == BUNDLE
    assert outcome(GOOD) == "retired"
    assert BUNDLE.certificate_hash == Bundle.hash_of(document())


# Each is a good bundle with one thing that makes it no bundle at all.
MALFORMED = {
    "not JSON": GOOD[:-1],
    "a list": "[]",
    "empty": b"",
    "an unknown member": bent(extra=1),
    "an unknown member of a sibling": bent(path=[{"hash": "0x" + "00" * 32, "grams": 1, "side": "left"}]),
    "a missing member": bent(evidence=None),
    "evidence of an unknown kind": bent(evidence=[{}]),
    "another version": bent(version="bundle/2"),
    "a document that is an object": bent(document={}),
    "a document of null": GOOD.replace(json.dumps(BUNDLE.document, ensure_ascii=False), "null"),
    "a document too large": bent(document="x" * (MAX_DOCUMENT + 1)),
    "a document too large in bytes": bent(document="é" * (MAX_DOCUMENT - 1)),
    "grams as a string": bent(leaf__grams="432"),
    "grams as a boolean": bent(leaf__grams=True),
    "no grams": bent(leaf__grams=0),
    "negative index": bent(leaf__index=-1),
    "grams with an exponent": GOOD.replace('"grams":432,"index"', '"grams":4.32e2,"index"'),
    "grams with a fraction": GOOD.replace('"grams":432,"index"', '"grams":432.0,"index"'),
    "grams of 2^53": bent(leaf__grams=2**53),
    "a lot as a number": bent(anchor__lot=12884901898),
    "a lot with a leading zero": bent(anchor__lot="012884901898"),
    "a lot with a sign": bent(anchor__lot="+12884901898"),
    "a lot in other digits": bent(anchor__lot="١٢"),
    "a lot of 97 bits": bent(anchor__lot=str(2**96)),
    "a tranche as a string": bent(anchor__tranche="2"),
    "a tranche of 33 bits": bent(anchor__tranche=2**32),
    "a root in capitals": bent(tranche__root="0x" + "AB" * 32),
    "a root without 0x": bent(tranche__root="ab" * 32),
    "a short root": bent(tranche__root="0x" + "ab" * 31),
    "more leaves than grams": bent(tranche__total=3, tranche__leafCount=4),
    "a tranche that ends beyond 2^53": bent(tranche__start=2**53 - 2),
    "a path of 54": bent(path=[{"hash": "0x" + "00" * 32, "grams": 1}] * 54),
    "a sibling without grams": bent(path=[{"hash": "0x" + "00" * 32, "grams": 0}]),
    "nine disclosures": bent(disclosures=["[]"] * 9),
    "a disclosure that is a list": bent(disclosures=[["salt", "beneficiary", "x"]]),
    "a duplicate key": GOOD.replace('"evidence":[]', '"evidence":[],"evidence":[]'),
    "a byte order mark": "\ufeff" + GOOD,
    "UTF-16": GOOD.encode("utf-16"),
    "nested deeply": '{"document":' * 5_000,
    "100 MB": b" " * 100_000_000,
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_bundle_is_refused_as_invalid_input(text: str | bytes) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_bundle(text)
    assert len(str(caught.value)) < 500


SIBLING = {"hash": "0x" + "ab" * 32, "grams": 1}


@pytest.mark.parametrize(
    ("wrong", "place", "message"),
    [
        pytest.param(7, "path[1]", "wrong type", id="a number"),
        pytest.param("hash", "path[1]", "wrong type", id="text"),
        pytest.param(["hash", "grams"], "path[1]", "wrong type", id="a list of two"),
        pytest.param({"hash": SIBLING["hash"]}, "path[1]", "a member is missing", id="no grams"),
        pytest.param({"hash": SIBLING["hash"], "side": 1}, "path[1]", "a member is missing", id="another member"),
        pytest.param(SIBLING | {"side": "left"}, "path[1]", "a member is unknown", id="one member more"),
        pytest.param(SIBLING | {"hash": 5}, "path[1].hash", "wrong type", id="a hash as a number"),
        pytest.param(SIBLING | {"hash": {}}, "path[1].hash", "wrong type", id="a hash as an object"),
        pytest.param(SIBLING | {"hash": "0x" + "AB" * 32}, "path[1].hash", "not a hash", id="capitals"),
        pytest.param(SIBLING | {"hash": "ab" * 33}, "path[1].hash", "not a hash", id="no 0x"),
        pytest.param(SIBLING | {"hash": "0x" + "ab" * 31 + " a"}, "path[1].hash", "not a hash", id="a space"),
        pytest.param(SIBLING | {"hash": "0x" + "ab" * 31}, "path[1].hash", "not a hash", id="31 bytes"),
        pytest.param(SIBLING | {"hash": "0x" + "ab" * 33}, "path[1].hash", "too long", id="33 bytes"),
        pytest.param(SIBLING | {"grams": True}, "path[1].grams", "wrong type", id="grams as a boolean"),
        pytest.param(SIBLING | {"grams": "1"}, "path[1].grams", "wrong type", id="grams as text"),
        pytest.param(SIBLING | {"grams": 0}, "path[1].grams", "out of range", id="grams of nothing"),
    ],
)
def test_the_first_sibling_that_is_wrong_is_named_with_its_place(wrong: Any, place: str, message: str) -> None:
    assert len(parse_bundle(bent(path=[SIBLING, SIBLING])).path) == 2
    with pytest.raises(InvalidInput) as caught:
        parse_bundle(bent(path=[SIBLING, wrong, None]))
    assert (caught.value.place, caught.value.message) == (place, message)


def path_with(step: int, **change: Any) -> tuple[Sum, ...]:
    return tuple(replace(node, **change) if i == step else node for i, node in enumerate(BUNDLE.path))


LAST = BUNDLE.path[-1]
ATTACKS = {
    "a sibling's sum raised": replace(BUNDLE, path=path_with(0, grams=BUNDLE.path[0].grams + 1)),
    "a left sibling's sum lowered, to move the position": replace(
        BUNDLE, path=path_with(1, grams=BUNDLE.path[1].grams - 1)
    ),
    "a sum that overflows": replace(BUNDLE, path=path_with(2, grams=2**53 - 1)),
    "another index": replace(BUNDLE, leaf=replace(BUNDLE.leaf, index=3)),
    "an index beyond the leaves": replace(BUNDLE, leaf=replace(BUNDLE.leaf, index=5)),
    "another leaf count of the same shape": replace(BUNDLE, tranche=replace(BUNDLE.tranche, leaf_count=6)),
    "a leaf count of another shape": replace(BUNDLE, tranche=replace(BUNDLE.tranche, leaf_count=4)),
    "a short path": replace(BUNDLE, path=BUNDLE.path[:-1]),
    "a long path": replace(BUNDLE, path=(*BUNDLE.path, LAST)),
    "no path": replace(BUNDLE, path=()),
    "a raised total": replace(BUNDLE, tranche=replace(BUNDLE.tranche, total=BUNDLE.tranche.total + 1)),
    "another start": replace(BUNDLE, tranche=replace(BUNDLE.tranche, start=BUNDLE.tranche.start + 1)),
    "another tranche": replace(BUNDLE, anchor=replace(BUNDLE.anchor, tranche=3)),
    "another lot": replace(BUNDLE, anchor=replace(BUNDLE.anchor, lot=BUNDLE.anchor.lot + 1)),
    "more grams in the leaf": replace(BUNDLE, leaf=replace(BUNDLE.leaf, grams=433)),
    "another document at the same leaf": replace(
        BUNDLE, document=document(replace(CERTIFICATE, claim_id="ride-2026-000002"))
    ),
    "grams as a string in the document": replace(BUNDLE, document=document().replace('"grams":432', '"grams":"432"')),
    "a duplicate key in the document": replace(
        BUNDLE, document=document().replace('{"activity"', '{"grams":432,"activity"', 1)
    ),
    "an exponent in the document": replace(BUNDLE, document=document().replace('"grams":432', '"grams":4.32e2')),
}


@pytest.mark.parametrize("bundle", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_on_a_good_bundle_is_invalid(bundle: Bundle) -> None:
    assert judge(bundle).verdict == "invalid"


FORGED = {
    "grams as a string": document().replace('"grams":432', '"grams":"432"'),
    "a duplicate key": document().replace('{"activity"', '{"grams":432,"activity"', 1),
    "an exponent": document().replace('"grams":432', '"grams":4.32e2'),
    "an integer above 2^53": document().replace('"units":2', '"units":9007199254740993'),
    "a lot as a number": document().replace(f'"{CERTIFICATE.lot}"', f"{CERTIFICATE.lot}"),
    "an unknown member": document().replace('"version"', '"verified":true,"version"'),
    "nested deeply": document().replace('"purpose":"Metro ride, 10 km"', '"purpose":' + "[" * 50 + "]" * 50),
    "not JSON": "a certificate",
    "an empty document": "",
}


@pytest.mark.parametrize("text", FORGED.values(), ids=FORGED.keys())
def test_a_document_that_two_readers_could_read_differently_is_invalid_though_anchored(text: str) -> None:
    bundle = bundle_of(text)
    verdict = judge(bundle, chain_for(bundle))
    assert (verdict.verdict, verdict.checks[0].status) == ("invalid", "failed")


def test_one_leaf_cannot_serve_two_documents() -> None:
    other = document(replace(CERTIFICATE, purpose="Another ride"))
    assert judge(replace(BUNDLE, document=other)).verdict == "invalid"
    # Nor a hash without its document: it is the leaf's hash that counts.
    hidden = replace(BUNDLE, document=None, disclosures=(), known_hash=Bundle.hash_of(other))
    assert judge(hidden).verdict == "invalid"


def mutations() -> Iterator[tuple[int, str]]:
    """Every character, replaced by its neighbours in ASCII, a digit, a hex letter, a space or a quote."""
    for at, old in enumerate(GOOD):
        for new in {chr((ord(old) ^ 1) or 1), "0", "f", " ", '"'} - {old}:
            yield at, GOOD[:at] + new + GOOD[at + 1 :]


def test_no_bundle_with_one_character_changed_is_ever_retired() -> None:
    tried = 0
    for at, text in mutations():
        tried += 1
        assert outcome(text) != "retired", (at, text[max(0, at - 20) : at + 20])
    assert tried >= 5_000


@settings(max_examples=6_000 if FULL else 300)
@given(at=st.integers(0, len(GOOD) - 1), new=st.characters(), how=st.sampled_from(["replace", "insert", "delete"]))
def test_no_random_edit_of_a_good_bundle_is_retired_unless_it_reads_the_same(at: int, new: str, how: str) -> None:
    text = GOOD[:at] + {"replace": new, "insert": new, "delete": ""}[how] + GOOD[at + (how != "insert") :]
    if outcome(text) == "retired":
        assert parse_bundle(text) == BUNDLE


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda x: st.lists(x, max_size=3)))
def test_a_member_of_any_other_type_is_refused_not_crashed_on(junk: Any) -> None:
    for name in json.loads(GOOD):
        value = json.loads(GOOD)
        closed = name == "disclosures" and junk == []  # a holder may show a bundle without a name
        if value[name] != junk and not closed:
            value[name] = junk
            assert outcome(json.dumps(value)) != "retired"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_bundle_or_invalid_input(data: bytes) -> None:
    assert outcome(data) == "refused"


def test_the_library_can_hold_a_leaf_without_its_document_but_never_writes_it() -> None:
    hidden = replace(BUNDLE, document=None, disclosures=(), known_hash=BUNDLE.certificate_hash)
    assert hidden.certificate_hash == BUNDLE.certificate_hash
    with pytest.raises(InvalidInput, match="without its document"):
        hidden.to_json()
    with pytest.raises(InvalidInput):
        replace(hidden, known_hash=None)
    with pytest.raises(InvalidInput):
        replace(BUNDLE, known_hash=bytes(32))
    assert judge(BUNDLE, CHAIN).verdict == "retired"
