"""Projects, reports, programmes, organisations and roles as of a block."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from registry.store.governance_events import RoleGranted, RoleRevoked
from registry.store.latest import after, at_block, newest
from registry.store.mirror import newest_block
from registry.store.project_events import (
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


@dataclass(frozen=True, slots=True)
class ProjectState:
    """A project. Organisations are numbers, 0 for none; `validator_account` is the hand that validated."""

    project: int
    programme: int
    programme_code: str
    bridged: bool
    source_id: str
    status: str
    proponent: int
    validator: int
    validator_account: bytes | None
    registrar: bytes | None
    block_number: int


@dataclass(frozen=True, slots=True)
class ReportState:
    """A monitoring period `[from_day, end_day)`, days since 1970, with its tonnes: verified, once they are."""

    report: int
    project: int
    from_day: int
    end_day: int
    tonnes: int
    status: str
    verifier: int
    attestor: bytes | None
    block_number: int


@dataclass(frozen=True, slots=True)
class OrganisationState:
    """An organisation: `members` act for it; `accreditations` are (kind, from, until), kind 0 validation, 1
    verification, times in seconds since 1970."""

    organisation: int
    evidence: bytes
    members: tuple[bytes, ...]
    accreditations: tuple[tuple[int, int, int], ...]


def project_state(session: Session, project: int, as_of: int | None = None) -> ProjectState | None:
    """The project as of block `as_of`; None if there is none."""
    block = at_block(session, as_of)
    proposed = newest(session, ProjectProposed, block, col(ProjectProposed.project) == project)
    recorded = newest(session, ProjectRecorded, block, col(ProjectRecorded.project) == project)
    validated = newest(session, ProjectValidated, block, col(ProjectValidated.project) == project)
    registered = newest(session, ProjectRegistered, block, col(ProjectRegistered.project) == project)
    gone = newest(session, ProjectDeregistered, block, col(ProjectDeregistered.project) == project)
    first = proposed or recorded
    if first is None:
        return None
    if gone:
        status = "deregistered"
    elif recorded:
        status = "recorded"
    else:
        status = "registered" if registered else "validated" if validated else "proposed"
    programme = newest(session, ProgrammeAdded, block, col(ProgrammeAdded.programme) == first.programme)
    return ProjectState(
        project=project,
        programme=first.programme,
        programme_code=programme_code(programme.code) if programme else "",
        bridged=recorded is not None,
        source_id=first.source_id,
        status=status,
        proponent=proposed.organisation if proposed else 0,
        validator=validated.organisation if validated else 0,
        validator_account=validated.account if validated else None,
        registrar=recorded.account if recorded else registered.account if registered else None,
        block_number=first.block_number,
    )


def report_state(session: Session, report: int, as_of: int | None = None) -> ReportState | None:
    """The report as of block `as_of`; None if there is none."""
    block = at_block(session, as_of)
    recorded = newest(session, ReportRecorded, block, col(ReportRecorded.report) == report)
    filed = newest(session, ReportFiled, block, col(ReportFiled.report) == report)
    verified = newest(session, ReportVerified, block, col(ReportVerified.report) == report)
    rejected = newest(session, ReportRejected, block, col(ReportRejected.report) == report)
    first = recorded or filed
    if first is None:
        return None
    decided = verified or rejected
    return ReportState(
        report=report,
        project=first.project,
        from_day=first.from_day,
        end_day=first.end_day,
        tonnes=verified.tonnes if verified else first.tonnes,
        status="recorded" if recorded else "verified" if verified else "rejected" if rejected else "filed",
        verifier=decided.organisation if decided else 0,
        attestor=decided.account if decided else recorded.account if recorded else None,
        block_number=first.block_number,
    )


def reports_of_project(session: Session, project: int, as_of: int | None = None) -> list[ReportState]:
    """All reports of a project, by number."""
    block = at_block(session, as_of)
    numbers: set[int] = set()
    for model in (ReportFiled, ReportRecorded):
        query = select(model.report).where(model.project == project, col(model.block_number) <= block)
        numbers.update(session.exec(query))
    return [found for n in sorted(numbers) if (found := report_state(session, n, block))]


def organisation_state(session: Session, organisation: int, as_of: int | None = None) -> OrganisationState | None:
    """The organisation as of block `as_of`; None if there is none."""
    block = at_block(session, as_of)
    added = newest(session, OrganisationAdded, block, col(OrganisationAdded.organisation) == organisation)
    if added is None:
        return None
    named = select(MemberSet.member).where(MemberSet.organisation == organisation).distinct()
    members = [m for m in session.exec(named) if organisation_of(session, m, block) == organisation]
    periods = []
    for kind in (0, 1):
        period = accreditation(session, organisation, kind, block)
        if period:
            periods.append((kind, *period))
    return OrganisationState(organisation, added.evidence, tuple(sorted(members)), tuple(periods))


def organisation_of(session: Session, member: bytes, as_of: int | None = None) -> int:
    """The organisation an account acts for; 0 for none."""
    row = newest(session, MemberSet, at_block(session, as_of), col(MemberSet.member) == member)
    return row.organisation if row else 0


def accreditation(session: Session, organisation: int, kind: int, as_of: int | None = None) -> tuple[int, int] | None:
    """From when until when (seconds since 1970) an organisation may attest; None if it never might."""
    block = at_block(session, as_of)
    given = newest(
        session, Accredited, block, col(Accredited.organisation) == organisation, col(Accredited.kind) == kind
    )
    ended = newest(
        session,
        AccreditationWithdrawn,
        block,
        col(AccreditationWithdrawn.organisation) == organisation,
        col(AccreditationWithdrawn.kind) == kind,
    )
    if given is None:
        return None
    if ended is None or not after(ended, given):
        return given.from_time, given.until_time
    time = _time_of(session, ended.block_number)
    return min(given.from_time, time), time


def holders_of_role(session: Session, contract: bytes, role: bytes, as_of: int | None = None) -> list[bytes]:
    """The accounts that hold a role (32 bytes) of a contract."""
    block = at_block(session, as_of)
    query = select(RoleGranted.account).where(RoleGranted.role == role, RoleGranted.contract == contract).distinct()
    return sorted(account for account in session.exec(query) if has_role(session, contract, role, account, block))


def has_role(session: Session, contract: bytes, role: bytes, account: bytes, as_of: int | None = None) -> bool:
    """Whether an account holds a role of a contract."""
    block = at_block(session, as_of)
    granted, revoked = (
        newest(session, model, block, col(model.contract) == contract, col(model.role) == role,
               col(model.account) == account)
        for model in (RoleGranted, RoleRevoked)
    )  # fmt: skip
    return after(granted, revoked)


def programme_code(code: bytes) -> str:
    """The text of a programme's code, padded with zero bytes on chain."""
    return code.rstrip(b"\0").decode("ascii", "replace")


def _time_of(session: Session, block_number: int) -> int:
    found = newest_block(session, block_number)
    return found.timestamp if found else 0
