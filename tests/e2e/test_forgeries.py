"""Attacks on the demo's certificates, with a real chain to ask."""

import os
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from registry.chain.contracts import NO_HINT, CreditRegistry, ProjectRegistry
from registry.chain.events import Issued, ProjectRecorded, ReportRecorded
from registry.chain.keys import RemoteSigner
from registry.chain.send import Patience, Sender
from registry.domain.certificates import Issuer
from registry.domain.errors import InvalidInput, Refused
from registry.domain.hexes import parse_address
from registry.domain.registry_file import RegistryFile
from registry.proofs.bundle import Bundle, parse_bundle
from registry.proofs.facts import Facts
from registry.proofs.sumtree import SumTree
from registry.proofs.verify import verify
from registry.workflows.certify import Room, draw_plan
from registry.workflows.claims import Claim
from registry.workflows.witness import Witnesses, connect
from support.anvil import anvil as start_anvil

from .conftest import Demo, offsetproof


@pytest.fixture
def asker(demo: Demo) -> Iterator["Asker"]:
    with connect([demo.url], demo.registry) as witnesses:
        yield Asker(demo, witnesses)


STRIDE = 1 if os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full" else 7
EVIDENCE = b"\x11" * 32


class Asker:
    """Verdicts at level 1, each lot and tranche read from the node once."""

    def __init__(self, demo: Demo, witnesses: Witnesses) -> None:
        self.registry = demo.registry
        self.facts: Callable[[int, int], Facts] = cache(witnesses.facts)

    def verdict(self, bundle: Bundle) -> str:
        facts = self.facts(bundle.anchor.lot, bundle.anchor.tranche)
        return verify(bundle, self.registry, facts, now=int(time.time())).verdict


def test_no_certificate_with_one_byte_changed_is_ever_retired(demo: Demo, asker: Asker) -> None:
    tried = accepted = 0
    for path in demo.bundles:
        good = path.read_bytes()
        assert asker.verdict(parse_bundle(good)) == "retired"
        for at in range(tried % STRIDE, len(good), STRIDE):
            for other in {good[at] ^ 1, ord("0") if good[at] != ord("0") else ord("1")}:
                tried += 1
                forged = good[:at] + bytes([other]) + good[at + 1 :]
                try:
                    accepted += asker.verdict(parse_bundle(forged)) == "retired"
                except InvalidInput:
                    continue
    print(f"{tried} mutations tried, {accepted} accepted")
    assert tried >= 5_000
    assert accepted == 0


def _anvil_account(demo: Demo, number: int) -> Sender:
    account = parse_address(demo.rpc.request("eth_accounts")[number], any_case=True)
    return Sender(demo.rpc, RemoteSigner(demo.rpc, account), patience=Patience(poll=0.02))


def _settle(demo: Demo) -> None:
    demo.rpc.request("anvil_mine", [hex(70)])


def _invented(demo: Demo, sender: Sender, named: RegistryFile | None, grams: int) -> Bundle:
    """A certificate of credits that `sender` invented in contracts of its own; its document names the registry `named`,
    or those contracts."""
    from registry.chain.deploy import deploy
    from registry.domain.registry_file import Finality

    me = sender.address
    fake = deploy(
        sender, registrar=me, operator=me, pauser=me, name=demo.registry.name, finality=Finality("tag"), demo=False
    )
    projects = ProjectRegistry(sender, fake.project_registry.address)
    credit = CreditRegistry(sender, fake.credit_registry.address)
    projects.add_programme(b"VCS".ljust(32, b"\0"), True, EVIDENCE)
    project = projects.record_project(1, "VCS1360", EVIDENCE).event(ProjectRecorded).project
    report = projects.record_external(project, 1, 2, 1000, EVIDENCE, NO_HINT).event(ReportRecorded).report
    credit.register_series("VERRA-VCU")
    lot = credit.issue(report, 1, 1, 1000, me, EVIDENCE, NO_HINT).event(Issued).batch << 32
    credit.retire(lot, 0, 1000)
    claim = Claim("fake", grams, "Somebody", "Nothing", None, None, "2026-11-22T08:00:00Z")
    (tranche,) = draw_plan(
        [claim], [Room(lot, 0, 0, grams)], Issuer("Platform", me), named or fake, salt=lambda: os.urandom(16)
    )
    credit.anchor(lot, 0, 0, 1, tranche.total, tranche.root)
    credit.confirm_source_cancellation(lot, 0, 1000, EVIDENCE)
    _settle(demo)
    return tranche.bundles[0]


