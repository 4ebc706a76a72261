"""Which registry is this? The file's pins as one hash, and the check of a node against them."""

from hashlib import sha256

from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.canonical import canonical_bytes


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
