"""Pages of logs: in order and whole, whatever a node refuses; many on their way where the node is far away."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from registry.chain.node import Node
from registry.chain.pages import LEAST_AHEAD, LOGS, MOST_AHEAD, MOST_LOGS, Page, PageReader, Pages, Unfit, Width
from registry.chain.rpc import Overburdened, RpcError
from registry.domain.errors import Unavailable

ADDRESSES = [b"\x0a" * 20, b"\x0b" * 20]
HEAD = 5_000


class Chain:
    """A node with `density` logs of each contract in each block. `refuse(blocks, logs, addresses)` may raise."""

    name = "a made-up node"

    def __init__(self, density: int, refuse: Callable[[int, int, int], None] = lambda *_: None, latency: float = 0.0):
        self._density, self._refuse, self._latency = density, refuse, latency
        self._lock = threading.Lock()
        self._busy = 0
        self.most_busy = 0
        self.asked: list[int] = []

    def request(self, method: str, params: Any = ()) -> Any:
        assert method == "eth_getLogs"
        query = params[0]
        first, last = int(query["fromBlock"], 16), int(query["toBlock"], 16)
        with self._lock:
            self._busy += 1
            self.most_busy = max(self.most_busy, self._busy)
            self.asked.append(last - first + 1)
        time.sleep(self._latency)
        with self._lock:
            self._busy -= 1
        logs = self.logs(first, last, query)
        self._refuse(last - first + 1, len(logs), len(query["address"]))
        return logs

    def density(self, block: int) -> int:
        return self._density

    def logs(self, first: int, last: int, query: Any) -> list[dict[str, str]]:
        return [
            {"blockNumber": hex(block), "logIndex": hex(2 * number + ADDRESSES.index(bytes.fromhex(address[2:])))}
            for block in range(first, last + 1)
            for number in range(self.density(block))
            for address in query["address"]
        ]

    def batch(self, calls: Any) -> list[Any]:
        word = "0x" + "11" * 32
        return [
            {"number": params[0], "hash": word, "parentHash": word, "timestamp": "0x1"}
            for _, params in calls
        ]  # fmt: skip


@contextmanager
def reader(chain: Chain, most: int = 2_000) -> Iterator[PageReader]:
    made = PageReader(Node(chain), ADDRESSES, most)
    try:
        yield made
    finally:
        made.close()


def places(pages: list[Page]) -> list[tuple[int, int]]:
    return [(int(log["blockNumber"], 16), int(log["logIndex"], 16)) for page in pages for log in page.logs]


def require_whole(pages: list[Page], density: int) -> None:
    assert [page.first for page in pages] == [0, *(page.last + 1 for page in pages[:-1])]
    assert pages[-1].last == HEAD
    assert places(pages) == [(block, index) for block in range(HEAD + 1) for index in range(2 * density)]
    for page in pages:
        assert page.end.number == page.last
        assert {int(log["blockNumber"], 16) for log in page.logs} | {page.last} == set(page.headers)


def most_blocks(limit: int, error: Exception) -> Callable[[int, int, int], None]:
    def refuse(blocks: int, logs: int, addresses: int) -> None:
        if blocks > limit:
            raise error

    return refuse


def most_logs(limit: int, error: Exception) -> Callable[[int, int, int], None]:
    def refuse(blocks: int, logs: int, addresses: int) -> None:
        if logs > limit:
            raise error

    return refuse


REFUSALS = [
    RpcError(-32005, "query returned more than 10000 results"),
    RpcError(-32602, "eth_getLogs and eth_newFilter are limited to a 1000 blocks range"),
    RpcError(-32000, "exceed maximum block range: 5000"),
    RpcError(-32614, "eth_getLogs is limited to a 10,000 range"),
    RpcError(0, "Log response size exceeded."),
    RpcError(-32603, "request timed out"),
    Overburdened("an answer that takes too long"),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_pages_are_whole_and_in_order_however_a_node_says_that_it_is_too_much(refusal: Exception) -> None:
    for refuse in (most_blocks(7, refusal), most_logs(90, refusal), most_blocks(1, refusal)):
        chain = Chain(3, refuse)
        with reader(chain) as made:
            require_whole(list(Pages(made, 0, HEAD)), 3)


def test_pages_grow_until_they_are_full_and_no_wider_than_allowed() -> None:
    with reader(Chain(10)) as made:
        pages = list(Pages(made, 0, HEAD))
        require_whole(pages, 10)
        assert max(len(page.logs) for page in pages) == LOGS
    with reader(Chain(0), most=300) as made:
        assert max(page.last - page.first + 1 for page in Pages(made, 0, HEAD)) == 300


class Burst(Chain):
    """A chain that is empty, but for a hundred blocks with 400 logs of ours each, and one with 6,000."""

    def density(self, block: int) -> int:
        return 3_000 if block == 3_050 else 200 * (3_000 <= block < 3_100)


@pytest.mark.parametrize("latency", [0.0, 0.005])
@pytest.mark.parametrize("limit", [10**9, 10_000])
def test_pages_stay_small_where_a_chain_becomes_dense_at_once(latency: float, limit: int) -> None:
    chain = Burst(0, most_logs(limit, RpcError(-32005, "too many logs")), latency)
    with reader(chain) as made:
        pages = list(Pages(made, 0, HEAD))
    assert [page.first for page in pages] == [0, *(page.last + 1 for page in pages[:-1])]
    assert pages[-1].last == HEAD
    assert places(pages) == [(block, n) for block in range(HEAD + 1) for n in range(2 * chain.density(block))]
    assert all(len(page.logs) <= MOST_LOGS or page.first == page.last == 3_050 for page in pages)


def test_a_node_with_a_limit_is_rarely_asked_for_more_than_it() -> None:
    refused = 0

    def refuse(blocks: int, logs: int, addresses: int) -> None:
        nonlocal refused
        if blocks > 50:
            refused += 1
            raise RpcError(-32005, "too many blocks")

    chain = Chain(1, refuse)
    with reader(chain) as made:
        require_whole(list(Pages(made, 0, HEAD)), 1)
    assert refused * 8 < len(chain.asked)
    assert HEAD // 50 <= len(chain.asked) < HEAD // 50 * 3


def test_width_grows_back_when_the_refusals_end() -> None:
    width = Width(1_000)
    for _ in range(10):
        width.was_refused(width.blocks)
    assert width.blocks == 1
    for _ in range(1_000):
        width.went_well(width.blocks, 0)
    assert width.blocks == 1_000


def test_a_block_that_is_too_much_at_once_is_asked_for_contract_by_contract() -> None:
    chain = Chain(40, most_logs(50, RpcError(-32005, "too many logs")))
    with reader(chain) as made:
        assert places([made.read(9, 9)]) == [(9, index) for index in range(80)]


def test_a_block_that_a_node_never_hands_over_is_unavailable_and_says_why() -> None:
    chain = Chain(40, most_logs(10, RpcError(-32005, "too many logs")))
    with reader(chain) as made, pytest.raises(Unavailable, match=r"logs of block 9.*too many logs"):
        made.read(9, 9)


def test_more_pages_are_on_their_way_the_longer_a_node_takes() -> None:
    near, far = Chain(1), Chain(1, latency=0.03)
    for chain in (near, far):
        with reader(chain, most=20) as made:
            pages = Pages(made, 0, HEAD)
            taken = []
            for page in pages:
                taken.append(page)
                time.sleep(0.004)
            require_whole(taken, 1)
    assert near.most_busy <= LEAST_AHEAD + 2
    assert LEAST_AHEAD + 2 < far.most_busy <= MOST_AHEAD


def test_a_log_of_another_block_than_asked_for_does_not_fit() -> None:
    class Elsewhere(Chain):
        def request(self, method: str, params: Any = ()) -> Any:
            return [{"blockNumber": "0x7", "logIndex": "0x0"}]

    with reader(Elsewhere(1)) as made, pytest.raises(Unfit, match="a log of block 7"):
        made.read(1, 6)


@pytest.mark.parametrize(
    "answer", [None, {}, "0x", [None], [["a"]], [{"blockNumber": []}], [{"blockNumber": "7"}], [{}]]
)
def test_what_is_no_list_of_logs_is_unavailable(answer: Any) -> None:
    class Strange(Chain):
        def request(self, method: str, params: Any = ()) -> Any:
            return answer

    with reader(Strange(1)) as made, pytest.raises(Unavailable, match="malformed"):
        made.read(1, 6)


def test_a_header_that_the_node_has_not_is_unavailable() -> None:
    class Headless(Chain):
        def batch(self, calls: Any) -> list[Any]:
            return [None for _ in calls]

    with reader(Headless(1)) as made, pytest.raises(Unavailable, match="does not have a block"):
        made.read(1, 6)
