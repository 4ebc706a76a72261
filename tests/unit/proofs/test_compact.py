"""The compact form: the same bundle in half the bytes, with one spelling and nothing else accepted."""

import json
import random
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from compact_vectors import refused_at, written
from example_certificate import BUNDLE, CERTIFICATE, bundle_of, document
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidInput
from registry.domain.lots import MAX_LOT
from registry.domain.units import MAX_U32
from registry.proofs.bundle import AnchorPlace, Bundle, Leaf, Tranche, parse_bundle
from registry.proofs.compact import parse_compact, parse_text, to_compact, to_text
from registry.proofs.sumtree import Sum

PATH = Path(__file__).parents[2] / "vectors" / "compact.json"
VECTORS: Any = json.loads(PATH.read_text())


def large_bundle(seed: int, document_bytes: int = 500) -> Bundle:
    """A leaf of a tranche of a million metro rides, with a document of so many bytes (sizes are all that counts)."""
    draw = random.Random(seed)
    leaves = 1_000_000
    sums = [
        sum(draw.randint(300, 900) for _ in range(min(2**level, 64))) * 2 ** max(0, level - 6) for level in range(20)
    ]
    total = 432 + sum(sums)
    return Bundle(
        document="d" * document_bytes,
        disclosures=(),
        leaf=Leaf(draw.randrange(leaves), 432),
        path=tuple(Sum(sha256(bytes([level])).digest(), grams) for level, grams in enumerate(sums)),
        tranche=Tranche(1_500_000, total, leaves, sha256(b"root").digest()),
        anchor=AnchorPlace(3 << 32 | 10, 7),
    )


def test_the_vectors_are_those_that_the_specification_makes() -> None:
    assert PATH.read_text() == written()
    assert len(VECTORS["good"]) >= 2
    assert len(VECTORS["refuse"]) >= 30


@pytest.mark.parametrize("case", VECTORS["good"], ids=lambda case: case["why"])
def test_a_bundle_has_the_one_compact_form_that_the_vectors_give(case: Any) -> None:
    bundle = parse_bundle(case["bundle"])
    assert to_compact(bundle).hex() == case["cbor"]
    assert parse_compact(bytes.fromhex(case["cbor"])) == bundle
    assert to_text(bundle) == case["text"]
    assert parse_text("https://verifier.example/verify" + case["text"] + "\n") == bundle


@pytest.mark.parametrize("case", VECTORS["refuse"], ids=lambda case: case["why"])
def test_every_other_spelling_is_refused(case: Any) -> None:
    assert refused_at(bytes.fromhex(case["cbor"])) == case["at"] != ""


@pytest.mark.parametrize("case", VECTORS["texts"], ids=lambda case: case["why"])
def test_what_stands_around_the_bundle_decides_nothing(case: Any) -> None:
    assert parse_text(case["text"]) == parse_bundle(VECTORS["good"][0]["bundle"])


@pytest.mark.parametrize("case", VECTORS["refuseTexts"], ids=lambda case: case["why"])
def test_text_that_carries_no_bundle_is_refused(case: Any) -> None:
    with pytest.raises(InvalidInput):
        parse_text(case["text"])


def test_the_address_before_the_fragment_decides_nothing() -> None:
    text = to_text(BUNDLE)
    assert parse_text("javascript:alert(1)" + text) == parse_text("offsetproof:" + text) == parse_text(text) == BUNDLE


def test_the_last_fragment_counts() -> None:
    other = to_text(bundle_of(document(), (), lot=11, tranche=0))
    assert parse_text(other + to_text(BUNDLE)) == BUNDLE


def test_a_bundle_at_every_limit_comes_back_as_it_was() -> None:
    bundle = Bundle(
        document="文" * 500,
        disclosures=("é", ""),
        leaf=Leaf(2**53 - 1, 2**53 - 1),
        path=tuple(Sum(bytes([n]) * 32, 2**53 - 1) for n in range(53)),
        tranche=Tranche(2**53 - 2, 1, 1, bytes(32)),
        anchor=AnchorPlace(MAX_LOT, MAX_U32),
    )
    assert parse_compact(to_compact(bundle)) == bundle


@given(st.binary(max_size=200))
def test_bytes_at_random_are_refused_and_never_break_the_reader(tail: bytes) -> None:
    for data in (tail, bytes.fromhex("d9d9f78f01") + tail):
        with pytest.raises(InvalidInput):
            parse_compact(data)


@given(st.data())
def test_a_changed_byte_is_refused_or_gives_another_bundle_with_its_own_form(data: st.DataObject) -> None:
    good = to_compact(BUNDLE)
    at = data.draw(st.integers(0, len(good) - 1))
    bent = good[:at] + bytes([good[at] ^ data.draw(st.integers(1, 255))]) + good[at + 1 :]
    try:
        bundle = parse_compact(bent)
    except InvalidInput:
        return
    assert bundle != BUNDLE
    assert to_compact(bundle) == bent


@given(grams=st.integers(1, 2**53 - 1), lot=st.integers(0, MAX_LOT), salt=st.binary(min_size=16, max_size=16))
def test_any_bundle_comes_back_as_it_was(grams: int, lot: int, salt: bytes) -> None:
    bundle = Bundle(
        document=document() + salt.hex(),
        disclosures=(salt.hex(),),
        leaf=Leaf(0, grams),
        path=(),
        tranche=Tranche(0, grams, 1, salt * 2),
        anchor=AnchorPlace(lot, 0),
    )
    assert parse_compact(to_compact(bundle)) == parse_text(to_text(bundle)) == bundle


def test_chain_evidence_travels_in_the_compact_form_unchanged() -> None:
    cases = json.loads((PATH.parent / "evidence.json").read_text())["cases"]
    bundles = [
        parse_bundle(json.dumps(case["bundle"]) if isinstance(case["bundle"], dict) else case["bundle"])
        for case in cases
    ]
    with_evidence = [bundle for bundle in bundles if bundle.evidence]
    assert with_evidence
    for bundle in with_evidence:
        assert parse_compact(to_compact(bundle)) == bundle


def test_a_bundle_without_its_document_has_no_compact_form() -> None:
    bare = Bundle(None, (), BUNDLE.leaf, BUNDLE.path, BUNDLE.tranche, BUNDLE.anchor, known_hash=bytes(32))
    with pytest.raises(InvalidInput, match="document"):
        to_compact(bare)


def test_more_than_a_mebibyte_is_not_looked_at() -> None:
    with pytest.raises(InvalidInput, match="too large"):
        parse_compact(bytes.fromhex("d9d9f7") + bytes(1_048_576))


@pytest.mark.parametrize("seed", range(5))
def test_a_certificate_among_a_million_stays_within_its_size(seed: int) -> None:
    bundle = large_bundle(seed)
    assert len(bundle.path) == 20
    assert len(bundle.to_json()) <= 3_000
    assert len(to_compact(bundle)) <= 1_500
    assert len("https://verifier.example/verify" + to_text(bundle)) <= 2_331


def test_the_example_document_is_about_as_long_as_the_sizes_assume() -> None:
    assert 450 <= len(document(CERTIFICATE).encode()) <= 850
