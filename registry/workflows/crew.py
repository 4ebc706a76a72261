"""Pure work on several processors: results come in the order of the tasks.

Workers only read files and return values; whatever is written, the parent writes.
"""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from itertools import islice
from typing import Self, TypeVar, cast

from registry.workflows.worker import Worker

MOST_WORKERS = 8
_AHEAD = 2
"""Tasks that a worker has at a time: the one it does and the next."""

T = TypeVar("T")
R = TypeVar("R")


def processors() -> int:
    """How many processors this process may use, at most `MOST_WORKERS`."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_WORKERS)


class Crew:
    """`workers` processes; with fewer than two, the work is done in this process, unless it is to be done `apart`."""

    def __init__(self, workers: int, *, apart: bool = False) -> None:
        self._size = workers if workers > 1 or apart else 0
        self._workers: list[Worker] = []

    def __enter__(self) -> Self:
        for _ in range(self._size):
            self._workers.append(Worker())
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Generator[R, None, None]:
        """`work(task)` of each task, in order; raises what `work` raises. Both must be picklable.

        Results are made a little ahead of who takes them. Closing the iterator drops what was begun.
        """
        if not self._workers:
            yield from map(work, tasks)
            return
        rest = iter(tasks)
        busy: deque[Worker] = deque()
        try:
            for task, worker in zip(islice(rest, _AHEAD * len(self._workers)), self._workers * _AHEAD, strict=False):
                worker.send(work, task)
                busy.append(worker)
            while busy:
                worker = busy.popleft()
                result = cast(R, worker.receive())
                for task in islice(rest, 1):
                    worker.send(work, task)
                    busy.append(worker)
                yield result
        except GeneratorExit:
            for worker in busy:
                worker.drop()
            raise
