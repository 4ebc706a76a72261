"""What the long-running commands share: the log's form, the figures, and the port where they are given."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry.cli.output import notes

if TYPE_CHECKING:
    from registry.chain.node import Node
    from registry.watch.metrics import Metrics
    from registry.watch.readiness import Readiness


def index_nodes(urls: "Sequence[str]", metrics: "Metrics") -> "list[Node]":
    """The nodes to index from, each watched. Of several, one that does not answer is not asked as long as an only one:
    the next takes over."""
    import orjson

    from registry.chain.failover import nodes_at
    from registry.chain.rpc import HttpRpc

    tries = 4 if len(urls) == 1 else 2
    return nodes_at(urls, lambda url: HttpRpc(url, tries=tries, watch=metrics, loads=orjson.loads))


@contextmanager
def watch_port(
    place: tuple[str, int] | None, metrics: "Metrics", ready: "Callable[[], Readiness]", *, told: bool
) -> Iterator[None]:
    """Give `/metrics`, `/healthz` and `/readyz` at `place` for a while; `told`: say where."""
    from registry.watch.port import WatchPort

    if place is None:
        yield
        return
    port = WatchPort(*place, metrics, ready)
    if told:
        notes.print(f"figures at http://{place[0]}:{port.port}/metrics")
    try:
        yield
    finally:
        port.close()
