"""Is this node's chain the one that the registry file pins? Works with the base install."""

from registry.chain.blocks import Header
from registry.chain.node import Node
from registry.domain.errors import Contradiction
from registry.domain.hexes import hex0x
from registry.domain.registry_file import Finality, RegistryFile
from registry.proofs.keccak import keccak256


def check_registry_file(node: Node, registry: RegistryFile) -> None:
    """Make sure that the node speaks of the pinned chain and contracts.

    Raises Contradiction, naming what differs: chain id, genesis hash, or a contract's code.
    """
    _agree(node, "chain id", str(registry.chain_id), str(node.chain_id()))
    _agree(node, "genesis hash", hex0x(registry.genesis_hash), hex0x(node.genesis_hash()))
    for name, pinned in (("ProjectRegistry", registry.project_registry), ("CreditRegistry", registry.credit_registry)):
        code = node.code(pinned.address)
        if not code:
            raise Contradiction(
                f"there is no {name} at {hex0x(pinned.address)} on the chain of {node.name}",
                expected=f"code with hash {hex0x(pinned.code_hash)}",
                found="no code",
                hint="is this the node of the pinned chain, and is it in step with it?",
            )
        _agree(node, f"code hash of the {name}", hex0x(pinned.code_hash), hex0x(keccak256(code)))


def final_header(node: Node, finality: Finality) -> Header:
    """The newest final block by the registry file's rule."""
    return node.finalized_header(finality.blocks if finality.rule == "depth" else None)


def _agree(node: Node, what: str, pinned: str, found: str) -> None:
    if pinned != found:
        raise Contradiction(
            f"the node at {node.name} is not on the registry's chain: another {what}",
            expected=pinned,
            found=found,
            hint="do not trust its answers; name another node (--rpc), or the registry file of this chain (--registry)",
        )
