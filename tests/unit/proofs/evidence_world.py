"""A small chain state with a good certificate in it, built with the public `trie` and `rlp` packages, not with ours.

The words are packed by hand from docs/spec/storage.md, so that the builder shares no code with what reads them.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import rlp
from Crypto.Hash import keccak
from example_certificate import (
    BUNDLE,
    CUSTODIAN,
    LOT,
    NOW,
    OWNER,
    REGISTRAR,
    REGISTRY,
    TRANCHE,
    anchor_of,
)
from trie import HexaryTrie

from registry.domain.registry_file import PinnedContract, RegistryFile
from registry.proofs.bundle import Bundle
from registry.proofs.evidence import Evidence

BATCH = LOT >> 32
REPORT, PROJECT, SERIES, PROGRAMME = 9, 5, 2, 1
CODE = {"projectRegistry": b"code of projects", "creditRegistry": b"code of credits"}
PROJECTS_AT, CREDITS_AT = REGISTRY.project_registry.address, REGISTRY.credit_registry.address


def keccak256(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


def pinned() -> RegistryFile:
    """The example registry, with the code hashes of this state."""
    return replace(
        REGISTRY,
        project_registry=PinnedContract(PROJECTS_AT, keccak256(CODE["projectRegistry"])),
        credit_registry=PinnedContract(CREDITS_AT, keccak256(CODE["creditRegistry"])),
    )


def be32(value: int) -> bytes:
    return value.to_bytes(32, "big")


def at(key: int, slot: int) -> int:
    return int.from_bytes(keccak256(be32(key) + be32(slot)), "big")


def first_of(slot: int) -> int:
    return int.from_bytes(keccak256(be32(slot)), "big")


def text_word(text: str) -> int:
    """A short Solidity string in its slot."""
    raw = text.encode("ascii")
    return int.from_bytes(raw.ljust(31, b"\0") + bytes([2 * len(raw)]), "big")


def lot_at() -> int:
    base = keccak256((LOT >> 32).to_bytes(28, "big") + bytes.fromhex("7d882553"))
    return (int.from_bytes(base, "big") + 2 * LOT) % 2**256


def address(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def credit_storage(bundle: Bundle = BUNDLE, segments: tuple[tuple[int, int, int], ...] = ()) -> dict[int, int]:
    """The CreditRegistry's slots; `segments` are (first, end, 1 suspended or 2 invalidated)."""
    words = {
        0: address(b"\x77" * 32),
        at(TRANCHE, at(LOT, 7)): address(anchor_of(bundle)),
        lot_at(): address(OWNER) | 20 << 160 | 7 << 192,
        at(LOT, 6): 6_000_000 | 3 << 64 | 5 << 96,
        at(LOT, 11): address(CUSTODIAN),
        at(BATCH, 8): 1000 | 40 << 128 | SERIES << 160 | REPORT << 192,
        at(BATCH, 8) + 1: address(REGISTRAR),
        at(SERIES, 10): text_word("VCS-42"),
    }
    if segments:
        length_at = at(BATCH, 9)
        words[length_at] = len(segments)
        for i, (first, end, trouble) in enumerate(segments):
            words[first_of(length_at) + i] = first | end << 32 | trouble << 64
    return words


def project_storage() -> dict[int, int]:
    return {
        at(PROJECT, 5): PROGRAMME | 4 << 32 | 1 << 40,
        at(PROJECT, 5) + 1: address(REGISTRAR),
        at(REPORT, 6): PROJECT | 18000 << 64 | 18365 << 96 | 40 << 128 | 4 << 160,
        at(REPORT, 6) + 1: address(REGISTRAR),
        at(PROJECT, 7): text_word("1234"),
        at(PROGRAMME, 8): int.from_bytes(b"VCS".ljust(32, b"\0"), "big"),
    }


