"""A small registry's whole life: every kind of event at least once, and two published tranches."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from registry.chain.contracts import (
    NO_HINT,
    OPERATOR_ROLE,
    PAUSER_ROLE,
    REGISTRAR_ROLE,
    CreditRegistry,
    ProjectRegistry,
)
from registry.chain.node import Node
from registry.chain.rpc import Rpc
from registry.chain.send import Patience, Sender
from registry.domain.registry_file import Finality, Operator, PinnedContract, RegistryFile
from registry.proofs.keccak import keccak256
from registry.proofs.sumtree import SumTree
from registry.store import Store
from registry.store.publications import publish

FAST = Patience(poll=0.01)
DEPTH = 64


def evidence(text: str) -> bytes:
    """The SHA-256 of a document nobody need read."""
    return sha256(text.encode()).digest()


@dataclass
class Registry:
    """The two contracts with a typed hand for each account: 0 governs, 1 proposes, 2 validates, 3 verifies, 4 buys."""

    file: RegistryFile
    rpc: Rpc
    projects: list[ProjectRegistry]
    credits: list[CreditRegistry]
    accounts: list[bytes]

    @property
    def node(self) -> Node:
        return Node(self.rpc)


def deploy(rpc: Rpc, signers: list[Any], *, depth: int = DEPTH) -> Registry:
    """Both contracts, deployed and governed by the first account; `depth`: blocks to finality."""
    senders = [Sender(rpc, signer, patience=FAST) for signer in signers]
    head = senders[0]
    admin = signers[0].address
    art_p, art_c = ProjectRegistry(head, bytes(20)).artifact, CreditRegistry(head, bytes(20)).artifact
    first = head.deploy(art_p.creation(admin, 0), "ProjectRegistry")
    assert first.contract is not None
    second = head.deploy(art_c.creation(first.contract, admin, 0), "CreditRegistry")
    assert second.contract is not None
    node = Node(rpc)
    file = RegistryFile(
        name="Test registry",
        chain_id=node.chain_id(),
        genesis_hash=node.genesis_hash(),
        first_block=first.block_number,
        project_registry=PinnedContract(first.contract, keccak256(node.code(first.contract))),
        credit_registry=PinnedContract(second.contract, keccak256(node.code(second.contract))),
        operator=Operator("Tester", admin),
        finality=Finality("depth", depth),
        demo=True,
    )
    projects = [ProjectRegistry(sender, first.contract) for sender in senders]
    credits_ = [CreditRegistry(sender, second.contract) for sender in senders]
    for contract in (projects[0], credits_[0]):
        for role in (REGISTRAR_ROLE, OPERATOR_ROLE, PAUSER_ROLE):
            contract.grant_role(role, admin)
    return Registry(file, rpc, projects, credits_, [signer.address for signer in signers])


def live(registry: Registry, *, until_closing: bool = True) -> None:
    """Play the whole life. Without `until_closing`, the registry stays open for more."""
    _projects(registry)
    _credits(registry)
    _trouble(registry)
    if until_closing:
        registry.credits[0].close(registry.accounts[3])


def _projects(r: Registry) -> None:
    admin, proponent, validator, verifier = r.projects[:4]
    admin.add_programme(b"CCER-2023".ljust(32, b"\0"), False, evidence("programme 1"))
    admin.add_programme(b"VCS".ljust(32, b"\0"), True, evidence("programme 2"))
    for number in (1, 2, 3):
        admin.add_organisation(evidence(f"organisation {number}"))
        admin.set_member(r.accounts[number], number)
    admin.accredit(2, 0, 0, 2**64 - 1, evidence("may validate"))
    admin.accredit(3, 1, 0, 2**64 - 1, evidence("may verify"))
    proponent.propose(1, "CCER-0001", evidence("design"))
    validator.validate(1, evidence("validation"))
    admin.register(1, evidence("registration"))
    proponent.report(1, 19000, 19365, 120, evidence("monitoring 1"))
    verifier.verify(1, 100, evidence("verification 1"), NO_HINT)
    proponent.report(1, 19365, 19730, 10, evidence("monitoring 2"))
    verifier.reject(2, evidence("rejection"))
    admin.record_project(2, "VCS-1234", evidence("Verra's page"))
    admin.record_external(2, 18000, 18365, 60, evidence("Verra's issuance"), NO_HINT)
    admin.record_project(2, "VCS-9999", evidence("another page"))
    admin.deregister(3, evidence("withdrawn by its owner"))
    proponent.propose(1, "CCER-0002", evidence("somebody else's project"))
    admin.deregister(4, evidence("turned down"))
    proponent.propose(1, "CCER-0002", evidence("proposed by the right one"))
    admin.withdraw_accreditation(2, 0, evidence("no longer"))
    admin.pause()
    admin.unpause()


def _credits(r: Registry) -> None:
    registrar, owner, _, _, buyer = r.credits
    me, you = r.accounts[1], r.accounts[4]
    registrar.register_series("CCER-2023-0001")
    registrar.register_series("VCS-VCU-1234")
    registrar.issue(1, 1, 1000, 100, me, evidence("issuance 1"), NO_HINT)
    registrar.issue(3, 2, 2**100, 60, me, evidence("issuance 2"), NO_HINT)
    first, second = 1 << 32, 2 << 32
    owner.split(first, 60)
    owner.approve(you, first + 60)
    owner.transfer_from(me, you, first + 60)
    owner.split_to(first, 10, you, True)
    owner.name_claimant(first, you)
    buyer.retire(first, 0, 5)
    owner.retire(first, 5, 15)
    for tranche, start in ((0, 0), (1, TRANCHES[0].total)):
        tree = TRANCHES[tranche]
        owner.anchor(first, tranche, start, len(tree), tree.total, tree.root)
    buyer.anchor(first, 2, 3_500_000, 1, 2_000_000, evidence("leaves that nobody publishes"))
    registrar.confirm_source_cancellation(first, 0, 12, evidence("the registry's own record"))
    owner.split_to(second, 60, you, False)
    buyer.split(second, 30)
    buyer.request_withdrawal(second + 30)
    buyer.cancel_withdrawal(second + 30)
    buyer.request_withdrawal(second + 30)
    registrar.confirm_withdrawal(second + 30, evidence("back in Verra"))


def _trouble(r: Registry) -> None:
    registrar = r.credits[0]
    registrar.suspend(1, 40, 60, evidence("a question"))
    registrar.reinstate(1, 45, 48, evidence("answered"))
    registrar.invalidate(1, 55, 62, evidence("not answered"))
    registrar.invalidate(1, 52, 54, evidence("nor this"))
    registrar.invalidate(1, 54, 55, evidence("which joins them"))
    registrar.invalidate(1, 6, 7, evidence("after it was retired"))
    r.credits[1].anchor(1 << 32, 3, 5_500_000, 1, 1_700_000, evidence("a claim that passes over it"))
    registrar.force_withdraw(1 << 32, evidence("an order"))
    registrar.pause()
    registrar.unpause()
    registrar.revoke_role(PAUSER_ROLE, r.accounts[0])


MANY = 298
"""Small certificates in the second tranche, so that it has 300 leaves: two leaf tiles, and a node tile above them."""
DOCUMENTS = [f'{{"a certificate":{n}}}' for n in range(5)]
LEAVES = [
    [(1_000_000, evidence(DOCUMENTS[0])), (400, evidence(DOCUMENTS[1])), (1_499_600, evidence(DOCUMENTS[2]))],
    [
        (432, evidence(DOCUMENTS[3])),
        *((1, evidence(f"one of many {n}")) for n in range(MANY)),
        (999_568 - MANY, evidence(DOCUMENTS[4])),
    ],
]
TRANCHES = [SumTree(leaves) for leaves in LEAVES]


def publish_all(store: Store) -> None:
    """Publish both tranches, the first with two of its documents."""
    with store.write() as session:
        documents = {evidence(text): text for text in DOCUMENTS[:2]}
        publish(session, 1 << 32, 0, LEAVES[0], documents)
        publish(session, 1 << 32, 1, LEAVES[1])
