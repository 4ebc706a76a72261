"""Bundles from published leaves: the path is computed, nothing but leaves and documents is stored."""

from sqlmodel import Session

from registry.proofs.bundle import AnchorPlace, Bundle, Leaf, Tranche
from registry.store.claims import claim_at, document_of
from registry.store.lots import anchored_tranche
from registry.store.publications import tree_of


def bundle_for(session: Session, lot: int, tranche: int, index: int) -> Bundle | None:
    """The bundle of one certificate; None if its tranche is not anchored or its leaves are not published.

    Without a published document it carries the certificate hash instead (`known_hash`), and cannot be written out.
    """
    claim = claim_at(session, lot, tranche, index)
    anchored = anchored_tranche(session, lot, tranche)
    if claim is None or anchored is None:
        return None
    tree = tree_of(session, anchored.anchor)
    if tree is None:
        return None
    document = document_of(session, claim.certificate_hash)
    return Bundle(
        document=document,
        disclosures=(),
        leaf=Leaf(index, claim.grams),
        path=tree.path(index),
        tranche=Tranche(anchored.start, anchored.total, anchored.leaf_count, anchored.root),
        anchor=AnchorPlace(lot, tranche),
        known_hash=claim.certificate_hash if document is None else None,
    )