NEEDED = {
    CREDITS_AT: [
        at(TRANCHE, at(LOT, 7)), lot_at(), at(LOT, 6), at(LOT, 11), at(BATCH, 8), at(BATCH, 8) + 1, at(BATCH, 9), 0,
        at(SERIES, 10),
    ],
    PROJECTS_AT: [
        at(REPORT, 6), at(REPORT, 6) + 1, at(PROJECT, 5), at(PROJECT, 5) + 1, at(PROJECT, 7), at(PROGRAMME, 8),
    ],
}  # fmt: skip
"""The slots of checks 4 to 9, without segments."""


def int_rlp(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def filled(words: dict[int, int]) -> HexaryTrie:
    """A storage trie with these words."""
    storage = HexaryTrie({})
    for slot, word in words.items():
        storage[keccak256(be32(slot))] = rlp.encode(int_rlp(word))
    return storage


@dataclass
class World:
    """A state: two contracts among other accounts, and other slots beside those that matter."""

    credits: dict[int, int] = field(default_factory=credit_storage)
    projects: dict[int, int] = field(default_factory=project_storage)
    number: int = 100
    timestamp: int = NOW - 60
    credit_code: bytes = CODE["creditRegistry"]
    credits_at: bytes = CREDITS_AT
    neighbours: int = 16
    extra_fields: tuple[bytes, ...] = (b"\x07", b"\x09" * 32)

    def __post_init__(self) -> None:
        beside = {at(i, 99): i + 1 for i in range(self.neighbours)}
        self.storage = {
            self.credits_at: filled(self.credits | beside),
            PROJECTS_AT: filled(self.projects | beside),
        }
        self.state = HexaryTrie({})
        for i in range(self.neighbours):
            self._put(bytes([i]) * 20, i, HexaryTrie({}).root_hash, keccak256(b""))
        self._put(self.credits_at, 1, self.storage[self.credits_at].root_hash, keccak256(self.credit_code))
        self._put(PROJECTS_AT, 1, self.storage[PROJECTS_AT].root_hash, keccak256(CODE["projectRegistry"]))

    def _put(self, account: bytes, nonce: int, storage_root: bytes, code_hash: bytes) -> None:
        body = [int_rlp(nonce), int_rlp(10**18 * nonce), storage_root, code_hash]
        self.state[keccak256(account)] = rlp.encode(body)

    def header_fields(self, **changes: bytes) -> list[Any]:
        fields = {
            "parentHash": bytes([self.number % 256]) * 32,
            "sha3Uncles": keccak256(b"\xc0"),
            "miner": b"\x05" * 20,
            "stateRoot": self.state.root_hash,
            "transactionsRoot": keccak256(b"\x80"),
            "receiptsRoot": keccak256(b"\x80"),
            "logsBloom": bytes(256),
            "difficulty": b"",
            "number": int_rlp(self.number),
            "gasLimit": int_rlp(30_000_000),
            "gasUsed": int_rlp(21_000),
            "timestamp": int_rlp(self.timestamp),
            "extraData": b"example",
            "mixHash": bytes(32),
            "nonce": bytes(8),
        }
        return [*(fields | changes).values(), *self.extra_fields]

    @property
    def header(self) -> bytes:
        return bytes(rlp.encode(self.header_fields()))

    @property
    def block_hash(self) -> bytes:
        return keccak256(self.header)

    def nodes(self, needed: dict[bytes, list[int]] = NEEDED) -> tuple[bytes, ...]:
        """The distinct nodes of the proofs of these slots, in the order in which they are needed."""
        found: dict[bytes, None] = {}
        for contract, slots in needed.items():
            for node in self.state.get_proof(keccak256(contract)):
                found[bytes(rlp.encode(node))] = None
            trie = self.storage.get(contract)
            for slot in slots if trie is not None else ():
                for node in trie.get_proof(keccak256(be32(slot))):
                    raw = bytes(rlp.encode(node))
                    if len(raw) >= 32 or keccak256(raw) == trie.root_hash:
                        found[raw] = None
        return tuple(found)

    def evidence(self, needed: dict[bytes, list[int]] = NEEDED) -> Evidence:
        return Evidence(self.header, self.nodes(needed))
