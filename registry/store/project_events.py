"""Events of the ProjectRegistry, one table a kind. Members in the order of `IProjectRegistry.sol`, the manual.

Days count from 1970 and periods are half-open; tonnes are whole tonnes CO2e; documents and evidence are SHA-256.
"""

from registry.store.columns import topic, word
from registry.store.event_row import EventRow, latest


class ProgrammeAdded(EventRow, table=True):
    __tablename__ = "programme_added"
    __table_args__ = latest("programme_added", "programme")
    programme: int = topic("uint32")
    code: bytes = word("bytes32")
    bridged: bool = word("bool")
    account: bytes = word("address")
    evidence: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class OrganisationAdded(EventRow, table=True):
    __tablename__ = "organisation_added"
    __table_args__ = latest("organisation_added", "organisation")
    organisation: int = topic("uint32")
    account: bytes = word("address")
    evidence: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class MemberSet(EventRow, table=True):
    __tablename__ = "member_set"
    __table_args__ = latest("member_set", "member")
    member: bytes = topic("address")
    organisation: int = topic("uint32")
    account: bytes = word("address")
    prior: bytes = word("bytes32")


class Accredited(EventRow, table=True):
    """`kind` 0: validation, 1: verification. Times are seconds since 1970; any 64-bit number can stand there."""

    __tablename__ = "accredited"
    __table_args__ = latest("accredited", "organisation", "kind")
    organisation: int = topic("uint32")
    kind: int = topic("uint8")
    from_time: int = word("u64")
    until_time: int = word("u64")
    account: bytes = word("address")
    evidence: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class AccreditationWithdrawn(EventRow, table=True):
    __tablename__ = "accreditation_withdrawn"
    __table_args__ = latest("accreditation_withdrawn", "organisation", "kind")
    organisation: int = topic("uint32")
    kind: int = topic("uint8")
    account: bytes = word("address")
    evidence: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class ProjectProposed(EventRow, table=True):
    __tablename__ = "project_proposed"
    __table_args__ = latest("project_proposed", "project")
    project: int = topic("uint64")
    programme: int = topic("uint32")
    source_id: str = word("string")
    organisation: int = word("uint32")
    account: bytes = word("address")
    document: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class ProjectValidated(EventRow, table=True):
    __tablename__ = "project_validated"
    __table_args__ = latest("project_validated", "project")
    project: int = topic("uint64")
    organisation: int = word("uint32")
    account: bytes = word("address")
    document: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class ProjectRegistered(EventRow, table=True):
    __tablename__ = "project_registered"
    __table_args__ = latest("project_registered", "project")
    project: int = topic("uint64")
    account: bytes = word("address")
    document: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class ProjectRecorded(EventRow, table=True):
    __tablename__ = "project_recorded"
    __table_args__ = latest("project_recorded", "project")
    project: int = topic("uint64")
    programme: int = topic("uint32")
    source_id: str = word("string")
    account: bytes = word("address")
    evidence: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class ProjectDeregistered(EventRow, table=True):
    __tablename__ = "project_deregistered"
    __table_args__ = latest("project_deregistered", "project")
    project: int = topic("uint64")
    account: bytes = word("address")
    evidence: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class ReportFiled(EventRow, table=True):
    __tablename__ = "report_filed"
    __table_args__ = (*latest("report_filed", "report"), *latest("report_filed", "project"))
    report: int = topic("uint64")
    project: int = topic("uint64")
    from_day: int = word("uint32")
    end_day: int = word("uint32")
    tonnes: int = word("uint32")
    organisation: int = word("uint32")
    account: bytes = word("address")
    document: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class ReportVerified(EventRow, table=True):
    __tablename__ = "report_verified"
    __table_args__ = latest("report_verified", "report")
    report: int = topic("uint64")
    tonnes: int = word("uint32")
    organisation: int = word("uint32")
    account: bytes = word("address")
    document: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class ReportRejected(EventRow, table=True):
    __tablename__ = "report_rejected"
    __table_args__ = latest("report_rejected", "report")
    report: int = topic("uint64")
    organisation: int = word("uint32")
    account: bytes = word("address")
    document: bytes = word("bytes32")
    prior: bytes = word("bytes32")


class ReportRecorded(EventRow, table=True):
    __tablename__ = "report_recorded"
    __table_args__ = (*latest("report_recorded", "report"), *latest("report_recorded", "project"))
    report: int = topic("uint64")
    project: int = topic("uint64")
    from_day: int = word("uint32")
    end_day: int = word("uint32")
    tonnes: int = word("uint32")
    account: bytes = word("address")
    evidence: bytes = word("bytes32")
    prior: bytes = word("bytes32")
