"""`offsetproof project …`: programmes, organisations, and the path of a project to verified tonnes."""

from datetime import date
from typing import Annotated

import typer

from registry.cli import settings
from registry.cli.acting import EvidenceOption, account_of, evidence_hash, project_registry, told
from registry.cli.output import reporting
from registry.domain.errors import InvalidInput

app = typer.Typer(help="Programmes, organisations, projects and reports.", no_args_is_help=True, rich_markup_mode=None)

ProjectArgument = Annotated[int, typer.Argument(metavar="PROJECT")]
ReportArgument = Annotated[int, typer.Argument(metavar="REPORT")]
FirstDayOption = Annotated[str, typer.Option("--first-day", help="First day of the period, like 2024-01-01.")]
LastDayOption = Annotated[str, typer.Option("--last-day", help="Last day of the period, inclusive.")]
TonnesOption = Annotated[int, typer.Option("--tonnes", help="Whole tonnes CO2e.")]
KINDS = ("validation", "verification")
NO_HINT = 2**256 - 1


@app.command("programme")
def programme(
    code: Annotated[str, typer.Argument(help="Code, like CCER-2023: 1 to 31 characters A-Z 0-9 . _ -")],
    evidence: EvidenceOption,
    bridged: Annotated[bool, typer.Option("--bridged/--native", help="Do its credits live elsewhere in law?")] = False,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Add a programme (registrar). Whether it is bridged can never change."""
    with reporting(as_json):
        try:
            word = code.encode("ascii").ljust(32, b"\0")
        except UnicodeEncodeError:
            raise InvalidInput("not a code", expected="A-Z 0-9 . _ -", found=code[:40]) from None
        receipt = project_registry(registry, rpc, keystore, account).add_programme(
            word, bridged, evidence_hash(evidence)
        )
        told(receipt, "programme added", as_json, code=code, bridged=bridged)


@app.command("organisation")
def organisation(
    evidence: EvidenceOption,
    member: Annotated[list[str] | None, typer.Option("--member", help="Account that acts for it.")] = None,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Add an organisation and its accounts (registrar)."""
    with reporting(as_json):
        from registry.chain.events import OrganisationAdded

        members = [account_of(m, "--member") for m in member or ()]
        projects = project_registry(registry, rpc, keystore, account)
        receipt = projects.add_organisation(evidence_hash(evidence))
        number = receipt.event(OrganisationAdded).organisation
        for one in members:
            projects.set_member(one, number)
        told(receipt, "organisation added", as_json, organisation=number, members=len(members))


@app.command("accredit")
def accredit(
    organisation: Annotated[int, typer.Argument(metavar="ORGANISATION")],
    kind: Annotated[str, typer.Option(help="validation or verification.")],
    first_day: FirstDayOption,
    last_day: LastDayOption,
    evidence: EvidenceOption,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="End it now instead; the days do not count.")] = False,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Accredit an organisation for a time, or withdraw its accreditation (registrar)."""
    with reporting(as_json):
        if kind not in KINDS:
            raise InvalidInput("unknown kind", expected=" or ".join(KINDS), found=kind, place="--kind")
        number = KINDS.index(kind)
        projects = project_registry(registry, rpc, keystore, account)
        if withdraw:
            told(projects.withdraw_accreditation(organisation, number, evidence_hash(evidence)), "withdrawn", as_json)
            return
        first, end = _days(first_day, last_day)
        receipt = projects.accredit(organisation, number, first * 86_400, end * 86_400, evidence_hash(evidence))
        told(receipt, f"accredited for {kind}", as_json, organisation=organisation)


@app.command("propose")
def propose(
    programme: Annotated[int, typer.Option(help="Number of the programme.")],
    source_id: Annotated[str, typer.Option(help="The project's id in its programme.")],
    evidence: EvidenceOption,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Propose a project of a native programme (proponent)."""
    with reporting(as_json):
        from registry.chain.events import ProjectProposed

        receipt = project_registry(registry, rpc, keystore, account).propose(
            programme, source_id, evidence_hash(evidence)
        )
        told(receipt, "project proposed", as_json, project=receipt.event(ProjectProposed).project)


