"""How a long-running command ends: SIGTERM and SIGINT ask it to, and a deadline makes sure."""

import logging
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType


class Stopping:
    """An event that SIGTERM and SIGINT set. The process ends `seconds` later with code 1, whatever still runs.

    What is cut then was not committed: a transaction is whole, or it is not there.
    """

    def __init__(self, seconds: int, leave: Callable[[int], object] = os._exit) -> None:
        self.asked = threading.Event()
        self._seconds = seconds
        self._leave = leave
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)

    def stop(self, _signal: int = signal.SIGTERM, _frame: FrameType | None = None) -> None:
        """Ask everything to end."""
        if self.asked.is_set():
            return
        self.asked.set()
        deadline = threading.Timer(self._seconds, self._give_up)
        deadline.daemon = True
        deadline.start()

    def _give_up(self) -> None:
        logging.getLogger("offsetproof").error(
            "something did not end in time; what it had not committed is dropped",
            extra={"fields": {"seconds": self._seconds}},
        )
        self._leave(1)
