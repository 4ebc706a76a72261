"""SIGKILL at any moment: the next run goes on, and the mirror is row for row that of an undisturbed run."""

import os
import random
import signal
import time
from itertools import cycle
from multiprocessing import get_context

import index_scenario as scenario
from index_chain import anvil, dump

from registry.chain.node import Node
from registry.chain.rpc import HttpRpc
from registry.domain.registry_file import RegistryFile
from registry.store import open_store
from registry.workflows.audit import audit
from registry.workflows.index import Indexer
from support.databases import KINDS, Databases

KILLS = 200 if os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full" else 10


def test_a_killed_indexer_goes_on_and_ends_with_the_rows_of_an_undisturbed_run(both_mirrors: list[Databases]) -> None:
    chance = random.Random(20261122)
    with anvil() as (rpc, signers):
        registry = scenario.deploy(rpc, signers)
        scenario.live(registry)
        whole = open_store("sqlite://")
        Indexer(registry.node, whole, registry.file).run()
        wanted = dump(whole)
        whole.close()

        killed, halfway = 0, dict.fromkeys(KINDS, 0)
        seconds = 1.0
        runs = cycle(both_mirrors)
        while killed < KILLS or 0 in halfway.values():
            mirrors = next(runs)
            database = mirrors.url()
            ended = False
            while not ended:
                ended, took = index_until(database, registry.file, rpc.url, chance.uniform(0, seconds))
                if ended:
                    seconds = max(0.05, took)
                else:
                    killed += 1
                    seconds *= 1.2  # what is left must not take longer than a run may live
                    store = open_store(database)
                    found = dump(store)
                    assert set(found["block"]) <= set(wanted["block"])
                    halfway[mirrors.kind] += 0 < len(found["block"]) < len(wanted["block"])
                    assert not found["cursor"] or audit(store, registry.file).ok
                    store.close()
            store = open_store(database)
            assert dump(store) == wanted
            assert audit(store, registry.file, registry.node).ok
            store.close()
        assert killed >= KILLS


def index_until(database: str, registry: RegistryFile, url: str, seconds: float) -> tuple[bool, float]:
    """Index in a child process that is killed `seconds` after its birth. Whether it ended before, and when."""
    start = time.monotonic()
    child = get_context("fork").Process(target=index_in_small_steps, args=(database, registry, url))
    child.start()
    child.join(seconds)
    child.kill()
    child.join()
    assert child.exitcode in (0, -signal.SIGKILL)
    ended = child.exitcode == 0
    child.close()
    return ended, time.monotonic() - start


def index_in_small_steps(database: str, registry: RegistryFile, url: str) -> None:
    """What the child does: migrate, index two blocks a step."""
    store = open_store(database)
    Indexer(Node(HttpRpc(url)), store, registry, span=2, step_events=1).run()
