"""web3 over our client: our errors come out, nothing unasked goes in, and what it reads is held to our rules."""

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from web3.exceptions import TransactionNotFound

from registry.chain.abi import load_artifact
from registry.chain.fees import Fees, current_fees
from registry.chain.node import Node
from registry.chain.receipts import receipt_from
from registry.chain.rpc import Call, RpcError
from registry.chain.web3_bridge import NodeEth, eth_over
from registry.domain.errors import InvalidInput, Unavailable

HASH = "0x" + "11" * 32
LOG = {
    "blockNumber": "0x7",
    "blockHash": HASH,
    "transactionHash": HASH,
    "transactionIndex": "0x0",
    "logIndex": "0x0",
    "address": "0x" + "ab" * 20,
    "topics": [HASH],
    "data": "0x0102",
}
RECEIPT = {
    "transactionHash": HASH,
    "blockNumber": "0x7",
    "blockHash": HASH,
    "status": "0x1",
    "gasUsed": "0x5208",
    "contractAddress": "0x" + "cd" * 20,
    "logs": [LOG],
}


class Told:
    """An `Rpc` that answers what it is told to, and notes what it was asked."""

    name = "a told node"

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[Call] = []

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        self.asked.append((method, params))
        answer = self.answers[method]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        return [self.request(*call) for call in calls]


def eth(**answers: Any) -> NodeEth:
    return eth_over(Told(**answers))


def test_a_nodes_error_and_an_outage_come_out_as_they_went_in() -> None:
    for error in (RpcError(3, "execution reverted", "0x1234"), Unavailable("the node is down")):
        with pytest.raises(type(error)) as caught:
            eth(eth_call=error).call({"data": b""})
        assert caught.value is error


def test_only_what_was_asked_for_is_asked() -> None:
    told = Told(eth_sendTransaction=HASH)
    eth_over(told).send_transaction({"from": b"\1" * 20, "to": b"\2" * 20, "gas": 1, "nonce": 0, "chainId": 9})
    assert [method for method, _ in told.asked] == ["eth_sendTransaction"]


def test_a_revert_that_asks_to_look_something_up_elsewhere_is_only_a_revert() -> None:
    lookup = RpcError(3, "execution reverted", "0x556f1830" + "00" * 160)
    with pytest.raises(RpcError):
        eth(eth_call=lookup).call({"data": b"", "to": b"\2" * 20})


@pytest.mark.parametrize("answer", [None, 5, "5", "0x", "-0x1", "0x1_0", [], {}, "0x" + "f" * 65])
def test_a_number_that_is_none_is_a_malformed_answer(answer: Any) -> None:
    with pytest.raises(Unavailable, match="a told node"):
        _ = eth(eth_gasPrice=answer).gas_price
    with pytest.raises(Unavailable):
        eth(eth_estimateGas=answer).estimate_gas({"data": b""})
    with pytest.raises(Unavailable):
        eth(eth_getTransactionCount=answer).get_transaction_count(b"\1" * 20)  # type: ignore[arg-type]


@pytest.mark.parametrize("answer", [None, 5, "0x1", HASH[:-2], HASH + "00", "0xzz"])
def test_a_transaction_hash_has_32_bytes(answer: Any) -> None:
    with pytest.raises(Unavailable):
        eth(eth_sendRawTransaction=answer).send_raw_transaction(b"\2")


@pytest.mark.parametrize("answer", [None, 5, "12", "0xzz", {}])
def test_what_a_call_returns_is_bytes_in_hex(answer: Any) -> None:
    with pytest.raises(Unavailable):
        eth(eth_call=answer).call({"data": b""})


def test_a_transaction_that_the_node_does_not_have_is_not_found() -> None:
    with pytest.raises(TransactionNotFound):
        eth(eth_getTransactionReceipt=None).get_transaction_receipt(HASH)  # type: ignore[arg-type]


def test_a_receipt_is_read_with_its_logs() -> None:
    receipt = _receipt(RECEIPT)
    assert (receipt.tx_hash, receipt.block_number, receipt.gas_used) == (b"\x11" * 32, 7, 21_000)
    assert (receipt.succeeded, receipt.contract) == (True, b"\xcd" * 20)
    assert (receipt.logs[0].address, receipt.logs[0].data) == (b"\xab" * 20, b"\1\2")
    assert not _receipt({**RECEIPT, "status": "0x0"}).succeeded


