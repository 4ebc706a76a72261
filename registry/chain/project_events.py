"""Events of the ProjectRegistry, in the order of `IProjectRegistry.sol`, which is the manual.

Days count from 1970 and periods are half-open; tonnes are whole tonnes CO2e; documents and evidence are SHA-256.
"""

from dataclasses import dataclass
from typing import ClassVar

from registry.chain.event_base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeAdded(Event):
    """A programme exists; `code` is its name in ASCII, right-padded with zeros."""

    SIGNATURE: ClassVar[str] = (
        "ProgrammeAdded(uint32 indexed programme, bytes32 code, bool bridged, "
        "address account, bytes32 evidence, bytes32 prior)"
    )
    programme: int
    code: bytes
    bridged: bool
    account: bytes
    evidence: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationAdded(Event):
    """An organisation exists; `evidence` is the hash of the document that names it."""

    SIGNATURE: ClassVar[str] = (
        "OrganisationAdded(uint32 indexed organisation, address account, bytes32 evidence, bytes32 prior)"
    )
    organisation: int
    account: bytes
    evidence: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSet(Event):
    """`member` acts for `organisation` from now on (0: for none)."""

    SIGNATURE: ClassVar[str] = (
        "MemberSet(address indexed member, uint32 indexed organisation, address account, bytes32 prior)"
    )
    member: bytes
    organisation: int
    account: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Accredited(Event):
    """`kind` 0: validation, 1: verification. From `from_time` until before `until_time`, seconds since 1970."""

    SIGNATURE: ClassVar[str] = (
        "Accredited(uint32 indexed organisation, uint8 indexed kind, uint64 from, "
        "uint64 until, address account, bytes32 evidence, bytes32 prior)"
    )
    organisation: int
    kind: int
    from_time: int
    until_time: int
    account: bytes
    evidence: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AccreditationWithdrawn(Event):
    """The accreditation ended at the time of this block."""

    SIGNATURE: ClassVar[str] = (
        "AccreditationWithdrawn(uint32 indexed organisation, uint8 indexed kind, "
        "address account, bytes32 evidence, bytes32 prior)"
    )
    organisation: int
    kind: int
    account: bytes
    evidence: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectProposed(Event):
    """A project of a native programme, proposed by `organisation`."""

    SIGNATURE: ClassVar[str] = (
        "ProjectProposed(uint64 indexed project, uint32 indexed programme, string sourceId, "
        "uint32 organisation, address account, bytes32 document, bytes32 prior)"
    )
    project: int
    programme: int
    source_id: str
    organisation: int
    account: bytes
    document: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectValidated(Event):
    """`organisation` attests the proposed project."""

    SIGNATURE: ClassVar[str] = (
        "ProjectValidated(uint64 indexed project, uint32 organisation, "
        "address account, bytes32 document, bytes32 prior)"
    )
    project: int
    organisation: int
    account: bytes
    document: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRegistered(Event):
    """The project is registered."""

    SIGNATURE: ClassVar[str] = (
        "ProjectRegistered(uint64 indexed project, address account, bytes32 document, bytes32 prior)"
    )
    project: int
    account: bytes
    document: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRecorded(Event):
    """A project of a bridged programme, as its source registry lists it."""

    SIGNATURE: ClassVar[str] = (
        "ProjectRecorded(uint64 indexed project, uint32 indexed programme, string sourceId, "
        "address account, bytes32 evidence, bytes32 prior)"
    )
    project: int
    programme: int
    source_id: str
    account: bytes
    evidence: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectDeregistered(Event):
    """The project is off the register."""

    SIGNATURE: ClassVar[str] = (
        "ProjectDeregistered(uint64 indexed project, address account, bytes32 evidence, bytes32 prior)"
    )
    project: int
    account: bytes
    evidence: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFiled(Event):
    """A monitoring report for days `from_day` up to, not including, `end_day` since 1970."""

    SIGNATURE: ClassVar[str] = (
        "ReportFiled(uint64 indexed report, uint64 indexed project, uint32 fromDay, uint32 endDay, "
        "uint32 tonnes, uint32 organisation, address account, bytes32 document, bytes32 prior)"
    )
    report: int
    project: int
    from_day: int
    end_day: int
    tonnes: int
    organisation: int
    account: bytes
    document: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportVerified(Event):
    """`organisation` attests the report, for `tonnes` tonnes."""

    SIGNATURE: ClassVar[str] = (
        "ReportVerified(uint64 indexed report, uint32 tonnes, uint32 organisation, "
        "address account, bytes32 document, bytes32 prior)"
    )
    report: int
    tonnes: int
    organisation: int
    account: bytes
    document: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRejected(Event):
    """The report is refused; its period stays free."""

    SIGNATURE: ClassVar[str] = (
        "ReportRejected(uint64 indexed report, uint32 organisation, address account, bytes32 document, bytes32 prior)"
    )
    report: int
    organisation: int
    account: bytes
    document: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRecorded(Event):
    """A period of a bridged project with the tonnes its source registry issued for it."""

    SIGNATURE: ClassVar[str] = (
        "ReportRecorded(uint64 indexed report, uint64 indexed project, uint32 fromDay, uint32 endDay, "
        "uint32 tonnes, address account, bytes32 evidence, bytes32 prior)"
    )
    report: int
    project: int
    from_day: int
    end_day: int
    tonnes: int
    account: bytes
    evidence: bytes
    prior: bytes
