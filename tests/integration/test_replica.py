"""Answers from a replica that lags: each speaks of the block that the replica has replayed, and of no later one."""

import time
from collections.abc import Callable, Iterator

import index_scenario as scenario
import pytest
from index_chain import dump, embedded

from registry.domain.errors import InvalidInput, Unavailable
from registry.domain.hexes import hex0x
from registry.store import Store, open_store
from registry.store.latest import indexed_block
from registry.store.lots import lot_state
from registry.workflows.audit import audit
from registry.workflows.index import Indexer
from registry.workflows.publish import Upload
from support.postgres import TEMPLATE, Server, standby
from tests.web.conftest import ask
from verifier_api.app import create_app
from verifier_api.settings import Settings

LOT = 1 << 32


@pytest.fixture(scope="module")
def registry() -> Iterator[scenario.Registry]:
    with embedded() as (rpc, signers):
        registry = scenario.deploy(rpc, signers)
        scenario.live(registry, until_closing=False)
        yield registry


@pytest.fixture(scope="module")
def replica(postgres: Server) -> Iterator[Server]:
    """A streaming replica of the session's server."""
    with standby(postgres) as server:
        yield server


@pytest.fixture
def urls(postgres: Server, replica: Server) -> Iterator[tuple[str, str]]:
    """A new mirror's URLs: the primary's, the replica's."""
    url = postgres.create(TEMPLATE)
    name = postgres.name_of(url)
    until(lambda: replica.execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'") == [(1,)])
    yield url, replica.url(name)
    replica.execute("SELECT pg_wal_replay_resume()")
    postgres.drop(url)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "the replica did not follow"
        time.sleep(0.02)


def block_of(store: Store) -> int:
    """The block that answers from `store` speak of; -1 for an empty mirror."""
    with store.read() as session:
        try:
            return indexed_block(session)
        except Unavailable:
            return -1


def test_answers_speak_of_the_block_that_the_replica_has_replayed(
    registry: scenario.Registry, replica: Server, urls: tuple[str, str]
) -> None:
    primary, both = open_store(urls[0]), open_store(urls[0], replica=urls[1])
    early = Indexer(registry.node, primary, registry.file, span=5, step_events=1)
    while block_of(primary) < 44:
        early.step()
    early.close()
    then = block_of(primary)
    until(lambda: block_of(both) == then)
    replica.execute("SELECT pg_wal_replay_pause()")
    Indexer(registry.node, both, registry.file).run()
    head = registry.node.header().number
    assert (block_of(primary), block_of(both.primary), block_of(both)) == (head, head, then)
    assert then < head

    certificate = hex0x(scenario.LEAVES[0][0][1])
    with ask(create_app(Settings(), registry=registry.file, store=both)) as api:
        status = api.get("/v1/status").json()
        assert (status["block"]["number"], status["indexed"]["number"]) == (then, then)
        assert status["behind"] == head - then
        assert status["counts"]["creditsRetired"] == 15  # of 30
        audited = api.get("/v1/audit").json()
        assert (audited["ok"], audited["block"]["number"]) == (True, then)

        # What is published goes to the primary, and is judged by what is anchored there. The answer claims no block
        # beyond the replica's, and the certificate is pending as of that block, because the mirror is behind.
        upload = Upload(tuple(scenario.LEAVES[0])).to_value()
        done = api.put(f"/v1/tranches/{LOT}/0", json=upload)
        assert done.status_code == 200, done.text
        assert done.json()["block"]["number"] == then
        found = api.get(f"/v1/certificates/{certificate}").json()
        assert (found["verdict"], found["block"]["number"]) == ("pending", then)
        with both.read() as session, pytest.raises(Unavailable, match="not come that far"):
            lot_state(session, LOT, head)

        replica.execute("SELECT pg_wal_replay_resume()")
        until(lambda: block_of(both) == head)
        until(lambda: dump(both)["leaf"] == dump(primary)["leaf"])
        found = api.get(f"/v1/certificates/{certificate}").json()
        assert found["block"]["number"] <= head
        assert found["claim"] == {"lot": str(LOT), "tranche": 0, "index": 0}
        assert api.get("/v1/status").json()["indexed"]["number"] == head
    assert dump(both) == dump(primary)
    assert audit(both, registry.file, registry.node).ok
    both.close()
    primary.close()


def test_a_replica_that_was_never_written_is_no_mirror_yet(replica: Server, postgres: Server) -> None:
    url = postgres.create()
    name = postgres.name_of(url)
    until(lambda: replica.execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'") == [(1,)])
    replica.execute("SELECT pg_wal_replay_pause()")
    with pytest.raises(Unavailable, match="not the schema of its primary"):
        open_store(url, replica=replica.url(name))
    replica.execute("SELECT pg_wal_replay_resume()")
    postgres.drop(url)


def test_writing_to_a_replica_is_refused_with_what_to_do(registry: scenario.Registry, urls: tuple[str, str]) -> None:
    store = open_store(urls[1])
    with pytest.raises(InvalidInput, match=r"may only be read; .* try: the primary's URL"):
        Indexer(registry.node, store, registry.file).run()
    assert block_of(store) == -1
    store.close()


def test_a_replica_of_another_mirror_is_refused(
    registry: scenario.Registry, postgres: Server, urls: tuple[str, str]
) -> None:
    other = postgres.create(TEMPLATE)
    for url in (urls[0], other):
        store = open_store(url)
        Indexer(registry.node, store, registry.file).run()
        store.close()
    postgres.execute("UPDATE cursor SET registry_identity = sha256('another')", postgres.name_of(other))
    with pytest.raises(InvalidInput, match="of another registry"):
        open_store(urls[0], replica=other)
    postgres.drop(other)
