"""What random faults found once, by name; and an indexer with several nodes, of which one is asked at a time."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import index_scenario as scenario
import pytest
from index_chain import dump, embedded

from registry.chain.node import Node
from registry.chain.rpc import Rpc, RpcError
from registry.domain.errors import Contradiction, Unavailable
from registry.store import Store, open_store
from registry.workflows.index import Indexer, Step, Turn
from support.chains import Through
from support.databases import Databases

Block = dict[str, Any]
AWAY = Unavailable("the node is away", found="nothing", hint="wait")


@pytest.fixture(scope="module")
def registry() -> Iterator[scenario.Registry]:
    with embedded() as (rpc, signers):
        registry = scenario.deploy(rpc, signers, depth=12)
        scenario.live(registry)
        rpc.request("anvil_mine", [hex(3)])  # the newest blocks bear no events
        yield registry


@pytest.fixture(scope="module")
def wanted(registry: scenario.Registry) -> dict[str, list[Any]]:
    """The rows of a faultless mirror."""
    store = open_store("sqlite://")
    Indexer(registry.node, store, registry.file).run()
    rows = dump(store)
    store.close()
    return rows


@pytest.fixture
def store() -> Iterator[Store]:
    made = open_store("sqlite://")
    yield made
    made.close()


def lying_once(honest: Rpc, about: Callable[[Block], bool], **lie: str) -> Through:
    """A node whose first answer about a certain block is wrong in one member."""
    lies = iter([lie])

    def block(number: str, full: bool) -> Block | None:
        told: Block | None = honest.request("eth_getBlockByNumber", [number, full])
        return told | next(lies, {}) if told and about(told) else told

    return Through(honest, eth_getBlockByNumber=block)


def away(*_: object) -> Any:
    raise AWAY


def dead(honest: Rpc) -> Node:
    """A node that does not answer."""
    methods = ("eth_chainId", "eth_getBlockByNumber", "eth_getBlockByHash", "eth_getLogs", "eth_getStorageAt")
    return Node(Through(honest, **dict.fromkeys(methods, away)))


def test_a_wrong_time_of_an_empty_last_block_is_noticed(
    registry: scenario.Registry, wanted: dict[str, list[Any]], store: Store
) -> None:
    head = registry.node.header().number
    liar = lying_once(registry.rpc, lambda block: int(block["number"], 16) == head, timestamp="0x1")
    Indexer(Node(liar), store, registry.file, pause=0).run()
    assert dump(store) == wanted


def test_a_wrong_time_of_the_final_block_is_noticed(
    registry: scenario.Registry, wanted: dict[str, list[Any]], store: Store
) -> None:
    final = registry.node.header().number - 12
    liar = lying_once(registry.rpc, lambda block: int(block["number"], 16) == final, timestamp="0x1")
    Indexer(Node(liar), store, registry.file, pause=0).run()
    assert dump(store) == wanted


def test_a_head_that_is_not_there_makes_no_block_final(
    registry: scenario.Registry, wanted: dict[str, list[Any]], store: Store
) -> None:
    head = registry.node.header().number
    lies = [0]

    def block(number: str, full: bool) -> Block | None:
        told: Block | None = registry.rpc.request("eth_getBlockByNumber", [number, full])
        if told and number == "latest" and lies[0] >= 0:
            lies[0] += 1
            return told | {"number": hex(head + 5)} if lies[0] % 2 == 0 else told
        return told

    steps: list[Step] = []
    node = Node(Through(registry.rpc, eth_getBlockByNumber=block))
    indexer = Indexer(node, store, registry.file, pause=0, on_step=steps.append)
    with pytest.raises((Contradiction, Unavailable)):
        indexer.run()
    for row in dump(store)["cursor"]:
        assert row[7] <= head - 12, "a block was called final that is not"
    lies[0] = -(10**6)
    indexer.run()
    assert dump(store) == wanted


def test_a_balancer_that_turns_to_another_chain_leaves_no_empty_mirror(
    registry: scenario.Registry, store: Store
) -> None:
    """That chain knows nothing of the contracts: no logs, no history, which fits a registry that has no events yet."""
    with embedded() as (other, _):
        other.request("anvil_mine", [hex(registry.node.header().number + 5)])
        asked: list[str] = []

        def turned(method: str) -> Callable[..., Any]:
            def answer(*params: Any) -> Any:
                asked.append(method)
                of_other = "eth_getLogs" in asked
                return (other if of_other else registry.rpc).request(method, list(params))

            return answer

        methods = ("eth_getBlockByNumber", "eth_getBlockByHash", "eth_getLogs", "eth_getStorageAt", "eth_chainId")
        node = Node(Through(registry.rpc, **{method: turned(method) for method in methods}))
        with pytest.raises(Contradiction, match="not on the registry's chain any more"):
            Indexer(node, store, registry.file, pause=0).run()
        assert not any(dump(store).values())


def test_a_node_that_refuses_to_say_which_chain_it_is_of_is_waited_for(
    registry: scenario.Registry, wanted: dict[str, list[Any]], store: Store
) -> None:
    refusals = iter(range(3))

    def chain_id() -> Any:
        if next(refusals, None) is not None:
            raise RpcError(-32603, "Internal error")
        return registry.rpc.request("eth_chainId")

    waits: list[Unavailable] = []
    stop = threading.Event()

    def at_head(step: Step) -> None:
        if step.did == "idle":
            stop.set()

    node = Node(Through(registry.rpc, eth_chainId=chain_id))
    indexer = Indexer(node, store, registry.file, on_step=at_head, on_wait=waits.append)
    indexer.run(follow=True, poll=0.01, stop=stop)
    assert [wait.message for wait in waits] == [f"the node at {node.name} refuses a question"] * 3
    assert dump(store) == wanted


def test_the_next_node_takes_over_and_it_is_said_why(
    registry: scenario.Registry, wanted: dict[str, list[Any]], mirrors: Databases
) -> None:
    turns: list[Turn] = []
    stranger = Node(Through(registry.rpc, eth_chainId=lambda: "0x1"))
    store = mirrors.open()
    Indexer([dead(registry.rpc), stranger, registry.node], store, registry.file, pause=0, on_turn=turns.append).run()
    assert dump(store) == wanted
    assert [turn.node for turn in turns] == [stranger.name, stranger.name, registry.node.name]
    assert [str(turn.because or "") for turn in turns] == [
        "",
        str(AWAY),
        f"the node at {stranger.name} is not on the registry's chain: another chain id; "
        f"expected {registry.file.chain_id}; found 1; try: do not trust its answers; name another node (--rpc), "
        "or the registry file of this chain (--registry)",
    ]


def test_a_node_of_another_chain_is_asked_for_nothing_more(registry: scenario.Registry, store: Store) -> None:
    stranger = Through(registry.rpc, eth_chainId=lambda: "0x1")
    Indexer([Node(stranger), registry.node], store, registry.file).run()
    assert {method for method, _ in stranger.asked} == {"eth_chainId"}


def test_a_node_that_dies_in_the_middle_is_followed_by_one_that_begins_at_the_mirrors_block(
    registry: scenario.Registry, wanted: dict[str, list[Any]], mirrors: Databases
) -> None:
    left = iter(range(8))

    def logs(query: dict[str, str]) -> Any:
        if next(left, None) is None:
            raise AWAY
        return registry.rpc.request("eth_getLogs", [query])

    asked: list[int] = []

    def later_logs(query: dict[str, str]) -> Any:
        asked.append(int(query["fromBlock"], 16))
        return registry.rpc.request("eth_getLogs", [query])

    store = mirrors.open()
    steps: list[Step] = []
    first, second = Through(registry.rpc, eth_getLogs=logs), Through(registry.rpc, eth_getLogs=later_logs)
    indexer = Indexer(
        [Node(first), Node(second)], store, registry.file, span=4, step_events=1, pause=0, on_step=steps.append
    )
    indexer.run()
    assert dump(store) == wanted
    assert min(asked) > registry.file.first_block
    lasts = [step.last for step in steps if step.did == "indexed"]
    assert min(asked) - 1 in lasts, "the second node began at a block that the mirror had reached"


def test_when_all_nodes_fail_each_is_named_with_its_reason(registry: scenario.Registry, store: Store) -> None:
    stranger = Node(Through(registry.rpc, eth_chainId=lambda: "0x1"))
    with pytest.raises(Unavailable, match="none of 2 nodes") as caught:
        Indexer([dead(registry.rpc), stranger], store, registry.file, pause=0).run()
    assert "the node is away" in caught.value.found
    assert "another chain id" in caught.value.found
    with pytest.raises(Contradiction, match="none of 2 nodes"):
        Indexer([stranger, stranger], store, registry.file, pause=0).run()
    assert not any(dump(store).values())


def test_a_stale_node_is_overtaken_and_the_mirror_comes_to_the_head(
    registry: scenario.Registry, wanted: dict[str, list[Any]], store: Store
) -> None:
    def block(number: str, full: bool) -> Any:
        if number == "latest":
            number = hex(30)
        return None if int(number, 16) > 30 else registry.rpc.request("eth_getBlockByNumber", [number, full])

    stale = Node(Through(registry.rpc, eth_getBlockByNumber=block))
    turns: list[Turn] = []
    Indexer([stale, registry.node], store, registry.file, pause=0, on_turn=turns.append).run()
    assert dump(store) == wanted
    assert "is behind another" in str(turns[-1].because)


def test_a_database_that_fails_is_no_reason_to_ask_another_node(registry: scenario.Registry) -> None:
    turns: list[Turn] = []
    store = open_store("sqlite://")
    indexer = Indexer([registry.node, dead(registry.rpc)], store, registry.file, pause=0, on_turn=turns.append)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE block RENAME TO gone")
    with pytest.raises(Unavailable, match="database did not answer"):
        indexer.run()
    assert [turn.node for turn in turns] == [registry.node.name]
    store.close()
