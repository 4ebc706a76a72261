"""The figures of one process in Prometheus' text format. Nothing global: two in one process do not disturb each other.

Labels hold what the operator's side names (routes by template, methods, kinds of fault, nodes without credentials),
never what a visitor sends.
"""

import time
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SLOW = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

Reading = tuple[str, str, dict[str, str], int]
"""A gauge that is read when it is asked for: name, what it says, labels, value."""


class Metrics:
    """Counts what happens, and reads the gauges of `watch_gauges` when it is asked. Safe between threads."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)

        def counter(name: str, says: str, *labels: str) -> Counter:
            return Counter(f"offsetproof_{name}", says, labels, registry=registry)

        def histogram(name: str, says: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(f"offsetproof_{name}", says, labels, buckets=buckets, registry=registry)

        self._rpc_seconds = histogram("rpc_seconds", "Requests to a node, repeated ones too.", _SLOW, "node", "method")
        self._rpc_faults = counter("rpc_faults", "Requests to a node that gave no result, by kind.", "node", "kind")
        self._events = counter("indexed_events", "Events that the indexer wrote.")
        self._blocks = counter("indexed_blocks", "Blocks that the indexer passed.")
        self._steps = counter("index_steps", "Steps of the indexer: indexed, undone, idle, waiting.", "did")
        self._node = Gauge(
            "offsetproof_index_node", "1 for the node that is indexed from.", ["node"], registry=registry
        )
        self._stepped = Gauge("offsetproof_index_step_timestamp_seconds", "The last good step.", registry=registry)
        self._requests = histogram(
            "request_seconds", "Answers, by route and status.", _QUICK, "method", "route", "status"
        )
        self._answers: dict[tuple[str, str, int], Histogram] = {}
        """What was asked and answered before, so that its place is found at once: some hundred at most."""
        self._verdicts = counter("verdicts", "Verdicts given, by kind.", "verdict")
        self._publications = counter("publications", "Tranches published, and in part by another name.", "kind")
        self._limited = counter("limited", "Requests refused because their sender asks too often.", "budget")

    def asked(self, node: str, method: str, seconds: float) -> None:
        """A request to a node (`RpcWatch`)."""
        self._rpc_seconds.labels(node, method).observe(seconds)

    def failed(self, node: str, kind: str) -> None:
        """A request to a node that gave no result (`RpcWatch`)."""
        self._rpc_faults.labels(node, kind).inc()

    def stepped(self, did: str, blocks: int, events: int) -> None:
        """The indexer made a step over `blocks` blocks and wrote `events` events."""
        self._steps.labels(did).inc()
        self._blocks.inc(blocks)
        self._events.inc(events)
        self._stepped.set(int(time.time()))

    def indexes_from(self, node: str) -> None:
        """The indexer asks this node from now on, and no other."""
        self._node.clear()
        self._node.labels(node).set(1)

    def waited(self) -> None:
        """The indexer could make no step, and waits."""
        self._steps.labels("waiting").inc()

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is its template."""
        kept = self._answers.get((method, route, status))
        if kept is None:
            kept = self._answers[method, route, status] = self._requests.labels(method, route, status)
        kept.observe(seconds)

    def judged(self, verdict: str) -> None:
        """A verdict was given."""
        self._verdicts.labels(verdict).inc()

    def published(self, kind: str) -> None:
        """`kind`: "tranche", or "part" for a part of one that waits for the others."""
        self._publications.labels(kind).inc()

    def limited(self, budget: str) -> None:
        """A request was refused, because its sender's budget is spent."""
        self._limited.labels(budget).inc()

    def watch_gauges(self, read: Callable[[], Iterable[Reading]]) -> None:
        """Read these gauges whenever the figures are asked for. `read` must not raise; what it leaves out is absent."""
        self._registry.register(_Gauges(read))

    def to_text(self) -> bytes:
        """All figures, in Prometheus' text format."""
        return generate_latest(self._registry)


class _Gauges(Collector):
    def __init__(self, read: Callable[[], Iterable[Reading]]) -> None:
        self._read = read

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return []  # or the registry would read them once to learn their names

    def collect(self) -> Iterable[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for name, says, labels, value in self._read():
            family = families.get(name)
            if family is None:
                family = families[name] = GaugeMetricFamily(f"offsetproof_{name}", says, labels=list(labels))
            family.add_metric(list(labels.values()), value)
        return families.values()
