"""Bundles from published leaves: a leaf with what lies near it is one row, the node tiles above it are remembered.

A row that somebody damaged is a `Contradiction`, never a path that leads elsewhere: a damaged mirror must not make a
good certificate look forged.
"""

from sqlmodel import Session

from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x
from registry.proofs.bundle import AnchorPlace, Bundle, Leaf, Tranche
from registry.proofs.sumtree import fold_path
from registry.proofs.tiles import WIDTH
from registry.store.credit_events import Anchored
from registry.store.published_leaves import PublishedLeaf, leaf_at
from registry.store.tile_queries import NodeTiles, damaged, is_published


def bundle_of(session: Session, anchored: Anchored | None, index: int, nodes: NodeTiles | None = None) -> Bundle | None:
    """The bundle of certificate `index` of a tranche; None if it is not anchored, has no such leaf, or its leaves are
    not published.

    Without a published document it carries the certificate hash instead (`known_hash`), and cannot be written out.
    Raises Contradiction if the mirror's rows do not lead to the anchored root.
    """
    if anchored is None or not 0 <= index < anchored.leaf_count:
        return None
    leaf = leaf_at(session, anchored.anchor, index)
    if leaf is None:
        if is_published(session, anchored.anchor):
            raise damaged(anchored, f"leaf {index} of {anchored.leaf_count}", "none")
        return None
    bundle = unfolded_bundle(session, anchored, leaf, nodes or NodeTiles())
    require_led(anchored, bundle)
    return bundle


def unfolded_bundle(session: Session, anchored: Anchored, leaf: PublishedLeaf, nodes: NodeTiles) -> Bundle:
    """The bundle that a tranche's leaf makes, for who folds its path anyway (check 2) and asks `require_led` if that
    fails. Raises Contradiction for rows that make no bundle.
    """
    above = nodes.above(session, anchored, leaf.index // WIDTH)
    try:
        return Bundle(
            document=leaf.document,
            disclosures=(),
            leaf=Leaf(leaf.index, leaf.grams),
            path=leaf.path(anchored.leaf_count, above),
            tranche=Tranche(anchored.start, anchored.total, anchored.leaf_count, anchored.root),
            anchor=AnchorPlace(anchored.lot, anchored.tranche),
            known_hash=leaf.certificate_hash if leaf.document is None else None,
        )
    except InvalidInput as error:
        raise damaged(anchored, "a leaf with its nodes", str(error)) from None


def require_led(anchored: Anchored, bundle: Bundle) -> None:
    """Raise Contradiction if a bundle of the mirror's rows does not lead to the anchored root and total."""
    leaf, found = bundle.leaf, "no path"
    try:
        folded = fold_path(leaf.index, anchored.leaf_count, leaf.grams, bundle.certificate_hash, bundle.path)
        if (folded.root, folded.total) == (anchored.root, anchored.total):
            return
        found = f"{hex0x(folded.root)} over {folded.total} g"
    except InvalidInput as error:
        found = str(error)
    raise damaged(anchored, f"a path to root {hex0x(anchored.root)} over {anchored.total} g", found)
