"""Adding published tranches to the mirror: leaves, and the documents that their platform chose to publish."""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from registry.store.mirror_tables import Document, Leaf, Publication


def is_published(session: Session, anchor: bytes) -> bool:
    """Whether the leaves of the tranche with this anchor are here."""
    return session.get(Publication, anchor) is not None


def add_leaves(session: Session, anchor: bytes, start: int, leaves: Sequence[tuple[int, bytes]]) -> None:
    """Add all leaves (grams, certificate hash) of a tranche that begins at gram `start` of its lot."""
    rows = []
    at = start
    for index, (grams, certificate_hash) in enumerate(leaves):
        rows.append(
            {
                "anchor": anchor,
                "index": index,
                "start": at,
                "grams": grams,
                "certificate_hash": certificate_hash,
                "documented": False,
            }
        )
        at += grams
    session.execute(insert(Publication), [{"anchor": anchor}])
    session.execute(insert(Leaf), rows)


def add_documents(session: Session, anchor: bytes, documents: Mapping[bytes, str]) -> int:
    """Add documents by certificate hash to a published tranche; returns how many were new."""
    new = 0
    for certificate_hash, text in documents.items():
        known = session.exec(
            select(Document.certificate_hash).where(col(Document.certificate_hash) == certificate_hash)
        ).first()
        if known is None:
            session.execute(insert(Document), [{"certificate_hash": certificate_hash, "text": text}])
            new += 1
        session.execute(update(Leaf).where(col(Leaf.certificate_hash) == certificate_hash).values(documented=True))
    return new