@app.command("record")
def record(
    programme: Annotated[int, typer.Option(help="Number of the bridged programme.")],
    source_id: Annotated[str, typer.Option(help="The project's id in its source registry.")],
    evidence: EvidenceOption,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Record a project of a bridged programme as its source registry lists it (registrar)."""
    with reporting(as_json):
        from registry.chain.events import ProjectRecorded

        receipt = project_registry(registry, rpc, keystore, account).record_project(
            programme, source_id, evidence_hash(evidence)
        )
        told(receipt, "project recorded", as_json, project=receipt.event(ProjectRecorded).project)


@app.command("attest")
def attest(
    step: Annotated[str, typer.Argument(metavar="validate|register|deregister")],
    project: ProjectArgument,
    evidence: EvidenceOption,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Validate a project (validator), register it or take it off the register (registrar)."""
    with reporting(as_json):
        if step not in ("validate", "register", "deregister"):
            raise InvalidInput("unknown step", expected="validate, register or deregister", found=step)
        projects = project_registry(registry, rpc, keystore, account)
        receipt = getattr(projects, step)(project, evidence_hash(evidence))
        told(receipt, f"{step}: done", as_json, project=project)


@app.command("report")
def report(
    project: ProjectArgument,
    first_day: FirstDayOption,
    last_day: LastDayOption,
    tonnes: TonnesOption,
    evidence: EvidenceOption,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """File a monitoring report (proponent)."""
    with reporting(as_json):
        from registry.chain.events import ReportFiled

        first, end = _days(first_day, last_day)
        receipt = project_registry(registry, rpc, keystore, account).report(
            project, first, end, tonnes, evidence_hash(evidence)
        )
        told(receipt, "report filed", as_json, report=receipt.event(ReportFiled).report)


@app.command("record-report")
def record_report(
    project: ProjectArgument,
    first_day: FirstDayOption,
    last_day: LastDayOption,
    tonnes: TonnesOption,
    evidence: EvidenceOption,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Record a period of a bridged project with what its source registry issued (registrar)."""
    with reporting(as_json):
        from registry.chain.events import ReportRecorded

        first, end = _days(first_day, last_day)
        receipt = project_registry(registry, rpc, keystore, account).record_external(
            project, first, end, tonnes, evidence_hash(evidence), NO_HINT
        )
        told(receipt, "report recorded", as_json, report=receipt.event(ReportRecorded).report)


@app.command("verify")
def verify(
    report: ReportArgument,
    tonnes: TonnesOption,
    evidence: EvidenceOption,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Attest a report with its verified tonnes (verifier)."""
    with reporting(as_json):
        receipt = project_registry(registry, rpc, keystore, account).verify(
            report, tonnes, evidence_hash(evidence), NO_HINT
        )
        told(receipt, "report verified", as_json, report=report, tonnes=tonnes)


@app.command("reject")
def reject(
    report: ReportArgument,
    evidence: EvidenceOption,
    registry: settings.RegistryOption = None,
    rpc: settings.RpcOption = None,
    keystore: settings.KeystoreOption = None,
    account: settings.FromOption = None,
    as_json: settings.JsonOption = False,
) -> None:
    """Refuse a report (verifier). Its period stays free."""
    with reporting(as_json):
        receipt = project_registry(registry, rpc, keystore, account).reject(report, evidence_hash(evidence))
        told(receipt, "report rejected", as_json, report=report)


def _days(first_day: str, last_day: str) -> tuple[int, int]:
    """Days since 1970, half-open, of an inclusive period."""
    days = []
    for text, place in ((first_day, "--first-day"), (last_day, "--last-day")):
        try:
            days.append((date.fromisoformat(text) - date(1970, 1, 1)).days)
        except ValueError:
            raise InvalidInput("not a day", expected="2024-01-01", found=text[:40], place=place) from None
    return days[0], days[1] + 1
