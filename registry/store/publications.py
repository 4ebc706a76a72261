"""Published tranches: leaves, and documents where a platform published them on purpose."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from threading import Lock

from sqlalchemy import Exists, delete, exists, insert, update
from sqlmodel import Session, col, select

from registry.domain.errors import InvalidInput, Unavailable
from registry.domain.hexes import hex0x
from registry.proofs.sumtree import SumTree
from registry.store.credit_events import Anchored
from registry.store.latest import at_block
from registry.store.lots import anchored_tranche
from registry.store.mirror_tables import Document, Leaf, Publication
from registry.store.raw import table_of

_MOST_TREES = 64
_trees: dict[bytes, SumTree] = {}
_lock = Lock()


def publish(
    session: Session,
    lot: int,
    tranche: int,
    leaves: Sequence[tuple[int, bytes]],
    documents: Mapping[bytes, str] | None = None,
) -> int:
    """Publish the leaves of an anchored tranche, `(grams, certificate hash)` in their order, and documents by hash.

    Returns how many documents are new. Nobody need be trusted: the leaves must lead to the root and total that are
    anchored, each document must hash to a leaf. Publishing again is harmless, and may add documents. Raises
    InvalidInput for what does not fit, Unavailable if the tranche is not anchored as of the mirror's block.
    """
    anchored = anchored_tranche(session, lot, tranche)
    if anchored is None:
        raise Unavailable(
            f"tranche {tranche} of lot {lot} is not anchored",
            found=f"nothing up to block {at_block(session, None)}",
            hint="again when the index has the anchoring transaction",
        )
    if len(leaves) != anchored.leaf_count:
        raise InvalidInput("another number of leaves", expected=str(anchored.leaf_count), found=str(len(leaves)))
    tree = SumTree(leaves)
    if tree.root != anchored.root or tree.total != anchored.total:
        raise InvalidInput(
            "these leaves are not the ones anchored",
            expected=f"root {hex0x(anchored.root)} over {anchored.total} grams",
            found=f"root {hex0x(tree.root)} over {tree.total} grams",
        )
    given = dict(documents or {})
    hashes = {certificate for _, certificate in leaves}
    for certificate, text in given.items():
        if certificate not in hashes:
            raise InvalidInput("a document of no leaf in this tranche", found=hex0x(certificate))
        if sha256(text.encode()).digest() != certificate:
            raise InvalidInput("a document that does not hash to its leaf", expected=hex0x(certificate))
    if session.get(Publication, anchored.anchor) is None:
        _add_leaves(session, anchored, leaves)
    return _add_documents(session, given)


def leaves_of(session: Session, anchor: bytes) -> list[Leaf]:
    """The published leaves under an anchor, by index; empty if nobody published them."""
    return list(session.exec(select(Leaf).where(Leaf.anchor == anchor).order_by(col(Leaf.index))))


def tree_of(session: Session, anchor: bytes) -> SumTree | None:
    """The tree over the published leaves; None if nobody published them. An anchor hash fixes its leaves, so a tree is
    built once a process."""
    with _lock:
        tree = _trees.get(anchor)
    if tree is None:
        leaves = leaves_of(session, anchor)
        if not leaves:
            return None
        tree = SumTree((leaf.grams, leaf.certificate_hash) for leaf in leaves)
        with _lock:
            if len(_trees) >= _MOST_TREES:
                _trees.clear()
            _trees[anchor] = tree
    return tree


def has_dangling(session: Session) -> bool:
    """Whether leaves are published under an anchor that is not on the chain (a reorganisation took it away)."""
    query = select(Publication.anchor).where(~_is_anchored()).limit(1)
    return session.exec(query).first() is not None


def drop_dangling(session: Session) -> None:
    """Drop publications whose anchor is not on the chain, with documents that no leaf names any more."""
    connection = session.connection()
    leaf, publication, document = table_of(Leaf), table_of(Publication), table_of(Document)
    gone = [row.anchor for row in connection.execute(publication.select().where(~_is_anchored()))]
    for anchor in gone:
        connection.execute(delete(leaf).where(leaf.c.anchor == anchor))
        connection.execute(delete(publication).where(publication.c.anchor == anchor))
    if gone:
        named = exists().where(leaf.c.certificate_hash == document.c.certificate_hash)
        connection.execute(delete(document).where(~named))


def _is_anchored() -> Exists:
    return exists().where(col(Anchored.anchor) == col(Publication.anchor))


def _add_leaves(session: Session, anchored: Anchored, leaves: Sequence[tuple[int, bytes]]) -> None:
    connection = session.connection()
    connection.execute(insert(table_of(Publication)), [{"anchor": anchored.anchor}])
    start, rows = anchored.start, []
    for index, (grams, certificate) in enumerate(leaves):
        rows.append(
            {
                "anchor": anchored.anchor,
                "index": index,
                "start": start,
                "grams": grams,
                "certificate_hash": certificate,
                "documented": False,
            }
        )
        start += grams
    connection.execute(insert(table_of(Leaf)), rows)
    leaf, document = table_of(Leaf), table_of(Document)
    known = exists().where(document.c.certificate_hash == leaf.c.certificate_hash)
    connection.execute(update(leaf).where(leaf.c.anchor == anchored.anchor, known).values(documented=True))


def _add_documents(session: Session, documents: Mapping[bytes, str]) -> int:
    connection = session.connection()
    new = [
        {"certificate_hash": certificate, "text": text}
        for certificate, text in documents.items()
        if session.get(Document, certificate) is None
    ]
    if new:
        connection.execute(insert(table_of(Document)), new)
        leaf = table_of(Leaf)
        for row in new:
            at = leaf.c.certificate_hash == row["certificate_hash"]
            connection.execute(update(leaf).where(at).values(documented=True))
    return len(new)
