"""Building the sum tree as a stream of tiles, against a bare loop of the two SHA-256 calls that each leaf costs."""

from collections.abc import Iterator
from hashlib import sha256

from registry.proofs.sumtree import SumTree, node_at, pack_entry
from registry.proofs.tiles import WIDTH, Rooted, TileStream
from scripts.benchmarks.measure import Measured, best_seconds


def run(size: int) -> Measured:
    tile = b"".join(pack_entry(sha256(i.to_bytes(8, "big")).digest(), 432) for i in range(WIDTH))
    leaves = [(node.grams, node.hash) for node in (node_at(tile, i) for i in range(WIDTH))]

    def stream() -> Rooted:
        written = TileStream(lambda level, n, entries: None)
        for at in range(0, size, WIDTH):
            written.add(tile[: 40 * min(WIDTH, size - at)])
        return written.finish()

    def endless() -> Iterator[tuple[int, bytes]]:
        for i in range(size):
            yield leaves[i % WIDTH]

    def bare() -> None:
        leaf, inner = bytes(49), bytes(81)
        for _ in range(size):
            sha256(leaf).digest()
            sha256(inner).digest()

    ours = size / best_seconds(stream, 3)
    against = size / best_seconds(bare, 3)
    more: dict[str, object] = {}
    if size <= 100_000:
        in_memory = size / best_seconds(lambda: SumTree(endless()), 3)
        more["in_memory_leaves_per_second"] = round(in_memory)
    return Measured(
        "tree", ours, against, "leaves/s", "stream of tiles", "two SHA-256 calls a leaf",
        sizes={"leaves": size}, more=more,
    )  # fmt: skip
