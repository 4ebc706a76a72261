"""What every row of an event has in common."""

from sqlalchemy import Index
from sqlmodel import SQLModel

from registry.store.columns import key, word


class EventRow(SQLModel):
    """One event as the chain logged it: block, position in the block, transaction, contract; then its own members.

    Rows are added and, when a reorganisation takes their block away, deleted; never updated. History hashes prove the
    members, `contract`, and the block's number, time and parent; `tx_hash` and `log_index` only a node can confirm.
    """

    block_number: int = key(references="block.number")
    log_index: int = key()
    tx_hash: bytes = word("bytes32")
    contract: bytes = word("address")


COMMON = ("block_number", "log_index", "tx_hash", "contract")


def latest(table: str, *columns: str) -> tuple[Index]:
    """Table arguments with the index that finds the latest row for the given columns as of a block."""
    return (Index(f"ix_{table}_{'_'.join(columns)}", *columns, "block_number", "log_index"),)
