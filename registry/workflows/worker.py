"""A process of our own beside this one: it does what it is told through a pipe, and never outlives who started it."""

import gc
import os
import pickle
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO, TypeVar, cast

from registry.domain.errors import Unavailable

_PIPE_BYTES = 1 << 20

T = TypeVar("T")
R = TypeVar("R")


class WorkerDied(Unavailable):
    """A worker ended before its work was done. `found`: its exit status."""


class Worker:
    """One process. Tasks and results go through pipes, in order; both must be picklable."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", "from registry.workflows.worker import serve; serve()"]
        paths = {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
        # A program of our own with arguments of our own.
        self._process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=paths, pipesize=_PIPE_BYTES
        )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def send(self, work: Callable[[T], R], task: T) -> None:
        """Have `work(task)` done after what was sent before. Raises WorkerDied."""
        pipe = cast(BinaryIO, self._process.stdin)
        try:
            pickle.dump((work, task), pipe, pickle.HIGHEST_PROTOCOL)
            pipe.flush()
        except BrokenPipeError:
            raise self._died() from None

    def receive(self) -> Any:
        """The next result, waited for; raises what the work raised, or WorkerDied."""
        good, result = self._answer()
        if not good:
            raise result
        return result

    def do(self, work: Callable[[T], R], task: T) -> R:
        """`work(task)`, waited for, when all that was sent before has been received."""
        self.send(work, task)
        return cast(R, self.receive())

    def drop(self) -> None:
        """Wait for the next result and forget it, or its error."""
        self._answer()

    def has_answered(self) -> bool:
        """Whether a result can be received by now, or the process has died."""
        answered = select.poll()
        answered.register(cast(BinaryIO, self._process.stdout), select.POLLIN)
        return bool(answered.poll(0))

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(BrokenPipeError):
                cast(BinaryIO, pipe).close()

    def _answer(self) -> tuple[bool, Any]:
        try:
            answer: tuple[bool, Any] = pickle.load(cast(BinaryIO, self._process.stdout))  # noqa: S301 - from our own worker only
        except (EOFError, pickle.UnpicklingError):
            return False, self._died()
        return answer

    def _died(self) -> WorkerDied:
        return WorkerDied(
            "a worker process ended before its work was done",
            found=f"exit status {self._process.wait()}",
            hint="is there enough memory?",
        )


def serve() -> None:
    """What a worker does until its parent closes the pipe, or is gone."""
    for asked_of_all in (signal.SIGINT, signal.SIGTERM):  # the parent decides when its workers end
        signal.signal(asked_of_all, signal.SIG_IGN)
    gc.disable()  # tasks are short, and make no cycles
    tasks, results = sys.stdin.buffer, sys.stdout.buffer
    threading.Thread(target=_end_with_parent, args=(tasks.fileno(),), daemon=True).start()
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


def _end_with_parent(pipe: int) -> None:
    """End this process when nobody holds the other end of its standard input, even in the middle of a task."""
    gone = select.poll()
    gone.register(pipe, 0)  # a hang-up is told without being asked for
    gone.poll()
    os._exit(0)
