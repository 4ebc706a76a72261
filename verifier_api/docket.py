"""Certificates that wait for their verdict. Those that wait at once are judged together, one sitting after another.

What a verdict costs beside itself (a thread's turn, a session, a question to the database) is paid once a sitting.
Nobody waits for a sitting to fill: it takes whoever is there when the one before ends.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from registry.domain.numbers import ShortNumber
from verifier_api.judging import Judged
from verifier_api.problems import Problem

MOST_TOGETHER = 64
"""Verdicts of one sitting: some 15 ms of work."""
MOST_WAITING = 1_024
"""Who comes after so many is asked to come again: they would wait for a second or so."""

Sought = bytes | ShortNumber
Judge = Callable[[Sequence[Sought]], Sequence[Judged | Exception]]
"""Verdicts on several certificates in their order; what went wrong with one stands in its place."""


class Docket:
    """The certificates of one application that wait, in the order in which they were asked for. Not for threads: its
    event loop alone adds and takes; `judge` runs in a thread, one sitting at a time."""

    def __init__(self, judge: Judge, *, together: int = MOST_TOGETHER, waiting: int = MOST_WAITING) -> None:
        self._judge = judge
        self._together = together
        self._most = waiting
        self._waiting: deque[tuple[Sought, asyncio.Future[Judged]]] = deque()
        self._sitting: asyncio.Task[None] | None = None
        self._thread = CapacityLimiter(1)

    async def verdict(self, sought: Sought) -> Judged:
        """The verdict on a hash or short number, once its turn has come.

        Raises Problem 503 if too many wait, and whatever `judge` says went wrong with this one.
        """
        if len(self._waiting) >= self._most:
            raise Problem(
                503,
                "unavailable",
                "too many wait for a verdict",
                expected=f"at most {self._most}",
                hint="again in a second",
                headers={"retry-after": "1"},
            )
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Judged] = loop.create_future()
        self._waiting.append((sought, answer))
        if self._sitting is None:
            self._sitting = loop.create_task(self._sit())
        return await answer

    async def _sit(self) -> None:
        """Judge until nobody waits. Whoever still does when this is cancelled is cancelled too."""
        called: list[tuple[Sought, asyncio.Future[Judged]]] = []
        try:
            while called := self._call():
                found = await self._judged([sought for sought, _ in called])
                for (_, answer), one in zip(called, found, strict=True):
                    if answer.done():
                        continue
                    if isinstance(one, Exception):
                        answer.set_exception(one)
                    else:
                        answer.set_result(one)
        finally:
            self._sitting = None
            for _, answer in (*called, *self._waiting):
                answer.cancel()
            self._waiting.clear()

    def _call(self) -> list[tuple[Sought, asyncio.Future[Judged]]]:
        """Those whose turn it is, without those who went away."""
        called: list[tuple[Sought, asyncio.Future[Judged]]] = []
        while self._waiting and len(called) < self._together:
            sought, answer = self._waiting.popleft()
            if not answer.done():
                called.append((sought, answer))
        return called

    async def _judged(self, sought: Sequence[Sought]) -> Sequence[Judged | Exception]:
        try:
            found = await to_thread.run_sync(self._judge, sought, limiter=self._thread)
            if len(found) != len(sought):
                raise ValueError(f"{len(sought)} were to be judged, {len(found)} were")
        except Exception as error:
            return [error] * len(sought)
        return found


def docket_of(request: Request) -> Docket:
    """The docket of the application that answers `request`."""
    found: Docket = request.app.state.docket
    return found
