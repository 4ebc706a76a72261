"""Events of the CreditRegistry, in the order of `ICreditRegistry.sol`, which is the manual.

`lot` is `batch << 32 | index of its first credit`; counts and indexes are whole credits, `start` and `total` grams.
"""

from dataclasses import dataclass
from typing import ClassVar

from registry.chain.event_base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRegistered(Event):
    """A series exists: the coarsest scope in which a source registry numbers its credits uniquely."""

    SIGNATURE: ClassVar[str] = "SeriesRegistered(uint32 indexed series, string id, address account, bytes32 prior)"
    series: int
    id: str
    account: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued(Event):
    """Credits `first_serial` up to `first_serial + count - 1` of a series exist now, as one lot."""

    SIGNATURE: ClassVar[str] = (
        "Issued(uint64 indexed batch, uint64 indexed report, uint32 indexed series, uint128 firstSerial, "
        "uint32 count, address owner, address account, bytes32 evidence, bytes32 prior)"
    )
    batch: int
    report: int
    series: int
    first_serial: int
    count: int
    owner: bytes
    account: bytes
    evidence: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSplit(Event):
    """`lot` keeps its first `count` credits; the rest is the new lot `tail`, of the same owner."""

    SIGNATURE: ClassVar[str] = "LotSplit(uint256 indexed lot, uint256 indexed tail, uint32 count, bytes32 prior)"
    lot: int
    tail: int
    count: int
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired(Event):
    """`count` credits from `first_index` in the batch can never be used again."""

    SIGNATURE: ClassVar[str] = (
        "Retired(uint256 indexed lot, uint32 firstIndex, uint32 count, address account, bytes32 prior)"
    )
    lot: int
    first_index: int
    count: int
    account: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored(Event):
    """A tranche claims `total` grams of the lot from gram `start`, for `leaf_count` certificates."""

    SIGNATURE: ClassVar[str] = (
        "Anchored(uint256 indexed lot, uint32 indexed tranche, uint64 start, uint64 total, "
        "uint64 leafCount, bytes32 root, bytes32 anchor, address account, bytes32 prior)"
    )
    lot: int
    tranche: int
    start: int
    total: int
    leaf_count: int
    root: bytes
    anchor: bytes
    account: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimantNamed(Event):
    """`claimant` may retire and claim beside the owner (zero: nobody may)."""

    SIGNATURE: ClassVar[str] = "ClaimantNamed(uint256 indexed lot, address claimant, bytes32 prior)"
    lot: int
    claimant: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalRequested(Event):
    """The owner asks that the whole lot be taken out without a claim."""

    SIGNATURE: ClassVar[str] = "WithdrawalRequested(uint256 indexed lot, bytes32 prior)"
    lot: int
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalCancelled(Event):
    """The owner takes the request back."""

    SIGNATURE: ClassVar[str] = "WithdrawalCancelled(uint256 indexed lot, bytes32 prior)"
    lot: int
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(Event):
    """The whole lot left the registry without a claim. Its serials stay blocked."""

    SIGNATURE: ClassVar[str] = "Withdrawn(uint256 indexed lot, address account, bytes32 evidence, bytes32 prior)"
    lot: int
    account: bytes
    evidence: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceWithdrawn(Event):
    """The registrar took `count` live credits; `retired` of the lot stay retired."""

    SIGNATURE: ClassVar[str] = (
        "ForceWithdrawn(uint256 indexed lot, uint256 indexed withdrawnLot, uint32 count, "
        "uint32 retired, address account, bytes32 evidence, bytes32 prior)"
    )
    lot: int
    withdrawn_lot: int
    count: int
    retired: int
    account: bytes
    evidence: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCancellationConfirmed(Event):
    """`account` attests that the source registry holds these credits as cancelled."""

    SIGNATURE: ClassVar[str] = (
        "SourceCancellationConfirmed(uint256 indexed lot, uint32 firstIndex, uint32 count, "
        "address account, bytes32 evidence, bytes32 prior)"
    )
    lot: int
    first_index: int
    count: int
    account: bytes
    evidence: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended(Event):
    """Credits `first_index` up to, not including, `end_index` of the batch are suspended."""

    SIGNATURE: ClassVar[str] = (
        "Suspended(uint64 indexed batch, uint32 firstIndex, uint32 endIndex, "
        "address account, bytes32 evidence, bytes32 prior)"
    )
    batch: int
    first_index: int
    end_index: int
    account: bytes
    evidence: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinstated(Event):
    """A suspension ended."""

    SIGNATURE: ClassVar[str] = (
        "Reinstated(uint64 indexed batch, uint32 firstIndex, uint32 endIndex, "
        "address account, bytes32 evidence, bytes32 prior)"
    )
    batch: int
    first_index: int
    end_index: int
    account: bytes
    evidence: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalidated(Event):
    """Credits are invalid, for ever."""

    SIGNATURE: ClassVar[str] = (
        "Invalidated(uint64 indexed batch, uint32 firstIndex, uint32 endIndex, "
        "address account, bytes32 evidence, bytes32 prior)"
    )
    batch: int
    first_index: int
    end_index: int
    account: bytes
    evidence: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Event):
    """No new business here, for ever."""

    SIGNATURE: ClassVar[str] = "Closed(address successor, address account, bytes32 prior)"
    successor: bytes
    account: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Event):
    """ERC-721's own event. From the zero account: the lot is new."""

    SIGNATURE: ClassVar[str] = "Transfer(address indexed from, address indexed to, uint256 indexed id)"
    from_account: bytes
    to_account: bytes
    lot: int
