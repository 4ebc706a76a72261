"""A chain that moves, an indexer in a process that is killed, and the truth to hold its mirror against."""

import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import index_scenario as scenario
import orjson
from index_chain import anvil, dump

from registry.chain.node import Node
from registry.chain.rpc import HttpRpc
from registry.domain.errors import OffsetproofError
from registry.domain.registry_file import RegistryFile
from registry.store import open_store
from registry.workflows.index import Indexer
from support.anvil import anvil as start_anvil
from support.short_sleep import short_sleep

Rows = dict[str, list[tuple[Any, ...]]]
DEPTH = 12
"""Blocks to finality: no reorganisation goes deeper."""
DOCUMENTED = ("Contradiction", "Unavailable", "Behind", "Overburdened", "Throttled")
OWN = ("block", "cursor", "publication", "leaf", "tile", "document")
INDEXED, FINALIZED = slice(4, 7), slice(7, 10)
"""Number, hash and time of a block in the cursor's row."""


@dataclass
class World:
    """The registry on its chain, and a node of another chain."""

    registry: scenario.Registry
    other: str
    start: str
    """A snapshot of the chain as each schedule finds it."""

    @property
    def url(self) -> str:
        rpc = self.registry.rpc
        assert isinstance(rpc, HttpRpc)
        return rpc.url

    def call(self, text: str, chance: random.Random) -> dict[str, str]:
        """A transaction that the administrator may make at any time; `text` tells it from all others."""
        if chance.random() < 0.5:
            contract: Any = self.registry.credits[0]
            data = contract.calldata("registerSeries", text)
        else:
            contract = self.registry.projects[0]
            data = contract.calldata("addOrganisation", scenario.evidence(text))
        sender, to = "0x" + self.registry.accounts[0].hex(), "0x" + contract.address.hex()
        return {"from": sender, "to": to, "data": "0x" + data.hex(), "gas": hex(1_000_000)}

    def grow(self, name: str, chance: random.Random, blocks: int) -> None:
        """Some blocks more, with events in most of them, several in one."""
        rpc = self.registry.rpc
        rpc.request("evm_setAutomine", [False])
        for block in range(blocks):
            for number in range(chance.choice((0, 1, 1, 2, 5))):
                rpc.request("eth_sendTransaction", [self.call(f"{name}-{block}-{number}", chance)])
            rpc.request("evm_mine")
        rpc.request("evm_setAutomine", [True])

    def reorganise(self, name: str, chance: random.Random) -> None:
        """Other blocks instead of the newest ones, with other transactions: empty ones may mine to the same hash."""
        depth = chance.randrange(1, DEPTH + 1)
        calls = [[self.call(f"{name}-{n}", chance), chance.randrange(depth)] for n in range(chance.randrange(1, 4))]
        self.registry.rpc.request("anvil_reorg", [depth, [[self.call(name, chance), 0], *calls]])

    def rewind(self, name: str, chance: random.Random) -> None:
        """The chain as it was in the beginning, and so many blocks more that a reorganisation does not reach below:
        from there anvil could not go back to the beginning again."""
        self.registry.rpc.request("evm_revert", [self.start])
        self.start = self.registry.rpc.request("evm_snapshot")
        self.grow(name, chance, DEPTH + 1)


@contextmanager
def world() -> Iterator[World]:
    """Two anvils: a registry that lived on one, empty blocks on the other."""
    with anvil() as (rpc, signers), start_anvil("--chain-id", "4242", "--timestamp", "1000000000") as other:
        registry = scenario.deploy(rpc, signers, depth=DEPTH)
        scenario.live(registry, until_closing=False)
        other.request("anvil_mine", [hex(120)])
        yield World(registry, other.url, rpc.request("evm_snapshot"))


