"""Keccak-256 as Ethereum has it: for storage slots, code hashes and event topics. Certificates use SHA-256 only."""

from Crypto.Hash import keccak


def keccak256(data: bytes) -> bytes:
    """32 bytes. Not SHA3-256: the padding differs."""
    return keccak.new(digest_bits=256, data=data).digest()
