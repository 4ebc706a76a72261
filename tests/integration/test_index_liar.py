"""An indexer behind a node that drops, repeats, reorders, alters or delays: the mirror is right, or it is not moved."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle

import index_scenario as scenario
import pytest
from index_chain import dump, embedded, events_of

from registry.chain.blocks import Header, RawLog
from registry.chain.node import BlockRef, Node
from registry.chain.rpc import RpcError
from registry.domain.errors import Contradiction, OffsetproofError, Unavailable
from registry.store import open_store
from registry.store.kinds import KIND_BY_TOPIC
from registry.workflows.audit import audit
from registry.workflows.index import Indexer
from support.databases import Databases, empty

Lie = Callable[[list[RawLog], int], list[RawLog]]
SPAN = 9
EVERY = 1 if os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full" else 6


@pytest.fixture(scope="module")
def registry() -> Iterator[scenario.Registry]:
    with embedded() as (rpc, signers):
        registry = scenario.deploy(rpc, signers)
        scenario.live(registry)
        yield registry


def drop(logs: list[RawLog], at: int) -> list[RawLog]:
    return logs[:at] + logs[at + 1 :]


def cut(logs: list[RawLog], at: int) -> list[RawLog]:
    return logs[:at]


def repeat(logs: list[RawLog], at: int) -> list[RawLog]:
    return logs[: at + 1] + logs[at:]


def repeat_elsewhere(logs: list[RawLog], at: int) -> list[RawLog]:
    return [*logs[: at + 1], replace(logs[at], log_index=logs[at].log_index + 1000), *logs[at + 1 :]]


def swap(logs: list[RawLog], at: int) -> list[RawLog]:
    other = (at + 1) % len(logs)
    changed = list(logs)
    changed[at], changed[other] = logs[other], logs[at]
    return changed


def exchange_contents(logs: list[RawLog], at: int) -> list[RawLog]:
    """Two events trade places, with positions that look right."""
    other = (at + 1) % len(logs)
    changed = list(logs)
    for here, there in ((at, other), (other, at)):
        source = logs[there]
        changed[here] = replace(logs[here], address=source.address, topics=source.topics, data=source.data)
    return changed


def alter_data(logs: list[RawLog], at: int) -> list[RawLog]:
    data = logs[at].data
    altered = data[:-1] + bytes([data[-1] ^ 1]) if data else b"\1"
    return [*logs[:at], replace(logs[at], data=altered), *logs[at + 1 :]]


def alter_topic(logs: list[RawLog], at: int) -> list[RawLog]:
    topics = logs[at].topics
    altered = (*topics[:-1], topics[-1][:-1] + bytes([topics[-1][-1] ^ 1]))
    return [*logs[:at], replace(logs[at], topics=altered), *logs[at + 1 :]]


def alter_block(logs: list[RawLog], at: int) -> list[RawLog]:
    return [*logs[:at], replace(logs[at], block_hash=bytes(32)), *logs[at + 1 :]]


def undone(logs: list[RawLog], at: int) -> list[RawLog]:
    return [*logs[:at], replace(logs[at], removed=True), *logs[at + 1 :]]


class Liar(Node):
    """Lies about the logs of each stretch, at place `at` counted through the chain; as often as `times` says."""

    def __init__(self, honest: Node, lie: Lie, at: int, times: int) -> None:
        super().__init__(honest.rpc)
        self._lie, self._place, self._times = lie, at, times
        self._starts: dict[int, int] = {}
        self.lied = 0

    def logs(self, first: int, last: int, addresses: Sequence[bytes]) -> list[RawLog]:
        logs = super().logs(first, last, addresses)
        start = self._starts.setdefault(first, sum(1 for log in super().logs(0, first - 1, addresses)))
        if start <= self._place < start + len(logs) and self.lied < self._times:
            told = self._lie(logs, self._place - start)
            if told != logs:
                self.lied += 1
            return told
        return logs


def stops(indexer: Indexer) -> bool:
    """Whether the indexer stops and says that it wrote nothing of what it doubts."""
    try:
        indexer.run()
    except Contradiction as stopped:
        return "nothing was written" in str(stopped)
    return False


LIES = [
    drop, cut, repeat, repeat_elsewhere, swap, exchange_contents, alter_data, alter_topic, alter_block, undone,
]  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lasting_lie_about_any_log_stops_the_indexer_and_writes_nothing_wrong(
    registry: scenario.Registry, lie: Lie, both_mirrors: list[Databases]
) -> None:
    truth = open_store("sqlite://")
    Indexer(registry.node, truth, registry.file).run()
    wanted = events_of(dump(truth))
    file = registry.file
    addresses = [file.project_registry.address, file.credit_registry.address]
    logs = registry.node.logs(file.first_block, registry.node.header().number, addresses)
    places = [at for at, log in enumerate(logs) if log.topics[0] in KIND_BY_TOPIC][::EVERY]
    stores = cycle([mirrors.open() for mirrors in both_mirrors])
    for at, store in zip(places, stores, strict=False):
        empty(store)
        liar = Liar(registry.node, lie, at, 10**6)
        indexer = Indexer(liar, store, file, span=SPAN, tries=2, pause=0)
        if stops(indexer):
            assert liar.lied == 2
        else:
            assert liar.lied == 0, "a lie was believed"
        assert events_of(dump(store)) <= wanted
        if dump(store)["cursor"]:
            assert audit(store, file, registry.node).ok
    truth.close()


@pytest.mark.parametrize("lie", LIES)
def test_a_passing_fault_is_asked_again_and_leaves_no_trace(
    registry: scenario.Registry, lie: Lie, mirrors: Databases
) -> None:
    truth = open_store("sqlite://")
    Indexer(registry.node, truth, registry.file).run()
    store = mirrors.open()
    liar = Liar(registry.node, lie, 40, 1)
    Indexer(liar, store, registry.file, span=SPAN, pause=0).run()
    assert liar.lied == 1
    assert dump(store) == dump(truth)
    truth.close()


class Stale(Node):
    """Says that the chain ends earlier than it does."""

    def __init__(self, honest: Node, head: int) -> None:
        super().__init__(honest.rpc)
        self._head = head

    def find_header(self, block: BlockRef) -> Header | None:
        if isinstance(block, int) and block > self._head:
            return None
        return super().find_header(self._head if block == "latest" else block)


def test_a_stale_node_gives_a_shorter_mirror_and_never_takes_blocks_back(registry: scenario.Registry) -> None:
    store = open_store("sqlite://")
    Indexer(Stale(registry.node, 30), store, registry.file).run()
    short = dump(store)
    assert audit(store, registry.file, registry.node).ok
    with pytest.raises(Unavailable, match="behind the mirror"):
        Indexer(Stale(registry.node, 20), store, registry.file).run()
    assert dump(store) == short
    Indexer(registry.node, store, registry.file).run()
    truth = open_store("sqlite://")
    Indexer(registry.node, truth, registry.file).run()
    assert dump(store) == dump(truth)
    store.close()
    truth.close()


class Forgetful(Node):
    """Keeps no state but the newest, as a pruned node does."""

    def storage(self, address: bytes, slots: Sequence[int], block: Header | None = None) -> list[bytes]:
        if block is not None:
            raise RpcError(-32000, "missing trie node")
        return super().storage(address, slots)


def test_a_node_without_old_state_is_checked_at_its_head(registry: scenario.Registry) -> None:
    store, truth = open_store("sqlite://"), open_store("sqlite://")
    Indexer(Forgetful(registry.node.rpc), store, registry.file, span=SPAN, pause=0).run()
    Indexer(registry.node, truth, registry.file).run()
    assert dump(store) == dump(truth)
    store.close()
    truth.close()


def test_an_answer_about_another_chain_stops_the_indexer_before_it_reads_a_log(registry: scenario.Registry) -> None:
    class Elsewhere(Node):
        def chain_id(self) -> int:
            return 1

    store = open_store("sqlite://")
    with pytest.raises(OffsetproofError, match="another chain id"):
        Indexer(Elsewhere(registry.node.rpc), store, registry.file).run()
    store.close()
