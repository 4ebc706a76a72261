"""How many requests a node bears at once, and when it may be asked again: learned from its refusals."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MOST = 16
"""Requests at once to one node."""
_PATIENCE = 60
"""Seconds: the longest wait that a node can ask for."""
_RECOVERY = 50
"""Requests without a refusal before one more is tried at once."""


class Pace:
    """Who asks takes a turn. A refusal halves the turns, success gives them back slowly. Safe between threads."""

    def __init__(
        self, *, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._sleep = sleep
        self._clock = clock
        self._free = threading.Condition()
        self._most = MOST
        self._busy = 0
        self._well = 0
        self._quiet_until = clock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until the node may be asked, and hold one of its turns meanwhile."""
        with self._free:
            self._free.wait_for(lambda: self._busy < self._most)
            self._busy += 1
            quiet = self._quiet_until - self._clock()
        try:
            if quiet > 0:
                self._sleep(quiet)
            yield
        finally:
            with self._free:
                self._busy -= 1
                self._free.notify()

    def slow_down(self, seconds: int) -> None:
        """The node refused: ask half as much at once, and nothing for so many seconds (a minute at most)."""
        with self._free:
            self._most = max(1, self._most // 2)
            self._well = 0
            self._quiet_until = max(self._quiet_until, self._clock() + min(seconds, _PATIENCE))

    def went_well(self) -> None:
        """The node answered."""
        with self._free:
            self._well += 1
            if self._most < MOST and self._well >= _RECOVERY:
                self._most, self._well = self._most + 1, 0
                self._free.notify()
