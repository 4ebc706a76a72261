"""Events of the CreditRegistry, one table a kind. Members in the order of `ICreditRegistry.sol`, which is the manual.

`lot` is `batch << 32 | index of its first credit`; counts and indexes are whole credits, `start` and `total` grams.
"""

from registry.store.columns import topic, word
from registry.store.event_row import EventRow, latest


class SeriesRegistered(EventRow, table=True):
    __tablename__ = "series_registered"
    __table_args__ = latest("series_registered", "id")
    series: int = topic("uint32")
    id: str = word("string")
    account: bytes = word("address")
    prior: bytes = word("bytes32")


class Issued(EventRow, table=True):
    __tablename__ = "issued"
    __table_args__ = (
        *latest("issued", "batch"),
        *latest("issued", "report"),
        *latest("issued", "series", "first_serial"),
    )
    batch: int = topic("uint64")
    report: int = topic("uint64")
    series: int = topic("uint32")
    first_serial: int = word("uint128")
    count: int = word("uint32")
    owner: bytes = word("address")
    account: bytes = word("address")
    evidence: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class LotSplit(EventRow, table=True):
    __tablename__ = "lot_split"
    __table_args__ = latest("lot_split", "tail")
    lot: int = topic("lot")
    tail: int = topic("lot")
    count: int = word("uint32")
    prior: bytes = word("bytes32")


class Retired(EventRow, table=True):
    __tablename__ = "retired"
    __table_args__ = latest("retired", "lot")
    lot: int = topic("lot")
    first_index: int = word("uint32")
    count: int = word("uint32")
    account: bytes = word("address")
    prior: bytes = word("bytes32")


class Anchored(EventRow, table=True):
    __tablename__ = "anchored"
    __table_args__ = (*latest("anchored", "lot", "tranche"), *latest("anchored", "anchor"))
    lot: int = topic("lot")
    tranche: int = topic("uint32")
    start: int = word("uint64")
    total: int = word("uint64")
    leaf_count: int = word("uint64")
    root: bytes = word("bytes32")
    anchor: bytes = word("bytes32")
    account: bytes = word("address")
    prior: bytes = word("bytes32")


class ClaimantNamed(EventRow, table=True):
    __tablename__ = "claimant_named"
    __table_args__ = latest("claimant_named", "lot")
    lot: int = topic("lot")
    claimant: bytes = word("address")
    prior: bytes = word("bytes32")


class WithdrawalRequested(EventRow, table=True):
    __tablename__ = "withdrawal_requested"
    __table_args__ = latest("withdrawal_requested", "lot")
    lot: int = topic("lot")
    prior: bytes = word("bytes32")


class WithdrawalCancelled(EventRow, table=True):
    __tablename__ = "withdrawal_cancelled"
    __table_args__ = latest("withdrawal_cancelled", "lot")
    lot: int = topic("lot")
    prior: bytes = word("bytes32")


class Withdrawn(EventRow, table=True):
    __tablename__ = "withdrawn"
    __table_args__ = latest("withdrawn", "lot")
    lot: int = topic("lot")
    account: bytes = word("address")
    evidence: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class ForceWithdrawn(EventRow, table=True):
    __tablename__ = "force_withdrawn"
    __table_args__ = latest("force_withdrawn", "withdrawn_lot")
    lot: int = topic("lot")
    withdrawn_lot: int = topic("lot")
    count: int = word("uint32")
    retired: int = word("uint32")
    account: bytes = word("address")
    evidence: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class SourceCancellationConfirmed(EventRow, table=True):
    __tablename__ = "source_cancellation_confirmed"
    __table_args__ = latest("source_cancellation_confirmed", "lot")
    lot: int = topic("lot")
    first_index: int = word("uint32")
    count: int = word("uint32")
    account: bytes = word("address")
    evidence: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class StandingChange(EventRow):
    """Credits `first_index` up to `end_index` of a batch change their standing."""

    batch: int = topic("uint64")
    first_index: int = word("uint32")
    end_index: int = word("uint32")
    account: bytes = word("address")
    evidence: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class Suspended(StandingChange, table=True):
    __tablename__ = "suspended"
    __table_args__ = latest("suspended", "batch")


class Reinstated(StandingChange, table=True):
    __tablename__ = "reinstated"
    __table_args__ = latest("reinstated", "batch")


class Invalidated(StandingChange, table=True):
    __tablename__ = "invalidated"
    __table_args__ = latest("invalidated", "batch")


class Closed(EventRow, table=True):
    __tablename__ = "closed"
    successor: bytes = word("address")
    account: bytes = word("address")
    prior: bytes = word("bytes32")


class Transfer(EventRow, table=True):
    """ERC-721's own event, folded without a `prior`. From the zero account: the lot is new."""

    __tablename__ = "transfer"
    __table_args__ = (*latest("transfer", "lot"), *latest("transfer", "to_account"))
    from_account: bytes = topic("address")
    to_account: bytes = topic("address")
    lot: int = topic("lot")
