"""Pure work on several processors: results come in the order of the tasks.

A worker is a process of its own that reads tasks from its standard input and ends with it, so that none outlives a
parent that was killed. Workers only read files and return values; whatever is written, the parent writes.
"""

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from itertools import islice
from typing import Any, BinaryIO, Self, TypeVar, cast

from registry.domain.errors import Unavailable

MOST_WORKERS = 8
_PIPE_BYTES = 1 << 20
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
        self._workers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        for _ in range(self._size):
            command = [sys.executable, "-c", "from registry.workflows.crew import serve; serve()"]
            paths = {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
            # A program of our own with arguments of our own.
            worker = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=paths, pipesize=_PIPE_BYTES
            )
            self._workers.append(worker)
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.kill()
            worker.wait()
            for pipe in (worker.stdin, worker.stdout):
                with suppress(BrokenPipeError):
                    cast(BinaryIO, pipe).close()
        self._workers.clear()

    def map(self, work: Callable[[T], R], tasks: Iterable[T]) -> Generator[R, None, None]:
        """`work(task)` of each task, in order; raises what `work` raises. Both must be picklable.

        Results are made a little ahead of who takes them. Closing the iterator drops what was begun.
        """
        if not self._workers:
            yield from map(work, tasks)
            return
        rest = iter(tasks)
        busy: deque[subprocess.Popen[bytes]] = deque()
        try:
            for task, worker in zip(islice(rest, _AHEAD * len(self._workers)), self._workers * _AHEAD, strict=False):
                _send(worker, work, task)
                busy.append(worker)
            while busy:
                worker = busy.popleft()
                result = _receive(worker)
                for task in islice(rest, 1):
                    _send(worker, work, task)
                    busy.append(worker)
                yield result
        except GeneratorExit:
            for worker in busy:
                _result(worker)
            raise


def serve() -> None:
    """What a worker does until its parent closes the pipe, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # tasks are short, and make no cycles
    tasks, results = sys.stdin.buffer, sys.stdout.buffer
    try:
        while True:
            work, task = pickle.load(tasks)  # noqa: S301 - from the parent only
            try:
                answer = True, work(task)
            except Exception as error:  # noqa: BLE001, RUF100 - the parent raises it
                answer = False, error
            pickle.dump(answer, results, pickle.HIGHEST_PROTOCOL)
            results.flush()
    except (EOFError, BrokenPipeError):
        os._exit(0)


def _send(worker: subprocess.Popen[bytes], work: object, task: object) -> None:
    pipe = cast(BinaryIO, worker.stdin)
    try:
        pickle.dump((work, task), pipe, pickle.HIGHEST_PROTOCOL)
        pipe.flush()
    except BrokenPipeError:
        raise _died(worker) from None


def _receive(worker: subprocess.Popen[bytes]) -> Any:
    good, result = _result(worker)
    if not good:
        raise result
    return result


def _result(worker: subprocess.Popen[bytes]) -> tuple[bool, Any]:
    try:
        answer: tuple[bool, Any] = pickle.load(cast(BinaryIO, worker.stdout))  # noqa: S301 - from our own worker only
    except (EOFError, pickle.UnpicklingError):
        return False, _died(worker)
    return answer


def _died(worker: subprocess.Popen[bytes]) -> Unavailable:
    return Unavailable(
        "a worker process ended before its work was done",
        found=f"exit status {worker.wait()}",
        hint="is there enough memory?",
    )
