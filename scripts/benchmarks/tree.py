"""Building the sum tree, against a bare loop of the two SHA-256 calls that each leaf costs."""

from hashlib import sha256

from registry.proofs.sumtree import SumTree
from scripts.benchmarks.measure import Measured, best_seconds


def run(size: int) -> Measured:
    leaves = [(432, sha256(i.to_bytes(8, "big")).digest()) for i in range(size)]

    def bare() -> None:
        leaf, inner = bytes(49), bytes(81)
        for _ in range(size):
            sha256(leaf).digest()
            sha256(inner).digest()

    ours = size / best_seconds(lambda: SumTree(leaves), 3)
    against = size / best_seconds(bare, 3)
    return Measured("tree", ours, against, "leaves/s", "SumTree", "two SHA-256 calls a leaf", sizes={"leaves": size})
