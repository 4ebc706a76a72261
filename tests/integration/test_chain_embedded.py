"""What only the embedded chain has: blocks on demand, snapshots, a clock of its own."""

import pytest

from registry.chain.contracts import CreditRegistry
from registry.chain.embedded import Embedded, demo_key
from registry.chain.events import SeriesRegistered
from registry.chain.keys import LocalSigner
from registry.chain.node import Node
from registry.chain.rpc import RpcError
from registry.chain.send import Sender
from registry.domain.errors import Refused
from support.chains import Chain, deployed


def test_embedded_puts_several_transactions_into_one_block(embedded: Embedded) -> None:
    chain = Chain("embedded", embedded, [LocalSigner(demo_key(0))])
    registry = deployed(chain)
    sender = chain.sender()
    credits_ = CreditRegistry(sender, registry.credit_registry.address)
    with embedded.one_block():
        pending = [
            sender.submit(credits_.address, credits_.calldata("registerSeries", f"B-{n}"), "x") for n in range(9)
        ]
    receipts = [sender.wait(one) for one in pending]
    assert len({receipt.block_hash for receipt in receipts}) == 1
    assert [log.log_index for receipt in receipts for log in receipt.logs] == list(range(9))
    assert [log.tx_index for receipt in receipts for log in receipt.logs] == list(range(9))
    assert sender.node.logs_of_block(receipts[0].block_hash, [credits_.address]) == [
        log for receipt in receipts for log in receipt.logs
    ]


def test_embedded_reorganises_by_snapshots(embedded: Embedded) -> None:
    chain = Chain("embedded", embedded, [LocalSigner(demo_key(0))])
    credits_ = CreditRegistry(chain.sender(), deployed(chain).credit_registry.address)
    snapshot = embedded.snapshot()
    lost = credits_.register_series("LOST")
    embedded.revert(snapshot)
    node = Node(embedded)
    assert node.find_header(lost.block_hash) is None
    assert credits_.series_number("LOST") == 0
    kept = credits_.register_series("KEPT")
    assert (kept.block_number, kept.event(SeriesRegistered).series) == (lost.block_number, 1)
    assert [log.tx_hash for log in node.logs(kept.block_number, kept.block_number, [credits_.address])] == [
        kept.tx_hash
    ]


def test_embedded_runs_repeat_exactly_when_the_genesis_time_is_given() -> None:
    heads = []
    for _ in range(2):
        embedded = Embedded(genesis_time=1_700_000_000)
        deployed(Chain("embedded", embedded, [LocalSigner(demo_key(0))]))
        heads.append(Node(embedded).header())
    assert heads[0] == heads[1]


def test_embedded_takes_the_time_it_is_given(embedded: Embedded) -> None:
    node = Node(embedded)
    later = node.header().timestamp + 1_000
    embedded.set_time(later)
    embedded.mine()
    assert node.header().timestamp == later
    embedded.set_time(later)
    with pytest.raises(RpcError, match="at least"):
        embedded.mine()


def test_embedded_refuses_code_above_the_limit(embedded: Embedded) -> None:
    sender = Sender(embedded, LocalSigner(demo_key(0)))
    with pytest.raises((Refused, RpcError)):
        sender.deploy(bytes.fromhex("6160015ff3"), "a contract of 24,577 bytes")
    assert sender.deploy(bytes.fromhex("6160005ff3"), "a contract of 24,576 bytes").succeeded


def test_embedded_answers_as_a_node_to_what_it_does_not_know(embedded: Embedded) -> None:
    with pytest.raises(RpcError, match="does not exist"):
        embedded.request("eth_getProof", [])
    with pytest.raises(RpcError, match="invalid params"):
        embedded.request("eth_getStorageAt", ["0x"])
    with pytest.raises(RpcError, match="header not found"):
        embedded.request("eth_getStorageAt", ["0x" + "00" * 20, "0x0", {"blockHash": "0x" + "11" * 32}])
