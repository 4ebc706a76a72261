"""Deploying, writing and reading through the bindings, the same on the embedded chain and on anvil."""

from dataclasses import replace

import pytest

from registry.chain.contracts import NO_HINT, REGISTRAR_ROLE, CreditRegistry, Lot, ProjectRegistry, Report
from registry.chain.deploy import deploy
from registry.chain.embedded import Embedded, demo_key
from registry.chain.events import Issued, SeriesRegistered
from registry.chain.keys import LocalSigner
from registry.chain.node import Node
from registry.chain.pinned import check_registry_file, final_header
from registry.chain.rpc import RpcError
from registry.chain.send import Sender
from registry.domain.errors import Contradiction, InvalidInput, Refused
from registry.domain.registry_file import Finality
from support.chains import EVIDENCE, QUICK, Chain, Through, deployed, with_report


def test_deploy_gives_the_roles_out_and_pins_what_it_deployed(chain: Chain) -> None:
    registry = deployed(chain)
    node = Node(chain.rpc)
    assert (registry.chain_id, registry.genesis_hash) == (node.chain_id(), node.genesis_hash())
    check_registry_file(node, registry)
    for contract in (
        ProjectRegistry(chain.sender(), registry.project_registry.address),
        CreditRegistry(chain.sender(), registry.credit_registry.address),
    ):
        account = chain.signers[0].address
        assert contract.default_admin() == account
        roles = (contract.registrar_role(), contract.operator_role(), contract.pauser_role())
        assert all(contract.has_role(role, account) for role in roles)
        assert contract.registrar_role() == REGISTRAR_ROLE


def test_deploy_offers_the_administration_to_another_account(chain: Chain) -> None:
    account, other = chain.signers[0].address, chain.signers[1].address
    registry = deploy(
        chain.sender(),
        registrar=account,
        operator=account,
        pauser=account,
        admin=other,
        name="x",
        finality=Finality("depth", 1),
        demo=True,
    )
    credits_ = CreditRegistry(chain.sender(), registry.credit_registry.address)
    assert credits_.default_admin() == account
    assert credits_.pending_default_admin()[0] == other


def test_bindings_write_and_read_typed_values_and_receipts_carry_the_events(chain: Chain) -> None:
    credits_, report, series = with_report(chain.sender(), deployed(chain))
    owner = chain.signers[1].address
    issued = credits_.issue(report, series, 1_000, 1_000, owner, EVIDENCE, NO_HINT).event(Issued)
    lot = issued.batch << 32
    assert (issued.first_serial, issued.count, issued.owner, issued.report) == (1_000, 1_000, owner, report)
    assert credits_.lot_of(lot) == Lot(owner, 1_000, 0, False, False, bytes(20))
    assert credits_.series_of(series) == "VCS-191"
    assert credits_.segments_of(issued.batch) == []
    assert credits_.block_at(series, 1_000) == (True, 1_000, issued.batch, NO_HINT)
    projects = ProjectRegistry(chain.sender(), credits_.projects())
    assert projects.report_of(report) == Report(1, 18_000, 18_365, 10_000, 4, 0, chain.signers[0].address)


def test_an_overlap_is_refused_with_both_ranges_and_costs_nothing(chain: Chain) -> None:
    sender = chain.sender()
    credits_, report, series = with_report(sender, deployed(chain))
    owner = chain.signers[1].address
    credits_.issue(report, series, 1_000, 1_000, owner, EVIDENCE, NO_HINT)
    before = sender.node.header()
    with pytest.raises(Refused) as caught:
        credits_.issue(report, series, 1_500, 1_000, owner, EVIDENCE, 1_000)
    assert caught.value.reason == "SerialsOverlap"
    assert caught.value.evidence == {
        "series": series,
        "first": 1_500,
        "end": 2_500,
        "existingFirst": 1_000,
        "existingEnd": 2_000,
    }
    assert f"SerialsOverlap(series={series}, first=1500, end=2500, existingFirst=1000, existingEnd=2000)" in str(
        caught.value
    )
    assert sender.node.header() == before


def test_what_would_revert_after_what_waits_is_refused_before_it_is_sent(embedded: Embedded) -> None:
    chain = Chain("embedded", embedded, [LocalSigner(demo_key(0))])
    sender = chain.sender()
    credits_ = CreditRegistry(sender, deployed(chain).credit_registry.address)
    call = credits_.calldata("registerSeries", "TWICE")
    with embedded.one_block():
        waiting = sender.submit(credits_.address, call, "registerSeries")
        with pytest.raises(Refused, match="SeriesExists"):
            sender.submit(credits_.address, call, "registerSeries")
    assert sender.wait(waiting).event(SeriesRegistered).id == "TWICE"


def test_reading_what_reverts_is_refused_too(chain: Chain) -> None:
    credits_ = CreditRegistry(Sender(chain.rpc), deployed(chain).credit_registry.address)
    with pytest.raises(Refused, match="TokenDoesNotExist"):
        credits_.owner_of(7)


def test_a_call_of_no_contract_says_that_the_address_may_be_wrong(chain: Chain) -> None:
    with pytest.raises(InvalidInput, match="is the address that of the contract"):
        CreditRegistry(Sender(chain.rpc), b"\x09" * 20).paused()


