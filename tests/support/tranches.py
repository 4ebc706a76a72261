"""Tranches of any size in a mirror, without a chain: blocks and anchors as an indexer would have written them."""

from collections.abc import Sequence
from hashlib import sha256

from registry.proofs.sumtree import SumTree
from registry.store import Store
from registry.store.layout import LAYOUTS
from registry.store.mirror import BlockId, Progress, append, write_progress

LOT = 7 << 32
START = 1_000
ANCHOR_BLOCK, FINAL_BLOCK = 10, 20
Leaves = list[tuple[int, bytes]]


def hash_of(text: str) -> bytes:
    return sha256(text.encode()).digest()


def text_of(index: int, of: str = "certificate") -> str:
    """A document's text: the store only asks what it hashes to."""
    return f'{{"{of}":{index}}}'


def leaves_of(count: int, of: str = "certificate") -> Leaves:
    """`count` leaves of 1 to 7 g."""
    return [(1 + i % 7, hash_of(text_of(i, of))) for i in range(count)]


def documents_of(count: int, of: str = "certificate") -> dict[bytes, str]:
    return {hash_of(text_of(i, of)): text_of(i, of) for i in range(count)}


def anchor_of(number: int) -> bytes:
    """What stands for the anchor of tranche `number`."""
    return hash_of(f"anchor {number}")


def anchor_tranches(store: Store, tranches: Sequence[Leaves], *, final: int = FINAL_BLOCK) -> None:
    """Anchor tranches 0, 1 … of one lot, each in a block of its own from `ANCHOR_BLOCK` on; `final` is final."""
    blocks, rows, start = [], [], START
    for number, leaves in enumerate(tranches):
        at, tree = ANCHOR_BLOCK + number, SumTree(leaves)
        blocks.append((at, hash_of(f"block {at}"), bytes(32), 1_700_000_000 + at, bytes(32), bytes(32)))
        row = LAYOUTS["Anchored"].row(
            {
                "block_number": at,
                "log_index": 0,
                "tx_hash": bytes(32),
                "contract": bytes(20),
                "lot": LOT,
                "tranche": number,
                "start": start,
                "total": tree.total,
                "leaf_count": len(leaves),
                "root": tree.root,
                "anchor": anchor_of(number),
                "account": bytes(20),
                "prior": bytes(32),
            }
        )
        rows.append(row)
        start += tree.total
    head = BlockId(FINAL_BLOCK + 10, hash_of("head"), 1_700_001_000)
    finalized = BlockId(final, hash_of("final"), 1_700_000_500)
    with store.write() as session:
        append(session, blocks, {"Anchored": rows})
        write_progress(session, Progress(31337, bytes(32), bytes(32), head, finalized, head))
