"""Published tranches: leaves, and documents where a platform published them on purpose."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from threading import Lock

from sqlalchemy import Exists, delete, exists, insert, update
from sqlmodel import Session, col, select

from registry.domain.errors import InvalidInput, Unavailable
from registry.domain.hexes import hex0x
from registry.proofs.sumtree import SumTree, pack_entry
from registry.proofs.tiles import TileStream
from registry.store.credit_events import Anchored
from registry.store.latest import at_block
from registry.store.lots import anchored_tranche
from registry.store.mirror_tables import Document, Leaf, Publication
from registry.store.raw import table_of
from registry.store.texts import is_storable

Part = tuple[Sequence[tuple[int, bytes]], Mapping[bytes, str]]
"""Leaves, `(grams, certificate hash)`, and documents by hash."""

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
    anchored = require_anchored(session, lot, tranche)
    if len(leaves) != anchored.leaf_count:
        raise InvalidInput("another number of leaves", expected=str(anchored.leaf_count), found=str(len(leaves)))
    tree = SumTree(leaves)
    _require_root(anchored, tree.root, tree.total)
    return _add(session, anchored, [(leaves, documents or {})])


def publish_parts(session: Session, lot: int, tranche: int, parts: Callable[[], Iterable[Part]]) -> int:
    """The same for a tranche in parts, in order: `parts` is called twice, and one part at a time is in memory.

    Each part's documents hash to leaves of that part.
    """
    anchored = require_anchored(session, lot, tranche)
    stream, count = TileStream(lambda level, n, entries: None), 0
    for leaves, _ in parts():
        count += len(leaves)
        if count <= anchored.leaf_count:
            stream.add(b"".join([pack_entry(certificate, grams) for grams, certificate in leaves]))
    if count != anchored.leaf_count:
        raise InvalidInput("another number of leaves", expected=str(anchored.leaf_count), found=str(count))
    rooted = stream.finish()
    _require_root(anchored, rooted.root, rooted.total)
    return _add(session, anchored, parts())


def require_anchored(session: Session, lot: int, tranche: int) -> Anchored:
    """The event that anchored a tranche; raises Unavailable if there is none as of the mirror's block."""
    anchored = anchored_tranche(session, lot, tranche)
    if anchored is None:
        raise Unavailable(
            f"tranche {tranche} of lot {lot} is not anchored",
            found=f"nothing up to block {at_block(session, None)}",
            hint="again when the index has the anchoring transaction",
        )
    return anchored


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


def _require_root(anchored: Anchored, root: bytes, total: int) -> None:
    if root != anchored.root or total != anchored.total:
        raise InvalidInput(
            "these leaves are not the ones anchored",
            expected=f"root {hex0x(anchored.root)} over {anchored.total} grams",
            found=f"root {hex0x(root)} over {total} grams",
        )


def _add(session: Session, anchored: Anchored, parts: Iterable[Part]) -> int:
    """Add parts whose leaves are known to lead to the root; returns how many documents are new."""
    connection, index, start, new = session.connection(), 0, anchored.start, 0
    fresh = session.get(Publication, anchored.anchor) is None
    if fresh:
        connection.execute(insert(table_of(Publication)), [{"anchor": anchored.anchor}])
    for leaves, documents in parts:
        hashes = {certificate for _, certificate in leaves}
        for certificate, text in documents.items():
            if certificate not in hashes:
                raise InvalidInput("a document of no leaf in this tranche", found=hex0x(certificate))
            if not is_storable(text):
                raise InvalidInput("a document that is no text", expected="UTF-8 without NUL", found=ascii(text)[:80])
            if sha256(text.encode()).digest() != certificate:
                raise InvalidInput("a document that does not hash to its leaf", expected=hex0x(certificate))
        rows = []
        for grams, certificate in leaves:
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
            index, start = index + 1, start + grams
        if fresh:
            connection.execute(insert(table_of(Leaf)), rows)
        new += _add_documents(session, documents)
    if fresh:
        leaf, document = table_of(Leaf), table_of(Document)
        known = exists().where(document.c.certificate_hash == leaf.c.certificate_hash)
        connection.execute(update(leaf).where(leaf.c.anchor == anchored.anchor, known).values(documented=True))
    return new


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
