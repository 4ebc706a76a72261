"""What the long-running commands share: the log's form, the figures, and the port where they are given."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry.cli.output import notes

if TYPE_CHECKING:
    from registry.watch.metrics import Metrics
    from registry.watch.readiness import Readiness


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