@pytest.mark.parametrize(
    "bent",
    [
        *({name: bad} for name in ("status", "blockNumber", "gasUsed") for bad in (None, "x", "-0x1", [])),
        *({name: bad} for name in ("transactionHash", "blockHash") for bad in (None, "0x11", HASH + "22", 5)),
        *({"contractAddress": bad} for bad in ("0x11", 5, HASH)),
        *({"logs": bad} for bad in (None, 5, "x", [5], [None])),
        *({"logs": [{**LOG, name: None}]} for name in LOG),
        *({"logs": [{**LOG, "topics": bad}]} for bad in ([HASH] * 5, ["0x11"], 5)),
        *({"logs": [{**LOG, "address": bad}]} for bad in ("0x11", HASH)),
    ],
)
def test_a_malformed_receipt_is_unavailable(bent: dict[str, Any]) -> None:
    with pytest.raises(Unavailable, match="a told node"):
        _receipt({**RECEIPT, **bent})
    lacking = {name: value for name, value in RECEIPT.items() if name not in bent or name == "contractAddress"}
    if lacking != RECEIPT:
        with pytest.raises(Unavailable):
            _receipt(lacking)


def _receipt(answer: dict[str, Any]) -> Any:
    told = Told(eth_getTransactionReceipt=answer)
    return receipt_from(eth_over(told).get_transaction_receipt(HASH), Node(told))  # type: ignore[arg-type]


def test_the_blocks_of_a_proof_of_authority_chain_are_read() -> None:
    block = {"number": "0x1", "baseFeePerGas": "0x7", "extraData": "0x" + "22" * 97}
    node = {"eth_getBlockByNumber": block, "eth_gasPrice": "0x9", "eth_maxPriorityFeePerGas": "0x2"}
    assert current_fees(eth(**node)) == Fees(16, 2)
    assert current_fees(eth(**{**node, "eth_gasPrice": "0x0"})) == Fees(14, 0)
    assert current_fees(eth(**{**node, "eth_maxPriorityFeePerGas": RpcError(-32601, "none")})) == Fees(
        10**9 + 14, 10**9
    )
    assert current_fees(eth(**{**node, "eth_getBlockByNumber": {"number": "0x1"}})) == Fees(9, None)


@pytest.mark.parametrize(
    "block", [None, 5, "x", {"baseFeePerGas": "x"}, {"baseFeePerGas": []}, {"baseFeePerGas": "-0x1"}]
)
def test_a_malformed_block_gives_no_fees(block: Any) -> None:
    with pytest.raises(Unavailable):
        current_fees(eth(eth_getBlockByNumber=block, eth_gasPrice="0x9", eth_maxPriorityFeePerGas="0x2"))


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("retire", (1, 0, 2**32)),
        ("retire", (1, 0)),
        ("retire", (True, 0, 1)),
        ("retire", ("1", 0, 1)),
        ("anchor", (1, 0, 0, 1, 1, b"\1" * 31)),
        ("anchor", (1, 0, 0, 1, 1, b"\1" * 33)),
        ("approve", (b"\1" * 19, 1)),
        ("approve", (b"\1" * 21, 1)),
        ("approve", ("registrar.eth", 1)),
        ("approve", ("0x" + "ab" * 20, 1)),
        ("registerSeries", (b"VCS-191",)),
    ],
)
def test_an_argument_that_does_not_fit_is_refused(function: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(InvalidInput, match=rf"the arguments of {function}\("):
        load_artifact("CreditRegistry").functions[function].encode(arguments)


@pytest.mark.parametrize("arguments", [(b"\1" * 19, 5), (b"\1" * 20,), (b"\1" * 20, -1), (b"\1" * 20, 2**48)])
def test_a_constructors_argument_that_does_not_fit_is_refused(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(InvalidInput, match="ProjectRegistry constructor"):
        load_artifact("ProjectRegistry").creation(*arguments)


@pytest.mark.parametrize("module", ["abi", "fees", "keys", "receipts", "reverts", "send", "deploy", "web3_bridge"])
def test_no_module_that_writes_leaves_the_recursion_limit_raised(module: str) -> None:
    program = f"import sys, registry.chain.{module}; print(sys.getrecursionlimit() <= 3_000)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"True\n"
