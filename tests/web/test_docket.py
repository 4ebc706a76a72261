"""Who waits for a verdict: judged with those who wait too, and nobody's trouble is another's."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from registry.domain.errors import Contradiction
from registry.proofs.verdict import UNKNOWN, Verdict
from verifier_api.docket import Docket, Sought
from verifier_api.judging import Judged
from verifier_api.problems import Problem

T = TypeVar("T")


def apart(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run in a thread of its own: another test's event loop may rest in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result(20)


def hash_of(number: int) -> bytes:
    return number.to_bytes(32, "big")


def judged(sought: Sought) -> Judged:
    assert isinstance(sought, bytes)
    return Judged(Verdict(UNKNOWN, certificate_hash=sought), None, None)


class Court:
    """Judges when it is let to; remembers its sittings."""

    def __init__(self) -> None:
        self.sittings: list[list[Sought]] = []
        self.free = threading.Event()

    def __call__(self, sought: Sequence[Sought]) -> Sequence[Judged | Exception]:
        self.sittings.append(list(sought))
        assert self.free.wait(10)
        return [judged(one) for one in sought]

    async def begun(self, sittings: int = 1) -> None:
        while len(self.sittings) < sittings:
            await asyncio.sleep(0.001)


def test_one_alone_waits_for_nobody() -> None:
    court = Court()
    court.free.set()
    found = apart(lambda: Docket(court).verdict(hash_of(7)))
    assert found.verdict.certificate_hash == hash_of(7)
    assert court.sittings == [[hash_of(7)]]


def test_those_who_came_meanwhile_are_judged_together_in_order_and_each_gets_their_own() -> None:
    court = Court()

    async def many() -> list[Judged]:
        docket = Docket(court, together=4)
        first = asyncio.create_task(docket.verdict(hash_of(0)))
        await court.begun()
        others = [asyncio.create_task(docket.verdict(hash_of(number))) for number in range(1, 11)]
        await asyncio.sleep(0)
        court.free.set()
        return await asyncio.gather(first, *others)

    found = apart(many)
    assert [one.verdict.certificate_hash for one in found] == [hash_of(number) for number in range(11)]
    assert [len(sitting) for sitting in court.sittings] == [1, 4, 4, 2]


def test_what_goes_wrong_with_one_is_told_to_that_one() -> None:
    def judge(sought: Sequence[Sought]) -> Sequence[Judged | Exception]:
        return [Contradiction("damaged") if one == hash_of(1) else judged(one) for one in sought]

    async def three() -> list[Judged | BaseException]:
        docket = Docket(judge)
        return await asyncio.gather(*(docket.verdict(hash_of(n)) for n in range(3)), return_exceptions=True)

    good, bad, other = apart(three)
    assert isinstance(good, Judged)
    assert isinstance(bad, Contradiction)
    assert isinstance(other, Judged)


@pytest.mark.parametrize("wrong", ["raises", "forgets one"])
def test_a_judge_that_fails_leaves_nobody_waiting_and_the_next_sitting_is_held(wrong: str) -> None:
    failing = [True]

    def judge(sought: Sequence[Sought]) -> Sequence[Judged | Exception]:
        if failing.pop() if failing else False:
            if wrong == "raises":
                raise RuntimeError("a bug")
            return []
        return [judged(one) for one in sought]

    async def twice() -> tuple[list[Judged | BaseException], Judged]:
        docket = Docket(judge)
        first = await asyncio.gather(*(docket.verdict(hash_of(n)) for n in range(2)), return_exceptions=True)
        return first, await docket.verdict(hash_of(9))

    first, after = apart(twice)
    assert [type(one) for one in first] == [RuntimeError if wrong == "raises" else ValueError] * 2
    assert after.verdict.certificate_hash == hash_of(9)


def test_who_goes_away_is_not_judged_and_holds_nobody_up() -> None:
    court = Court()

    async def leave() -> Judged:
        docket = Docket(court)
        first = asyncio.create_task(docket.verdict(hash_of(0)))
        await court.begun()
        gone, stays = (asyncio.create_task(docket.verdict(hash_of(n))) for n in (1, 2))
        await asyncio.sleep(0)
        gone.cancel()
        first.cancel()  # while it is judged
        await asyncio.sleep(0)
        court.free.set()
        found = await stays
        assert gone.cancelled()
        assert first.cancelled()
        return found

    assert apart(leave).verdict.certificate_hash == hash_of(2)
    assert court.sittings == [[hash_of(0)], [hash_of(2)]]


def test_beyond_its_length_it_asks_to_come_again() -> None:
    court = Court()

    async def too_many() -> Problem:
        docket = Docket(court, waiting=2)
        tasks = [asyncio.create_task(docket.verdict(hash_of(0)))]
        await court.begun()
        tasks += [asyncio.create_task(docket.verdict(hash_of(n))) for n in (1, 2)]
        await asyncio.sleep(0)
        with pytest.raises(Problem) as refused:
            await docket.verdict(hash_of(3))
        court.free.set()
        await asyncio.gather(*tasks)
        assert (await docket.verdict(hash_of(4))).verdict.certificate_hash == hash_of(4)
        return refused.value

    problem = apart(too_many)
    assert (problem.status, problem.headers) == (503, {"retry-after": "1"})


def test_an_end_of_the_event_loop_ends_the_waiting_and_another_loop_begins_anew() -> None:
    court = Court()
    docket = Docket(court)

    async def ends() -> None:
        tasks = [asyncio.create_task(docket.verdict(hash_of(0)))]
        await court.begun()
        tasks.append(asyncio.create_task(docket.verdict(hash_of(1))))
        await asyncio.sleep(0)
        threading.Timer(0.05, court.free.set).start()  # the thread is waited for when the loop ends

    apart(ends)
    assert apart(lambda: docket.verdict(hash_of(2))).verdict.certificate_hash == hash_of(2)
    assert [hash_of(1)] not in court.sittings
