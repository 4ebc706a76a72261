"""The anchor: 32 bytes on chain that bind a tranche to chain, contract, lot and position."""

from hashlib import sha256
from struct import Struct

from registry.domain.hexes import ADDRESS_BYTES, HASH_BYTES
from registry.domain.members import require_bytes, require_integer
from registry.domain.units import MAX_U32, MAX_U64, MAX_U256

_PREFIX = b"\x02" + sha256(b"tranche/1").digest()
_TRANCHE = Struct(">IQQQ32s")


def anchor_hash(
    chain_id: int, contract: bytes, lot: int, tranche: int, start: int, total: int, leaf_count: int, root: bytes
) -> bytes:
    """`SHA256(0x02 ‖ SHA256("tranche/1") ‖ chainId u256 ‖ contract 20 ‖ lot u256 ‖ tranche u32 ‖ start u64 ‖ total u64
    ‖ leafCount u64 ‖ root 32)`, big-endian; the twin of `CreditRegistry.anchor`. Raises InvalidInput out of range."""
    require_integer(lot, "lot", 0, MAX_U256)
    require_integer(tranche, "tranche", 0, MAX_U32)
    for number, name in ((start, "start"), (total, "total"), (leaf_count, "leaf count")):
        require_integer(number, name, 0, MAX_U64)
    require_bytes(root, "root", HASH_BYTES, HASH_BYTES)
    return anchor_under(contract_part(chain_id, contract), lot, tranche, start, total, leaf_count, root)


def contract_part(chain_id: int, contract: bytes) -> bytes:
    """What all anchors of one contract begin with, up to and including its address."""
    return (
        _PREFIX
        + require_integer(chain_id, "chain id", 0, MAX_U256).to_bytes(32, "big")
        + require_bytes(contract, "contract", ADDRESS_BYTES, ADDRESS_BYTES)
    )


def anchor_under(
    contract: bytes, lot: int, tranche: int, start: int, total: int, leaf_count: int, root: bytes
) -> bytes:
    """`anchor_hash` for many tranches of one contract: `contract` from `contract_part`, the rest known to be in
    range."""
    return sha256(contract + lot.to_bytes(32, "big") + _TRANCHE.pack(tranche, start, total, leaf_count, root)).digest()
