"""The events of our contracts, as values: one frozen class each, decoded from raw logs. Imports no web3, no httpx.

Field names are those of the mirror's columns. What is not folded into a history hash is not mirrored: `Ignored`.
"""

from dataclasses import dataclass

from registry.chain.blocks import RawLog
from registry.chain.credit_events import (
    Anchored,
    ClaimantNamed,
    Closed,
    ForceWithdrawn,
    Invalidated,
    Issued,
    LotSplit,
    Reinstated,
    Retired,
    SeriesRegistered,
    SourceCancellationConfirmed,
    Suspended,
    Transfer,
    WithdrawalCancelled,
    WithdrawalRequested,
    Withdrawn,
)
from registry.chain.event_base import PLACE, Event, Shape, describe
from registry.chain.project_events import (
    AccreditationWithdrawn,
    Accredited,
    MemberSet,
    OrganisationAdded,
    ProgrammeAdded,
    ProjectDeregistered,
    ProjectProposed,
    ProjectRecorded,
    ProjectRegistered,
    ProjectValidated,
    ReportFiled,
    ReportRecorded,
    ReportRejected,
    ReportVerified,
)
from registry.chain.shared_events import Paused, RoleAdminChanged, RoleGranted, RoleRevoked, Unpaused
from registry.domain.errors import Contradiction
from registry.proofs.keccak import keccak256

CREDIT_EVENTS: tuple[type[Event], ...] = (
    SeriesRegistered, Issued, LotSplit, Retired, Anchored, ClaimantNamed, WithdrawalRequested, WithdrawalCancelled,
    Withdrawn, ForceWithdrawn, SourceCancellationConfirmed, Suspended, Reinstated, Invalidated, Closed, Transfer,
)  # fmt: skip
PROJECT_EVENTS: tuple[type[Event], ...] = (
    ProgrammeAdded, OrganisationAdded, MemberSet, Accredited, AccreditationWithdrawn, ProjectProposed,
    ProjectValidated, ProjectRegistered, ProjectRecorded, ProjectDeregistered, ReportFiled, ReportVerified,
    ReportRejected, ReportRecorded,
)  # fmt: skip
SHARED_EVENTS: tuple[type[Event], ...] = (
    Paused, Unpaused, RoleGranted, RoleRevoked, RoleAdminChanged,
)  # fmt: skip
EVENTS: tuple[type[Event], ...] = CREDIT_EVENTS + PROJECT_EVENTS + SHARED_EVENTS

SHAPES: dict[type[Event], Shape] = {kind: Shape(kind) for kind in EVENTS}
SHAPE_BY_TOPIC: dict[bytes, Shape] = {shape.topic0: shape for shape in SHAPES.values()}

IGNORED_SIGNATURES = frozenset(
    {
        # ERC-721 approvals give nobody a credit; a move shows as Transfer.
        "Approval(address,address,uint256)",
        "ApprovalForAll(address,address,bool)",
        # The schedule of a change of administrator; the change itself shows as RoleRevoked and RoleGranted.
        "DefaultAdminTransferScheduled(address,uint48)",
        "DefaultAdminTransferCanceled()",
        "DefaultAdminDelayChangeScheduled(uint48,uint48)",
        "DefaultAdminDelayChangeCanceled()",
    }
)
_IGNORED_TOPICS = frozenset(keccak256(signature.encode()) for signature in IGNORED_SIGNATURES)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A log that is known and neither folded nor mirrored."""

    log: RawLog


@dataclass(frozen=True, slots=True)
class Unknown:
    """A log whose first topic is no event of ours."""

    log: RawLog


def decode_log(log: RawLog) -> Event | Ignored | Unknown:
    """What a log of one of our contracts says.

    Raises Contradiction for a log that a reorganisation removed, or that is not the one encoding of its event.
    """
    if log.removed:
        raise Contradiction(f"{describe(log)} is removed", hint="again, at the new chain")
    topic0 = log.topics[0] if log.topics else b""
    shape = SHAPE_BY_TOPIC.get(topic0)
    if shape is not None:
        return shape.decode(log)
    return Ignored(log) if topic0 in _IGNORED_TOPICS else Unknown(log)


__all__ = [
    "CREDIT_EVENTS",
    "EVENTS",
    "IGNORED_SIGNATURES",
    "PLACE",
    "PROJECT_EVENTS",
    "SHAPES",
    "SHAPE_BY_TOPIC",
    "SHARED_EVENTS",
    "AccreditationWithdrawn",
    "Accredited",
    "Anchored",
    "ClaimantNamed",
    "Closed",
    "Event",
    "ForceWithdrawn",
    "Ignored",
    "Invalidated",
    "Issued",
    "LotSplit",
    "MemberSet",
    "OrganisationAdded",
    "Paused",
    "ProgrammeAdded",
    "ProjectDeregistered",
    "ProjectProposed",
    "ProjectRecorded",
    "ProjectRegistered",
    "ProjectValidated",
    "RawLog",
    "Reinstated",
    "ReportFiled",
    "ReportRecorded",
    "ReportRejected",
    "ReportVerified",
    "Retired",
    "RoleAdminChanged",
    "RoleGranted",
    "RoleRevoked",
    "SeriesRegistered",
    "Shape",
    "SourceCancellationConfirmed",
    "Suspended",
    "Transfer",
    "Unknown",
    "Unpaused",
    "WithdrawalCancelled",
    "WithdrawalRequested",
    "Withdrawn",
    "decode_log",
]  # fmt: skip
