"""The pages people come for: verify, the certificate, the trace of a credit."""

from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from registry.domain.asked import parse_asked_serials, parse_certificate
from registry.domain.units import GRAMS_PER_CREDIT
from registry.proofs.verdict import RETIRED
from registry.workflows.reading import MAX_CERTIFICATE
from verifier_api import certificate_page as page
from verifier_api.absence import require_at_head
from verifier_api.asked import where_to
from verifier_api.badge import SECONDS, badge_of, embed_codes
from verifier_api.bodies import read_sent
from verifier_api.docket import docket_of
from verifier_api.formats import thousands
from verifier_api.handed_out import MACHINE_HEADERS, bundle_file_name, machine_value
from verifier_api.judging import Judged, judge_bundle
from verifier_api.language import Speaker
from verifier_api.problems import Problem
from verifier_api.reading import block_value, counts_value, example_number
from verifier_api.security import BADGE_POLICY
from verifier_api.services import Services, services_of
from verifier_api.stated import disclosed, stated_rows
from verifier_api.tape import draw_tape
from verifier_api.tracing import trace_state, trace_value

router = APIRouter(include_in_schema=False)


@router.get("/")
def home(request: Request) -> Response:
    services, t = services_of(request), Speaker(request)
    with services.store.read() as session:
        block = block_value(session)
        counts = counts_value(services.totals.of(session)) if block else None
        example = example_number(session) if block else None
    limit = services.settings.bundle_bytes
    return services.pages.answer(
        request,
        "verify.html",
        t,
        block=block,
        counts=counts,
        example=example,
        limit=limit,
        pdf_limit=max(limit, MAX_CERTIFICATE),
        headers=MACHINE_HEADERS,
        machine=machine_value(services.registry_text, None, None),
    )


@router.get("/verify")
def look_up(request: Request, q: str = "") -> Response:
    t = Speaker(request)
    if not q.strip():
        return RedirectResponse(t.link("/"), status_code=303)
    return RedirectResponse(t.link(where_to(q, services_of(request).configured)), status_code=303)


@router.post("/verify")
async def verify_file(request: Request) -> Response:
    services = services_of(request)
    sent = await read_sent(request, services.settings.bundle_bytes, services.settings.body_seconds)
    if not sent.body:
        raise Problem(400, "no-file")
    judged = await to_thread.run_sync(judge_bundle, services, sent.body, limiter=services.judges)
    return await run_in_threadpool(_certificate_page, request, services, judged, uploaded=True)


@router.get("/certificates/{key}")
async def certificate(request: Request, key: str) -> Response:
    services = services_of(request)
    try:
        judged = await docket_of(request).verdict(parse_certificate(key))
    except Problem as problem:
        if problem.kind != "several":
            raise
        hashes = problem.found.split(", ")
        return services.pages.answer(request, "choice.html", Speaker(request), status=300, hashes=hashes)
    return await run_in_threadpool(_certificate_page, request, services, judged, uploaded=False)


@router.get("/certificates/{key}/badge")
def badge(request: Request, key: str) -> Response:
    services, t = services_of(request), Speaker(request)
    found = badge_of(services, key, t)
    return services.pages.answer(
        request,
        "badge.html",
        t,
        block=found.block,
        status=found.status,
        private=found.status != 200,
        cache=f"public, max-age={SECONDS}, must-revalidate",
        headers={"content-security-policy": BADGE_POLICY},
        b=found,
        link=t.link(f"/certificates/{quote(key)}"),
    )


def _certificate_page(request: Request, services: Services, judged: Judged, *, uploaded: bool) -> Response:
    t = Speaker(request)
    services.metrics.judged(judged.verdict.verdict)
    value, bundle = judged.to_value(), judged.bundle
    document = judged.verdict.certificate
    published = bundle is not None and bundle.document is not None and not uploaded
    file_name = bundle_file_name(bundle) if bundle and bundle.document is not None else None
    whole = bundle.to_json() if bundle is not None and bundle.document is not None else None
    printable = services.press is not None and judged.verdict.verdict == RETIRED
    found = page.steps(t, value)
    notes = [
        t(f"note.{note.code}", behind=thousands(judged.behind or 0))
        for note in judged.verdict.notes
        if t.known(f"note.{note.code}")
    ]
    hash_text = value["certificateHash"]
    address = (services.settings.public_url or str(request.base_url)).rstrip("/")
    listed = value["claim"] is not None and not uploaded
    return services.pages.answer(
        request,
        "certificate.html",
        t,
        block=value["block"],
        status=200 if uploaded else judged.status,
        private=uploaded,
        v={**value, "attestedBy": page.attested(t, value)},
        heading=page.heading(t, value),
        meaning=page.meaning(t, value),
        notes=notes,
        todo=page.todo(t, value, services.registry_value),
        checks=found,
        open_steps=page.open_steps(found, value["verdict"]),
        distinct=page.distinct(t, value),
        claim=value["claim"],
        tape=judged.tape,
        stated=stated_rows(t, document, disclosed(judged.disclosures)) if document else None,
        commands=page.commands(value, file_name, str(request.base_url).rstrip("/")),
        bundle_path=f"/v1/certificates/{hash_text}/bundle" if published else None,
        printed_path=f"/v1/certificates/{hash_text}" if published and printable else None,
        file_name=file_name,
        uploaded=uploaded,
        embed=embed_codes(t, address, hash_text, value["number"]) if listed else None,
        others=value["others"],
        headers=MACHINE_HEADERS,
        machine=machine_value(services.registry_text, whole, value["verdict"]),
    )


@router.get("/credits/{serial:path}")
def trace_serials(request: Request, serial: str) -> Response:
    services, t = services_of(request), Speaker(request)
    asked = parse_asked_serials(serial, configured=services.configured)
    with services.store.read() as session:
        trace = trace_value(session, asked)
        if not trace["batches"]:
            require_at_head(services, session, f"nothing was issued under {asked.text}")
    for batch in trace["batches"]:
        for part in batch["lots"]:
            lot = part["lot"]
            marked = (part["startGram"], part["endGram"])
            part["tape"] = draw_tape(lot["count"], lot["retired"], lot["claimedGrams"], lot["withdrawn"], marked)
            if part["endGram"] - part["startGram"] == lot["count"] * GRAMS_PER_CREDIT:
                part["tape"] = draw_tape(lot["count"], lot["retired"], lot["claimedGrams"], lot["withdrawn"])
    return services.pages.answer(
        request,
        "trace.html",
        t,
        block=trace["block"],
        status=200 if trace["batches"] else 404,
        trace=trace,
        state=trace_state(trace),
        json_path=f"/v1/credits/{serial}",
    )
