"""An indexer behind a node that drops, repeats, reorders, alters or delays: the mirror is right, or it is not moved."""

import os
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import index_scenario as scenario
import pytest
from index_chain import dump, embedded, events_of

from registry.chain.node import Node
from registry.chain.rpc import Rpc, RpcError
from registry.domain.errors import Contradiction, OffsetproofError, Unavailable
from registry.domain.hexes import hex0x
from registry.store import open_store
from registry.store.kinds import KIND_BY_TOPIC
from registry.workflows.audit import audit
from registry.workflows.index import Indexer, Step
from support.chains import Through
from support.databases import Databases, empty

Log = dict[str, Any]
Lie = Callable[[list[Log], int], list[Log]]
SPAN, STEP = 9, 10
EVERY = 1 if os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full" else 6


@pytest.fixture(scope="module")
def registry() -> Iterator[scenario.Registry]:
    with embedded() as (rpc, signers):
        registry = scenario.deploy(rpc, signers)
        scenario.live(registry)
        yield registry


def drop(logs: list[Log], at: int) -> list[Log]:
    return logs[:at] + logs[at + 1 :]


def cut(logs: list[Log], at: int) -> list[Log]:
    return logs[:at]


def repeat(logs: list[Log], at: int) -> list[Log]:
    return logs[: at + 1] + logs[at:]


def repeat_elsewhere(logs: list[Log], at: int) -> list[Log]:
    elsewhere = hex(int(logs[at]["logIndex"], 16) + 1000)
    return [*logs[: at + 1], logs[at] | {"logIndex": elsewhere}, *logs[at + 1 :]]


def swap(logs: list[Log], at: int) -> list[Log]:
    other = (at + 1) % len(logs)
    changed = list(logs)
    changed[at], changed[other] = logs[other], logs[at]
    return changed


def exchange_contents(logs: list[Log], at: int) -> list[Log]:
    """Two events trade places, with positions that look right."""
    other = (at + 1) % len(logs)
    changed = list(logs)
    for here, there in ((at, other), (other, at)):
        changed[here] = logs[here] | {name: logs[there][name] for name in ("address", "topics", "data")}
    return changed


def flipped(text: str) -> str:
    """Hex whose last digit is another one."""
    return text[:-1] + format(int(text[-1], 16) ^ 1, "x")


def alter_data(logs: list[Log], at: int) -> list[Log]:
    data = logs[at]["data"]
    return [*logs[:at], logs[at] | {"data": flipped(data) if len(data) > 2 else "0x01"}, *logs[at + 1 :]]


def alter_topic(logs: list[Log], at: int) -> list[Log]:
    topics = logs[at]["topics"]
    return [*logs[:at], logs[at] | {"topics": [*topics[:-1], flipped(topics[-1])]}, *logs[at + 1 :]]


def alter_block(logs: list[Log], at: int) -> list[Log]:
    return [*logs[:at], logs[at] | {"blockHash": hex0x(bytes(32))}, *logs[at + 1 :]]


def alter_number(logs: list[Log], at: int) -> list[Log]:
    elsewhere = hex(int(logs[at]["blockNumber"], 16) + 1)
    return [*logs[:at], logs[at] | {"blockNumber": elsewhere}, *logs[at + 1 :]]


def undone(logs: list[Log], at: int) -> list[Log]:
    return [*logs[:at], logs[at] | {"removed": True}, *logs[at + 1 :]]


def move_topic_to_data(logs: list[Log], at: int) -> list[Log]:
    """The bytes that are hashed stay the same."""
    *topics, last = logs[at]["topics"]
    return [*logs[:at], logs[at] | {"topics": topics, "data": last + logs[at]["data"][2:]}, *logs[at + 1 :]]


def spoil(logs: list[Log], at: int) -> list[Log]:
    return [*logs[:at], logs[at] | {"data": "0xno hex"}, *logs[at + 1 :]]


