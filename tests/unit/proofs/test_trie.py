"""Merkle-Patricia proofs: shared vectors, and the public package `trie` as the peer that builds and answers."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import rlp
from hypothesis import given, settings
from hypothesis import strategies as st
from trie import HexaryTrie
from trie_vectors import how_refused, proof

from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x
from registry.proofs.keccak import keccak256
from registry.proofs.trie import EMPTY_ROOT, NotProven, TrieNodes, verify_proof

FULL = os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full"
VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "trie.json").read_text(encoding="utf-8"))


def raw(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def outcome(root: bytes, key: bytes, nodes: list[bytes]) -> bytes | str | None:
    try:
        return verify_proof(root, key, nodes)
    except InvalidInput:
        return "refused"


@pytest.mark.parametrize("case", VECTORS["proofs"], ids=lambda c: c["why"])
def test_a_proof_proves_what_the_vector_says(case: dict[str, Any]) -> None:
    value = verify_proof(raw(case["root"]), raw(case["key"]), [raw(node) for node in case["nodes"]])
    assert (None if value is None else hex0x(value)) == case["value"]


@pytest.mark.parametrize("case", VECTORS["refuse"], ids=lambda c: c["why"])
def test_what_is_not_exactly_a_proof_is_refused(case: dict[str, Any]) -> None:
    assert how_refused(raw(case["root"]), raw(case["key"]), [raw(node) for node in case["nodes"]]) == case["how"] != ""


@pytest.mark.parametrize("case", VECTORS["proofs"], ids=lambda c: c["why"])
def test_a_proof_that_lacks_any_of_its_nodes_proves_nothing(case: dict[str, Any]) -> None:
    nodes = [raw(node) for node in case["nodes"]]
    for at in range(len(nodes)):
        assert outcome(raw(case["root"]), raw(case["key"]), nodes[:at] + nodes[at + 1 :]) == "refused"


def built(pairs: dict[bytes, bytes]) -> HexaryTrie:
    made = HexaryTrie({})
    for key, value in pairs.items():
        made[key] = value
    return made


SHORT_KEYS = st.lists(st.sampled_from([b"\x00", b"\x01", b"\x10", b"\x11", b"a"]), max_size=4).map(b"".join)
PAIRS = st.dictionaries(SHORT_KEYS, st.binary(min_size=1, max_size=40), max_size=12)
HASHED = st.dictionaries(st.integers(0, 300), st.integers(1, 2**256 - 1), max_size=40).map(
    lambda words: {keccak256(slot.to_bytes(32, "big")): rlp.encode(word) for slot, word in words.items()}
)


@settings(max_examples=20_000 if FULL else 200)
@given(PAIRS, SHORT_KEYS)
def test_keys_of_any_length_are_answered_with_what_the_public_package_was_given(
    pairs: dict[bytes, bytes], key: bytes
) -> None:
    made = built(pairs)
    for asked in {key, *pairs}:
        # The package itself raises for some keys that end inside an extension; what was put in is the answer.
        assert verify_proof(made.root_hash, asked, proof(made, asked)) == pairs.get(asked)


@settings(max_examples=5_000 if FULL else 50)
@given(HASHED, st.integers(0, 300))
def test_hashed_slots_are_answered_as_the_public_package_answers(words: dict[bytes, bytes], slot: int) -> None:
    made, key = built(words), keccak256(slot.to_bytes(32, "big"))
    assert verify_proof(made.root_hash, key, proof(made, key)) == (made[key] or None)


@settings(max_examples=20_000 if FULL else 200)
@given(
    pairs=PAIRS.filter(bool), key=SHORT_KEYS, node=st.integers(0, 99), at=st.integers(0, 999), new=st.integers(0, 255),
    how=st.sampled_from(["replace", "insert", "cut", "drop", "again", "swap"]),
)  # fmt: skip
def test_no_mutated_proof_proves_anything_else(
    pairs: dict[bytes, bytes], key: bytes, node: int, at: int, new: int, how: str
) -> None:
    made = built(pairs)
    nodes = proof(made, key)
    which = node % len(nodes)
    old = nodes[which]
    at %= len(old)
    bent = {
        "replace": [old[:at] + bytes([new]) + old[at + 1 :]],
        "insert": [old[:at] + bytes([new]) + old[at:]],
        "cut": [old[:at]],
        "drop": [],
        "again": [old, old],
        "swap": [bytes(reversed(old))],
    }[how]
    mutated = nodes[:which] + bent + nodes[which + 1 :]
    if mutated != nodes:
        assert outcome(made.root_hash, key, mutated) == "refused"


@settings(max_examples=5_000 if FULL else 200)
@given(
    st.recursive(
        st.binary(max_size=3) | st.binary(min_size=31, max_size=33),
        lambda items: st.lists(items, max_size=3) | st.lists(items, min_size=17, max_size=17),
        max_leaves=40,
    ),
    st.binary(max_size=4),
)
def test_a_root_of_any_shape_is_answered_or_refused_and_never_crashes(item: Any, key: bytes) -> None:
    made = rlp.encode(item)
    answer = outcome(keccak256(made), key, [made])
    assert answer is None or isinstance(answer, bytes) or answer == "refused"


def test_a_missing_node_is_told_from_a_proven_absence() -> None:
    made = built({bytes([i]) * 32: b"v" * 40 for i in range(40)})
    nodes = proof(made, bytes([7]) * 32)
    pool = TrieNodes(nodes[:-1])
    with pytest.raises(NotProven, match="a trie node is missing"):
        pool.get(made.root_hash, bytes([7]) * 32)
    assert pool.used == ()
    assert TrieNodes(proof(made, bytes([99]) * 32)).get(made.root_hash, bytes([99]) * 32) is None
    assert TrieNodes([]).get(EMPTY_ROOT, b"x") is None


def test_only_nodes_that_an_answer_needed_count_as_used() -> None:
    made = built({bytes([i]) * 32: b"v" * 40 for i in range(40)})
    first, second = proof(made, bytes([7]) * 32), proof(made, bytes([8]) * 32)
    pool = TrieNodes([*first, *(node for node in second if node not in first)])
    assert pool.get(made.root_hash, bytes([7]) * 32) == b"v" * 40
    assert pool.used == tuple(first)
    assert pool.unused == len(set(second) - set(first)) > 0
    assert pool.get(made.root_hash, bytes([8]) * 32) == b"v" * 40
    assert pool.unused == 0