def test_a_look_alike_contract_on_the_same_chain_is_an_unknown_registry(demo: Demo, tmp_path: Path) -> None:
    forged = _invented(demo, _anvil_account(demo, 7), None, 5)
    path = tmp_path / "forged.json"
    path.write_bytes(forged.to_json())
    ran = offsetproof("verify", path, "--registry", demo.registry_path, "--rpc", demo.url, "--json")
    assert (ran.code, ran.json["verdict"]) == (3, "unknown registry")


def test_a_look_alikes_certificate_that_names_the_real_registry_is_not_there(demo: Demo, tmp_path: Path) -> None:
    forged = _invented(demo, _anvil_account(demo, 8), demo.registry, 5)
    path = tmp_path / "forged.json"
    path.write_bytes(forged.to_json())
    ran = offsetproof("verify", path, "--registry", demo.registry_path, "--rpc", demo.url, "--json")
    assert ran.code == 1
    assert ran.json["verdict"] in ("invalid", "unknown")


def test_the_same_contracts_on_another_chain_with_the_same_id_are_refused(demo: Demo, tmp_path: Path) -> None:
    with start_anvil() as other:
        assert other.request("eth_chainId") == demo.rpc.request("eth_chainId")
        ran = offsetproof("demo", "--once", "--out", tmp_path / "other", "--rpc", other.name)
        assert ran.code == 0, ran.err
        theirs = sorted((tmp_path / "other" / "bundles").glob("*.json"))[0]
        asked_there = offsetproof("verify", theirs, "--registry", demo.registry_path, "--rpc", other.name, "--json")
        assert (asked_there.code, asked_there.json["verdict"]) == (3, "unknown registry")
        asked_here = offsetproof("verify", theirs, "--registry", demo.registry_path, "--rpc", demo.url, "--json")
        assert (asked_here.code, asked_here.json["verdict"]) == (1, "invalid")


def test_anchoring_a_victims_certificate_hash_gains_nothing(demo: Demo, asker: Asker) -> None:
    """The platform of the demo, turned thief: it anchors another's hash in credits of its own, one lot further."""
    platform = _anvil_account(demo, 3)
    lot = 9 << 32
    bundles = [parse_bundle(path.read_bytes()) for path in demo.bundles]  # in the order of their hashes, so by chance
    victim = next(bundle for bundle in bundles if bundle.anchor.lot != lot)
    thief = CreditRegistry(platform, demo.registry.credit_registry.address)
    state, marks = thief.lot_of(lot), thief.marks_of(lot)
    thief.retire(lot, state.retired, 1)
    tree = SumTree([(min(victim.leaf.grams, 1_000_000), victim.certificate_hash)])
    thief.anchor(lot, marks.tranches, marks.claimed_grams, 1, tree.total, tree.root)
    _settle(demo)
    stolen = Bundle.build(
        document=str(victim.document), disclosures=(), tree=tree, index=0, start=marks.claimed_grams, lot=lot,
        tranche=marks.tranches,
    )  # fmt: skip
    assert asker.verdict(stolen) == "invalid"
    assert asker.verdict(victim) == "retired"


def test_a_plan_is_anchored_once_and_never_beyond_what_is_retired(demo: Demo) -> None:
    platform = CreditRegistry(_anvil_account(demo, 3), demo.registry.credit_registry.address)
    lot = 8 << 32
    platform.retire(lot, 0, 1)
    tree = SumTree([(600_000, b"\x22" * 32)])
    platform.anchor(lot, 0, 0, 1, tree.total, tree.root)
    with pytest.raises(Refused, match="UnexpectedTranche"):
        platform.anchor(lot, 0, 0, 1, tree.total, tree.root)
    with pytest.raises(Refused, match="BeyondRetired"):
        platform.anchor(lot, 1, 600_000, 1, tree.total, tree.root)


def test_neither_a_stranger_nor_an_approved_account_retires_or_claims(demo: Demo) -> None:
    address = demo.registry.credit_registry.address
    owner = CreditRegistry(_anvil_account(demo, 3), address)
    approved_account = _anvil_account(demo, 6)
    approved = CreditRegistry(approved_account, address)
    lot = 7 << 32
    owner.approve(approved_account.address, lot)
    with pytest.raises(Refused, match="NotOwnerNorClaimant"):
        approved.retire(lot, 0, 1)
    with pytest.raises(Refused, match="NotOwnerNorClaimant"):
        approved.anchor(lot, 0, 0, 1, 1, b"\x33" * 32)
