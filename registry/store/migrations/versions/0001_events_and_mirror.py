"""Events, blocks, the cursor, published tranches with their tiles.

Frozen with the first release: a later change is a later step. Until then a draft takes a revision of its own, so that a
mirror of an older draft is refused instead of half understood. Column types are spelled out here, not taken from the
models, so that this step stays what it was; a test compares the result of all steps with the models.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

from registry.domain.errors import InvalidInput

revision = "0001.3"
down_revision = None
branch_labels = None
depends_on = None

# table, members as name:type, and the columns of its indexes (each index ends in block_number, log_index)
EVENTS = (
    ("series_registered", "series:int id:text account:address prior:hash", "id"),
    (
        "issued",
        "batch:int report:int series:int first_serial:serial count:int owner:address account:address "
        "evidence:hash prior:hash",
        "batch; report; series first_serial",
    ),
    ("lot_split", "lot:lot tail:lot count:int prior:hash", "tail"),
    ("retired", "lot:lot first_index:int count:int account:address prior:hash", "lot"),
    (
        "anchored",
        "lot:lot tranche:int start:int total:int leaf_count:int root:hash anchor:hash account:address prior:hash",
        "anchor; lot tranche",
    ),
    ("claimant_named", "lot:lot claimant:address prior:hash", "lot"),
    ("withdrawal_requested", "lot:lot prior:hash", "lot"),
    ("withdrawal_cancelled", "lot:lot prior:hash", "lot"),
    ("withdrawn", "lot:lot account:address evidence:hash prior:hash", "lot"),
    (
        "force_withdrawn",
        "lot:lot withdrawn_lot:lot count:int retired:int account:address evidence:hash prior:hash",
        "withdrawn_lot",
    ),
    (
        "source_cancellation_confirmed",
        "lot:lot first_index:int count:int account:address evidence:hash prior:hash",
        "lot",
    ),
    ("suspended", "batch:int first_index:int end_index:int account:address evidence:hash prior:hash", "batch"),
    ("reinstated", "batch:int first_index:int end_index:int account:address evidence:hash prior:hash", "batch"),
    ("invalidated", "batch:int first_index:int end_index:int account:address evidence:hash prior:hash", "batch"),
    ("closed", "successor:address account:address prior:hash", ""),
    ("transfer", "from_account:address to_account:address lot:lot", "lot; to_account"),
    ("programme_added", "programme:int code:hash bridged:bool account:address evidence:hash prior:hash", "programme"),
    ("organisation_added", "organisation:int account:address evidence:hash prior:hash", "organisation"),
    ("member_set", "member:address organisation:int account:address prior:hash", "member"),
    (
        "accredited",
        "organisation:int kind:int from_time:u64 until_time:u64 account:address evidence:hash prior:hash",
        "organisation kind",
    ),
    (
        "accreditation_withdrawn",
        "organisation:int kind:int account:address evidence:hash prior:hash",
        "organisation kind",
    ),
    (
        "project_proposed",
        "project:int programme:int source_id:text organisation:int account:address document:hash prior:hash",
        "project",
    ),
    ("project_validated", "project:int organisation:int account:address document:hash prior:hash", "project"),
    ("project_registered", "project:int account:address document:hash prior:hash", "project"),
    (
        "project_recorded",
        "project:int programme:int source_id:text account:address evidence:hash prior:hash",
        "project",
    ),
    ("project_deregistered", "project:int account:address evidence:hash prior:hash", "project"),
    (
        "report_filed",
        "report:int project:int from_day:int end_day:int tonnes:int organisation:int account:address "
        "document:hash prior:hash",
        "project; report",
    ),
    ("report_verified", "report:int tonnes:int organisation:int account:address document:hash prior:hash", "report"),
    ("report_rejected", "report:int organisation:int account:address document:hash prior:hash", "report"),
    (
        "report_recorded",
        "report:int project:int from_day:int end_day:int tonnes:int account:address evidence:hash prior:hash",
        "project; report",
    ),
    ("role_granted", "role:hash account:address sender:address", "account role"),
    ("role_revoked", "role:hash account:address sender:address", "account role"),
    ("paused", "account:address prior:hash", ""),
    ("unpaused", "account:address prior:hash", ""),
)


def upgrade() -> None:
    """Create all tables and indexes."""
    op.create_table(
        "block",
        _key("number"),
        *_columns("hash:hash parent_hash:hash timestamp:int project_history:hash credit_history:hash"),
    )
    for table, members, indexes in EVENTS:
        op.create_table(
            table,
            _key("block_number", sa.ForeignKey("block.number")),
            _key("log_index"),
            *_columns("tx_hash:hash contract:address"),
            *_columns(members),
        )
        for columns in filter(None, indexes.split("; ")):
            names = columns.split(" ")
            op.create_index(f"ix_{table}_{'_'.join(names)}", table, [*names, "block_number", "log_index"])
    op.create_table(
        "cursor",
        _key("id"),
        *_columns(
            "chain_id:u256 genesis_hash:hash registry_identity:hash "
            "indexed_number:int indexed_hash:hash indexed_timestamp:int "
            "finalized_number:int finalized_hash:hash finalized_timestamp:int "
            "head_number:int head_hash:hash head_timestamp:int"
        ),
        sa.CheckConstraint("id = 1", name="ck_cursor_one_row"),
    )
    op.create_table("publication", sa.Column("anchor", _type("hash"), primary_key=True))
    op.create_table(
        "leaf",
        sa.Column("anchor", _type("hash"), primary_key=True),
        _key("index"),
        *_columns("start:int grams:int certificate_hash:hash documented:bool"),
        sa.ForeignKeyConstraint(["anchor"], ["publication.anchor"], name="fk_leaf_anchor_publication"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_leaf_certificate_hash_anchor_index", "leaf", ["certificate_hash", "anchor", "index"])
    op.create_index("ix_leaf_anchor_start", "leaf", ["anchor", "start"])
    op.create_table(
        "tile",
        sa.Column("anchor", _type("hash"), primary_key=True),
        _key("level"),
        _key("n"),
        *_columns("entries:bytes"),
        sa.ForeignKeyConstraint(["anchor"], ["publication.anchor"], name="fk_tile_anchor_publication"),
    )
    op.create_table(
        "document",
        sa.Column("certificate_hash", _type("hash"), primary_key=True),
        *_columns("text:text"),
    )


def downgrade() -> None:
    """Refused: a mirror is rebuilt from its chain, not taken back."""
    raise InvalidInput("a mirror is not taken back to an older schema", hint="index into a new database instead")


def _type(name: str) -> TypeEngine[Any]:
    types: dict[str, TypeEngine[Any]] = {
        "int": sa.BigInteger(),
        "bool": sa.Boolean(),
        "text": sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
        "bytes": sa.LargeBinary(),
        "hash": sa.LargeBinary(32),
        "address": sa.LargeBinary(20),
        "u64": _digits(20),
        "lot": _digits(29),
        "serial": _digits(39),
        "u256": _digits(78),
    }
    return types[name]


def _digits(width: int) -> TypeEngine[Any]:
    return sa.String(width).with_variant(sa.String(width, collation="C"), "postgresql")


def _columns(members: str) -> list[sa.Column[Any]]:
    return [
        sa.Column(name, _type(kind), nullable=False) for name, kind in (member.split(":") for member in members.split())
    ]


def _key(name: str, *constraints: sa.ForeignKey) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, *constraints, primary_key=True, autoincrement=False)
