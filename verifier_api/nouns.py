"""Lots, batches, projects, retirements and accounts: each read from the mirror as of one block, as JSON values."""

from collections.abc import Callable
from dataclasses import dataclass

from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x, parse_address
from registry.domain.lots import parse_lot
from registry.domain.members import parse_decimal
from registry.domain.units import MAX_GRAMS, MAX_U64
from registry.store.batches import BatchState, batch_state, segments_of
from registry.store.block_queries import block_times
from registry.store.columns import MOST_IN_SQL
from registry.store.lists import (
    Retirement,
    list_accounts,
    list_batches,
    list_lots,
    list_projects,
    list_retirements,
)
from registry.store.lots import lot_state
from registry.store.projects import project_state, reports_of_project
from registry.store.serial_queries import tranches_overlapping
from registry.store.session import Session
from verifier_api.absence import absent
from verifier_api.reading import block_value
from verifier_api.values import (
    Value,
    account_state_value,
    account_value,
    batch_value,
    lot_value,
    project_value,
    report_value,
    retirement_value,
    tranche_value,
)

ROWS = 50
MOST_TRANCHES = 200


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of thing with a list and a page for each."""

    name: str
    rows: Callable[[Session, str, int], Value]
    one: Callable[[Session, str], Value]


class _Batches:
    """Batches by number, each read once for a page of rows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: dict[int, BatchState | None] = {}

    def __getitem__(self, batch: int) -> BatchState | None:
        if batch not in self._found:
            self._found[batch] = batch_state(self._session, batch)
        return self._found[batch]


def _number(text: str, what: str) -> int:
    """A number of the chain (uint64). Databases count to 2^63 - 1, and so far no chain comes: above it, nothing is."""
    return min(parse_decimal(text, what, 0, MAX_U64), MOST_IN_SQL)


def _page(session: Session, items: list[Value], next_key: str | None) -> Value:
    return {"items": items, "next": next_key, "block": block_value(session)}


def _after_pair(after: str) -> tuple[int, int]:
    if not after:
        return (-1, -1)
    number, dash, index = after.partition("-")
    if not dash:
        raise InvalidInput("not a key of this list", expected="block-index", found=after[:40], place="after")
    return _number(number, "after"), _number(index, "after")


# Lists


def lots(session: Session, after: str, limit: int) -> Value:
    """A page of lots."""
    page, batches = list_lots(session, parse_lot(after or "0", "after"), limit), _Batches(session)
    return _page(session, [lot_value(x, batches[x.batch]) for x in page.items], _text(page.next))


def batches(session: Session, after: str, limit: int) -> Value:
    """A page of batches."""
    page = list_batches(session, _number(after or "0", "after"), limit)
    return _page(session, [batch_value(x) for x in page.items], _text(page.next))


def projects(session: Session, after: str, limit: int) -> Value:
    """A page of projects."""
    page = list_projects(session, _number(after or "0", "after"), limit)
    return _page(session, [project_value(x) for x in page.items], _text(page.next))


def retirements(session: Session, after: str, limit: int) -> Value:
    """A page of retirements, oldest first."""
    page = list_retirements(session, _after_pair(after), limit)
    return _page(session, _retirements(session, page.items), f"{page.next[0]}-{page.next[1]}" if page.next else None)


def accounts(session: Session, after: str, limit: int) -> Value:
    """A page of accounts that hold or held a lot."""
    page = list_accounts(session, parse_address(after) if after else b"", limit)
    return _page(session, [account_state_value(x) for x in page.items], hex0x(page.next) if page.next else None)


# One


def lot(session: Session, text: str) -> Value:
    """A lot with its tranches and retirements; raises Problem 404."""
    number = parse_lot(text)
    found = lot_state(session, number) if number >> 32 <= MOST_IN_SQL else None
    if found is None:
        raise absent(f"there is no lot {text}", "see /lots")
    batch = batch_state(session, found.batch)
    anchored = tranches_overlapping(session, found.lot, 0, MAX_GRAMS + 1, MOST_TRANCHES)
    made = list_retirements(session, lot=found.lot, limit=ROWS)
    segments = segments_of(session, found.batch)
    end = found.first_index + found.count
    inside = tuple(x for x in segments if x.first < end and found.first_index < x.end)
    return {
        **lot_value(found, batch),
        "standing": batch_value(batch, inside)["standing"] if batch else [],
        "retirements": _retirements(session, made.items),
        "anchored": [tranche_value(row, published) for row, published in anchored],
        "block": block_value(session),
    }


def batch(session: Session, text: str) -> Value:
    """A batch with its first lots; raises Problem 404."""
    found = batch_state(session, _number(text, "batch"))
    if found is None:
        raise absent(f"there is no batch {text}", "see /batches")
    of_it = list_lots(session, batch=found.batch, limit=ROWS)
    return {
        **batch_value(found, segments_of(session, found.batch)),
        "lots": [lot_value(x, found) for x in of_it.items],
        "moreLots": of_it.next is not None,
        "block": block_value(session),
    }


def project(session: Session, text: str) -> Value:
    """A project with its reports and batches; raises Problem 404."""
    found = project_state(session, _number(text, "project"))
    if found is None:
        raise absent(f"there is no project {text}", "see /projects")
    reports = reports_of_project(session, found.project)
    issued = [x for report in reports[:ROWS] for x in list_batches(session, report=report.report, limit=ROWS).items]
    return {
        **project_value(found),
        "reports": [report_value(x) for x in reports],
        "batches": [batch_value(x) for x in issued],
        "block": block_value(session),
    }


def retirement(session: Session, text: str) -> Value:
    """A retirement by its block and place there; raises Problem 404."""
    block, index = _after_pair(text)
    page = list_retirements(session, (block, index - 1), limit=1)
    if not page.items or (page.items[0].block_number, page.items[0].log_index) != (block, index):
        raise absent(f"there is no retirement {text[:40]}", "see /retirements")
    return {**_retirements(session, page.items)[0], "block": block_value(session)}


def account(session: Session, text: str) -> Value:
    """An account with its first lots and retirements. An account nobody has seen holds nothing."""
    address = parse_address(text, any_case=True, place="account")
    held, batches_ = list_lots(session, owner=address, limit=ROWS), _Batches(session)
    made = list_retirements(session, account=address, limit=ROWS)
    return {
        "account": account_value(address) or hex0x(address),
        "lots": [lot_value(x, batches_[x.batch]) for x in held.items],
        "moreLots": held.next is not None,
        "retirements": _retirements(session, made.items),
        "block": block_value(session),
    }


def _retirements(session: Session, items: tuple[Retirement, ...]) -> list[Value]:
    batches_ = _Batches(session)
    times = block_times(session, [x.block_number for x in items])
    return [retirement_value(x, batches_[x.lot >> 32], times) for x in items]


def _text(key: int | None) -> str | None:
    return None if key is None else str(key)


NOUNS = {
    noun.name: noun
    for noun in (
        Noun("lots", lots, lot),
        Noun("batches", batches, batch),
        Noun("projects", projects, project),
        Noun("retirements", retirements, retirement),
        Noun("accounts", accounts, account),
    )
}
