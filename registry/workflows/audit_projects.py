"""Books of the ProjectRegistry, rebuilt event by event. Each event must be one that the contract would have allowed."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from registry.workflows.audit_ranges import Ranges
from registry.workflows.audit_roles import REGISTRAR, Broken, RoleBooks, require

VALIDATION, VERIFICATION = 0, 1


@dataclass(slots=True)
class ProjectBook:
    programme: int
    source_id: str
    status: str
    proponent: int
    validator: int = 0


@dataclass(slots=True)
class ReportBook:
    project: int
    from_day: int
    end_day: int
    tonnes: int
    status: str


class ProjectBooks:
    """Programmes, organisations, projects and reports. Invariants: a project's identity is unique; the verifier never
    validated nor proposed the project; counted periods of a project never overlap; never more verified than reported.
    """

    def __init__(self) -> None:
        self.roles = RoleBooks()
        self.programmes: list[tuple[bytes, bool]] = []
        self.organisations = 0
        self.members: dict[bytes, int] = {}
        self.accreditations: dict[tuple[int, int], tuple[int, int]] = {}
        self.projects: list[ProjectBook] = []
        self.sources: set[tuple[int, str]] = set()
        self.reports: list[ReportBook] = []
        self.periods: dict[int, Ranges] = defaultdict(Ranges)

    def apply(self, kind: str, event: Any, timestamp: int) -> None:
        """Take the next event of the contract; raises Broken if it cannot be the next."""
        if self.roles.apply(kind, event):
            return
        match kind:
            case "ProgrammeAdded":
                self._registrar(event, running=True)
                _next(event.programme, len(self.programmes), "programme")
                require(all(code != event.code for code, _ in self.programmes), "a programme's code is taken")
                self.programmes.append((event.code, bool(event.bridged)))
            case "OrganisationAdded":
                self._registrar(event, running=True)
                _next(event.organisation, self.organisations, "organisation")
                self.organisations += 1
            case "MemberSet":
                self._registrar(event)
                require(event.organisation <= self.organisations, "a member of an unknown organisation")
                self.members[event.member] = event.organisation
            case "Accredited":
                self._registrar(event)
                require(0 < event.organisation <= self.organisations, "an unknown organisation is accredited")
                require(event.kind in (VALIDATION, VERIFICATION), "an unknown kind of accreditation")
                require(event.from_time < event.until_time, "an accreditation ends before it begins")
                self.accreditations[event.organisation, event.kind] = (event.from_time, event.until_time)
            case "AccreditationWithdrawn":
                self._registrar(event)
                start, until = self.accreditations.get((event.organisation, event.kind), (0, 0))
                require(until > timestamp, "an accreditation is withdrawn that does not run")
                self.accreditations[event.organisation, event.kind] = (min(start, timestamp), timestamp)
            case _:
                self._life_cycle(kind, event, timestamp)

    def issuable(self, report: int) -> int:
        """Tonnes that may be issued from a report now."""
        if not 0 < report <= len(self.reports):
            return 0
        book = self.reports[report - 1]
        standing = self.projects[book.project - 1].status
        return book.tonnes if (book.status, standing) in (("verified", "registered"), ("recorded", "recorded")) else 0

    def _life_cycle(self, kind: str, event: Any, timestamp: int) -> None:
        if kind not in ("ProjectDeregistered",):
            self.roles.require_running()
        match kind:
            case "ProjectProposed":
                self._member(event)
                require(not self._programme(event.programme), "a project is proposed in a bridged programme")
                self._add_project(event, ProjectBook(event.programme, event.source_id, "proposed", event.organisation))
            case "ProjectRecorded":
                self._registrar(event)
                require(self._programme(event.programme), "a project is recorded in a native programme")
                self._add_project(event, ProjectBook(event.programme, event.source_id, "recorded", 0))
            case "ProjectValidated":
                self._accredited(event, VALIDATION, timestamp)
                book = self._project(event.project, "proposed")
                require(event.organisation != book.proponent, "a proponent validates its own project")
                book.status, book.validator = "validated", event.organisation
            case "ProjectRegistered":
                self._registrar(event)
                self._project(event.project, "validated").status = "registered"
            case "ProjectDeregistered":
                self._registrar(event)
                book = self._project(event.project, "proposed", "validated", "registered", "recorded")
                if book.status in ("proposed", "validated"):
                    self.sources.discard((book.programme, book.source_id))
                book.status = "deregistered"
            case "ReportFiled":
                self._member(event)
                book = self._project(event.project, "registered")
                require(event.organisation == book.proponent, "a report is filed by another than the proponent")
                self._add_report(event, "filed")
            case "ReportRecorded":
                self._registrar(event)
                self._project(event.project, "recorded")
                self._add_report(event, "recorded")
                self._occupy(self.reports[-1])
            case "ReportVerified":
                report = self._decided(event, timestamp)
                self._project(report.project, "registered")
                require(0 < event.tonnes <= report.tonnes, "more tonnes are verified than reported")
                self._occupy(report)
                report.tonnes, report.status = event.tonnes, "verified"
            case "ReportRejected":
                self._decided(event, timestamp).status = "rejected"
            case _:
                raise Broken(f"the ProjectRegistry has no event {kind}")

    def _add_project(self, event: Any, book: ProjectBook) -> None:
        _next(event.project, len(self.projects), "project")
        key = (event.programme, event.source_id)
        require(key not in self.sources, f"project {event.source_id} exists twice in its programme")
        self.sources.add(key)
        self.projects.append(book)

    def _add_report(self, event: Any, status: str) -> None:
        _next(event.report, len(self.reports), "report")
        require(event.from_day < event.end_day, "a monitoring period is empty")
        require(event.tonnes > 0, "a report of no tonnes")
        self.reports.append(ReportBook(event.project, event.from_day, event.end_day, event.tonnes, status))

    def _occupy(self, report: ReportBook) -> None:
        self.periods[report.project].add(report.from_day, report.end_day, f"the period of project {report.project}")

    def _decided(self, event: Any, timestamp: int) -> ReportBook:
        self._accredited(event, VERIFICATION, timestamp)
        require(0 < event.report <= len(self.reports), "an unknown report is decided")
        report: ReportBook = self.reports[event.report - 1]
        require(report.status == "filed", f"a report is decided that is {report.status}")
        project = self.projects[report.project - 1]
        require(event.organisation not in (project.validator, project.proponent), "a verifier is not independent")
        return report

    def _project(self, number: int, *statuses: str) -> ProjectBook:
        require(0 < number <= len(self.projects), f"project {number} does not exist")
        book = self.projects[number - 1]
        require(book.status in statuses, f"project {number} is {book.status}, not {' or '.join(statuses)}")
        return book

    def _programme(self, number: int) -> bool:
        require(0 < number <= len(self.programmes), f"programme {number} does not exist")
        return self.programmes[number - 1][1]

    def _registrar(self, event: Any, *, running: bool = False) -> None:
        self.roles.require_role(REGISTRAR, event.account)
        if running:
            self.roles.require_running()

    def _member(self, event: Any) -> None:
        require(event.organisation != 0, "an account of no organisation acts for one")
        require(self.members.get(event.account, 0) == event.organisation, "an account acts for another organisation")

    def _accredited(self, event: Any, kind: int, timestamp: int) -> None:
        self._member(event)
        start, until = self.accreditations.get((event.organisation, kind), (0, 0))
        require(start <= timestamp < until, f"organisation {event.organisation} attests without accreditation")


def _next(found: int, so_far: int, what: str) -> None:
    require(found == so_far + 1, f"{what} {found} follows {what} {so_far}")
