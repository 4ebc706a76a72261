"""What a mirror commits to as of a block: history hashes by block, and the anchors of published tranches."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from registry.store.credit_events import Anchored
from registry.store.mirror import BlockRow, blocks_down
from registry.store.mirror_tables import Publication


def checkpoints_down(session: Session, as_of: int | None, limit: int) -> list[BlockRow]:
    """At most `limit` blocks with events, newest first, from `as_of` down, each with the histories after it."""
    return [block for _, block in zip(range(limit), blocks_down(session, as_of), strict=False)]


def published_anchors(session: Session, as_of: int) -> Iterator[bytes]:
    """The anchors of published tranches that stand at or below a block, in the order of their bytes."""
    query = (
        select(Publication.anchor)
        .join(Anchored, col(Anchored.anchor) == col(Publication.anchor))
        .where(col(Anchored.block_number) <= as_of)
        .distinct()
        .order_by(col(Publication.anchor))
    )
    yield from session.exec(query)
