"""When blocks happened: the times that lists and pages show beside block numbers."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from registry.store.mirror_tables import Block


def block_times(session: Session, numbers: Iterable[int]) -> dict[int, int]:
    """Seconds since 1970 of those of these blocks that bear events (the mirror keeps no others), by number."""
    wanted = sorted(set(numbers))
    found: dict[int, int] = {}
    for at in range(0, len(wanted), 500):
        query = select(Block.number, Block.timestamp).where(col(Block.number).in_(wanted[at : at + 500]))
        found.update((number, timestamp) for number, timestamp in session.exec(query))
    return found
