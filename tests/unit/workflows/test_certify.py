"""From claims to a plan on disk, and from the plan to bundles, whatever dies in between."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from registry.domain.certificates import Issuer
from registry.domain.errors import Contradiction, InvalidInput
from registry.domain.registry_file import Finality, Operator, PinnedContract, RegistryFile
from registry.proofs.bundle import parse_bundle
from registry.proofs.sumtree import fold_path
from registry.workflows.certify import (
    Room,
    Tranche,
    allot,
    anchor_plan,
    draw_plan,
    write_bundles,
)
from registry.workflows.claims import Claim

REGISTRY = RegistryFile(
    name="Test",
    chain_id=31337,
    genesis_hash=b"\1" * 32,
    first_block=0,
    project_registry=PinnedContract(b"\2" * 20, b"\3" * 32),
    credit_registry=PinnedContract(b"\4" * 20, b"\5" * 32),
    operator=Operator("Operator", b"\6" * 20),
    finality=Finality("tag"),
    demo=True,
)
ISSUER = Issuer("Platform", b"\7" * 20)
LOT = 3 << 32


def claim(name: str, grams: int) -> Claim:
    return Claim(name, grams, "李雷", "Metro ride", None, None, "2026-11-22T08:00:00Z")


def plan(claims: list[Claim], rooms: list[Room]) -> list[Tranche]:
    numbers: Iterator[int] = count(1)
    return draw_plan(claims, rooms, ISSUER, REGISTRY, salt=lambda: next(numbers).to_bytes(16, "big"))


class Chain:
    """The anchors of a registry; `die_after` anchorings it answers no more."""

    def __init__(self, die_after: int | None = None) -> None:
        self.anchors: dict[tuple[int, int], bytes] = {}
        self.planned: dict[tuple[int, int], bytes] = {}
        self.calls = 0
        self.die_after = die_after

    def anchor_of(self, lot: int, tranche: int) -> bytes:
        return self.anchors.get((lot, tranche), bytes(32))

    def anchor(self, lot: int, tranche: int, start: int, leaf_count: int, total: int, root: bytes) -> object:
        if self.calls == self.die_after:
            raise ConnectionError("the process dies here")
        self.calls += 1
        self.anchors[lot, tranche] = self.planned[lot, tranche]
        return None


def chain_for(tranches: list[Tranche], die_after: int | None = None) -> Chain:
    chain = Chain(die_after)
    chain.planned = {(t.lot, t.number): t.anchor for t in tranches}
    return chain


def test_the_bundles_of_a_plan_lead_to_its_root_in_the_order_of_their_grams() -> None:
    (tranche,) = plan([claim("a", 400), claim("b", 32), claim("c", 7)], [Room(LOT, 2, 1_000, 439)])
    assert tranche.total == 439
    left = 0
    for bundle in tranche.bundles:
        folded = fold_path(
            bundle.leaf.index, bundle.tranche.leaf_count, bundle.leaf.grams, bundle.certificate_hash, bundle.path
        )
        assert (folded.root, folded.total, folded.left_grams) == (tranche.root, 439, left)
        left += bundle.leaf.grams
    assert left == 439


def test_a_claim_that_crosses_lots_becomes_a_certificate_in_each_of_one_claim_id() -> None:
    first, second = plan([claim("a", 5), claim("b", 10)], [Room(LOT, 0, 0, 8), Room(LOT + 4, 0, 0, 9)])
    grams = [[b.leaf.grams for b in t.bundles] for t in (first, second)]
    assert grams == [[5, 3], [7]]
    documents = [json.loads(str(b.document)) for t in (first, second) for b in t.bundles]
    assert [d["claimId"] for d in documents] == ["a", "b", "b"]
    assert [d["lot"] for d in documents] == [str(LOT), str(LOT), str(LOT + 4)]


def test_the_beneficiary_is_only_in_the_disclosure() -> None:
    (tranche,) = plan([claim("a", 5)], [Room(LOT, 0, 0, 5)])
    bundle = tranche.bundles[0]
    assert "李雷" not in str(bundle.document)
    assert "李雷" in bundle.disclosures[0]


def test_claims_beyond_what_is_retired_are_refused_before_anything_is_written() -> None:
    with pytest.raises(InvalidInput, match="more is claimed than is retired"):
        allot([claim("a", 6)], [Room(LOT, 0, 0, 5)])


def test_no_claims_are_refused() -> None:
    with pytest.raises(InvalidInput, match="no claims"):
        allot([], [Room(LOT, 0, 0, 5)])


def test_a_lot_given_twice_is_refused() -> None:
    with pytest.raises(InvalidInput, match="named twice"):
        allot([claim("a", 6)], [Room(LOT, 0, 0, 5), Room(LOT, 0, 0, 5)])


@pytest.mark.parametrize("die_after", [0, 1, 2])
def test_a_run_that_died_while_anchoring_is_finished_without_anchoring_twice(die_after: int) -> None:
    drawn = plan([claim("a", 20)], [Room(LOT, 0, 0, 8), Room(LOT + 9, 0, 0, 8), Room(LOT + 20, 0, 0, 8)])
    chain = chain_for(drawn, die_after)
    with pytest.raises(ConnectionError):
        anchor_plan(drawn, chain)
    chain.die_after = None
    assert [t.lot for t in anchor_plan(drawn, chain)] == [t.lot for t in drawn][die_after:]
    assert chain.calls == 3
    assert anchor_plan(drawn, chain) == []


def test_a_place_that_another_tranche_took_stops_the_plan_before_anything_is_anchored() -> None:
    drawn = plan([claim("a", 16)], [Room(LOT, 0, 0, 8), Room(LOT + 9, 0, 0, 8)])
    chain = chain_for(drawn)
    chain.anchors[drawn[1].lot, 0] = b"\xff" * 32
    with pytest.raises(Contradiction, match="by somebody else"):
        anchor_plan(drawn, chain)
    assert chain.calls == 0


def test_bundles_on_disk_are_named_by_their_hash_and_parse(tmp_path: Path) -> None:
    drawn = plan([claim("a", 5), claim("b", 3)], [Room(LOT, 0, 0, 8)])
    paths = write_bundles(drawn, tmp_path)
    assert len(paths) == 2
    for path, bundle in zip(paths, drawn[0].bundles, strict=True):
        assert parse_bundle(path.read_bytes()) == bundle
        assert path.stem == "0x" + bundle.certificate_hash.hex()
    outcome = json.loads((tmp_path / "outcome.json").read_text())
    assert outcome["certificates"] == [path.stem for path in paths]
