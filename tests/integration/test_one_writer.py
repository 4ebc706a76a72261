"""Two indexers started by mistake: one works, the other says who does, waits, and takes over when that one is gone."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import index_scenario as scenario
import pytest
from index_chain import anvil, dump

from registry.chain.rpc import HttpRpc
from registry.domain.errors import Unavailable
from registry.store import open_store
from registry.store.mirror import BlockId, Progress, read_progress, write_progress
from registry.store.writer import AnotherIndexer, Writer
from registry.workflows.audit import audit
from registry.workflows.index import Indexer, Step
from registry.workflows.index_stretches import Stretches
from support.databases import Databases

ROOT = Path(__file__).resolve().parents[2]
UNDECIDED = 3


@pytest.fixture(scope="module")
def registry() -> Iterator[scenario.Registry]:
    with anvil() as (rpc, signers):
        registry = scenario.deploy(rpc, signers)
        scenario.live(registry, until_closing=False)
        yield registry


class Command:
    """`offsetproof index` in a process of its own."""

    def __init__(self, registry: scenario.Registry, url: str, folder: Path, *options: str) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "registry.json").write_bytes(json.dumps(registry.file.to_value()).encode())
        assert isinstance(registry.rpc, HttpRpc)
        self._said = (folder / f"said-{len(list(folder.iterdir()))}").open("w+b")
        command = [sys.executable, "-m", "registry", "index", "--registry", str(folder / "registry.json")]
        self.process = subprocess.Popen(
            [*command, "--rpc", registry.rpc.name, "--db", url, *options],
            cwd=ROOT, stdout=self._said, stderr=self._said, env=dict(os.environ),
        )  # fmt: skip

    def said(self) -> str:
        self._said.flush()
        self._said.seek(0)
        return self._said.read().decode()

    def wait(self) -> int:
        return self.process.wait(60)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self._said.close()


def until(holds: Callable[[], bool], what: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


def indexed(url: str) -> int:
    """The last block that a mirror holds; -1 if it is empty."""
    store = open_store(url)
    try:
        found = dump(store)["block"]
        return found[-1][0] if found else -1
    finally:
        store.close()


def test_a_second_indexer_says_who_works_and_leaves_or_waits_and_takes_over(
    registry: scenario.Registry, mirrors: Databases, tmp_path: Path
) -> None:
    url = mirrors.url()
    commands: list[Command] = []

    def index(*options: str) -> Command:
        commands.append(Command(registry, url, tmp_path / "work", *options))
        return commands[-1]

    try:
        first = index("--follow", "--poll", "0.05")
        until(lambda: "blocks" in first.said() and indexed(url) >= 0, first.said)

        second = index()
        assert second.wait() == UNDECIDED
        assert "another indexer writes this mirror" in second.said()
        assert str(first.process.pid) in second.said()

        standby = index("--follow", "--poll", "0.05")
        until(lambda: "waiting: another indexer" in standby.said(), standby.said)
        registry.projects[0].add_organisation(scenario.evidence("while two run"))
        head = registry.node.header().number
        until(lambda: indexed(url) == head, first.said)
        assert standby.said().count("blocks") == 0

        first.process.kill()
        first.wait()
        registry.projects[0].add_organisation(scenario.evidence("after the first was killed"))
        head = registry.node.header().number
        until(lambda: indexed(url) == head, standby.said)
        assert standby.said().count("waiting") == 1

        standby.process.terminate()
        assert standby.wait() == 0, standby.said()
        assert index().wait() == 0
    finally:
        for command in commands:
            command.end()

    store, alone = open_store(url), mirrors.open()
    Indexer(registry.node, alone, registry.file).run()
    assert {**dump(store), "cursor": None} == {**dump(alone), "cursor": None}
    assert audit(store, registry.file, registry.node).ok
    store.close()


def test_the_lock_has_one_holder_and_only_the_holder_writes(mirrors: Databases) -> None:
    url = mirrors.url()
    ours, theirs = open_store(url), open_store(url)
    one, other = Writer(ours), Writer(theirs)
    assert one.take()
    assert not one.take()
    with pytest.raises(AnotherIndexer, match=str(os.getpid())):
        other.take()
    with pytest.raises(Unavailable, match="lock"), other.write():
        raise AssertionError("written without the lock")
    one.release()
    one.release()
    assert other.take()
    with pytest.raises(AnotherIndexer):
        one.take()
    other.release()
    assert one.take()
    one.release()
    ours.close()
    theirs.close()


def test_a_mirror_moved_by_somebody_else_is_not_written(mirrors: Databases, registry: scenario.Registry) -> None:
    store = mirrors.open()
    Indexer(registry.node, store, registry.file, span=5, step_events=1).step()
    before = dump(store)

    class Overtaken(Indexer):
        """Somebody moves the cursor between its look at it and its write, as if there were no lock."""

        def _write(self, ahead: Stretches, progress: Progress | None) -> Step:
            with store.write() as session:
                there = read_progress(session)
                assert there is not None
                write_progress(session, replace(there, head=BlockId(10**6, bytes(32), 0)))
            return super()._write(ahead, progress)

    with pytest.raises(Unavailable, match="another indexer moved this mirror"):
        Overtaken(registry.node, store, registry.file, span=5, step_events=1).step()
    assert {**dump(store), "cursor": None} == {**before, "cursor": None}
    Indexer(registry.node, store, registry.file).run()
    assert audit(store, registry.file, registry.node).ok
