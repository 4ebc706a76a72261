"""Put the two contracts on a chain, give their roles out, and pin what was deployed in a registry file."""

from collections.abc import Mapping

from registry.chain.abi import load_artifact
from registry.chain.contracts import OPERATOR_ROLE, PAUSER_ROLE, REGISTRAR_ROLE, CreditRegistry, ProjectRegistry
from registry.chain.node import Node
from registry.chain.send import Sender
from registry.domain.errors import Unavailable
from registry.domain.registry_file import Finality, Operator, PinnedContract, RegistryFile
from registry.proofs.keccak import keccak256

ADMIN_DELAY = 86_400
"""Seconds between the schedule of a change of administrator and the change."""


def deploy(
    sender: Sender,
    *,
    registrar: bytes,
    operator: bytes,
    pauser: bytes,
    admin: bytes | None = None,
    name: str,
    operator_name: str = "",
    finality: Finality,
    demo: bool,
    names: Mapping[bytes, str] | None = None,
    admin_delay: int = ADMIN_DELAY,
) -> RegistryFile:
    """Deploy, grant the roles of both contracts, and describe the result. Accounts are 20 bytes.

    The sender becomes administrator, since only the administrator grants roles. Another `admin` is offered the
    administration, and accepts it (`accept_default_admin_transfer`) after `admin_delay` seconds. Raises Refused or
    Unavailable; what was deployed until then is lost, and deploying again is safe.
    """
    roles = {REGISTRAR_ROLE: registrar, OPERATOR_ROLE: operator, PAUSER_ROLE: pauser}
    projects_code = load_artifact("ProjectRegistry").creation(sender.address, admin_delay)
    receipt = sender.deploy(projects_code, "deploying the ProjectRegistry")
    first_block = receipt.block_number
    projects = ProjectRegistry(sender, _created(receipt.contract))
    credits_code = load_artifact("CreditRegistry").creation(projects.address, sender.address, admin_delay)
    receipt = sender.deploy(credits_code, "deploying the CreditRegistry")
    credit_registry = CreditRegistry(sender, _created(receipt.contract))
    for contract in (projects, credit_registry):
        contract.multicall([contract.calldata("grantRole", role, account) for role, account in roles.items()])
        if admin is not None and admin != sender.address:
            contract.begin_default_admin_transfer(admin)
    node = sender.node
    return RegistryFile(
        name=name,
        chain_id=node.chain_id(),
        genesis_hash=node.genesis_hash(),
        first_block=first_block,
        project_registry=_pin(node, projects.address),
        credit_registry=_pin(node, credit_registry.address),
        operator=Operator(operator_name or name, operator),
        finality=finality,
        demo=demo,
        names=dict(names or {}),
    )


def _created(address: bytes | None) -> bytes:
    if address is None:
        raise Unavailable("the node's receipt names no contract", expected="contractAddress", found="none")
    return address


def _pin(node: Node, address: bytes) -> PinnedContract:
    return PinnedContract(address, keccak256(node.code(address)))
