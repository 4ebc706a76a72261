"""The audit's last result. One run at a time, in the background, however many ask; a visitor never starts a second."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field

from verifier_api.problems import Problem
from verifier_api.values import Value

FIRST_WAIT_SECONDS = 10.0
_log = logging.getLogger("offsetproof.audit")


@dataclass
class AuditBoard:
    """Shows a result for `seconds`, then runs again. `run` returns the result as a JSON value."""

    run: Callable[[], Value]
    seconds: float
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _running: "Future[Value] | None" = None
    _last: Value | None = None
    _ran_at: float = float("-inf")

    def result(self) -> Value:
        """The last result, at most one run old. Raises Problem 503 while the very first run takes long."""
        with self._lock:
            if self._running is None and time.monotonic() - self._ran_at >= self.seconds:
                self._running = Future()
                # A daemon: it only reads, and must not keep the process from ending.
                threading.Thread(target=self._run, args=(self._running,), name="audit", daemon=True).start()
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

    @property
    def last(self) -> Value | None:
        """The last result, without starting a run."""
        return self._last

    def _run(self, running: "Future[Value]") -> None:
        try:
            found = {**self.run(), "ranAt": int(time.time())}
            self._last, self._ran_at = found, time.monotonic()
            running.set_result(found)
        except Exception as error:
            _log.error("the audit did not run to its end", exc_info=error)
            running.set_exception(error)
        finally:
            self._running = None
