"""The database fails in the middle of indexing: the indexer waits and goes on, and the mirror is the faultless one."""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import index_scenario as scenario
import pytest
from index_chain import dump, embedded
from sqlalchemy import event

from registry.domain.errors import Unavailable
from registry.store import Store, open_store
from registry.store.mirror import read_progress
from registry.workflows.audit import audit
from registry.workflows.index import Indexer, Step
from support.databases import Databases
from support.postgres import TEMPLATE, Server, postgres_server
from support.severed import severed

FULL = os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full"
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def registry() -> Iterator[scenario.Registry]:
    with embedded() as (rpc, signers):
        registry = scenario.deploy(rpc, signers)
        scenario.live(registry)
        yield registry


@pytest.fixture(scope="module")
def wanted(registry: scenario.Registry) -> Rows:
    """The rows of a mirror that nothing disturbed."""
    store = open_store("sqlite://")
    Indexer(registry.node, store, registry.file).run()
    rows = dump(store)
    store.close()
    return rows


@contextmanager
def following(registry: scenario.Registry, store: Store, waits: list[Unavailable]) -> Iterator[Indexer]:
    """An indexer that follows in a thread, a few blocks a step, not too fast to be disturbed."""

    def pause(_: Step) -> None:
        time.sleep(0.01)

    indexer = Indexer(registry.node, store, registry.file, span=2, step_events=1, on_step=pause, on_wait=waits.append)
    stop = threading.Event()
    thread = threading.Thread(target=indexer.run, kwargs={"follow": True, "poll": 0.02, "stop": stop})
    thread.start()
    try:
        yield indexer
    finally:
        stop.set()
        thread.join(60)
        assert not thread.is_alive()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < deadline, "the indexer did not come to the head"
        time.sleep(0.02)


def reached(store: Store) -> int:
    """The block that the mirror has come to, -1 for none; asked again while the database is away."""
    while True:
        try:
            with store.read() as session:
                progress = read_progress(session)
                return progress.indexed.number if progress else -1
        except Unavailable:
            time.sleep(0.02)


def test_sessions_that_are_terminated_while_two_indexers_run_change_nothing(
    registry: scenario.Registry, wanted: Rows, postgres: Server
) -> None:
    url = postgres.create(TEMPLATE)
    name = postgres.name_of(url)
    chance, killed = random.Random(4), 0
    one, other, reader = open_store(url), open_store(url), open_store(url)
    waits: list[Unavailable] = []
    head = registry.node.header().number
    with following(registry, one, waits), following(registry, other, waits):
        while reached(reader) < head or killed < (200 if FULL else 20):
            rows = postgres.execute(
                "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE datname = '{name}' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"
            )
            killed += len(rows)
            time.sleep(chance.uniform(0, 0.1))
    assert any("did not answer" in str(wait) for wait in waits)
    assert dump(reader) == wanted
    assert audit(reader, registry.file, registry.node).ok
    for store in (one, other, reader):
        store.close()
    postgres.drop(url)


def test_a_server_that_is_restarted_or_crashes_is_waited_for(registry: scenario.Registry, wanted: Rows) -> None:
    with postgres_server() as server:
        url = server.create()
        store, reader = open_store(url), open_store(url)
        waits: list[Unavailable] = []
        head = registry.node.header().number
        seen = []
        with following(registry, store, waits):
            for immediately in (False, True) * (5 if FULL else 1):
                before = reached(reader)
                until(lambda before=before: reached(reader) > before or before == head)  # type: ignore[misc]
                server.stop(immediately=immediately)
                until(lambda: bool(waits))
                waits.clear()
                server.start()
                seen.append(reached(reader))
            until(lambda: reached(reader) == head)
        assert 0 < seen[0] < head
        assert dump(reader) == wanted
        assert audit(reader, registry.file, registry.node).ok
        store.close()
        reader.close()


@pytest.mark.parametrize("done", [False, True], ids=["not committed", "committed"])
def test_a_connection_lost_in_a_commit_leaves_the_answer_to_the_cursor(
    registry: scenario.Registry, wanted: Rows, postgres: Server, done: bool
) -> None:
    url = postgres.create(TEMPLATE)
    reader = open_store(url)
    with severed(url) as way:
        store = open_store(way.url)
        indexer = Indexer(registry.node, store, registry.file, span=2, step_events=1)
        head, cuts = registry.node.header().number, 0
        while reached(reader) < head:
            before = dump(reader)["cursor"]
            way.cut(1, done=done)  # after the commit that takes the lock comes that of the rows
            with pytest.raises(Unavailable, match="did not answer"):
                indexer.step()
            cuts += 1
            assert way.cuts == cuts
            assert (dump(reader)["cursor"] != before) is done
            indexer.step()
        assert cuts > 10
        indexer.run()
        assert dump(reader) == wanted
        store.close()
    reader.close()
    postgres.drop(url)


def test_a_full_disk_is_said_and_nothing_half_is_written(
    registry: scenario.Registry, wanted: Rows, mirrors: Databases
) -> None:
    url = mirrors.url()
    store, reader = open_store(url), open_store(url)
    indexer = Indexer(registry.node, store, registry.file, span=9, step_events=1)
    indexer.step()
    before = dump(reader)
    with full_disk(store), pytest.raises(Unavailable, match="no room left; nothing was written"):
        indexer.run()
    partly = dump(reader)
    assert audit(reader, registry.file).ok
    assert len(before["block"]) <= len(partly["block"]) < len(wanted["block"])
    assert partly["block"] == wanted["block"][: len(partly["block"])]
    indexer.run()
    assert dump(reader) == wanted
    store.close()
    reader.close()


@contextmanager
def full_disk(store: Store) -> Iterator[None]:
    """A database that can take a few rows more and then no more. SQLite's file may not grow; PostgreSQL says by a
    trigger what it says of a full disk, because a file system of a test's own needs a privileged machine."""
    if store.engine.dialect.name == "sqlite":

        def limit(connection: Any) -> None:
            raw = connection.connection.dbapi_connection
            pages = raw.execute("PRAGMA page_count").fetchone()[0]
            raw.execute(f"PRAGMA max_page_count = {pages}")

        event.listen(store.engine, "begin", limit)
        try:
            yield
        finally:
            event.remove(store.engine, "begin", limit)
            with store.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")
        return
    with store.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF (SELECT count(*) FROM block) > 20 THEN "
            "RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END IF; RETURN NEW; END $$"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER full_disk AFTER INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
    try:
        yield
    finally:
        with store.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER full_disk ON transfer")
