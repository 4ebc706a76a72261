"""Published tranches: leaves with their tiles, and documents where a platform published them on purpose.

Nobody need be trusted: the leaves must lead to the root and total that are anchored, each document must hash to a leaf.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from struct import iter_unpack

from sqlalchemy import Connection, Exists, delete, exists, func, select, update
from sqlmodel import Session, col

from registry.domain.errors import InvalidInput, Unavailable
from registry.domain.hexes import hex0x
from registry.proofs.sumtree import ENTRY_BYTES, pack_entry
from registry.proofs.tiles import TileStream
from registry.store.bulk import add_missing
from registry.store.credit_events import Anchored
from registry.store.latest import at_block
from registry.store.lots import anchored_tranche
from registry.store.mirror_tables import Document, Leaf, Publication, Tile
from registry.store.raw import table_of
from registry.store.texts import is_storable

_ASKED = 500
"""Hashes in one question to the database."""


@dataclass(frozen=True, slots=True)
class Part:
    """Leaves of a tranche in a row, each `certHash 32 ‖ grams u64`, and documents of these leaves by their hash."""

    entries: bytes
    documents: Mapping[bytes, str] = field(default_factory=dict)

    @property
    def leaf_count(self) -> int:
        return len(self.entries) // ENTRY_BYTES


@dataclass(frozen=True, slots=True)
class Rooted:
    """Proof that leaves belong to an anchor: their node tiles as `(level, n, entries)`, 1/6 byte a leaf."""

    anchor: bytes
    tiles: Sequence[tuple[int, int, bytes]]


def pack_leaves(leaves: Iterable[tuple[int, bytes]]) -> bytes:
    """Leaves `(grams, certificate hash)` as the entries of a part."""
    return b"".join([pack_entry(certificate, grams) for grams, certificate in leaves])


def publication_count(session: Session) -> int:
    """How many tranches are published."""
    return session.connection().execute(select(func.count()).select_from(Publication)).scalar_one()


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


def require_rooted(anchored: Anchored, entries: Iterable[bytes]) -> Rooted:
    """Go through all leaves of a tranche, in pieces of any size; raises InvalidInput unless they are those anchored."""
    tiles: list[tuple[int, int, bytes]] = []
    stream, count = TileStream(lambda *tile: tiles.append(tile) if tile[0] else None), 0
    for piece in entries:
        count += len(piece) // ENTRY_BYTES
        if count <= anchored.leaf_count:
            stream.add(piece)
    if count != anchored.leaf_count:
        raise InvalidInput("another number of leaves", expected=str(anchored.leaf_count), found=str(count))
    rooted = stream.finish()
    if (rooted.root, rooted.total) != (anchored.root, anchored.total):
        raise InvalidInput(
            "these leaves are not the ones anchored",
            expected=f"root {hex0x(anchored.root)} over {anchored.total} grams",
            found=f"root {hex0x(rooted.root)} over {rooted.total} grams",
        )
    return Rooted(anchored.anchor, tiles)


def publish(
    session: Session,
    lot: int,
    tranche: int,
    leaves: Sequence[tuple[int, bytes]],
    documents: Mapping[bytes, str] | None = None,
) -> int:
    """Publish the leaves of an anchored tranche, `(grams, certificate hash)` in their order, and documents by hash.

    Returns how many documents are new. Publishing again is harmless, and may add documents. Raises InvalidInput for
    what does not fit, Unavailable if the tranche is not anchored as of the mirror's block.
    """
    part = Part(pack_leaves(leaves), documents or {})
    rooted = require_rooted(require_anchored(session, lot, tranche), [part.entries])
    return publish_rooted(session, lot, tranche, rooted, [part])


def publish_rooted(session: Session, lot: int, tranche: int, rooted: Rooted, parts: Iterable[Part]) -> int:
    """The same for leaves that were found to be the anchored ones; they come in parts, one at a time in memory."""
    anchored = require_anchored(session, lot, tranche)
    if anchored.anchor != rooted.anchor:
        raise Unavailable("the tranche was anchored anew while it was published", hint="again")
    connection, index, start, new = session.connection(), 0, anchored.start, 0
    fresh = add_missing(connection, table_of(Publication), [(anchored.anchor,)]) == 1
    inner: list[tuple[bytes, int, int, bytes]] = []
    stream = TileStream(lambda *_: None, lambda n, nodes: inner.append((anchored.anchor, 0, n, nodes)))
    if fresh:
        add_missing(connection, table_of(Tile), [(anchored.anchor, *tile) for tile in rooted.tiles])
    for part in parts:
        leaves: list[tuple[bytes, int]] = list(iter_unpack(">32sQ", part.entries))
        _require_documents(part, {certificate for certificate, _ in leaves})
        new += _add_documents(connection, part.documents)
        if fresh:
            documented = _documented(connection, leaves, part.documents)
            rows = []
            for certificate, grams in leaves:
                rows.append((anchored.anchor, index, start, grams, certificate, certificate in documented))
                index, start = index + 1, start + grams
            add_missing(connection, table_of(Leaf), rows)
            stream.add(part.entries)
            add_missing(connection, table_of(Tile), inner)
            inner.clear()
    if fresh:
        stream.finish()
        add_missing(connection, table_of(Tile), inner)
    return new


def has_dangling(session: Session) -> bool:
    """Whether leaves are published under an anchor that is not on the chain (a reorganisation took it away)."""
    query = select(col(Publication.anchor)).where(~_is_anchored()).limit(1)
    return session.connection().execute(query).first() is not None


def drop_dangling(session: Session) -> None:
    """Drop publications whose anchor is not on the chain, with documents that no leaf names any more."""
    connection = session.connection()
    leaf, publication, document = table_of(Leaf), table_of(Publication), table_of(Document)
    gone = [row.anchor for row in connection.execute(publication.select().where(~_is_anchored()))]
    for anchor in gone:
        for table in (table_of(Tile), leaf, publication):
            connection.execute(delete(table).where(table.c.anchor == anchor))
    if gone:
        named = exists().where(leaf.c.certificate_hash == document.c.certificate_hash)
        connection.execute(delete(document).where(~named))


def _is_anchored() -> Exists:
    return exists().where(col(Anchored.anchor) == col(Publication.anchor))


def _require_documents(part: Part, hashes: set[bytes]) -> None:
    for certificate, text in part.documents.items():
        if certificate not in hashes:
            raise InvalidInput("a document of no leaf in this tranche", found=hex0x(certificate))
        if not is_storable(text):
            raise InvalidInput("a document that is no text", expected="UTF-8 without NUL", found=ascii(text)[:80])
        if sha256(text.encode()).digest() != certificate:
            raise InvalidInput("a document that does not hash to its leaf", expected=hex0x(certificate))


def _add_documents(connection: Connection, documents: Mapping[bytes, str]) -> int:
    """Add documents and say so at their leaves that are here already; returns how many are new."""
    if not documents:
        return 0
    # In the order of the key, so that neighbours in the table are added together.
    new = add_missing(connection, table_of(Document), sorted(documents.items()))
    leaf = table_of(Leaf)
    for hashes in _in_chunks(sorted(documents)):
        at = leaf.c.certificate_hash.in_(hashes)
        connection.execute(update(leaf).where(at, ~leaf.c.documented).values(documented=True))
    return new


def _documented(
    connection: Connection, leaves: Sequence[tuple[bytes, int]], documents: Mapping[bytes, str]
) -> set[bytes]:
    """Which of these leaves have their document here."""
    document = table_of(Document)
    found = set(documents)
    for hashes in _in_chunks([hash_ for hash_, _ in leaves if hash_ not in documents]):
        query = select(document.c.certificate_hash).where(document.c.certificate_hash.in_(hashes))
        found.update(connection.execute(query).scalars())
    return found


def _in_chunks(hashes: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (hashes[at : at + _ASKED] for at in range(0, len(hashes), _ASKED))