class Liar:
    """Lies about the log at `place`, counted through the chain, whenever it is asked; `times` at most."""

    def __init__(self, honest: Rpc, lie: Lie, place: Log, times: int = 10**6) -> None:
        self._honest, self._lie, self._place, self._times = honest, lie, place, times
        self.lied = 0

    @property
    def node(self) -> Node:
        return Node(Through(self._honest, eth_getLogs=self._logs))

    def _logs(self, query: dict[str, Any]) -> list[Log]:
        logs: list[Log] = self._honest.request("eth_getLogs", [query])
        if self._place not in logs or self.lied >= self._times:
            return logs
        told = self._lie(logs, logs.index(self._place))
        self.lied += told != logs
        return told


def ours(registry: scenario.Registry) -> list[Log]:
    """The logs of the chain that are mirrored."""
    addresses = [hex0x(registry.file.project_registry.address), hex0x(registry.file.credit_registry.address)]
    query = {"fromBlock": hex(registry.file.first_block), "toBlock": "latest", "address": addresses}
    logs: list[Log] = registry.rpc.request("eth_getLogs", [query])
    return [log for log in logs if bytes.fromhex(log["topics"][0][2:]) in KIND_BY_TOPIC]


def stops(indexer: Indexer) -> bool:
    """Whether the indexer stops and says that it wrote nothing of what it doubts."""
    try:
        indexer.run()
    except Contradiction as stopped:
        return "nothing was written" in str(stopped)
    return False


LIES = [
    drop, cut, repeat, repeat_elsewhere, swap, exchange_contents, alter_data, alter_topic, alter_block, alter_number,
    undone, move_topic_to_data, spoil,
]  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lasting_lie_about_any_log_stops_the_indexer_and_writes_nothing_wrong(
    registry: scenario.Registry, lie: Lie, both_mirrors: list[Databases]
) -> None:
    truth = open_store("sqlite://")
    Indexer(registry.node, truth, registry.file).run()
    wanted = events_of(dump(truth))
    places = ours(registry)[::EVERY]
    stores = cycle([mirrors.open() for mirrors in both_mirrors])
    for place, store in zip(places, stores, strict=False):
        empty(store)
        liar = Liar(registry.rpc, lie, place)
        indexer = Indexer(liar.node, store, registry.file, span=SPAN, step_events=STEP, tries=2, pause=0)
        if stops(indexer):
            assert liar.lied >= 2
        else:
            assert liar.lied == 0, "a lie was believed"
        assert events_of(dump(store)) <= wanted
        if dump(store)["cursor"]:
            assert audit(store, registry.file, registry.node).ok
    truth.close()


@pytest.mark.parametrize("lie", LIES)
def test_a_passing_fault_is_asked_again_and_leaves_no_trace(
    registry: scenario.Registry, lie: Lie, mirrors: Databases
) -> None:
    truth = open_store("sqlite://")
    Indexer(registry.node, truth, registry.file).run()
    store = mirrors.open()
    liar = Liar(registry.rpc, lie, ours(registry)[40], times=1)
    Indexer(liar.node, store, registry.file, span=SPAN, step_events=STEP, pause=0).run()
    assert liar.lied == 1
    assert dump(store) == dump(truth)
    truth.close()


def stale(honest: Rpc, head: int) -> Node:
    """A node that says that the chain ends earlier than it does."""

    def block(number: str, full: bool) -> Any:
        if number == "latest":
            number = hex(head)
        return None if int(number, 16) > head else honest.request("eth_getBlockByNumber", [number, full])

    return Node(Through(honest, eth_getBlockByNumber=block))


def test_a_stale_node_gives_a_shorter_mirror_and_never_takes_blocks_back(registry: scenario.Registry) -> None:
    store = open_store("sqlite://")
    Indexer(stale(registry.rpc, 30), store, registry.file).run()
    short = dump(store)
    assert audit(store, registry.file, registry.node).ok
    with pytest.raises(Unavailable, match="behind the mirror"):
        Indexer(stale(registry.rpc, 20), store, registry.file, pause=0).run()
    assert dump(store) == short
    Indexer(registry.node, store, registry.file).run()
    truth = open_store("sqlite://")
    Indexer(registry.node, truth, registry.file).run()
    assert dump(store) == dump(truth)
    store.close()
    truth.close()


