"""The history hash: each contract's fold of all its state changes, in the order of its events (IHistory.sol)."""

from collections.abc import Sequence
from hashlib import sha256
from struct import Struct

from registry.domain.hexes import ADDRESS_BYTES, HASH_BYTES
from registry.domain.members import require_bytes, require_integer
from registry.domain.units import MAX_U64, MAX_U256

MOST_TOPICS = 4
FOLD = b"\x03"
"""What each fold begins with, so that it is no hash of another kind."""
_BLOCK = Struct(">QQ32s")


def genesis(chain_id: int, contract: bytes) -> bytes:
    """`h0 = SHA256("history/1" ‖ chainId u256 ‖ contract 20)`."""
    chain = require_integer(chain_id, "chain id", 0, MAX_U256).to_bytes(32, "big")
    return sha256(b"history/1" + chain + require_bytes(contract, "contract", ADDRESS_BYTES, ADDRESS_BYTES)).digest()


def event_digest(topics: Sequence[bytes], data: bytes) -> bytes:
    """`SHA256(topics ‖ data)` of one log: 1 to 4 topics of 32 bytes, and its data as the chain has it."""
    require_integer(len(topics), "topics", 1, MOST_TOPICS)
    return sha256(b"".join(require_bytes(t, "topic", HASH_BYTES, HASH_BYTES) for t in topics) + data).digest()


def fold(prior: bytes, digest: bytes, block_number: int, block_timestamp: int, parent_hash: bytes) -> bytes:
    """`SHA256(0x03 ‖ prior ‖ digest ‖ block.number u64 ‖ block.timestamp u64 ‖ blockhash(n-1))`."""
    require_bytes(prior, "prior", HASH_BYTES, HASH_BYTES)
    require_bytes(digest, "digest", HASH_BYTES, HASH_BYTES)
    require_integer(block_number, "block number", 0, MAX_U64)
    require_integer(block_timestamp, "block timestamp", 0, MAX_U64)
    require_bytes(parent_hash, "parent hash", HASH_BYTES, HASH_BYTES)
    return sha256(FOLD + prior + digest + block_part(block_number, block_timestamp, parent_hash)).digest()


def block_part(block_number: int, block_timestamp: int, parent_hash: bytes) -> bytes:
    """What all folds in one block end with: `block.number u64 ‖ block.timestamp u64 ‖ blockhash(n-1)`, which are known
    to be in range."""
    return _BLOCK.pack(block_number, block_timestamp, parent_hash)
