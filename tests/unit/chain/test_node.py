"""What a node answers is checked for shape and for being the answer to the question."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from registry.chain.blocks import Header
from registry.chain.node import Node
from registry.chain.rpc import Call, RpcError
from registry.domain.errors import Contradiction, Unavailable

HASH = "0x" + "11" * 32
OTHER_HASH = "0x" + "22" * 32
CONTRACT = bytes.fromhex("aa" * 20)
BLOCK = {"number": "0x5", "hash": HASH, "parentHash": OTHER_HASH, "timestamp": "0x6553f100"}
LOG = {
    "blockNumber": "0x5",
    "blockHash": HASH,
    "transactionHash": OTHER_HASH,
    "transactionIndex": "0x0",
    "logIndex": "0x3",
    "address": "0x" + "aa" * 20,
    "topics": [HASH],
    "data": "0x",
    "removed": False,
}


class Scripted:
    """An `Rpc` that answers from a function of method and parameters."""

    name = "a scripted node"

    def __init__(self, answer: Callable[[str, Sequence[Any]], Any]) -> None:
        self.answer = answer
        self.asked: list[Call] = []

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        self.asked.append((method, params))
        return self.answer(method, params)

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        return [self.request(method, params) for method, params in calls]


def always(answer: Any) -> Node:
    return Node(Scripted(lambda *_: answer))


def test_header_is_read() -> None:
    header = always(BLOCK).header(5)
    assert header == Header(5, bytes.fromhex("11" * 32), bytes.fromhex("22" * 32), 1_700_000_000)


@pytest.mark.parametrize("member", ["number", "hash", "parentHash", "timestamp"])
@pytest.mark.parametrize("bent", [None, 5, "5", "0x", "0xzz", "0x-1", "0x1_0", "-0x1", [], {}, "0x" + "1" * 70])
def test_a_header_with_a_bent_member_is_unavailable_and_names_it(member: str, bent: Any) -> None:
    with pytest.raises(Unavailable) as caught:
        always(BLOCK | {member: bent}).header("latest")
    assert member in caught.value.expected


@pytest.mark.parametrize("answer", [[], "0x", 1, True])
def test_a_header_that_is_no_object_is_unavailable(answer: Any) -> None:
    with pytest.raises(Unavailable):
        always(answer).header("latest")


def test_a_missing_block_is_unavailable_or_none() -> None:
    assert always(None).find_header(7) is None
    with pytest.raises(Unavailable, match="does not have the block"):
        always(None).header(7)


@pytest.mark.parametrize("asked", [[4, 5], ["latest", bytes.fromhex("22" * 32)]])
def test_several_headers_are_each_held_to_their_question(asked: list[int | bytes | str]) -> None:
    assert always(BLOCK).find_headers([5, "latest", bytes.fromhex("11" * 32)]) == [always(BLOCK).header(5)] * 3
    assert always(None).find_headers(asked) == [None, None]
    with pytest.raises(Contradiction, match="another block"):
        always(BLOCK).find_headers(asked)


@pytest.mark.parametrize("bloom", ["0x", HASH, 5, "0x" + "zz" * 256])
def test_a_bent_bloom_filter_is_unavailable_and_an_absent_one_is_empty(bloom: Any) -> None:
    full = "0x" + "ff" * 256
    assert always(BLOCK | {"logsBloom": full}).header(5).bloom == 2**2048 - 1
    assert always(BLOCK).header(5).bloom == 0
    with pytest.raises(Unavailable, match="logsBloom"):
        always(BLOCK | {"logsBloom": bloom}).header(5)


@pytest.mark.parametrize("asked", [6, bytes.fromhex("22" * 32)])
def test_a_header_of_another_block_is_a_contradiction(asked: int | bytes) -> None:
    with pytest.raises(Contradiction, match="another block"):
        always(BLOCK).header(asked)


def test_finality_by_depth_counts_from_the_head_and_never_below_the_first_block() -> None:
    def answer(_: str, params: Sequence[Any]) -> Any:
        return BLOCK | {"number": "0x5" if params[0] == "latest" else params[0]}

    assert Node(Scripted(answer)).finalized_header(2).number == 3
    assert Node(Scripted(answer)).finalized_header(64).number == 0


def test_finality_by_tag_asks_for_the_tag() -> None:
    rpc = Scripted(lambda *_: BLOCK)
    Node(rpc).finalized_header()
    assert rpc.asked == [("eth_getBlockByNumber", ["finalized", False])]


def test_logs_are_read_in_the_order_of_the_chain() -> None:
    logs = always([LOG | {"logIndex": "0x4"}, LOG, LOG | {"blockNumber": "0x4"}]).logs(4, 5, [CONTRACT])
    assert [(log.block_number, log.log_index) for log in logs] == [(4, 3), (5, 3), (5, 4)]


@pytest.mark.parametrize("member", [name for name in LOG if name != "removed"])
@pytest.mark.parametrize("bent", [None, 5, "0xzz", "0x1", {}])
def test_a_log_with_a_bent_member_is_unavailable(member: str, bent: Any) -> None:
    if (member, bent) in (("blockNumber", "0x1"), ("transactionIndex", "0x1"), ("logIndex", "0x1"), ("data", "0x1")):
        bent = "1"
    with pytest.raises(Unavailable, match="malformed"):
        always([LOG | {member: bent}]).logs(5, 5, [CONTRACT])


@pytest.mark.parametrize("bent", [{"blockNumber": "0x6"}, {"blockNumber": "0x4"}, {"address": "0x" + "bb" * 20}])
def test_a_log_that_was_not_asked_for_is_a_contradiction(bent: dict[str, Any]) -> None:
    with pytest.raises(Contradiction, match="another"):
        always([LOG | bent]).logs(5, 5, [CONTRACT])


def test_a_log_of_another_block_hash_is_a_contradiction() -> None:
    with pytest.raises(Contradiction):
        always([LOG]).logs_of_block(bytes.fromhex("22" * 32), [CONTRACT])


def test_storage_is_asked_by_block_hash() -> None:
    rpc = Scripted(lambda *_: "0x" + "00" * 31 + "07")
    assert Node(rpc).storage(CONTRACT, [1], always(BLOCK).header(5)) == [(7).to_bytes(32, "big")]
    assert rpc.asked == [
        ("eth_getStorageAt", ["0x" + "aa" * 20, f"0x{1:064x}", {"blockHash": HASH, "requireCanonical": True}])
    ]


def without_hashes(block: dict[str, Any]) -> Callable[[str, Sequence[Any]], Any]:
    """A node that takes no block hashes, and whose block 5 is `block`."""

    def answer(method: str, params: Sequence[Any]) -> Any:
        if method == "eth_getBlockByNumber":
            return block
        if isinstance(params[-1], dict):
            raise RpcError(-32602, "invalid argument")
        return "0x07"

    return answer


def test_storage_falls_back_to_the_number_where_the_node_takes_no_hash_and_asks_so_from_then_on() -> None:
    rpc = Scripted(without_hashes(BLOCK))
    node, header = Node(rpc), always(BLOCK).header(5)
    assert node.storage(CONTRACT, [1], header) == [(7).to_bytes(32, "big")]
    assert node.storage(CONTRACT, [1], header) == [(7).to_bytes(32, "big")]
    asked_with_hash = [params for _, params in rpc.asked if isinstance(params[-1], dict)]
    assert len(asked_with_hash) == 1


def test_storage_by_number_of_a_block_that_was_reorganised_is_unavailable() -> None:
    node = Node(Scripted(without_hashes(BLOCK | {"hash": OTHER_HASH})))
    with pytest.raises(Unavailable, match="changed while it was read"):
        node.storage(CONTRACT, [1], always(BLOCK).header(5))


@pytest.mark.parametrize("word", [None, 7, "7", "0xzz", "0x" + "00" * 33])
def test_a_storage_word_that_is_none_is_unavailable(word: Any) -> None:
    with pytest.raises(Unavailable):
        always(word).storage(CONTRACT, [1])
