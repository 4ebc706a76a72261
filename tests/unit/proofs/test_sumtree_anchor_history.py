"""Tree, anchor and history against the vectors, which a second implementation of the specification makes."""

import json
from pathlib import Path
from typing import Any

import pytest
import vectors_from_spec
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import InvalidInput
from registry.domain.units import MAX_GRAMS
from registry.proofs.anchor import anchor_hash
from registry.proofs.history import event_digest, fold, genesis
from registry.proofs.keccak import keccak256
from registry.proofs.sumtree import Siblings, Sum, SumTree, fold_path, inner_hash, leaf_hash

VECTORS = Path(__file__).parents[2] / "vectors"


def load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def raw(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def folded(case: dict[str, Any]) -> tuple[str, int, int]:
    path = [Sum(raw(h), g) for h, g in zip(case["pathHashes"], case["pathGrams"], strict=True)]
    result = fold_path(case["index"], case["leafCount"], case["grams"], raw(case["certHash"]), path)
    return "0x" + result.root.hex(), result.total, result.left_grams


@pytest.mark.parametrize("name", sorted(vectors_from_spec.FILES))
def test_the_vector_files_are_what_the_plain_specification_makes(name: str) -> None:
    made = vectors_from_spec.text_of(vectors_from_spec.FILES[name]())
    assert (VECTORS / f"{name}.json").read_text(encoding="utf-8") == made


@pytest.mark.parametrize("case", load("sumtree")["trees"], ids=lambda c: c["why"])
def test_a_tree_has_the_root_total_and_paths_of_rfc_6962(case: dict[str, Any]) -> None:
    leaves = [(g, raw(h)) for g, h in zip(case["grams"], case["certHashes"], strict=True)]
    tree = SumTree(leaves)
    assert ("0x" + tree.root.hex(), tree.total, len(tree)) == (case["root"], case["total"], len(leaves))
    left = 0
    for index, (grams, cert_hash) in enumerate(leaves):
        assert tree.grams(index) == grams
        result = fold_path(index, len(leaves), grams, cert_hash, tree.path(index))
        assert (result.root, result.total, result.left_grams) == (tree.root, tree.total, left)
        left += grams


@pytest.mark.parametrize("case", load("sumtree")["paths"], ids=lambda c: c["why"])
def test_a_path_leads_to_root_total_and_position(case: dict[str, Any]) -> None:
    assert folded(case) == (case["root"], case["total"], case["leftGrams"])


@pytest.mark.parametrize("case", load("sumtree")["refuse"], ids=lambda c: c["why"])
def test_a_bent_path_never_leads_to_the_anchored_root_and_total(case: dict[str, Any]) -> None:
    if case["how"] == "refused":
        with pytest.raises(InvalidInput):
            folded(case)
    else:
        assert case["how"] == "other-root"
        assert folded(case)[:2] != (case["root"], case["total"])


def sides_of(index: int, leaf_count: int, length: int) -> str:
    """Siblings of 1, 2, 4 … grams: the grams to the left tell which siblings stand there."""
    path = [Sum(bytes(32), 2 ** (i % 52)) for i in range(length)]
    left = fold_path(index, leaf_count, 1, bytes(32), path).left_grams
    return "".join("L" if left >> i & 1 else "R" for i in range(length))


@pytest.mark.parametrize("case", load("sumtree")["shapes"], ids=lambda c: c["why"])
def test_every_leaf_of_a_small_tree_has_its_siblings_on_these_sides(case: dict[str, Any]) -> None:
    for index, sides in enumerate(case["sides"]):
        assert sides_of(index, case["leafCount"], len(sides)) == sides


@pytest.mark.parametrize("case", load("sumtree")["wide"], ids=lambda c: c["why"])
def test_a_leaf_of_a_tree_of_any_size_has_its_siblings_on_these_sides(case: dict[str, Any]) -> None:
    index, count, sides = case["index"], case["leafCount"], case["sides"]
    # The 53rd sibling, if there is one, would exceed the greatest sum: there only the length is shown.
    if len(sides) < 53:
        assert sides_of(index, count, len(sides)) == sides
    else:
        with pytest.raises(InvalidInput, match="wrong length"):
            sides_of(index, count, 52)


def test_a_leaf_cannot_be_shown_as_an_inner_node_nor_the_other_way_round() -> None:
    left, right = leaf_hash(0, 5, b"\1" * 32), leaf_hash(1, 7, b"\2" * 32)
    inner = inner_hash(left, 5, right, 7)
    tree = SumTree([(5, b"\1" * 32), (7, b"\2" * 32)])
    assert tree.root == inner
    # The two-leaf tree's inner node as the only leaf of a tree of one, in either reading of its 32 bytes.
    for shown in (inner, left):
        assert fold_path(0, 1, 12, shown, ()).root != inner
    # One path step less: the leaf's own hash is not the root's either.
    with pytest.raises(InvalidInput, match="wrong length"):
        fold_path(0, 2, 5, b"\1" * 32, ())


def test_a_sum_beyond_2_to_53_minus_1_is_refused_in_tree_and_path() -> None:
    SumTree([(MAX_GRAMS - 1, bytes(32)), (1, bytes(32))])
    with pytest.raises(InvalidInput):
        SumTree([(MAX_GRAMS, bytes(32)), (1, bytes(32))])
    with pytest.raises(InvalidInput, match="too large"):
        fold_path(0, 2, MAX_GRAMS, bytes(32), [Sum(bytes(32), 1)])


def test_a_path_reads_as_the_sums_it_holds() -> None:
    nodes = [Sum(bytes([n]) * 32, n) for n in (1, 2, 3)]
    path = Siblings.of(nodes)
    assert (list(path), len(path), path[0], path[-1]) == (nodes, 3, nodes[0], nodes[2])
    assert path[:2] + path[2:] == path == Siblings.of(path)
    assert path[1:] != path[:2]


@pytest.mark.parametrize(
    ("hashes", "grams"),
    [
        pytest.param((bytes(32), bytes(31)), (1, 1), id="a short hash"),
        pytest.param((bytes(32), "0x" + "00" * 15), (1, 1), id="text of 32 characters"),
        pytest.param((bytes(32), bytes(32)), (1, 0), id="no grams"),
        pytest.param((bytes(32), bytes(32)), (1, MAX_GRAMS + 1), id="too many grams"),
        pytest.param((bytes(32), bytes(32)), (1, True), id="grams as a boolean"),
        pytest.param((bytes(32), bytes(32)), (1,), id="a hash without grams"),
        pytest.param((bytes(32),), (1, 1), id="grams without a hash"),
    ],
)
def test_a_path_with_a_node_that_is_no_sum_is_refused(hashes: Any, grams: Any) -> None:
    assert len(Siblings((bytes(32), bytes(32)), (1, MAX_GRAMS))) == 2
    with pytest.raises(InvalidInput):
        Siblings(hashes, grams)


def test_the_sum_that_is_too_large_is_named_with_its_place() -> None:
    nodes = [Sum(bytes(32), 1), Sum(bytes(32), MAX_GRAMS - 2), Sum(bytes(32), 5)]
    with pytest.raises(InvalidInput, match="too large") as caught:
        fold_path(0, 8, 1, bytes(32), nodes[::-1])
    assert caught.value.place == "path[1].grams"
    assert caught.value.found == f"6 + {MAX_GRAMS - 2}"


@pytest.mark.parametrize("leaves", [[], [(0, bytes(32))], [(-1, bytes(32))], [(1, bytes(31))], [(True, bytes(32))]])
def test_a_tree_without_leaves_or_with_a_leaf_that_claims_nothing_is_refused(leaves: Any) -> None:
    with pytest.raises(InvalidInput):
        SumTree(leaves)


@given(st.lists(st.integers(1, 2**40), min_size=1, max_size=70), st.data())
def test_every_leaf_proves_its_own_grams_and_no_others(grams: list[int], data: st.DataObject) -> None:
    leaves = [(i, g, vectors_from_spec.sha(bytes([i]))) for i, g in enumerate(grams)]
    tree = SumTree([(g, h) for _, g, h in leaves])
    assert (tree.root, tree.total) == vectors_from_spec.tree_head(leaves)
    at = data.draw(st.integers(0, len(grams) - 1))
    path = tree.path(at)
    assert [(node.hash, node.grams) for node in path] == vectors_from_spec.tree_path(at, leaves)
    other = data.draw(st.integers(0, len(grams) + 3))
    if other != at:
        try:
            assert fold_path(other, len(grams), grams[at], leaves[at][2], path).root != tree.root
        except InvalidInput:
            assert other >= len(grams) or len(tree.path(other)) != len(path)


@pytest.mark.parametrize("case", load("anchor")["anchors"], ids=lambda c: c["why"])
def test_an_anchor_binds_every_one_of_its_parts(case: dict[str, Any]) -> None:
    made = anchor_hash(
        int(case["chainId"]),
        raw(case["contract"]),
        int(case["lot"]),
        case["tranche"],
        case["start"],
        case["total"],
        case["leafCount"],
        raw(case["root"]),
    )
    assert "0x" + made.hex() == case["anchor"]


def test_all_anchors_of_the_vectors_differ() -> None:
    anchors = [case["anchor"] for case in load("anchor")["anchors"]]
    assert len(set(anchors)) == len(anchors)


def test_an_anchor_refuses_values_that_do_not_fit_their_width() -> None:
    with pytest.raises(InvalidInput):
        anchor_hash(1, bytes(20), 1, 2**32, 0, 1, 1, bytes(32))
    with pytest.raises(InvalidInput):
        anchor_hash(1, bytes(19), 1, 0, 0, 1, 1, bytes(32))


def test_a_history_folds_as_the_vectors_say() -> None:
    vectors = load("history")
    h = genesis(int(vectors["chainId"]), raw(vectors["contract"]))
    assert "0x" + h.hex() == vectors["genesis"]
    for step in vectors["steps"]:
        assert "0x" + h.hex() == step["prior"]
        digest = event_digest([raw(t) for t in step["topics"]], raw(step["data"]))
        assert "0x" + digest.hex() == step["digest"]
        h = fold(h, digest, step["blockNumber"], step["blockTimestamp"], raw(step["parentHash"]))
        assert "0x" + h.hex() == step["folded"]


def test_an_event_without_topics_is_refused() -> None:
    with pytest.raises(InvalidInput):
        event_digest([], b"")
    with pytest.raises(InvalidInput):
        event_digest([bytes(31)], b"")


def test_keccak_is_ethereums_and_not_sha3() -> None:
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak256(b"Transfer(address,address,uint256)").hex().startswith("ddf252ad1be2c89b69c2b068fc378daa")
