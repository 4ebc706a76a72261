"""Pages of lots, batches, projects, retirements and accounts, and their lists."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from verifier_api.absence import judging_absence
from verifier_api.answers import reach
from verifier_api.formats import short, thousands
from verifier_api.language import Speaker
from verifier_api.nouns import NOUNS, ROWS, Noun
from verifier_api.services import services_of
from verifier_api.tape import Tape, draw_tape
from verifier_api.values import Value

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its label's key, how its values are written, where they stand ("" for the item itself)."""

    label: str
    kind: str
    path: str

    def of(self, item: Value) -> object:
        return reach(item, self.path) if self.path else item


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value."""

    label: str
    kind: str
    value: object


LOT = (
    Column("field.lot", "lot", "lot"),
    Column("field.serials", "serials", "serials"),
    Column("field.count", "number", "count"),
    Column("field.retired", "number", "retired"),
    Column("field.claimed_grams", "grams", "claimedGrams"),
    Column("field.owner", "account", "owner"),
)
BATCH = (
    Column("field.batch", "batch", "batch"),
    Column("field.serials", "serials", "serials"),
    Column("field.count", "number", "count"),
    Column("field.registrar", "account", "registrar"),
    Column("field.block", "number", "blockNumber"),
)
PROJECT = (
    Column("field.project", "project", "project"),
    Column("field.programme", "mono", "programme"),
    Column("field.source_id", "mono", "sourceId"),
    Column("field.status", "status", "status"),
    Column("field.registrar", "account", "registrar"),
)
RETIREMENT = (
    Column("trace.retirement", "retirement", "retirement"),
    Column("field.serials", "serials", "serials"),
    Column("field.count", "number", "count"),
    Column("field.lot", "lot", "lot"),
    Column("field.account", "account", "account"),
    Column("field.time", "time", "timestamp"),
)
REPORT = (
    Column("field.report", "text", "report"),
    Column("field.period", "period", ""),
    Column("field.tonnes", "number", "tonnes"),
    Column("field.status", "status", "status"),
    Column("field.attestor", "account", "attestor"),
)
TRANCHE = (
    Column("field.tranche", "number", "tranche"),
    Column("field.start", "number", "start"),
    Column("field.total", "grams", "total"),
    Column("field.leaf_count", "number", "leafCount"),
    Column("field.published", "flag", "published"),
    Column("field.anchor", "hash", "anchor"),
)
ACCOUNT = (Column("field.account", "account", "account"), Column("field.lots", "number", "lots"))
LISTS = {"lots": LOT, "batches": BATCH, "projects": PROJECT, "retirements": RETIREMENT, "accounts": ACCOUNT}

Parts = list[dict[str, Any]]


def _lot_state(t: Speaker, lot: Value) -> str:
    name = "withdrawn" if lot["withdrawn"] else "withdrawal_requested" if lot["withdrawalRequested"] else "held"
    return t(f"value.{name}")


def lot_page(t: Speaker, lot: Value) -> tuple[str, list[Fact], Parts, Tape | None]:
    """Heading, facts, tables and drawing of a lot."""
    heading = t("lot.heading", id=lot["lot"], retired=thousands(lot["retired"]), count=thousands(lot["count"]))
    facts = [
        Fact("field.serials", "serials", lot["serials"]),
        Fact("field.owner", "account", lot["owner"]),
        Fact("field.batch", "batch", lot["batch"]),
        Fact("field.retired", "number", lot["retired"]),
        Fact("field.confirmed", "number", lot["confirmed"]),
        Fact("field.claimed_grams", "grams", lot["claimedGrams"]),
        Fact("field.claimant", "account", lot["claimant"]),
        Fact("field.state", "text", _lot_state(t, lot)),
        Fact("field.standing", "standing", lot["standing"]),
    ]
    parts = [
        {"title": t("nav.retirements"), "columns": RETIREMENT, "items": lot["retirements"], "more": ""},
        {"title": t("lot.tranches"), "columns": TRANCHE, "items": lot["anchored"], "more": ""},
    ]
    return heading, facts, parts, draw_tape(lot["count"], lot["retired"], lot["claimedGrams"], lot["withdrawn"])


def batch_page(t: Speaker, batch: Value) -> tuple[str, list[Fact], Parts, Tape | None]:
    """Heading, facts and tables of a batch."""
    facts = [
        Fact("field.serials", "serials", batch["serials"]),
        Fact("field.registrar", "account", batch["registrar"]),
        Fact("field.report", "text", batch["report"]),
        Fact("field.standing", "standing", batch["standing"]),
        Fact("field.evidence", "hash", batch["evidence"]),
        Fact("field.transaction", "hash", batch["transaction"]),
        Fact("field.block", "number", batch["blockNumber"]),
    ]
    parts = [{"title": t("batch.lots"), "columns": LOT, "items": batch["lots"], "more": ""}]
    return t("batch.heading", id=batch["batch"], count=thousands(batch["count"])), facts, parts, None


def project_page(t: Speaker, project: Value) -> tuple[str, list[Fact], Parts, Tape | None]:
    """Heading, facts and tables of a project."""
    facts = [
        Fact("field.status", "status", project["status"]),
        Fact("field.bridged", "bridged", project["bridged"]),
        Fact("field.programme", "mono", project["programme"]),
        Fact("field.source_id", "mono", project["sourceId"]),
        Fact("field.proponent", "text", project["proponent"]),
        Fact("field.validator", "text", project["validator"]),
        Fact("field.registrar", "account", project["registrar"]),
        Fact("field.block", "number", project["blockNumber"]),
    ]
    parts = [
        {"title": t("project.reports"), "columns": REPORT, "items": project["reports"], "more": ""},
        {"title": t("project.batches"), "columns": BATCH, "items": project["batches"], "more": ""},
    ]
    heading = t("project.heading", source_id=project["sourceId"], programme=project["programme"])
    return heading, facts, parts, None


def retirement_page(t: Speaker, made: Value) -> tuple[str, list[Fact], Parts, Tape | None]:
    """Heading and facts of a retirement."""
    facts = [
        Fact("field.serials", "serials", made["serials"]),
        Fact("field.lot", "lot", made["lot"]),
        Fact("field.account", "account", made["account"]),
        Fact("field.time", "time", made["timestamp"]),
        Fact("field.block", "number", made["blockNumber"]),
        Fact("field.transaction", "hash", made["transaction"]),
    ]
    return t("retirement.heading", count=thousands(made["count"]), lot=made["lot"]), facts, [], None


def account_page(t: Speaker, account: Value) -> tuple[str, list[Fact], Parts, Tape | None]:
    """Heading and tables of an account."""
    parts = [
        {"title": t("account.lots"), "columns": LOT, "items": account["lots"], "more": ""},
        {"title": t("nav.retirements"), "columns": RETIREMENT, "items": account["retirements"], "more": ""},
    ]
    facts = [Fact("field.account", "mono", account["account"])]
    return t("account.heading", short=short(account["account"])), facts, parts, None


PAGES: dict[str, Callable[[Speaker, Value], tuple[str, list[Fact], Parts, Tape | None]]] = {
    "lots": lot_page,
    "batches": batch_page,
    "projects": project_page,
    "retirements": retirement_page,
    "accounts": account_page,
}


def _add_list(noun: Noun) -> None:
    def page_of_rows(request: Request, after: Annotated[str, Query(max_length=80)] = "") -> Response:
        services, t = services_of(request), Speaker(request)
        with services.store.read() as session:
            page = noun.rows(session, after, ROWS)
        return services.pages.answer(
            request,
            "list.html",
            t,
            block=page["block"],
            heading=t(f"{noun.name}.heading"),
            lead=t(f"{noun.name}.lead"),
            columns=LISTS[noun.name],
            page=page,
            after=after,
            csv_path=f"/v1/{noun.name}?format=csv",
            json_path=f"/v1/{noun.name}",
        )

    router.add_api_route(f"/{noun.name}", page_of_rows, name=f"page_{noun.name}")


def _add_one(noun: Noun) -> None:
    def page_of_one(request: Request, key: str) -> Response:
        services, t = services_of(request), Speaker(request)
        with services.store.read() as session, judging_absence(services, session):
            found = noun.one(session, key)
        heading, facts, parts, tape = PAGES[noun.name](t, found)
        return services.pages.answer(
            request,
            "noun.html",
            t,
            block=found["block"],
            heading=heading,
            lead="",
            facts=facts,
            parts=parts,
            tape=tape,
            json_path=f"/v1/{noun.name}/{key}",
        )

    router.add_api_route(f"/{noun.name}/{{key}}", page_of_one, name=f"page_one_of_{noun.name}")


for _noun in NOUNS.values():
    _add_list(_noun)
    _add_one(_noun)
