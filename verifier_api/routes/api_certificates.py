"""`/v1/certificates`, `/v1/verify`, `/v1/tranches`, `/v1/credits`: what is asked of one certificate or one credit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from registry.domain.asked import parse_asked_serials, parse_certificate
from registry.domain.errors import InvalidInput, Unavailable
from registry.domain.hexes import hex0x
from registry.domain.lots import parse_lot
from registry.domain.members import parse_decimal
from registry.domain.strict_json import parse_strict
from registry.domain.units import MAX_U32
from registry.proofs.bundle import Bundle
from registry.proofs.verdict import RETIRED
from registry.render.addresses import VerifierAddress
from registry.workflows.publish import Published, parse_upload, publish, publish_files, require_anchored
from verifier_api.answers import JSON, json_answer, respond
from verifier_api.bodies import read_body, read_sent
from verifier_api.judging import Judged, judge_bundle, judge_published, judge_sought
from verifier_api.language import TAGS, choose_language
from verifier_api.printing import ENDINGS, KINDS
from verifier_api.problems import Problem, problem_of
from verifier_api.reading import block_value
from verifier_api.services import Services, services_of
from verifier_api.staging import MOST_PARTS, NAME
from verifier_api.tracing import trace_value
from verifier_api.values import Value

router = APIRouter(prefix="/v1")

Key = Annotated[str, Path(max_length=100, description="the certificate's hash (0x…) or short number")]
Language = Annotated[str | None, Query(max_length=10, description="zh or en; else what Accept-Language prefers")]
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
UPLOAD_SCHEMA: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["leaves"],
                    "properties": {
                        "leaves": {"type": "array", "items": {"type": "object"}},
                        "documents": {"type": "array", "items": {"type": "string"}},
                        "publishPersonal": {"type": "boolean"},
                    },
                }
            }
        },
    }
}


def verdict_answer(request: Request, judged: Judged, *, private: bool = False) -> Response:
    """A verdict with its status: 200 whatever it says, 404 for `unknown` at the chain's head, 503 for an outage."""
    return json_answer(request, judged.to_value(), status=judged.status, private=private)


@router.get("/certificates/{key}", summary="The verdict on a certificate, by hash or short number")
def certificate(request: Request, key: Key) -> Response:
    return verdict_answer(request, judge_sought(services_of(request), parse_certificate(key)))


@router.get("/certificates/{key}/bundle", summary="The certificate's file, if its document is published")
def certificate_bundle(request: Request, key: Key) -> Response:
    judged, bundle = judge_published(services_of(request), parse_certificate(key))
    headers = {"content-disposition": f'attachment; filename="{bundle_file_name(bundle)}"'}
    return respond(request, bundle.to_json(), JSON, judged.mirror_block, headers=headers)


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


def bundle_file_name(bundle: Bundle) -> str:
    """What the certificate's file is called."""
    return f"{hex0x(bundle.certificate_hash)}.json"


@router.post("/verify", summary="The verdict on a certificate's file", openapi_extra=BUNDLE_SCHEMA)
async def verify(request: Request) -> Response:
    services = services_of(request)
    sent = await read_sent(request, services.settings.bundle_bytes, services.settings.body_seconds)
    judged = await run_in_threadpool(judge_bundle, services, sent.body)
    return verdict_answer(request, judged, private=True)


@router.put(
    "/tranches/{lot}/{tranche}",
    summary="Publish all leaves of an anchored tranche, and documents; accepted only if they lead to its anchored root",
    openapi_extra=UPLOAD_SCHEMA,
)
async def put_tranche(
    request: Request,
    lot: str,
    tranche: str,
    upload: Annotated[str | None, Query(pattern=NAME, description="of a part: a token that the sender draws")] = None,
    part: Annotated[int, Query(ge=0, lt=MOST_PARTS, description="of a part: its number, from 0")] = 0,
    parts: Annotated[int, Query(ge=1, le=MOST_PARTS, description="of a part: how many there are")] = 1,
) -> Response:
    services = services_of(request)
    place = parse_lot(lot), parse_decimal(tranche, "tranche", 0, MAX_U32)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in ("application/json", ""):
        raise Problem(415, "unsupported-type", "this media type is not read here", "application/json", media_type[:80])
    if not services.publishing.acquire(blocking=False):
        raise Problem(503, "unavailable", "others are publishing right now", headers={"retry-after": "5"})
    try:
        body = await read_body(request, services.settings.tranche_bytes, services.settings.body_seconds)
        if upload is None:
            value = await run_in_threadpool(_publish, services, *place, body)
        else:
            value = await run_in_threadpool(_publish_part, services, *place, (upload, part, parts), body)
    finally:
        services.publishing.release()
    return json_answer(request, value, status=202 if "missingParts" in value else 200, private=True)


def _publish(services: Services, lot: int, tranche: int, body: bytes) -> Value:
    upload_value = parse_strict(body, max_bytes=services.settings.tranche_bytes, what="upload")
    with _publishing():
        done = publish(services.store, services.registry, lot, tranche, parse_upload(upload_value))
    return _published(services, lot, tranche, done)


def _publish_part(services: Services, lot: int, tranche: int, which: tuple[str, int, int], body: bytes) -> Value:
    token, part, parts = which
    if part >= parts:
        raise Problem(400, "bad-request", "no such part", f"below {parts}", str(part), place="part")
    name = f"{token}-{lot}-{tranche}-{parts}"
    with _publishing():
        require_anchored(services.store, lot, tranche)
        files = services.staging.put(name, part, parts, body)
        if len(files) < parts:
            return {"lot": str(lot), "tranche": tranche, "missingParts": parts - len(files)}
        try:
            most = services.settings.tranche_bytes
            done = publish_files(services.store, services.registry, lot, tranche, files, most)
        finally:
            services.staging.drop(name)
    return _published(services, lot, tranche, done)


@contextmanager
def _publishing() -> Iterator[None]:
    try:
        yield
    except InvalidInput as error:
        raise problem_of(error, status=422) from None
    except Unavailable as error:
        if "not anchored" in error.message:
            raise problem_of(error, status=404) from None
        raise


def _published(services: Services, lot: int, tranche: int, done: Published) -> Value:
    with services.store.read() as session:
        block = block_value(session)
    return {
        "lot": str(lot),
        "tranche": tranche,
        "certificates": done.certificates,
        "newDocuments": done.new_documents,
        "block": block,
    }


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
    return json_answer(request, trace, status=200 if trace["batches"] else 404)
