"""Reorganisations above finality are undone, whatever their depth; below it the indexer stops."""

import os
from typing import Any

import index_scenario as scenario
import pytest
from index_chain import anvil, dump, embedded

from registry.chain.embedded import Embedded
from registry.domain.errors import Contradiction
from registry.store import Store, open_store
from registry.workflows.audit import audit
from registry.workflows.index import Indexer, Step
from support.databases import Databases

DEPTHS = range(1, 65) if os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full" else (1, 2, 7, 30, 64)
LOT = 2 << 32


def fresh(registry: scenario.Registry) -> dict[str, list[tuple[Any, ...]]]:
    """What a mirror holds that never saw another chain."""
    store = open_store("sqlite://")
    Indexer(registry.node, store, registry.file).run()
    rows = dump(store)
    store.close()
    return rows


@pytest.fixture
def store(mirrors: Databases) -> Store:
    return mirrors.open()


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_reorganisation_of_any_depth_above_finality_leaves_a_fresh_mirror(depth: int, store: Store) -> None:
    with anvil() as (rpc, signers):
        registry = scenario.deploy(rpc, signers, depth=64)
        rpc.request("anvil_mine", [hex(20)])
        scenario.live(registry, until_closing=False)
        rpc.request("anvil_mine", [hex(5)])
        indexer = Indexer(registry.node, store, registry.file, span=10, step_events=1)
        indexer.run()
        before = dump(store)
        # Other transactions in the new blocks: empty ones may mine to the same hash, and would be no reorganisation.
        admin = registry.credits[0]
        data = "0x" + admin.calldata("registerSeries", f"AFTER-{depth}").hex()
        call = {"from": "0x" + registry.accounts[0].hex(), "to": "0x" + admin.address.hex(), "data": data}
        rpc.request("anvil_reorg", [depth, [[call | {"gas": hex(3_000_000)}, 0]]])
        steps: list[Step] = []
        follower = Indexer(registry.node, store, registry.file, span=10, step_events=1, on_step=steps.append)
        follower.run()
        after = dump(store)
        assert after == fresh(registry)
        assert steps[0].did == "undone"
        assert after["block"] != before["block"]
        assert audit(store, registry.file, registry.node).ok


def test_leaves_wait_for_their_tranche_to_come_back_and_go_when_it_does_not(store: Store) -> None:
    with embedded() as (rpc, signers):
        assert isinstance(rpc, Embedded)
        registry = scenario.deploy(rpc, signers, depth=90)
        start = rpc.snapshot()
        scenario.live(registry, until_closing=False)
        indexer = Indexer(registry.node, store, registry.file)
        indexer.run()
        scenario.publish_all(store)
        published = dump(store)["leaf"]

        rpc.revert(start)
        registry.projects[0].add_organisation(scenario.evidence("another history"))
        rpc.mine(70)
        indexer.run()
        assert dump(store)["leaf"] == published
        assert [p.kind for p in audit(store, registry.file).problems] == ["publication", "publication"]

        rpc.mine(100)
        Indexer(registry.node, store, registry.file).run()
        rows = dump(store)
        assert (rows["publication"], rows["leaf"], rows["document"]) == ([], [], [])
        assert audit(store, registry.file, registry.node).ok


def test_a_shorter_chain_is_waited_for_and_then_followed(store: Store) -> None:
    with embedded() as (rpc, signers):
        assert isinstance(rpc, Embedded)
        registry = scenario.deploy(rpc, signers, depth=90)
        start = rpc.snapshot()
        scenario.live(registry)
        indexer = Indexer(registry.node, store, registry.file)
        indexer.run()
        rpc.revert(start)
        for number in range(3):
            registry.projects[0].add_organisation(scenario.evidence(f"another history {number}"))
        indexer.run()
        assert dump(store) == fresh(registry)


def test_a_reorganisation_below_finality_stops_the_indexer_and_changes_nothing(store: Store) -> None:
    with embedded() as (rpc, signers):
        assert isinstance(rpc, Embedded)
        registry = scenario.deploy(rpc, signers, depth=5)
        start = rpc.snapshot()
        scenario.live(registry)
        Indexer(registry.node, store, registry.file).run()
        rows = dump(store)
        rpc.revert(start)
        rpc.mine(100)
        with pytest.raises(Contradiction, match="below a block that the mirror holds as final"):
            Indexer(registry.node, store, registry.file).run()
        assert dump(store) == rows
