"""A new mirror is filled without secondary indexes: whenever its indexer dies, the next one ends with all of them."""

import random
from collections.abc import Iterator

import pytest
from index_chain import dump
from sqlalchemy import inspect

from registry.chain.node import Node
from registry.domain.registry_file import RegistryFile
from registry.store import Store, open_store
from registry.store.backfill import put_back, take_away
from registry.store.kinds import KINDS
from registry.workflows import index as indexing
from registry.workflows.audit import audit
from registry.workflows.index import Indexer, Step
from scripts.benchmarks.retirement_chain import live
from support.anvil import anvil
from support.databases import Databases

BLOCKS = 30


@pytest.fixture(scope="module")
def chain() -> Iterator[tuple[Node, RegistryFile]]:
    """3,000 retirements in 30 blocks."""
    with anvil() as rpc:
        registry = live(rpc, BLOCKS)
        yield Node(rpc), registry


@pytest.fixture(autouse=True)
def small_backfills(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "BACKFILL_BLOCKS", 5)


def shape(store: Store) -> set[tuple[str, str]]:
    """Every secondary index and every reference, by table."""
    with store.read() as session:
        found = inspect(session.connection())
        indexes = {(table, str(index["name"])) for (_, table), of in found.get_multi_indexes().items() for index in of}
        keys = {
            (table, str(key["constrained_columns"]))
            for (_, table), of in found.get_multi_foreign_keys().items()
            for key in of
        }
        return indexes | keys


def test_a_backfill_takes_the_busy_tables_indexes_away_and_puts_them_back(
    chain: tuple[Node, RegistryFile], mirrors: Databases
) -> None:
    node, registry = chain
    store, plain = mirrors.open(), mirrors.open()
    whole = shape(store)
    bare: list[set[tuple[str, str]]] = []

    def look(step: Step) -> None:
        if step.did == "indexed":
            bare.append(whole - shape(store))

    Indexer(node, store, registry, on_step=look, step_events=1_000).run()
    assert {table for table, _ in bare[-1]} == {"retired"}
    assert shape(store) == whole
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexing, "BACKFILL_BLOCKS", 10**9)
        Indexer(node, plain, registry).run()
    assert dump(store) == dump(plain)
    assert audit(store, registry, node).ok


def test_a_backfill_that_dies_anywhere_leaves_a_mirror_that_the_next_indexer_completes(
    chain: tuple[Node, RegistryFile], mirrors: Databases
) -> None:
    node, registry = chain
    truth = open_store("sqlite://")
    Indexer(node, truth, registry).run()

    class Died(BaseException):
        pass

    for seed in range(4):
        chance = random.Random(seed)
        store = mirrors.open()
        whole = shape(store)
        left = chance.randrange(1, 5)

        def die(step: Step) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Died

        with pytest.raises(Died):
            Indexer(node, store, registry, on_step=die, step_events=500).run()
        assert dump(store)["cursor"] != []
        Indexer(node, store, registry).run()
        assert shape(store) == whole
        assert dump(store) == dump(truth)
    truth.close()


def test_what_is_taken_away_and_put_back_is_what_migrations_made(mirrors: Databases) -> None:
    store = mirrors.open()
    whole = shape(store)
    with store.write() as session:
        for kind in KINDS:
            take_away(session, kind.name)
    assert {table for table, _ in shape(store)} & {kind.table.name for kind in KINDS} == (
        set() if mirrors.kind == "postgresql" else {kind.table.name for kind in KINDS}
    )
    with store.write() as session:
        assert put_back(session) != []
        assert put_back(session) == []
    assert shape(store) == whole
