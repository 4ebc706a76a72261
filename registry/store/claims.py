"""Claims: the places of a certificate in published tranches, and what was claimed without being published."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from registry.domain.units import GRAMS_PER_CREDIT
from registry.store.credit_events import Anchored, Issued, Retired
from registry.store.latest import at_block
from registry.store.mirror_tables import Document, Leaf, Publication


@dataclass(frozen=True, slots=True)
class Claim:
    """A certificate's place: leaf `index` of a lot's tranche, `grams` from gram `start` of the lot."""

    certificate_hash: bytes
    lot: int
    tranche: int
    index: int
    start: int
    grams: int
    anchor: bytes
    documented: bool
    block_number: int


@dataclass(frozen=True, slots=True)
class UnpublishedTranche:
    """An anchored tranche whose leaves nobody published."""

    lot: int
    tranche: int
    grams: int
    leaf_count: int
    anchor: bytes
    block_number: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Credits issued and retired, grams claimed, and the part of the claims whose leaves nobody published."""

    issued: int
    retired: int
    claimed_grams: int
    tranches: int
    unpublished_tranches: int
    unpublished_grams: int
    certificates: int

    @property
    def retired_grams(self) -> int:
        return self.retired * GRAMS_PER_CREDIT


def claim_at(session: Session, lot: int, tranche: int, index: int, as_of: int | None = None) -> Claim | None:
    """The claim at one place; None if it is not anchored or not published."""
    block = at_block(session, as_of)
    query = (
        select(Leaf, Anchored)
        .join(Anchored, col(Anchored.anchor) == col(Leaf.anchor))
        .where(Anchored.lot == lot, Anchored.tranche == tranche, Leaf.index == index)
        .where(col(Anchored.block_number) <= block)
    )
    found = session.exec(query).first()
    return claim_of(*found) if found else None


def claims_of_tranche(
    session: Session, lot: int, tranche: int, after: int = -1, limit: int = 500, as_of: int | None = None
) -> list[Claim]:
    """The claims of a tranche by index, from the one after `after`; empty if its leaves are not published."""
    block = at_block(session, as_of)
    query = (
        select(Leaf, Anchored)
        .join(Anchored, col(Anchored.anchor) == col(Leaf.anchor))
        .where(Anchored.lot == lot, Anchored.tranche == tranche, col(Leaf.index) > after)
        .where(col(Anchored.block_number) <= block)
        .order_by(col(Leaf.index))
        .limit(limit)
    )
    return [claim_of(leaf, anchored) for leaf, anchored in session.exec(query)]


def claims_covering(session: Session, anchored: Anchored, start: int, end: int) -> list[Claim]:
    """The claims of a tranche that hold any of the lot's grams `[start, end)`."""
    first = (
        select(func.max(Leaf.start)).where(Leaf.anchor == anchored.anchor, col(Leaf.start) <= start).scalar_subquery()
    )
    query = (
        select(Leaf)
        .where(Leaf.anchor == anchored.anchor, col(Leaf.start) >= func.coalesce(first, 0), col(Leaf.start) < end)
        .order_by(col(Leaf.start))
    )
    return [claim_of(leaf, anchored) for leaf in session.exec(query) if leaf.start + leaf.grams > start]


def document_of(session: Session, certificate_hash: bytes) -> str | None:
    """The exact text of a certificate's document; None if nobody published it."""
    found: str | None = session.connection().execute(_DOCUMENT, {"hash": certificate_hash}).scalar()
    return found


def unpublished_tranches(
    session: Session, after: tuple[int, int] = (-1, -1), limit: int = 500, as_of: int | None = None
) -> list[UnpublishedTranche]:
    """Anchored tranches without published leaves, in the chain's order, after the key (block, log index)."""
    block = at_block(session, as_of)
    number, index = col(Anchored.block_number), col(Anchored.log_index)
    members: list[Any] = [Anchored.lot, Anchored.tranche, Anchored.total, Anchored.leaf_count, Anchored.anchor, number]
    query = (
        select_columns(*members)
        .outerjoin(Publication, col(Publication.anchor) == col(Anchored.anchor))
        .where(col(Publication.anchor).is_(None), number <= block)
        .where((number > after[0]) | ((number == after[0]) & (index > after[1])))
        .order_by(number, index)
        .limit(limit)
    )
    return [UnpublishedTranche(*row) for row in session.connection().execute(query)]


def totals(session: Session, as_of: int | None = None) -> Totals:
    """The registry's figures as of a block."""
    block = at_block(session, as_of)
    issued = session.exec(select(func.sum(Issued.count)).where(col(Issued.block_number) <= block)).one()
    retired = session.exec(select(func.sum(Retired.count)).where(col(Retired.block_number) <= block)).one()
    claimed, tranches = session.exec(
        select(func.sum(Anchored.total), func.count()).where(col(Anchored.block_number) <= block)
    ).one()
    published, published_tranches, certificates = session.exec(
        select(func.sum(Anchored.total), func.count(), func.sum(Anchored.leaf_count))
        .join(Publication, col(Publication.anchor) == col(Anchored.anchor))
        .where(col(Anchored.block_number) <= block)
    ).one()
    return Totals(
        issued=int(issued or 0),
        retired=int(retired or 0),
        claimed_grams=int(claimed or 0),
        tranches=tranches,
        unpublished_tranches=tranches - published_tranches,
        unpublished_grams=int(claimed or 0) - int(published or 0),
        certificates=int(certificates or 0),
    )


def claim_of(leaf: Leaf, anchored: Anchored) -> Claim:
    """The claim that a leaf of an anchored tranche makes."""
    return Claim(
        leaf.certificate_hash,
        anchored.lot,
        anchored.tranche,
        leaf.index,
        leaf.start,
        leaf.grams,
        leaf.anchor,
        leaf.documented,
        anchored.block_number,
    )


_DOCUMENT = select_columns(col(Document.text)).where(col(Document.certificate_hash) == bindparam("hash"))
