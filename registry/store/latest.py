"""State as of a block is the latest row at or below it: the one query all others stand on."""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from registry.domain.errors import Unavailable
from registry.store.event_row import EventRow
from registry.store.mirror import read_progress

T = TypeVar("T", bound=EventRow)


def newest(session: Session, model: type[T], as_of: int, *where: ColumnElement[bool] | bool) -> T | None:
    """The latest event of a kind that fits `where`, at or below block `as_of`."""
    query: Any = (
        select(model)
        .where(*where, col(model.block_number) <= as_of)
        .order_by(col(model.block_number).desc(), col(model.log_index).desc())
        .limit(1)
    )
    found: T | None = session.exec(query).first()
    return found


def after(left: EventRow | None, right: EventRow | None) -> bool:
    """Whether `left` happened, and later than `right` if that happened."""
    if left is None:
        return False
    if right is None:
        return True
    return (left.block_number, left.log_index) > (right.block_number, right.log_index)


def indexed_block(session: Session) -> int:
    """The block the mirror speaks of. Raises Unavailable for a mirror that nothing was written to."""
    progress = read_progress(session)
    if progress is None:
        raise Unavailable("the mirror is empty", hint="offsetproof index")
    return progress.indexed.number


def at_block(session: Session, as_of: int | None) -> int:
    """`as_of`, or the mirror's block for None. Raises Unavailable for a block the mirror has not reached."""
    indexed = indexed_block(session)
    if as_of is None:
        return indexed
    if as_of > indexed:
        raise Unavailable(
            "the mirror has not come that far", expected=f"block {as_of}", found=f"block {indexed}", hint="wait"
        )
    return as_of
