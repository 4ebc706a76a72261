"""Pages of the mirror itself: status, audit, and the description of the HTTP interface."""

from typing import Any

from fastapi import APIRouter, Request, Response

from verifier_api.formats import mass, thousands
from verifier_api.language import Speaker
from verifier_api.problems import KINDS, MORE_KINDS
from verifier_api.routes.api_status import status_value
from verifier_api.routes.page_nouns import Column
from verifier_api.services import services_of
from verifier_api.values import Value

router = APIRouter(include_in_schema=False)

UNPUBLISHED = (
    Column("field.lot", "lot", "lot"),
    Column("field.tranche", "number", "tranche"),
    Column("field.total", "grams", "grams"),
    Column("field.leaf_count", "number", "leafCount"),
    Column("field.block", "number", "blockNumber"),
)
COUNTS = ("creditsIssued", "creditsRetired", "tranches", "tranchesPublished", "certificates")


def _status_heading(t: Speaker, status: Value) -> str:
    if status["indexed"] is None:
        return t("status.heading.down")
    if status["behind"] is None:
        return t("status.heading.alone")
    if status["behind"]:
        return t("status.heading.behind", blocks=thousands(status["behind"]))
    return t("status.heading.head" if status["chainHeadFrom"] == "node" else "status.heading.noted")


@router.get("/status")
def status(request: Request) -> Response:
    services, t = services_of(request), Speaker(request)
    found = status_value(services)
    counts = [(f"count.{name}", thousands(found["counts"][name])) for name in COUNTS] if found["counts"] else []
    if found["counts"]:
        counts.append(("count.gramsClaimed", mass(found["counts"]["gramsClaimed"])))
    return services.pages.answer(
        request,
        "status.html",
        t,
        block=found["block"],
        heading=_status_heading(t, found),
        s={**found, "finality": {"blocks": None, **found["finality"]}},
        counts=counts,
        r=services.registry_value,
    )


@router.get("/audit")
def audit(request: Request) -> Response:
    services, t = services_of(request), Speaker(request)
    found = services.audits.result()
    state = "none" if found["ok"] is None else "bad" if not found["ok"] else "good" if found["withNode"] else "partial"
    number = thousands(found["block"]["number"]) if found["block"] else ""
    return services.pages.answer(
        request,
        "audit.html",
        t,
        block=found["block"],
        state=state,
        heading=t(f"audit.heading.{state}", number=number, count=len(found["problems"])),
        audit=found,
        columns=UNPUBLISHED,
        status=503 if state == "none" else 200,
    )


@router.get("/docs")
def docs(request: Request) -> Response:
    services, t = services_of(request), Speaker(request)
    described: dict[str, Any] = request.app.openapi()
    routes = [
        {"method": method.upper(), "path": path, "text": route.get("summary", "")}
        for path, methods in described["paths"].items()
        for method, route in methods.items()
    ]
    problems = sorted([*KINDS.items(), *MORE_KINDS], key=lambda found: (found[1], found[0]))
    return services.pages.answer(request, "docs.html", t, routes=routes, problems=problems)
