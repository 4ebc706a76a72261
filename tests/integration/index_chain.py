"""Chains to index: the embedded one, or anvil in a process of its own. And mirrors, dumped row by row."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from registry.chain.embedded import Embedded, demo_key
from registry.chain.keys import LocalSigner
from registry.chain.rpc import HttpRpc, Rpc
from registry.domain.errors import Unavailable
from registry.store import Store
from registry.store.kinds import KINDS
from registry.store.mirror_tables import Block, Cursor, Document, Leaf, Publication, Tile
from registry.store.raw import table_of

ANVIL = Path(__file__).parents[2] / "node_modules/.bin/anvil"
ANVIL_KEYS = [
    "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
    "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
    "7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
    "47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a",
]
OWN_TABLES = (Block, Cursor, Publication, Leaf, Tile, Document)


@contextmanager
def anvil() -> Iterator[tuple[Rpc, list[LocalSigner]]]:
    """A fresh anvil and signers for its accounts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([ANVIL, "--port", str(port), "--silent"], stdout=subprocess.DEVNULL)
    try:
        with HttpRpc(f"http://127.0.0.1:{port}", tries=1) as rpc:
            deadline = time.monotonic() + 20
            while True:
                try:
                    rpc.request("eth_chainId")
                    break
                except Unavailable:
                    assert time.monotonic() < deadline, "anvil did not start"
                    time.sleep(0.05)
            yield rpc, [LocalSigner(bytes.fromhex(key)) for key in ANVIL_KEYS]
    finally:
        process.terminate()
        process.wait()


@contextmanager
def embedded() -> Iterator[tuple[Rpc, list[LocalSigner]]]:
    """A fresh embedded chain and signers for its accounts."""
    yield Embedded(), [LocalSigner(demo_key(number)) for number in range(5)]


CHAINS = {"embedded": embedded, "anvil": anvil}


def dump(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with store.read() as session:
        tables = [kind.table for kind in KINDS] + [table_of(model) for model in OWN_TABLES]
        connection = session.connection()
        return {
            table.name: [tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key.columns))]
            for table in tables
        }


def events_of(rows: dict[str, list[tuple[Any, ...]]]) -> set[tuple[Any, ...]]:
    """The events of a dump, each with its table's name."""
    return {(kind.table.name, *row) for kind in KINDS for row in rows[kind.table.name]}


__all__ = ["CHAINS", "OWN_TABLES", "anvil", "dump", "embedded", "events_of"]
