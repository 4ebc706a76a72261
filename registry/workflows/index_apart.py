"""Reading and folding in a process beside this one: while a mirror is filled, each has an interpreter of its own.

The other process has connections of its own to the same node, in the same ways (`HttpRpc`), learns its own pace, and
tells with each stretch how the node answered. It holds no database and loads none of what speaks SQL. Nothing that it
says is believed sooner: who asks compares each stretch with the contracts before it is written.
"""

import gc
import json
from dataclasses import dataclass, replace
from typing import Final

import httpcore

from registry.chain.node import Node
from registry.chain.rpc import HttpRpc
from registry.chain.watching import RpcWatch
from registry.domain.blocks import BlockId
from registry.domain.registry_file import parse_registry_file
from registry.workflows.index_busy import busy_threads
from registry.workflows.index_reading import Read, ReadingHere, Start
from registry.workflows.index_source import ChainReader
from registry.workflows.worker import Worker

_READ_BYTES = 1 << 20
"""An answer is a megabyte: what has come is taken at once, not in sixteen parts with the others' turns in between."""


class ReadingApart:
    """Reads as `start` says, from the node of `source`, which is asked at `rpc`. If the process dies: WorkerDied.

    Until the other process is there, this one reads; with `at_once` it waits.
    """

    def __init__(self, source: ChainReader, rpc: HttpRpc, start: Start, *, at_once: bool) -> None:
        self._source = source
        self._rpc = rpc
        self._start = start
        self._begun = False
        self._task: int | None = None
        """What the worker is told before it reads on: to which block to go on."""
        self._worker = Worker()
        try:
            self._worker.send(_wake, _Post(rpc, json.dumps(source.registry.to_value()), source.span))
            self._here = None if at_once else ReadingHere(source, start)
        except BaseException:
            self._worker.end()
            raise

    def read(self) -> Read:
        """As `Reading` says."""
        if self._here is not None:
            if not self._worker.has_answered():
                return self._read_here(self._here)
            self._here.close()
            self._here = None
        task: Start | int | None = self._task
        if not self._begun:
            self._worker.receive()  # it is awake
            self._begun, task = True, self._start
        self._task = None
        answer = self._worker.do(_read, task)
        answer.heard.repeat(self._rpc.watch)
        if isinstance(answer.said, Exception):
            raise answer.said
        return answer.said

    def go_on(self, last: int) -> None:
        """As `Reading` says."""
        self._start, self._task = replace(self._start, last=last), last
        if self._here is not None:
            self._here.go_on(last)

    def close(self) -> None:
        """End the process."""
        if self._here is not None:
            self._here.close()
        self._worker.end()

    def _read_here(self, here: ReadingHere) -> Read:
        read = here.read()
        end = read.end
        indexed = BlockId(end.number, end.hash, end.timestamp)
        self._start = replace(self._start, first=end.number + 1, indexed=indexed, histories=read.histories)
        return read


class _Heard:
    """An `RpcWatch` that keeps what it hears, to be said again in the other process."""

    def __init__(self) -> None:
        self._asked: list[tuple[str, str, float]] = []
        self._failed: list[tuple[str, str]] = []

    def asked(self, node: str, method: str, seconds: float) -> None:
        self._asked.append((node, method, seconds))

    def failed(self, node: str, kind: str) -> None:
        self._failed.append((node, kind))

    def take(self) -> "_Heard":
        """What was heard since it was last taken."""
        taken = _Heard()
        taken._asked, self._asked = self._asked, []
        taken._failed, self._failed = self._failed, []
        return taken

    def repeat(self, watch: RpcWatch) -> None:
        """Say it all again."""
        for asked in self._asked:
            watch.asked(*asked)
        for failed in self._failed:
            watch.failed(*failed)


@dataclass(frozen=True, slots=True)
class _Post:
    """What a worker reads, as it can be sent."""

    rpc: HttpRpc
    registry: str
    span: int


@dataclass(frozen=True, slots=True)
class _Answer:
    said: Read | Exception
    heard: _Heard


@dataclass(slots=True)
class _Reader:
    source: ChainReader
    heard: _Heard
    reading: ReadingHere | None = None


_readers: Final[list[_Reader]] = []
"""In the worker: the one that reads, once it was woken."""


def _wake(post: _Post) -> None:
    """In the worker: be ready to read."""
    gc.enable()  # it may work for hours
    busy_threads.__enter__()
    httpcore.HTTP11Connection.READ_NUM_BYTES = _READ_BYTES
    heard = _Heard()
    post.rpc.watch = heard
    source = ChainReader(Node(post.rpc), parse_registry_file(post.registry), post.span)
    _readers.append(_Reader(source, heard))


def _read(task: Start | int | None) -> _Answer:
    """In the worker: the next stretch, or why there is none. `task`: where to begin, or to go on to which block."""
    (reader,) = _readers
    said: Read | Exception
    try:
        if isinstance(task, Start):
            reader.reading = ReadingHere(reader.source, task)
        assert reader.reading is not None, "a reading begins with its start"
        if isinstance(task, int):
            reader.reading.go_on(task)
        said = reader.reading.read()
    except Exception as error:  # noqa: BLE001, RUF100 - the parent raises it
        said = error
    return _Answer(said, reader.heard.take())
