"""Lists, a page at a time. A page starts after the key of the last row of the page before (keyset), so that no row is
missed or shown twice while the chain grows; `next` is that key, None on the last page."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from registry.domain.hexes import ZERO_ADDRESS
from registry.domain.units import GRAMS_PER_CREDIT, MAX_U32
from registry.store.batches import BatchState, batch_of
from registry.store.credit_events import Issued, Retired, Transfer
from registry.store.latest import at_block
from registry.store.lots import LotState, lot_state
from registry.store.project_events import ProjectProposed, ProjectRecorded
from registry.store.projects import ProjectState, project_state

T = TypeVar("T")
K = TypeVar("K")

MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Page(Generic[T, K]):
    """Some rows, the key to continue after, and the block they speak of."""

    items: tuple[T, ...]
    next: K | None
    block_number: int


@dataclass(frozen=True, slots=True)
class Retirement:
    """Credits `first_index … first_index + count - 1` of a batch made unusable, by the event at (block, log index)."""

    block_number: int
    log_index: int
    tx_hash: bytes
    lot: int
    first_index: int
    count: int
    account: bytes

    @property
    def grams(self) -> int:
        return self.count * GRAMS_PER_CREDIT

    @property
    def start_gram(self) -> int:
        """First gram of the lot that these credits are."""
        return (self.first_index - (self.lot & MAX_U32)) * GRAMS_PER_CREDIT


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account that holds or held lots, with the number it holds now."""

    account: bytes
    lots: int


def retirement_of(row: Retired) -> Retirement:
    """The retirement that an event made."""
    return Retirement(row.block_number, row.log_index, row.tx_hash, row.lot, row.first_index, row.count, row.account)


def list_batches(
    session: Session, after: int = 0, limit: int = 50, as_of: int | None = None, *, report: int | None = None
) -> Page[BatchState, int]:
    """Batches by number, all or those of one report."""
    block, rows = at_block(session, as_of), _rows(limit)
    query = select(Issued).where(col(Issued.batch) > after, col(Issued.block_number) <= block)
    if report is not None:
        query = query.where(Issued.report == report)
    found = [batch_of(session, row) for row in session.exec(query.order_by(col(Issued.batch)).limit(rows + 1))]
    return _page(found[:rows], found[rows - 1].batch if len(found) > rows else None, block)


def list_projects(
    session: Session, after: int = 0, limit: int = 50, as_of: int | None = None
) -> Page[ProjectState, int]:
    """Projects by number."""
    block, rows = at_block(session, as_of), _rows(limit)
    numbers: list[int] = []
    for model in (ProjectProposed, ProjectRecorded):
        query = select(model.project).where(col(model.project) > after, col(model.block_number) <= block)
        numbers += session.exec(query.order_by(col(model.project)).limit(rows + 1))
    numbers = sorted(numbers)
    found = [state for n in numbers[:rows] if (state := project_state(session, n, block))]
    return _page(found, numbers[rows - 1] if len(numbers) > rows else None, block)


def list_retirements(
    session: Session,
    after: tuple[int, int] = (-1, -1),
    limit: int = 50,
    as_of: int | None = None,
    *,
    lot: int | None = None,
    account: bytes | None = None,
) -> Page[Retirement, tuple[int, int]]:
    """Retirements in the chain's order, keyed (block, log index); all, of one lot, or by one account."""
    block, rows = at_block(session, as_of), _rows(limit)
    number, index = col(Retired.block_number), col(Retired.log_index)
    query = select(Retired).where(or_(number > after[0], and_(number == after[0], index > after[1])), number <= block)
    if lot is not None:
        query = query.where(Retired.lot == lot)
    if account is not None:
        query = query.where(Retired.account == account)
    found = [retirement_of(row) for row in session.exec(query.order_by(number, index).limit(rows + 1))]
    last = (found[rows - 1].block_number, found[rows - 1].log_index) if len(found) > rows else None
    return _page(found[:rows], last, block)


def list_lots(
    session: Session,
    after: int = 0,
    limit: int = 50,
    as_of: int | None = None,
    *,
    owner: bytes | None = None,
    batch: int | None = None,
) -> Page[LotState, int]:
    """Lots by id; all, those an account owns, or those of one batch."""
    block, rows = at_block(session, as_of), _rows(limit)
    query = select(Transfer.lot).where(col(Transfer.lot) > after, col(Transfer.block_number) <= block)
    if owner is None:
        query = query.where(Transfer.from_account == ZERO_ADDRESS)
    else:
        later = aliased(Transfer)
        query = query.where(
            Transfer.to_account == owner,
            ~exists().where(
                col(later.lot) == col(Transfer.lot),
                col(later.block_number) <= block,
                or_(
                    col(later.block_number) > col(Transfer.block_number),
                    and_(
                        col(later.block_number) == col(Transfer.block_number),
                        col(later.log_index) > col(Transfer.log_index),
                    ),
                ),
            ),
        )
    if batch is not None:
        query = query.where(col(Transfer.lot) >= batch << 32, col(Transfer.lot) <= (batch << 32) + MAX_U32)
    lots = list(session.exec(query.order_by(col(Transfer.lot)).limit(rows + 1)))
    found = [state for lot in lots[:rows] if (state := lot_state(session, lot, block))]
    return _page(found, lots[rows - 1] if len(lots) > rows else None, block)


def list_accounts(
    session: Session, after: bytes = b"", limit: int = 50, as_of: int | None = None
) -> Page[AccountState, bytes]:
    """Accounts that hold or held a lot, by address."""
    block, rows = at_block(session, as_of), _rows(limit)
    account = col(Transfer.to_account)
    query = select(account).where(account > after, col(Transfer.block_number) <= block).distinct()
    accounts = list(session.exec(query.order_by(account).limit(rows + 1)))
    found = [AccountState(a, count_lots(session, a, block)) for a in accounts[:rows]]
    return _page(found, accounts[rows - 1] if len(accounts) > rows else None, block)


def count_lots(session: Session, owner: bytes, as_of: int | None = None) -> int:
    """How many lots an account owns."""
    block = at_block(session, as_of)
    arrived = (
        select(func.count())
        .select_from(Transfer)
        .where(Transfer.to_account == owner, col(Transfer.block_number) <= block)
    )
    left = (
        select(func.count())
        .select_from(Transfer)
        .where(Transfer.from_account == owner, col(Transfer.block_number) <= block)
    )
    return session.exec(arrived).one() - session.exec(left).one()


def _rows(limit: int) -> int:
    return max(1, min(limit, MOST_ROWS))


def _page(items: list[T], last: K | None, block: int) -> Page[T, K]:
    return Page(tuple(items), last, block)