def forgetful(honest: Rpc, on_refusal: Callable[[], None] = lambda: None) -> Node:
    """A node that keeps no state but the newest, as a pruned one does. `on_refusal` is called when it says so."""

    def storage(address: str, slot: str, block: Any) -> Any:
        if block != "latest":
            on_refusal()
            raise RpcError(-32000, "missing trie node")
        return honest.request("eth_getStorageAt", [address, slot, block])

    return Node(Through(honest, eth_getStorageAt=storage))


def test_a_node_without_old_state_is_checked_at_its_head(registry: scenario.Registry, mirrors: Databases) -> None:
    store, truth = mirrors.open(), open_store("sqlite://")
    node = forgetful(registry.rpc)
    steps: list[Step] = []
    Indexer(node, store, registry.file, span=SPAN, step_events=STEP, pause=0, on_step=steps.append).run()
    Indexer(registry.node, truth, registry.file).run()
    assert dump(store) == dump(truth)
    assert [step.did for step in steps] == ["indexed", "idle"], "all of it in one transaction"
    truth.close()


def test_a_lie_of_a_node_without_old_state_leaves_nothing_of_what_was_written_before_it(
    registry: scenario.Registry, mirrors: Databases
) -> None:
    store = mirrors.open()
    liar = Liar(forgetful(registry.rpc).rpc, drop, ours(registry)[-1])
    assert stops(Indexer(liar.node, store, registry.file, span=SPAN, step_events=STEP, tries=2, pause=0))
    assert liar.lied >= 2
    assert events_of(dump(store)) == set()


def test_a_node_without_old_state_whose_chain_moves_on_is_followed_to_its_new_head(mirrors: Databases) -> None:
    with embedded() as (rpc, signers):
        registry = scenario.deploy(rpc, signers)
        scenario.live(registry, until_closing=False)
        more = iter(range(3))

        def move() -> None:
            for number in more:
                registry.projects[0].add_organisation(scenario.evidence(f"while it is read {number}"))
                return

        store, truth = mirrors.open(), open_store("sqlite://")
        Indexer(forgetful(rpc, move), store, registry.file, span=SPAN, step_events=STEP, pause=0).run()
        Indexer(registry.node, truth, registry.file).run()
        assert dump(store) == dump(truth)
        truth.close()


def test_an_answer_about_another_chain_stops_the_indexer_before_it_reads_a_log(registry: scenario.Registry) -> None:
    store = open_store("sqlite://")
    elsewhere = Through(registry.rpc, eth_chainId=lambda: "0x1")
    with pytest.raises(OffsetproofError, match="another chain id"):
        Indexer(Node(elsewhere), store, registry.file).run()
    assert elsewhere.count("eth_getLogs") == 0
    store.close()


def test_logs_that_a_blocks_bloom_filter_excludes_are_not_believed(registry: scenario.Registry) -> None:
    def without_bloom(number: str, full: bool) -> Any:
        block = registry.rpc.request("eth_getBlockByNumber", [number, full])
        return block and block | {"logsBloom": hex0x(bytes(255) + b"\1")}

    store = open_store("sqlite://")
    node = Node(Through(registry.rpc, eth_getBlockByNumber=without_bloom))
    with pytest.raises(Contradiction, match="bloom filter excludes"):
        Indexer(node, store, registry.file, tries=1).run()
    assert events_of(dump(store)) == set()
    store.close()


def test_a_head_whose_logs_come_later_than_its_header_is_waited_for(mirrors: Databases) -> None:
    with embedded() as (rpc, signers):
        registry = scenario.deploy(rpc, signers)
        scenario.live(registry)
        newest = ours(registry)[-1]
        late = Liar(rpc, lambda logs, at: logs[:at], newest, times=2)
        store, truth = mirrors.open(), open_store("sqlite://")
        Indexer(late.node, store, registry.file, pause=0).run()
        Indexer(registry.node, truth, registry.file).run()
        assert late.lied == 2
        assert dump(store) == dump(truth)
        truth.close()
