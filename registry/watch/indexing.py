"""What an indexer does, as figures, log lines, and a reason not to trust it."""

import logging
import time
from collections.abc import Callable
from threading import Event

from registry.domain.errors import OffsetproofError, Unavailable
from registry.watch.metrics import Metrics
from registry.workflows.index import Indexer, Step, Turn

_log = logging.getLogger("offsetproof.index")


class IndexWatch:
    """Hears of an indexer's steps. `patience`: seconds without a good step after which it counts as in trouble."""

    def __init__(self, metrics: Metrics, patience: int = 60, clock: Callable[[], float] = time.monotonic) -> None:
        self._metrics = metrics
        self._patience = patience
        self._clock = clock
        self._good = clock()
        self._waiting = ""
        self._stopped = ""
        self._node = ""

    def step(self, step: Step) -> None:
        """A step was made (`on_step`)."""
        self._good, self._waiting = self._clock(), ""
        blocks = step.last - step.first + 1 if step.did == "indexed" else 0
        self._metrics.stepped(step.did, blocks, step.events)
        if step.did == "undone":
            _log.warning("a reorganisation was undone", extra={"fields": {"above": step.last, "head": step.head}})
        elif step.did == "indexed":
            fields = {"first": step.first, "block": step.last, "head": step.head, "events": step.events}
            _log.info("indexed", extra={"fields": fields})

    def turn(self, turn: Turn) -> None:
        """Another node is asked from now on (`on_turn`)."""
        self._metrics.indexes_from(turn.node)
        if turn.because is not None:
            _log.warning("another node takes over: %s", turn.because, extra={"fields": {"node": turn.node}})
        elif self._node:
            _log.info("a node comes back", extra={"fields": {"node": turn.node}})
        self._node = turn.node

    def wait(self, error: Unavailable) -> None:
        """No step could be made; the indexer waits and tries again (`on_wait`)."""
        self._metrics.waited()
        if str(error) != self._waiting:
            self._waiting = str(error)
            _log.warning("waiting: %s", error)

    def stop(self, error: OffsetproofError) -> None:
        """The indexer stopped for good."""
        self._stopped = str(error)
        _log.error(self._stopped)

    @property
    def stopped(self) -> str:
        """Why it stopped for good; "" if it did not."""
        return f"the indexer stopped: {self._stopped}" if self._stopped else ""

    @property
    def trouble(self) -> str:
        """What keeps this indexer from following the chain; "" while nothing does. It may be that another one does."""
        if self._stopped:
            return self.stopped
        silent = int(self._clock() - self._good)
        if silent < self._patience:
            return ""
        return f"no step of the indexer for {silent} seconds" + (f": {self._waiting}" if self._waiting else "")


def follow(indexer: Indexer, watch: IndexWatch, stop: Event) -> None:
    """Index until `stop` is set, for a thread: what ends it is told to `watch`, not raised."""
    try:
        indexer.run(follow=True, stop=stop)
    except OffsetproofError as error:
        watch.stop(error)
    except Exception as error:
        watch.stop(OffsetproofError(f"an unexpected {type(error).__name__}"))
        raise
