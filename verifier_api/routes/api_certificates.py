"""`/v1/certificates`, `/v1/verify`, `/v1/credits`: what is asked of one certificate or one credit."""

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Path, Query, Request, Response

from registry.domain.asked import parse_asked_serials, parse_certificate
from registry.proofs.verdict import RETIRED
from registry.render.addresses import VerifierAddress
from verifier_api.absence import require_at_head
from verifier_api.answers import json_answer, respond
from verifier_api.bodies import read_sent
from verifier_api.docket import docket_of
from verifier_api.handed_out import bundle_answer
from verifier_api.judging import Judged, find_published, judge_bundle, judge_published
from verifier_api.language import TAGS, choose_language
from verifier_api.printing import ENDINGS, KINDS
from verifier_api.problems import Problem
from verifier_api.services import services_of
from verifier_api.tracing import trace_value

router = APIRouter(prefix="/v1")

Key = Annotated[str, Path(max_length=100, description="the certificate's hash (0x…) or short number")]
Language = Annotated[str | None, Query(max_length=10, description="zh or en; else what Accept-Language prefers")]
Proofs = Annotated[bool, Query(description="with storage proofs under a final block, from this server's node")]
BUNDLE_SCHEMA: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"type": "object", "description": "a bundle, docs/spec/bundle.schema.json"}},
            "application/pdf": {"schema": {"type": "string", "format": "binary", "description": "docs/pdf.md"}},
            "application/cbor": {
                "schema": {"type": "string", "format": "binary", "description": "docs/spec/compact.md"}
            },
            "text/plain": {"schema": {"type": "string", "description": "what the certificate's QR code holds"}},
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
            },
        },
    }
}


def verdict_answer(request: Request, judged: Judged, *, private: bool = False) -> Response:
    """A verdict with its status: 200 whatever it says, 404 for `unknown` at the chain's head, 503 for an outage."""
    services_of(request).metrics.judged(judged.verdict.verdict)
    return json_answer(request, judged.to_value(), status=judged.status, private=private)


@router.get("/certificates/{key}", summary="The verdict on a certificate, by hash or short number")
async def certificate(request: Request, key: Key) -> Response:
    return verdict_answer(request, await docket_of(request).verdict(parse_certificate(key)))


@router.get("/certificates/{key}/bundle", summary="The certificate's file, if its document is published")
def certificate_bundle(request: Request, key: Key, evidence: Proofs = False) -> Response:
    found = find_published(services_of(request), parse_certificate(key), evidence=evidence)
    return bundle_answer(request, *found)


@router.get(
    "/certificates/{key}/pdf",
    summary="The certificate as a PDF that carries its file, if it is published and retired",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
)
def certificate_pdf(request: Request, key: Key, lang: Language = None) -> Response:
    return _printed(request, key, "pdf", lang)


@router.get(
    "/certificates/{key}/card",
    summary="A picture to share, which names no person, if the certificate is published and retired",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}}},
)
def certificate_card(request: Request, key: Key, lang: Language = None) -> Response:
    return _printed(request, key, "card", lang)


def _printed(request: Request, key: str, kind: str, lang: str | None) -> Response:
    services = services_of(request)
    if services.press is None:
        raise Problem(404, "not-found", "this server makes no such files", hint="offsetproof render makes them")
    judged, bundle = judge_published(services, parse_certificate(key))
    if judged.verdict.verdict != RETIRED:
        why = "only a certificate of retired credits is made into a page"
        raise Problem(404, "not-found", why, expected=RETIRED, found=judged.verdict.verdict)
    address = VerifierAddress(services.settings.public_url or str(request.base_url))
    language = choose_language(lang, request.headers.get("accept-language"))
    made = services.press.make(kind, judged.verdict, bundle, address, language)
    headers = {
        "content-disposition": f'attachment; filename="{judged.verdict.number}{ENDINGS[kind]}"',
        "content-language": TAGS[language],
    }
    return respond(request, made, KINDS[kind], judged.mirror_block, headers=headers)


@router.post("/verify", summary="The verdict on a certificate's file", openapi_extra=BUNDLE_SCHEMA)
async def verify(request: Request) -> Response:
    services = services_of(request)
    sent = await read_sent(request, services.settings.bundle_bytes, services.settings.body_seconds)
    judged = await to_thread.run_sync(judge_bundle, services, sent.body, limiter=services.judges)
    return verdict_answer(request, judged, private=True)


@router.get(
    "/credits/{serial:path}",
    summary="Trace serial numbers: project, report, batch, lots, retirements, certificates",
    description="As `SERIES:NUMBER`, `SERIES:FIRST-LAST`, or as the source registry prints them.",
)
def trace_serials(request: Request, serial: str) -> Response:
    services = services_of(request)
    asked = parse_asked_serials(serial, configured=services.configured)
    with services.store.read() as session:
        trace = trace_value(session, asked)
        if not trace["batches"]:
            require_at_head(services, session, f"nothing was issued under {asked.text}")
    return json_answer(request, trace, status=200 if trace["batches"] else 404)
