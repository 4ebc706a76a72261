"""Nonces, fees, lost answers, stuck transactions: a retry is harmless, and nothing happens twice."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from registry.chain.abi import load_artifact
from registry.chain.contracts import CreditRegistry, ProjectRegistry
from registry.chain.events import SeriesRegistered
from registry.chain.keys import LocalSigner, RemoteSigner
from registry.chain.node import Node
from registry.chain.rpc import HttpRpc
from registry.chain.send import Sender
from registry.domain.errors import Refused, Unavailable
from support.anvil import anvil, anvil_signers
from support.chains import QUICK, Chain, Through, deployed, with_report


def test_threads_that_share_a_sender_do_not_share_a_nonce(chain: Chain) -> None:
    sender = chain.sender()
    credits_, _, _ = with_report(sender, deployed(chain))
    run_together([lambda n=n: credits_.register_series(f"T-{n}") for n in range(8)])
    assert sorted(credits_.series_number(f"T-{n}") for n in range(8)) == list(range(2, 10))


def test_two_programs_with_one_key_get_their_transactions_in(chain: Chain) -> None:
    credits_, _, _ = with_report(chain.sender(), deployed(chain))
    others = [CreditRegistry(chain.sender(), credits_.address) for _ in range(3)]
    run_together([lambda n=n, c=c: [c.register_series(f"P-{n}-{i}") for i in range(3)] for n, c in enumerate(others)])
    assert all(credits_.series_number(f"P-{n}-{i}") > 0 for n in range(3) for i in range(3))


def run_together(jobs: list[Callable[[], object]]) -> None:
    failed: list[BaseException] = []

    def run(job: Callable[[], object]) -> None:
        try:
            job()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []


def test_a_nonce_that_another_program_took_is_replaced_by_the_next(chain: Chain) -> None:
    credits_, _, _ = with_report(chain.sender(), deployed(chain))
    stale = [chain.rpc.request("eth_getTransactionCount", ["0x" + chain.signers[0].address.hex(), "latest"])]
    credits_.register_series("FIRST")

    def count(*params: Any) -> Any:
        return stale.pop() if stale else chain.rpc.request("eth_getTransactionCount", params)

    lagging = Through(chain.rpc, eth_getTransactionCount=count)
    CreditRegistry(Sender(lagging, chain.signers[0], patience=QUICK), credits_.address).register_series("SECOND")
    assert lagging.count("eth_sendRawTransaction") == 2
    assert credits_.series_number("SECOND") == credits_.series_number("FIRST") + 1


def test_a_transaction_sent_twice_because_its_answer_was_lost_happens_once(chain: Chain) -> None:
    credits_, _, _ = with_report(chain.sender(), deployed(chain))

    def lose_the_first_answer(raw: str) -> Any:
        chain.rpc.request("eth_sendRawTransaction", [raw])
        return chain.rpc.request("eth_sendRawTransaction", [raw])

    losing = Through(chain.rpc, eth_sendRawTransaction=lose_the_first_answer)
    nonce = Node(chain.rpc).header().number
    receipt = CreditRegistry(Sender(losing, chain.signers[0], patience=QUICK), credits_.address).register_series("ONCE")
    assert receipt.event(SeriesRegistered).id == "ONCE"
    assert Node(chain.rpc).header().number == nonce + 1


def test_a_chain_without_base_fee_gets_legacy_transactions(chain: Chain) -> None:
    def old_block(*params: Any) -> Any:
        block = dict(chain.rpc.request("eth_getBlockByNumber", params))
        del block["baseFeePerGas"]
        return block

    sent: list[str] = []

    def send(raw: str) -> Any:
        sent.append(raw)
        return chain.rpc.request("eth_sendRawTransaction", [raw])

    legacy = Through(chain.rpc, eth_getBlockByNumber=old_block, eth_sendRawTransaction=send)
    sender = Sender(legacy, chain.signers[0], patience=QUICK)
    sender.deploy(load_artifact("ProjectRegistry").creation(sender.address, 0), "a deployment")
    assert int(sent[0][2:4], 16) >= 0xC0, "a legacy transaction starts as an RLP list, a typed one with its type"
    modern = Through(chain.rpc, eth_sendRawTransaction=send)
    sender = Sender(modern, chain.signers[0], patience=QUICK)
    sender.deploy(load_artifact("ProjectRegistry").creation(sender.address, 0), "a deployment")
    assert sent[1].startswith("0x02")


def test_a_chain_where_gas_costs_nothing_takes_an_account_without_money() -> None:
    poor = LocalSigner(b"\x11" * 32)
    with anvil("--base-fee", "0", "--gas-price", "0") as rpc:
        free = Through(rpc, eth_gasPrice=lambda: "0x0")
        rpc.request("anvil_setNextBlockBaseFeePerGas", ["0x0"])
        sender = Sender(free, poor, patience=QUICK)
        receipt = sender.deploy(load_artifact("ProjectRegistry").creation(sender.address, 0), "a deployment")
        assert receipt.succeeded
        assert rpc.request("eth_getBalance", ["0x" + poor.address.hex(), "latest"]) == "0x0"


def test_an_account_without_money_is_refused_by_the_node_with_its_words(chain: Chain) -> None:
    blind = Through(chain.rpc, eth_estimateGas=lambda *_: hex(9_000_000))
    poor = Sender(blind, LocalSigner(b"\x11" * 32), patience=QUICK)
    with pytest.raises(Refused) as caught:
        poor.deploy(load_artifact("ProjectRegistry").creation(poor.address, 0), "a deployment")
    assert caught.value.reason == "NodeRefused"


def test_a_stuck_transaction_is_replaced_at_a_higher_fee(anvil: HttpRpc) -> None:
    signer = anvil_signers()[4]
    anvil.request("evm_setAutomine", [False])
    raws: list[str] = []
    now = [0.0]

    def send(raw: str) -> Any:
        raws.append(raw)
        return anvil.request("eth_sendRawTransaction", [raw])

    def sleep(seconds: float) -> None:
        now[0] += seconds
        if len(raws) == 3:
            anvil.request("evm_mine")

    try:
        sender = Sender(
            Through(anvil, eth_sendRawTransaction=send),
            signer,
            patience=replace(QUICK, poll=0.5, stuck=1.0),
            clock=lambda: now[0],
            sleep=sleep,
        )
        pending = sender.submit(None, load_artifact("ProjectRegistry").creation(sender.address, 0), "a deployment")
        first = pending.fees.most
        receipt = sender.wait(pending)
    finally:
        anvil.request("evm_setAutomine", [True])
    assert receipt.succeeded
    assert len(pending.hashes) == 3
    assert receipt.tx_hash == pending.hashes[-1], "the last and dearest one is mined"
    assert pending.fees.most * 10 >= first * 11


def test_what_is_not_mined_in_time_is_unavailable_and_names_the_transaction(anvil: HttpRpc) -> None:
    anvil.request("evm_setAutomine", [False])
    try:
        sender = Sender(anvil, anvil_signers()[4], patience=replace(QUICK, total=0.1))
        pending = sender.submit(None, load_artifact("ProjectRegistry").creation(sender.address, 0), "a deployment")
        with pytest.raises(Unavailable, match=pending.hashes[0].hex()):
            sender.wait(pending)
    finally:
        anvil.request("evm_setAutomine", [True])
        anvil.request("evm_mine")


def test_a_remote_signer_sends_through_the_node(chain: Chain) -> None:
    sender = Sender(chain.rpc, RemoteSigner(chain.rpc, chain.signers[2].address), patience=QUICK)
    receipt = sender.deploy(load_artifact("ProjectRegistry").creation(sender.address, 0), "a deployment")
    assert ProjectRegistry(sender, receipt.contract or b"").default_admin() == chain.signers[2].address
