"""Is this the chain, and are these the contracts, that the registry file pins?"""

from hashlib import sha256

from registry.chain.node import Node
from registry.domain.errors import Contradiction
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.canonical import canonical_bytes
from registry.proofs.keccak import keccak256


def registry_identity(registry: RegistryFile) -> bytes:
    """SHA-256 of what the file pins: chain, genesis, first block, contracts. Names and finality may change."""
    pinned = {
        "chainId": str(registry.chain_id),
        "genesisHash": hex0x(registry.genesis_hash),
        "firstBlock": registry.first_block,
        "contracts": {
            "projectRegistry": registry.project_registry.to_value(),
            "creditRegistry": registry.credit_registry.to_value(),
        },
    }
    return sha256(canonical_bytes(pinned)).digest()


def require_registry(node: Node, registry: RegistryFile) -> None:
    """Raise Contradiction unless the node's chain id, genesis block and contract code are those of the file."""
    _agree("chain id", node, str(registry.chain_id), str(node.chain_id()))
    _agree("genesis block", node, hex0x(registry.genesis_hash), hex0x(node.genesis_hash()))
    for name, pinned in (("ProjectRegistry", registry.project_registry), ("CreditRegistry", registry.credit_registry)):
        found = keccak256(node.code(pinned.address))
        _agree(f"code of the {name} at {hex0x(pinned.address)}", node, hex0x(pinned.code_hash), hex0x(found))


def _agree(what: str, node: Node, expected: str, found: str) -> None:
    if expected != found:
        raise Contradiction(
            f"the node at {node.name} is not on the registry's chain: another {what}",
            expected=expected,
            found=found,
            hint="another node (--rpc), or the registry file of this chain (--registry)",
        )