def test_arguments_that_do_not_fit_are_refused_before_anything_is_sent(chain: Chain) -> None:
    rpc = Through(chain.rpc)
    credits_ = CreditRegistry(Sender(rpc, chain.signers[0]), b"\x09" * 20)
    with pytest.raises(InvalidInput, match=r"retire\(uint256,uint32,uint32\)"):
        credits_.retire(1, 0, 2**32)
    with pytest.raises(InvalidInput):
        credits_.anchor(1, 0, 0, 1, 1, b"short")
    assert rpc.asked == []


def test_without_a_signer_nothing_is_sent(chain: Chain) -> None:
    with pytest.raises(InvalidInput, match="nothing says who signs"):
        CreditRegistry(Sender(chain.rpc), b"\x09" * 20).pause()


def test_what_only_reverts_once_it_is_mined_is_refused_with_its_reason(chain: Chain) -> None:
    credits_, _, _ = with_report(chain.sender(), deployed(chain))
    blind = Through(chain.rpc, eth_estimateGas=lambda *_: hex(300_000))
    with pytest.raises(Refused) as caught:
        CreditRegistry(Sender(blind, chain.signers[0], patience=QUICK), credits_.address).register_series("VCS-191")
    assert (caught.value.reason, caught.value.evidence) == ("SeriesExists", {"id": "VCS-191", "series": 1})


def test_multicall_does_all_or_nothing(chain: Chain) -> None:
    credits_, _, _ = with_report(chain.sender(), deployed(chain))
    receipt = credits_.multicall([credits_.calldata("registerSeries", name) for name in ("A", "B")])
    assert [e.id for e in receipt.events() if isinstance(e, SeriesRegistered)] == ["A", "B"]
    with pytest.raises(Refused, match="SeriesExists"):
        credits_.multicall([credits_.calldata("registerSeries", name) for name in ("C", "A")])
    assert credits_.series_number("C") == 0


def test_a_look_alike_is_refused_and_what_differs_is_named(chain: Chain) -> None:
    registry = deployed(chain)
    node = Node(chain.rpc)
    other = replace(registry.credit_registry, code_hash=b"\7" * 32)
    nowhere = replace(registry.project_registry, address=b"\7" * 20)
    for bent, named in (
        (replace(registry, chain_id=registry.chain_id + 1), "chain id"),
        (replace(registry, genesis_hash=b"\7" * 32), "genesis hash"),
        (replace(registry, credit_registry=other), "code hash of the CreditRegistry"),
        (replace(registry, project_registry=nowhere), "no ProjectRegistry"),
    ):
        with pytest.raises(Contradiction, match=named):
            check_registry_file(node, bent)


def test_the_same_contracts_on_another_chain_with_the_same_id_are_refused(chain: Chain) -> None:
    registry = deployed(chain)
    look_alike = Embedded(genesis_time=1_600_000_000)
    deployed(Chain("look-alike", look_alike, [LocalSigner(demo_key(0))]))
    same_id = Through(look_alike, eth_chainId=lambda: hex(registry.chain_id))
    with pytest.raises(Contradiction, match="genesis hash"):
        check_registry_file(Node(same_id), registry)


# ------------------------------------------------------------------------------------------------------ reading


def test_logs_of_a_range_are_the_logs_of_the_receipts(chain: Chain) -> None:
    registry = deployed(chain)
    credits_, _, _ = with_report(chain.sender(), registry)
    receipts = [credits_.register_series(f"L-{n}") for n in range(5)]
    node = Node(chain.rpc)
    logs = node.logs(receipts[0].block_number, receipts[-1].block_number, [credits_.address])
    assert logs == [log for receipt in receipts for log in receipt.logs]
    assert node.logs_of_block(receipts[2].block_hash, [credits_.address]) == list(receipts[2].logs)
    assert node.logs(receipts[0].block_number, receipts[-1].block_number, [registry.project_registry.address]) == []
    assert len(node.logs(0, node.header().number, [credits_.address, registry.project_registry.address])) > 10


def test_storage_is_read_as_of_an_earlier_block(chain: Chain) -> None:
    credits_, _, _ = with_report(chain.sender(), deployed(chain))
    node = Node(chain.rpc)
    earlier, hash_then = node.header(), credits_.history_hash()
    credits_.register_series("LATER")
    assert node.storage(credits_.address, [0], earlier) == [hash_then]
    assert node.storage(credits_.address, [0]) == node.storage(credits_.address, [0], node.header())
    assert node.storage(credits_.address, [0]) == [credits_.history_hash()] != [hash_then]


def test_the_final_block_lies_below_the_head(chain: Chain) -> None:
    deployed(chain)
    chain.mine(70)
    node = Node(chain.rpc)
    head = node.header()
    assert final_header(node, Finality("depth", 5)).number == head.number - 5
    if chain.name == "anvil":
        assert final_header(node, Finality("tag")).number == head.number - 64
    else:
        with pytest.raises(RpcError, match="no finalized block"):
            final_header(node, Finality("tag"))


def test_headers_link(chain: Chain) -> None:
    chain.mine(3)
    node = Node(chain.rpc)
    head = node.header()
    assert node.header(head.number - 1).hash == head.parent_hash
    assert node.header(head.hash) == head
    assert node.find_header(head.number + 1) is None
    assert node.find_header(b"\7" * 32) is None
