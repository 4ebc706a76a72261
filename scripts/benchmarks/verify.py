"""Level 0 of one bundle of a tranche of 2^20, against parsing its JSON and 22 SHA-256 calls; and level 3 beside it."""

import json
from hashlib import sha256

from registry.domain.certificates import Certificate, Digest, Issuer
from registry.domain.registry_file import Finality, Operator, PinnedContract, RegistryFile
from registry.proofs.bundle import AnchorPlace, Bundle, Leaf, Tranche, parse_bundle
from registry.proofs.canonical import canonical_bytes
from registry.proofs.disclosure import disclose
from registry.proofs.sumtree import Siblings, Sum, fold_path
from registry.proofs.verify import verify
from scripts.benchmarks import level3
from scripts.benchmarks.measure import Measured, best_seconds

DEPTH = 20
ROUNDS = 20
REPEATS = 200
"""Many short runs: on a busy machine some of them are left alone."""


def run(size: int) -> Measured:
    """`size` is not used: the work depends on the depth of the tree alone."""
    registry = RegistryFile(
        "bench", 31337, bytes(32), 0, PinnedContract(b"\2" * 20, bytes(32)), PinnedContract(b"\4" * 20, bytes(32)),
        Operator("bench", b"\6" * 20), Finality("tag"), True,
    )  # fmt: skip
    data = _bundle(registry)

    def ours() -> None:
        for _ in range(ROUNDS):
            verify(parse_bundle(data), registry, None, now=0)

    def floor() -> None:
        inner = bytes(81)
        for _ in range(ROUNDS):
            json.loads(data)
            for _ in range(22):
                sha256(inner).digest()

    mine, bare = (best_seconds(do, REPEATS) / ROUNDS for do in (ours, floor))
    return Measured(
        "verify", mine, bare, "s", "level 0 of one bundle", "json.loads and 22 SHA-256 calls", less_is_better=True,
        sizes={"bundle_bytes": len(data), "path": DEPTH}, more={"level3": level3.run(size).to_value()},
    )  # fmt: skip


def _bundle(registry: RegistryFile) -> bytes:
    disclosure, digest = disclose("beneficiary", "李雷", bytes(16))
    certificate = Certificate(
        31337, registry.credit_registry.address, 3 << 32, Issuer("bench", b"\7" * 20), "ride", 432, Digest(digest),
        "Metro ride, 10 km", "2026-11-22T08:00:00Z", bytes(16),
    )  # fmt: skip
    document = canonical_bytes(certificate.to_value()).decode()
    path = Siblings.of([Sum(sha256(bytes([i])).digest(), 432 << i) for i in range(DEPTH)])
    folded = fold_path(0, 1 << DEPTH, 432, Bundle.hash_of(document), path)
    tranche = Tranche(0, folded.total, 1 << DEPTH, folded.root)
    return Bundle(document, (disclosure,), Leaf(0, 432), path, tranche, AnchorPlace(3 << 32, 0)).to_json()
