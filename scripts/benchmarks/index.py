"""Indexing our own retirement events into SQLite and PostgreSQL, against the time in which the node hands them over.

The chain has 100 events a block and is loaded from a dumped state. Indexing runs in a process of its own, as
`offsetproof index` does, from a migrated empty mirror to one with all rows, tables and indexes. The ceiling is the same
node handing over the same logs in pages of a megabyte on one connection, nothing decoded. Both in turn, the best of
`ROUNDS` counts.
"""

import http.client
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from registry.chain.node import Node
from registry.chain.rpc import HttpRpc
from registry.domain.registry_file import RegistryFile, parse_registry_file
from registry.store.database import open_store
from registry.workflows.index import Indexer
from scripts.benchmarks.measure import Measured, peak_memory_mb
from scripts.benchmarks.retirement_chain import IN_BLOCK, retirement_chain
from tests.support.postgres import Server, postgres_server

ROUNDS = 3
PAGE_BLOCKS = 14
DURABLE = {"fsync": "on"}


@contextmanager
def measured_chain(size: int) -> Iterator[tuple[HttpRpc, RegistryFile, Path, Server]]:
    """A chain of `size` retirements, its registry, the same as a file in a folder of its own, and a PostgreSQL that
    keeps what it says it keeps."""
    with (
        tempfile.TemporaryDirectory() as name,
        retirement_chain(size) as (rpc, registry),
        postgres_server(DURABLE) as server,
    ):
        pinned = Path(name) / "registry.json"
        pinned.write_text(json.dumps(registry.to_value()), "utf-8")
        yield rpc, registry, pinned, server


def run(size: int) -> Measured:
    """`size` retirements, rounded to hundreds."""
    with measured_chain(size) as (rpc, registry, pinned, server):
        folder = pinned.parent
        head = Node(rpc).header().number
        rounds = []
        for number in range(ROUNDS):
            seconds = _hand_over(rpc.url, registry, head)
            sqlite = index_apart(rpc.url, pinned, f"sqlite:///{folder / f'{number}.db'}")
            postgres = index_apart(rpc.url, pinned, server.create())
            rounds.append({"ceiling": seconds, "sqlite": sqlite["seconds"], "postgresql": postgres["seconds"]})
        version = server.execute("SHOW server_version")[0][0]
    events = sqlite["events"]
    best = {name: events / min(found[name] for found in rounds) for name in rounds[0]}
    ours = min(best["sqlite"], best["postgresql"])
    return Measured(
        "index",
        ours,
        best["ceiling"],
        "events/s",
        "Indexer, the slower of both databases",
        "eth_getLogs on one connection, nothing decoded",
        sizes={"events": events, "blocks": head, "events_a_block": IN_BLOCK},
        more={
            "ratios": {name: round(best[name] / best["ceiling"], 4) for name in ("sqlite", "postgresql")},
            "events_a_second": {name: round(rate) for name, rate in best.items()},
            "rounds_seconds": [{name: round(found, 3) for name, found in seconds.items()} for seconds in rounds],
            "indexer_peak_memory_mb": {"sqlite": sqlite["memory"], "postgresql": postgres["memory"]},
            "postgresql": version,
        },
    )


def _hand_over(url: str, registry: RegistryFile, head: int) -> float:
    """Seconds until all logs have arrived."""
    addresses = ["0x" + c.address.hex() for c in (registry.project_registry, registry.credit_registry)]
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    start = time.perf_counter()
    for first in range(0, head + 1, PAGE_BLOCKS):
        query = {"fromBlock": hex(first), "toBlock": hex(first + PAGE_BLOCKS - 1), "address": addresses}
        body = json.dumps({"jsonrpc": "2.0", "id": 0, "method": "eth_getLogs", "params": [query]})
        connection.request("POST", "/", body, {"content-type": "application/json"})
        assert len(connection.getresponse().read()) > 100 or first == 0
    seconds = time.perf_counter() - start
    connection.close()
    return seconds


def index_apart(url: str, pinned: Path, database: str) -> dict[str, Any]:
    """Index in a process of its own: events, seconds, peak memory in MB of it and of the one that reads beside it."""
    command = [sys.executable, "-m", "scripts.benchmarks.index", url, str(pinned), database]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def main(url: str, pinned: str, database: str) -> None:
    """One run, in a process of its own: events, seconds, peak memory of both processes as JSON."""
    events = 0

    def count(step: Any) -> None:
        nonlocal events
        events += step.events

    registry = parse_registry_file(Path(pinned).read_text("utf-8"))
    store = open_store(database)
    rpc = HttpRpc(url, loads=orjson.loads)
    start = time.perf_counter()
    Indexer(Node(rpc), store, registry, on_step=count).run()
    seconds = time.perf_counter() - start
    store.close()
    memory = {"indexer": peak_memory_mb(), "reader": peak_memory_mb(resource.RUSAGE_CHILDREN)}
    print(json.dumps({"events": events, "seconds": seconds, "memory": memory}))


if __name__ == "__main__":
    main(*sys.argv[1:])