@dataclass
class Truth:
    """Every state that the chain was in, as rows that a faultless mirror holds."""

    registry: scenario.Registry
    versions: list[Rows] = field(default_factory=list)
    blocks: dict[bytes, tuple[int, int, int]] = field(default_factory=dict)
    """By hash: number, time, and the place in `versions` of a chain that has the block."""
    highest: int = 0
    """The highest head so far."""

    def note(self) -> None:
        """Take down how the chain is now."""
        store = open_store("sqlite://")
        Indexer(Node(self.registry.rpc), store, self.registry.file).run()
        self.versions.append(dump(store))
        store.close()
        node = Node(self.registry.rpc)
        self.highest = max(self.highest, node.header().number)
        for header in node.find_headers(range(node.header().number + 1)):
            assert header is not None
            self.blocks[header.hash] = (header.number, header.timestamp, len(self.versions) - 1)

    @property
    def now(self) -> Rows:
        """The rows of a faultless mirror at the chain's head."""
        return self.versions[-1]

    def require_right(self, rows: Rows) -> None:
        """Fail unless a mirror with these rows is right as of the block that its cursor names."""
        if not rows["cursor"]:
            assert not any(rows.values()), "rows without a cursor"
            return
        (cursor,) = rows["cursor"]
        number, block_hash, moment = cursor[INDEXED]
        assert bytes(block_hash) in self.blocks, f"block {number} never was in the chain"
        assert self.blocks[block_hash][:2] == (number, moment), "the cursor's block has another number or time"
        version = self.versions[self.blocks[block_hash][2]]
        for name, found in rows.items():
            if name not in OWN:
                assert found == [row for row in version[name] if row[0] <= number], f"{name} as of block {number}"
        assert rows["block"] == [row for row in version["block"] if row[0] <= number]
        final, final_hash, final_moment = cursor[FINALIZED]
        assert self.blocks[final_hash][:2] == (final, final_moment), "the final block is another"
        assert final <= number
        assert final <= max(0, self.highest - DEPTH), f"block {final} is called final below head {self.highest}"


@dataclass(frozen=True)
class Ways:
    """How an indexer goes about it: all of it drawn."""

    span: int
    step_events: int
    tries: int
    standard_json: bool
    apart: bool
    """Whether a process beside it reads the chain, however short that is."""


def open_node(url: str, ways: Ways) -> Node:
    """A node as the indexer asks it, in less patient ways."""
    rpc = HttpRpc(
        url,
        timeout=0.25,
        deadline=1.0,
        tries=3,
        pause=0.01,
        sleep=short_sleep,
        **({} if ways.standard_json else {"loads": orjson.loads}),
    )
    return Node(rpc)


def index(database: str, registry: RegistryFile, urls: list[str], ways: Ways, follow: bool, said: Connection) -> None:
    """What the indexer's process does: index, and say how it ended."""
    try:
        store = open_store(database)
        indexer = Indexer(
            [open_node(url, ways) for url in urls], store, registry,
            span=ways.span, step_events=ways.step_events, tries=ways.tries, pause=0.005, apart=ways.apart,
        )  # fmt: skip
        indexer.run(follow=follow, poll=0.02)
    except OffsetproofError as error:
        said.send(Ended(type(error).__name__, str(error), error.found, error.hint))


@dataclass(frozen=True)
class Ended:
    """How an indexer stopped by itself: the kind of its error, and what it says."""

    kind: str
    text: str
    found: str
    hint: str

    def require_documented(self) -> None:
        """Fail unless it says what was found and what to try, in print that cannot hurt a terminal."""
        assert self.kind in DOCUMENTED, self
        assert self.found, self
        assert self.hint, self
        assert self.text.isprintable(), self


class Process:
    """An indexer in a process of its own."""

    def __init__(self, database: str, registry: RegistryFile, urls: list[str], ways: Ways, *, follow: bool) -> None:
        self._heard, said = get_context("fork").Pipe(duplex=False)
        arguments = (database, registry, urls, ways, follow, said)
        self._process = get_context("fork").Process(target=index, args=arguments)
        self._process.start()
        said.close()

    @property
    def runs(self) -> bool:
        return self._process.is_alive()

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        self._process.join()

    def end(self, seconds: float) -> Ended | None:
        """Wait until it ended; why it stopped, None if it came to the head. Fails after `seconds`."""
        self._process.join(seconds)
        assert not self.runs, "the indexer goes on without end"
        return self.ended()

    def ended(self) -> Ended | None:
        """Why it ended by itself; None if it came to the head or was killed."""
        assert self._process.exitcode in (0, -signal.SIGKILL), f"exit code {self._process.exitcode}"
        try:
            ended: Ended = self._heard.recv()
        except EOFError:
            return None
        return ended

    def close(self) -> None:
        self.kill()
        self._heard.close()
        self._process.close()
