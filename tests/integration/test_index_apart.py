"""The chain read in a process beside the indexer: the same rows, the same errors, and nothing left behind."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import index_scenario as scenario
import pytest
from index_chain import anvil, dump

from registry.chain.node import Node
from registry.chain.pages import Unfit
from registry.chain.rpc import HttpRpc, Overburdened, RpcError, Throttled
from registry.domain.errors import Contradiction, Unavailable
from registry.store import open_store
from registry.workflows import index as indexing
from registry.workflows.audit import audit
from registry.workflows.index import Indexer, Step
from registry.workflows.index_apart import ReadingApart
from registry.workflows.index_reading import Read, ReadingHere
from registry.workflows.worker import Worker, WorkerDied
from support.databases import Databases
from support.fault_proxy import fault_proxy


@pytest.fixture(scope="module")
def registry() -> Iterator[scenario.Registry]:
    with anvil() as (rpc, signers):
        made = scenario.deploy(rpc, signers)
        scenario.live(made)
        yield made


def url_of(registry: scenario.Registry) -> str:
    assert isinstance(registry.rpc, HttpRpc)
    return registry.rpc.url


def truth_of(registry: scenario.Registry) -> dict[str, list[tuple[object, ...]]]:
    store = open_store("sqlite://")
    Indexer(registry.node, store, registry.file, apart=False).run()
    rows = dump(store)
    store.close()
    return rows


def test_both_ways_of_reading_write_the_same_rows(registry: scenario.Registry, mirrors: Databases) -> None:
    store = mirrors.open()
    Indexer(registry.node, store, registry.file, span=5, step_events=10, apart=True).run()
    assert dump(store) == truth_of(registry)
    assert audit(store, registry.file, registry.node).ok


def test_who_waits_for_the_other_process_reads_meanwhile_and_hands_over_in_between(
    registry: scenario.Registry, mirrors: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BACKFILL_BLOCKS", 5)
    monkeypatch.setattr(indexing, "processors", lambda: 2)
    did: Counter[str] = Counter()
    read_here, read_there = ReadingHere.read, Worker.do

    def here(self: ReadingHere) -> Read:
        did["here"] += 1
        return read_here(self)

    def there(self: Worker, work: Any, task: Any) -> Any:
        did["there"] += 1
        return read_there(self, work, task)

    def wait(step: Step) -> None:
        if step.did == "indexed" and not did["waited"]:
            did["waited"] += 1
            time.sleep(1.5)  # the other process has come up by then

    monkeypatch.setattr(ReadingHere, "read", here)
    monkeypatch.setattr(Worker, "do", there)
    store = mirrors.open()
    Indexer(registry.node, store, registry.file, span=4, step_events=1, on_step=wait).run()
    assert 1 <= did["here"] < did["there"]
    assert dump(store) == truth_of(registry)


def test_one_processor_or_a_short_way_needs_no_other_process(
    registry: scenario.Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("another process")

    monkeypatch.setattr(indexing, "ReadingApart", never)
    for processors, blocks in ((1, 5), (2, 10**6)):
        monkeypatch.setattr(indexing, "processors", lambda number=processors: number)
        monkeypatch.setattr(indexing, "BACKFILL_BLOCKS", blocks)
        store = open_store("sqlite://")
        Indexer(registry.node, store, registry.file).run()
        assert dump(store) == truth_of(registry)
        store.close()


def test_a_killed_process_is_replaced_or_an_outage_that_says_so(
    registry: scenario.Registry, mirrors: Databases
) -> None:
    killed = []

    def kill(step: Step) -> None:
        if indexer._ahead is not None and len(killed) < 2:
            reading = indexer._ahead._reading
            assert isinstance(reading, ReadingApart)
            if reading._worker.pid not in killed:
                os.kill(reading._worker.pid, signal.SIGKILL)
                killed.append(reading._worker.pid)

    store = mirrors.open()
    indexer = Indexer(registry.node, store, registry.file, span=4, step_events=1, apart=True, on_step=kill, pause=0.01)
    indexer.run()
    assert len(killed) == 2
    assert dump(store) == truth_of(registry)

    killed.clear()
    store = mirrors.open()
    indexer = Indexer(registry.node, store, registry.file, span=4, step_events=1, apart=True, on_step=kill, tries=1)
    with pytest.raises(WorkerDied, match="worker process ended") as raised:
        indexer.run()
    assert raised.value.found == "exit status -9"
    assert raised.value.hint
    assert set(dump(store)["block"]) < set(truth_of(registry)["block"])
    Indexer(registry.node, store, registry.file).run()
    assert dump(store) == truth_of(registry)


@pytest.mark.parametrize("fault", ["a page", "500", "internal error"])
def test_what_the_node_does_wrong_is_told_as_if_it_were_read_here(
    registry: scenario.Registry, mirrors: Databases, fault: str
) -> None:
    told = []
    for apart in (True, False):
        with fault_proxy(url_of(registry)) as proxy:
            proxy.arm = "eth_getLogs"
            proxy.fail({fault: 1})
            store = mirrors.open()
            with (
                HttpRpc(proxy.url, tries=2, pause=0.01) as rpc,
                pytest.raises((Unavailable, Contradiction)) as raised,
            ):
                Indexer(Node(rpc), store, registry.file, apart=apart, tries=2, pause=0.01).run()
            told.append((type(raised.value), str(raised.value).replace(proxy.url, "")))
            assert dump(store)["block"] == []
    assert told[0] == told[1]


class Heard:
    def __init__(self) -> None:
        self.methods: Counter[str] = Counter()

    def asked(self, node: str, method: str, seconds: float) -> None:
        self.methods[method] += 1

    def failed(self, node: str, kind: str) -> None:
        self.methods[kind] += 1


def test_who_watches_the_node_hears_of_the_other_process_too(registry: scenario.Registry) -> None:
    heard = []
    for apart in (True, False):
        watch = Heard()
        store = open_store("sqlite://")
        with HttpRpc(url_of(registry), watch=watch) as rpc:
            Indexer(Node(rpc), store, registry.file, span=5, apart=apart).run()
        store.close()
        heard.append(watch.methods["eth_getLogs"])
    assert heard[0] == heard[1] > 3


@pytest.mark.parametrize(
    "error",
    [
        RpcError(-32000, "query returned more than 10000 results", {"limit": 10}),
        Throttled("too fast", expected="an answer", found="429", hint="wait"),
        Overburdened("slow", found="nothing"),
        Contradiction("another block", expected="1", found="2", hint="another node"),
        Unfit("block 7: log 3 came twice"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_comes_from_the_other_process_with_all_that_it_says(error: Exception) -> None:
    if isinstance(error, Throttled):
        error.seconds = 7
    there = pickle.loads(pickle.dumps(error))
    assert type(there) is type(error)
    assert str(there) == str(error)
    assert vars(there) == vars(error)


def test_the_process_that_reads_holds_no_database() -> None:
    program = (
        "import json, sys; import registry.workflows.index_apart;"
        "print(json.dumps([name for name in sys.modules if name in ('sqlalchemy', 'sqlmodel', 'psycopg', 'sqlite3')]))"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert json.loads(ran.stdout) == []
