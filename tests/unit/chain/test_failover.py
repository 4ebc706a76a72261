"""Whose turn it is among several nodes."""

from typing import Any

import pytest

from registry.chain.failover import LONGEST_REST, LOOK, REST, SLACK, Failover, nodes_at
from registry.chain.node import Node
from registry.chain.rpc import HttpRpc
from registry.domain.errors import Contradiction, InvalidInput, Unavailable

AWAY = Unavailable("does not answer", found="nothing", hint="wait")
WRONG = Contradiction("is of another chain", expected="1", found="2", hint="another")


class Named:
    """An `Rpc` with a name and a head; without a head it does not answer."""

    def __init__(self, name: str, head: int | None = 0) -> None:
        self.name, self.head, self.asked = name, head, 0

    def request(self, method: str, params: Any = ()) -> Any:
        self.asked += 1
        if self.head is None:
            raise AWAY
        zero = "0x" + "00" * 32
        return {"number": hex(self.head), "hash": zero, "parentHash": zero, "timestamp": "0x0"}

    def batch(self, calls: Any) -> list[Any]:
        return [self.request(*call) for call in calls]


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def rpcs() -> list[Named]:
    return [Named("a"), Named("b"), Named("c")]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def nodes(rpcs: list[Named], clock: Clock) -> Failover:
    return Failover([Node(rpc) for rpc in rpcs], clock=clock)


def order(nodes: Failover) -> str:
    return "".join(node.name for node in nodes.in_turn())


def node(nodes: Failover, name: str) -> Node:
    return next(node for node in nodes.in_turn() if node.name == name)


def test_a_node_that_failed_is_asked_last_and_comes_back_after_its_rest(nodes: Failover, clock: Clock) -> None:
    assert order(nodes) == "abc"
    nodes.failed(node(nodes, "a"), AWAY)
    assert order(nodes) == "bca"
    clock.now += REST - 1
    assert order(nodes) == "bca"
    clock.now += 1
    assert order(nodes) == "abc"


def test_each_failure_doubles_the_rest_up_to_an_hour_and_success_ends_it(nodes: Failover, clock: Clock) -> None:
    first = node(nodes, "a")
    rests = []
    for _ in range(20):
        nodes.failed(first, AWAY)
        rests.append(0)
        while order(nodes) != "abc":
            clock.now += REST
            rests[-1] += REST
    assert rests[:4] == [60, 120, 240, 480]
    assert rests[-1] == max(rests) == LONGEST_REST
    nodes.worked(first)
    nodes.failed(first, AWAY)
    clock.now += REST
    assert order(nodes) == "abc"


def test_when_all_rest_the_one_that_failed_first_is_asked_first(nodes: Failover, clock: Clock) -> None:
    for name in "bca":
        clock.now += 1
        nodes.failed(node(nodes, name), AWAY)
    assert order(nodes) == "bca"


def test_when_none_works_each_is_named_with_its_reason(nodes: Failover) -> None:
    for name, error in (("a", AWAY), ("b", WRONG), ("c", AWAY)):
        nodes.failed(node(nodes, name), error)
    error = nodes.why_none()
    assert isinstance(error, Unavailable)
    for part in ("a: does not answer", "b: is of another chain", "c: does not answer"):
        assert part in error.found
    assert error.hint


def test_when_all_are_wrong_waiting_does_not_help(nodes: Failover) -> None:
    for name in "abc":
        nodes.failed(node(nodes, name), WRONG)
    assert isinstance(nodes.why_none(), Contradiction)


def test_the_error_of_an_only_node_is_its_own() -> None:
    alone = Failover([Node(Named("a"))])
    alone.failed(node(alone, "a"), AWAY)
    assert alone.why_none() is AWAY


def test_without_a_node_there_is_nothing_to_ask() -> None:
    with pytest.raises(InvalidInput, match="--rpc"):
        Failover([])


def test_a_node_far_behind_another_is_overtaken(nodes: Failover, rpcs: list[Named]) -> None:
    rpcs[1].head = 100 + SLACK
    nodes.require_not_overtaken(node(nodes, "a"), 100)
    nodes = Failover([Node(rpc) for rpc in rpcs])
    rpcs[1].head = 101 + SLACK
    with pytest.raises(Unavailable, match="the node at a is behind another; expected block 111, the head of b"):
        nodes.require_not_overtaken(node(nodes, "a"), 100)


def test_a_node_that_stands_still_is_overtaken_by_one_block(nodes: Failover, rpcs: list[Named], clock: Clock) -> None:
    first = node(nodes, "a")
    rpcs[1].head = 101
    nodes.require_not_overtaken(first, 100)
    clock.now += LOOK
    rpcs[1].head = 102
    nodes.require_not_overtaken(first, 101)
    clock.now += LOOK
    with pytest.raises(Unavailable, match="behind another"):
        nodes.require_not_overtaken(first, 101)


def test_the_others_are_looked_at_now_and_then_and_not_while_they_rest(
    nodes: Failover, rpcs: list[Named], clock: Clock
) -> None:
    first = node(nodes, "a")
    rpcs[1].head = None
    nodes.failed(node(nodes, "c"), WRONG)
    for _ in range(5):
        nodes.require_not_overtaken(first, 100)
    assert [rpc.asked for rpc in rpcs] == [0, 1, 0]
    clock.now += LOOK
    nodes.require_not_overtaken(first, 101)
    assert [rpc.asked for rpc in rpcs] == [0, 2, 1]


def test_an_only_node_is_never_overtaken() -> None:
    rpc = Named("a")
    alone = Failover([Node(rpc)])
    alone.require_not_overtaken(node(alone, "a"), 100)
    assert rpc.asked == 0


def test_an_address_given_twice_is_one_node() -> None:
    urls = ["http://127.0.0.1:1/", "http://127.0.0.1:2", "http://127.0.0.1:1"]
    found = nodes_at(urls, HttpRpc)
    assert [node.name for node in found] == ["http://127.0.0.1:1", "http://127.0.0.1:2"]
    for node in found:
        assert isinstance(node.rpc, HttpRpc)
        node.rpc.close()
