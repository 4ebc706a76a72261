"""The audit's last result. One run at a time, in the background, however many ask; a visitor never starts a second."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field

from verifier_api.problems import Problem
from verifier_api.values import Value

FIRST_WAIT_SECONDS = 10.0


@dataclass
class AuditBoard:
    """Shows a result for `seconds`, then runs again. `run` returns the result as a JSON value."""

    run: Callable[[], Value]
    seconds: float
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "audit"))
    _running: "Future[Value] | None" = None
    _last: Value | None = None
    _ran_at: float = float("-inf")

    def result(self) -> Value:
        """The last result, at most one run old. Raises Problem 503 while the very first run takes long."""
        with self._lock:
            if self._running is None and time.monotonic() - self._ran_at >= self.seconds:
                self._running = self._pool.submit(self._run)
            running = self._running
            if running is None or (self._last is not None and not running.done()):
                assert self._last is not None
                return self._last
        try:
            return running.result(FIRST_WAIT_SECONDS)
        except NotYet:
            raise Problem(
                503, "unavailable", "the first audit is still running", headers={"retry-after": "10"}
            ) from None

    def _run(self) -> Value:
        try:
            found = {**self.run(), "ranAt": int(time.time())}
            self._last = found
            self._ran_at = time.monotonic()
            return found
        finally:
            self._running = None
