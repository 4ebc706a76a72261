"""Level 3 of one bundle, from its bytes to the verdict, against the bare checks of the same storage proofs.

Bare checks: each account and each slot by itself, with the public packages `trie` and `rlp`; and, as a second and
harder floor, with our own `verify_proof`. The bundle is the first of `tests/vectors/evidence.json`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rlp  # type: ignore[import-untyped]
from trie import HexaryTrie  # type: ignore[attr-defined]

from registry.domain.registry_file import parse_registry_file
from registry.proofs.bundle import Bundle, parse_bundle
from registry.proofs.facts import Seen
from registry.proofs.header_trust import TrustedBlock
from registry.proofs.keccak import keccak256
from registry.proofs.proven import ProofReader, proven_at
from registry.proofs.proven_choice import trusted_facts
from registry.proofs.slots import read_facts
from registry.proofs.trie import TrieNodes, verify_proof
from registry.proofs.verify import verify
from scripts.benchmarks.measure import Measured, best_seconds

VECTOR = Path(__file__).parents[2] / "tests" / "vectors" / "evidence.json"
ROUNDS = 5
REPEATS = 100
"""Many short runs: on a busy machine some of them are left alone."""

Proof = tuple[bytes, bytes, list[bytes]]
"""Root, key, nodes."""


def run(size: int) -> Measured:
    """`size` is not used: the work depends on the slots alone."""
    case: dict[str, Any] = json.loads(VECTOR.read_text("utf-8"))["cases"][0]
    registry = parse_registry_file(json.dumps(case["registry"]))
    data = json.dumps(case["bundle"], ensure_ascii=False, separators=(",", ":")).encode()
    trusted = [TrustedBlock(bytes.fromhex(block["hash"][2:])) for block in case["trusted"]]
    now, max_age = case["now"], case["maxAge"]
    bundle = parse_bundle(data)

    spy = _Spy(ProofReader(bundle.evidence[0].header, TrieNodes(bundle.evidence[0].nodes), registry, _seen(bundle)), [])
    place = bundle.anchor
    contracts = registry.project_registry.address, registry.credit_registry.address
    read_facts(*contracts, place.lot, place.tranche, spy)
    proofs = _proofs(bundle, spy.asked)

    def ours() -> None:
        for _ in range(ROUNDS):
            given = parse_bundle(data)
            facts = trusted_facts(given, registry, trusted, now=now, max_age=max_age)
            assert verify(given, registry, facts, now=now, max_age=max_age).level == 3

    def public() -> None:
        for _ in range(ROUNDS):
            for root, key, nodes in proofs:
                HexaryTrie.get_from_proof(root, key, [rlp.decode(node) for node in nodes])  # type: ignore[no-untyped-call]

    def bare() -> None:
        for _ in range(ROUNDS):
            for root, key, nodes in proofs:
                verify_proof(root, key, nodes)

    mine, theirs, own = (best_seconds(do, REPEATS) / ROUNDS for do in (ours, public, bare))
    return Measured(
        "level3", mine, theirs, "s", "level 3 of one bundle, bytes to verdict",
        "bare checks of the same proofs with the packages trie and rlp", less_is_better=True,
        sizes={"bundle_bytes": len(data), "trie_nodes": len(bundle.evidence[0].nodes), "proofs": len(proofs)},
        more={"against_own_bare_checks": {"ratio": round(mine / own, 4), "value": round(own, 6), "unit": "s"}},
    )  # fmt: skip


@dataclass
class _Spy:
    """Notes which slots are asked for."""

    reader: ProofReader
    asked: list[tuple[bytes, int]]

    @property
    def seen(self) -> Seen:
        return self.reader.seen

    def read(self, contract: bytes, slots: Sequence[int]) -> list[int]:
        self.asked += ((contract, slot) for slot in slots)
        return self.reader.read(contract, slots)


def _seen(bundle: Bundle) -> Seen:
    return proven_at(bundle.evidence[0].header)


def _proofs(bundle: Bundle, asked: list[tuple[bytes, int]]) -> list[Proof]:
    """One proof for each account and each slot, each with its own nodes."""
    entry = bundle.evidence[0]
    proofs: list[Proof] = []
    roots: dict[bytes, bytes] = {}

    def prove(root: bytes, key: bytes) -> bytes | None:
        nodes = TrieNodes(entry.nodes)
        value = nodes.get(root, key)
        proofs.append((root, key, list(nodes.used)))
        return value

    for contract in dict.fromkeys(contract for contract, _ in asked):
        roots[contract] = rlp.decode(prove(entry.header.state_root, keccak256(contract)))[2]
    for contract, slot in asked:
        prove(roots[contract], keccak256(slot.to_bytes(32, "big")))
    return proofs
