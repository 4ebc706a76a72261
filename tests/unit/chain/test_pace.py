"""The pace of questions to one node: refusals halve it and are waited for, success gives it back slowly."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from registry.chain.pace import MOST, Pace
from registry.chain.rpc import HttpRpc, Throttled
from support.faulty_http import Behaviour, answers, fails, faulty_node


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pace(time: Time) -> Pace:
    return Pace(sleep=time.sleep, clock=lambda: time.now)


def turns(pace: Pace) -> int:
    """How many turns can be held at once: those beyond wait."""
    with ExitStack() as held:
        for count in range(MOST + 1):
            if not _is_free(pace):
                return count
            held.enter_context(pace.turn())
    raise AssertionError(f"more than {MOST} turns")


def _is_free(pace: Pace) -> bool:
    """Whether a turn can be had at once; one that has to wait gets it when the others are given back."""
    taken = threading.Event()

    def take() -> None:
        with pace.turn():
            taken.set()

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    thread.join(0.1)
    return taken.is_set()


def test_so_many_are_asked_at_once_and_no_more(pace: Pace) -> None:
    assert turns(pace) == MOST


def test_a_turn_that_waits_is_taken_when_another_is_given_back(pace: Pace) -> None:
    for _ in range(10):
        pace.slow_down(0)
    order = []

    def take() -> None:
        with pace.turn():
            order.append("second")

    with pace.turn():
        thread = threading.Thread(target=take)
        thread.start()
        thread.join(0.05)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]


def test_each_refusal_halves_the_turns_and_one_is_left(pace: Pace) -> None:
    found = []
    for _ in range(6):
        pace.slow_down(0)
        found.append(turns(pace))
    assert found == [8, 4, 2, 1, 1, 1]


def test_success_gives_turns_back_one_by_one_and_no_more_than_there_were(pace: Pace) -> None:
    pace.slow_down(0)
    for wanted in (8, 9, 10):
        assert turns(pace) == wanted
        for _ in range(50):
            pace.went_well()
    for _ in range(50 * MOST):
        pace.went_well()
    assert turns(pace) == MOST


def test_a_refusal_in_between_begins_the_count_anew(pace: Pace) -> None:
    for _ in range(3):
        pace.slow_down(0)
    for _ in range(49):
        pace.went_well()
    pace.slow_down(0)
    pace.went_well()
    assert turns(pace) == 1


@pytest.mark.parametrize(("asked", "waited"), [(0, []), (7, [7.0]), (10**6, [60.0])])
def test_who_comes_after_a_refusal_waits_as_long_as_the_node_asked_but_no_longer_than_a_minute(
    pace: Pace, time: Time, asked: int, waited: list[float]
) -> None:
    pace.slow_down(asked)
    for _ in range(2):
        with pace.turn():
            pass
    assert time.slept == waited


def test_a_shorter_wait_does_not_cut_a_longer_one(pace: Pace, time: Time) -> None:
    pace.slow_down(20)
    pace.slow_down(2)
    with pace.turn():
        pass
    assert time.slept == [20.0]


def test_a_turn_is_given_back_when_its_question_fails(pace: Pace) -> None:
    for _ in range(MOST):
        with pytest.raises(RuntimeError), pace.turn():
            raise RuntimeError
    assert turns(pace) == MOST


def limited(retry_after: str) -> Behaviour:
    """Status 429 with this Retry-After."""

    def play(handler: BaseHTTPRequestHandler, _: Any) -> None:
        handler.send_response(429)
        handler.send_header("retry-after", retry_after)
        handler.send_header("content-length", "0")
        handler.end_headers()

    return play


@contextmanager
def asked(*behaviours: Behaviour) -> Iterator[tuple[HttpRpc, list[float]]]:
    slept: list[float] = []
    with faulty_node(*behaviours) as node, HttpRpc(node.url, pause=0.0, sleep=slept.append) as rpc:
        yield rpc, slept


def test_the_readers_wait_as_long_as_retry_after_says() -> None:
    with asked(limited("7"), answers(1)) as (rpc, slept):
        assert rpc.request("m") == 1
    assert [round(seconds) for seconds in slept] == [0, 7]


@pytest.mark.parametrize("strange", ["Wed, 21 Oct 2026 07:28:00 GMT", "-1", "1e9", "\u00b2", ""])
def test_a_retry_after_that_is_no_number_of_seconds_is_no_reason_to_wait(strange: str) -> None:
    with asked(limited(strange), answers(1)) as (rpc, slept):
        assert rpc.request("m") == 1
    assert sum(slept) == 0


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (429, "no"),
        (-32005, "daily request count exceeded, request rate limited"),
        (-32007, "50/second request limit reached - reduce calls per second or upgrade"),
        (-32000, "Too Many Requests"),
        (-32016, "over rate limit"),
        (-32603, "your app has exceeded its compute units per second capacity"),
    ],
)
def test_a_node_that_says_not_so_fast_in_an_answer_is_asked_again_not_believed_to_refuse(
    code: int, message: str
) -> None:
    with asked(fails(code, message), answers(1)) as (rpc, _):
        assert rpc.request("eth_getLogs") == 1


def test_a_node_that_goes_on_saying_not_so_fast_is_throttled() -> None:
    with asked(fails(429, "slow down")) as (rpc, _), pytest.raises(Throttled, match="429: slow down"):
        rpc.request("eth_getLogs")
