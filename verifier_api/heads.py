"""How far the chain has come, beside how far the mirror has: asked of a node, else what the mirror noted."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field

from registry.domain.errors import OffsetproofError
from registry.domain.hexes import hex0x
from registry.store.mirror import Progress
from verifier_api.values import Value

ReadHead = Callable[[], tuple[int, bytes]]
"""Asks a node for its newest block: number and hash. Raises Unavailable or Contradiction."""

PATIENCE = 1.0
"""Seconds that answers wait for the node; while it takes longer, the head is not known."""


@dataclass
class HeadBoard:
    """Remembers the chain's head for `seconds`. Without a node, the head is the one the mirror noted last.

    One question at a time goes to the node, however many ask here, and nobody waits longer than `patience` seconds.
    """

    read_head: ReadHead | None
    seconds: float
    patience: float = PATIENCE
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _asking: "Future[tuple[int, bytes] | None] | None" = None
    _known: tuple[int, bytes] | None = None
    _asked_at: float = float("-inf")
    """When the node was asked last, or answered last."""

    @property
    def asks_a_node(self) -> bool:
        """Whether the head comes from a node, not only from what the mirror noted."""
        return self.read_head is not None

    def head(self, progress: Progress | None) -> tuple[int, bytes] | None:
        """Number and hash of the chain's newest known block; None if a node is configured and does not answer."""
        if self.read_head is None:
            return (progress.head.number, progress.head.hash) if progress else None
        with self._lock:
            if self._asking is None and time.monotonic() - self._asked_at < self.seconds:
                return self._known
            if self._asking is None:
                self._asking, self._asked_at = Future(), time.monotonic()
                threading.Thread(target=self._ask, args=(self.read_head, self._asking), daemon=True).start()
            asking, left = self._asking, self._asked_at + self.patience - time.monotonic()
        try:
            return asking.result(max(0.0, left))
        except NotYet:
            return None

    def _ask(self, read: ReadHead, asking: "Future[tuple[int, bytes] | None]") -> None:
        found: tuple[int, bytes] | None = None
        try:
            found = read()
        except OffsetproofError:
            pass
        finally:
            with self._lock:
                self._known, self._asked_at, self._asking = found, time.monotonic(), None
            asking.set_result(found)

    def behind(self, progress: Progress | None) -> int | None:
        """How many blocks the mirror lacks; None if that is not known."""
        head = self.head(progress)
        return None if head is None or progress is None else max(0, head[0] - progress.indexed.number)


def head_value(head: tuple[int, bytes] | None) -> Value | None:
    """The head as JSON."""
    return {"number": head[0], "hash": hex0x(head[1])} if head else None
