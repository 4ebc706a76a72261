"""The anchor: 32 bytes on chain that bind a tranche to chain, contract, lot and position."""

from hashlib import sha256

from registry.domain.hexes import ADDRESS_BYTES, HASH_BYTES
from registry.domain.members import require_bytes, require_integer
from registry.domain.units import MAX_U32, MAX_U64, MAX_U256

_PREFIX = b"\x02" + sha256(b"tranche/1").digest()


def anchor_hash(
    chain_id: int, contract: bytes, lot: int, tranche: int, start: int, total: int, leaf_count: int, root: bytes
) -> bytes:
    """`SHA256(0x02 ‖ SHA256("tranche/1") ‖ chainId u256 ‖ contract 20 ‖ lot u256 ‖ tranche u32 ‖ start u64 ‖ total u64
    ‖ leafCount u64 ‖ root 32)`, big-endian; the twin of `CreditRegistry.anchor`. Raises InvalidInput out of range."""
    return sha256(
        _PREFIX
        + _integer(chain_id, "chain id", MAX_U256)
        + require_bytes(contract, "contract", ADDRESS_BYTES, ADDRESS_BYTES)
        + _integer(lot, "lot", MAX_U256)
        + _integer(tranche, "tranche", MAX_U32)
        + _integer(start, "start", MAX_U64)
        + _integer(total, "total", MAX_U64)
        + _integer(leaf_count, "leaf count", MAX_U64)
        + require_bytes(root, "root", HASH_BYTES, HASH_BYTES)
    ).digest()


def _integer(value: int, name: str, most: int) -> bytes:
    return require_integer(value, name, 0, most).to_bytes(most.bit_length() // 8, "big")
