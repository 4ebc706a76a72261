"""How the interpreter shares its time while indexers catch up."""

import gc
import sys
import threading
from typing import Final

_LEFT_OVER = 200_000


class _Busy:
    """While much is read, folded and written at once.

    Cycles of references are looked for only when so many objects are left over that there must be some (a stretch
    holds tens of thousands of objects and no cycle; to search through them again and again would cost a sixth of the
    time), and who waits for the interpreter waits a fifth as long as usual. Both hold for the whole process: the first
    to come changes them, the last to go puts them back, in whatever order they go.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside > 1:
                return
            self._collecting, self._switching = gc.get_threshold(), sys.getswitchinterval()
            gc.set_threshold(_LEFT_OVER, *self._collecting[1:])
            sys.setswitchinterval(self._switching / 5)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                gc.set_threshold(*self._collecting)
                sys.setswitchinterval(self._switching)


busy_threads: Final = _Busy()
"""Entered by each indexer that catches up in this process."""
