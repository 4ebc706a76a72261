"""Indexing the demo's events into SQLite, against the time in which the node hands over the same logs undecoded."""

import tempfile
from pathlib import Path

from registry.chain.embedded import Embedded
from registry.chain.node import Node
from registry.store.database import open_store
from registry.workflows.demo import run_demo
from registry.workflows.index import Indexer
from scripts.benchmarks.measure import Measured, best_seconds


def run(size: int) -> Measured:
    """`size` is not used yet: the chain is the demo's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        chain = Embedded()
        demo = run_demo(chain, folder / "demo", lambda *_: None, embedded=True)
        node = Node(chain)
        head = node.header("latest").number
        addresses = [demo.registry.project_registry.address, demo.registry.credit_registry.address]
        events = len(node.logs(0, head, addresses))
        runs = iter(range(1000))

        def index() -> None:
            store = open_store(f"sqlite:///{folder / f'{next(runs)}.db'}")
            Indexer(node, store, demo.registry).run()
            store.close()

        ours = events / best_seconds(index, 3)
        against = events / best_seconds(lambda: node.logs(0, head, addresses), 3)
        demo.store.close()
    return Measured(
        "index", ours, against, "events/s", "Indexer into SQLite, migrations included", "eth_getLogs alone",
        sizes={"events": events, "blocks": head},
    )  # fmt: skip
