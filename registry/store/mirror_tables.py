"""What the mirror keeps beside events: the blocks that bear them, how far it has come, and published tranches."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import SQLModel

from registry.store.columns import key, word


class Block(SQLModel, table=True):
    """A block that bears at least one of our events. No others: the rows must not depend on how a run was cut."""

    __tablename__ = "block"
    number: int = key()
    hash: bytes = word("bytes32")
    parent_hash: bytes = word("bytes32")
    timestamp: int = word("uint64")
    project_history: bytes = word("bytes32")
    """History hash of the ProjectRegistry after this block: what a mirror cut here must end with."""
    credit_history: bytes = word("bytes32")


class Cursor(SQLModel, table=True):
    """How far the mirror has come: one row, moved in the same transaction as the rows it speaks of."""

    __tablename__ = "cursor"
    __table_args__ = (CheckConstraint("id = 1", name="ck_cursor_one_row"),)
    id: int = key()
    chain_id: int = word("uint256")
    genesis_hash: bytes = word("bytes32")
    registry_identity: bytes = word("bytes32")
    """SHA-256 of what the registry file pins: chain, first block, contracts with their code."""
    indexed_number: int = word("uint64")
    """All events up to and including this block are here."""
    indexed_hash: bytes = word("bytes32")
    indexed_timestamp: int = word("uint64")
    finalized_number: int = word("uint64")
    """Newest block known as final when the cursor moved; never above `indexed_number`."""
    finalized_hash: bytes = word("bytes32")
    finalized_timestamp: int = word("uint64")
    head_number: int = word("uint64")
    """The chain's newest block when the cursor moved."""
    head_hash: bytes = word("bytes32")
    head_timestamp: int = word("uint64")


class Publication(SQLModel, table=True):
    """A tranche whose leaves were published. Its key, the anchor hash, binds chain, contract, lot, tranche, start,
    total, leaf count and root; `Anchored` has them by name."""

    __tablename__ = "publication"
    anchor: bytes = word("bytes32", primary_key=True)


class Leaf(SQLModel, table=True):
    """One certificate of a published tranche: `grams` from gram `start` of the lot.

    256 rows in the order of the key are a leaf tile. SQLite keeps the rows in the key itself (`WITHOUT ROWID`).
    """

    __tablename__ = "leaf"
    __table_args__ = (
        ForeignKeyConstraint(["anchor"], ["publication.anchor"], name="fk_leaf_anchor_publication"),
        # Down to the index, so that a look-up leaps from tranche to tranche, however often one repeats a hash.
        Index("ix_leaf_certificate_hash_anchor_index", "certificate_hash", "anchor", "index"),
        Index("ix_leaf_anchor_start", "anchor", "start"),
        {"sqlite_with_rowid": False},
    )
    anchor: bytes = word("bytes32", primary_key=True)
    index: int = key()
    start: int = word("uint64")
    grams: int = word("uint64")
    certificate_hash: bytes = word("bytes32")
    documented: bool = word("bool")
    """Whether the certificate's document is in `document`."""


class Tile(SQLModel, table=True):
    """Nodes of a published tranche's tree, each `hash 32 ‖ grams u64`: what a path needs beside its leaf and that one's
    neighbour.

    At level 1 and above `entries` is a node tile as `docs/tiles.md` has it, of up to 256 nodes. At level 0 it is what
    lies between leaf tile `n` and the node above it: the leaves themselves are in `leaf`.
    """

    __tablename__ = "tile"
    __table_args__ = (ForeignKeyConstraint(["anchor"], ["publication.anchor"], name="fk_tile_anchor_publication"),)
    anchor: bytes = word("bytes32", primary_key=True)
    level: int = key()
    n: int = key()
    entries: bytes = word("bytes")


class Document(SQLModel, table=True):
    """A certificate's document, its exact text. Only what a platform published on purpose."""

    __tablename__ = "document"
    certificate_hash: bytes = word("bytes32", primary_key=True)
    text: str = word("string")
