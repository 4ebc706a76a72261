"""Bundles from published leaves: the path is read from tiles, one a level."""

from sqlmodel import Session

from registry.proofs.bundle import AnchorPlace, Bundle, Leaf, Tranche
from registry.store.claims import document_of
from registry.store.credit_events import Anchored
from registry.store.tile_queries import leaf_and_path


def bundle_of(session: Session, anchored: Anchored | None, index: int) -> Bundle | None:
    """The bundle of certificate `index` of a tranche; None if it is not anchored, has no such leaf, or its leaves are
    not published.

    Without a published document it carries the certificate hash instead (`known_hash`), and cannot be written out.
    Raises Contradiction if the mirror's rows do not lead to the anchored root.
    """
    if anchored is None or not 0 <= index < anchored.leaf_count:
        return None
    found = leaf_and_path(session, anchored, index)
    if found is None:
        return None
    leaf, path = found
    document = document_of(session, leaf.hash)
    return Bundle(
        document=document,
        disclosures=(),
        leaf=Leaf(index, leaf.grams),
        path=path,
        tranche=Tranche(anchored.start, anchored.total, anchored.leaf_count, anchored.root),
        anchor=AnchorPlace(anchored.lot, anchored.tranche),
        known_hash=leaf.hash if document is None else None,
    )
