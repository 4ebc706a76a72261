"""`/v1/tranches`: an anchored tranche, its tiles, its certificates by index; and publishing it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from registry.domain.errors import InvalidInput, Unavailable
from registry.domain.lots import parse_lot
from registry.domain.members import parse_decimal
from registry.domain.strict_json import parse_strict
from registry.domain.units import MAX_GRAMS, MAX_U32
from registry.proofs.tiles import parse_tile_name, tile_level_sizes, tile_width
from registry.store.bundles import bundle_of
from registry.store.credit_events import Anchored
from registry.store.lots import anchored_tranche
from registry.store.mirror import BlockId, newest_block, read_progress
from registry.store.session import Session
from registry.store.tile_queries import is_published, tile_entries
from registry.workflows.publish import Published, check_part, parse_upload, publish, publish_files, require_anchored
from registry.workflows.staged_part import pack_part
from verifier_api.absence import absent, judging_absence, require_at_head
from verifier_api.answers import json_answer, respond
from verifier_api.bodies import read_body
from verifier_api.handed_out import bundle_answer
from verifier_api.judging import require_published
from verifier_api.problems import Problem, not_found, problem_of
from verifier_api.reading import block_value, place_value
from verifier_api.services import Services, services_of
from verifier_api.staging import MOST_PARTS, NAME
from verifier_api.values import Value, tranche_value
from verifier_api.versions import FOR_EVER

router = APIRouter(prefix="/v1/tranches/{lot}/{tranche}")

OCTETS = "application/octet-stream"
FOR_NOW = "public, max-age=10"
"""Until its block is final, an anchor may vanish in a reorganisation, and another tranche take its place."""

Lot = Annotated[str, Path(max_length=40, description="the lot's id")]
Tranche = Annotated[str, Path(max_length=20, description="the tranche's number in its lot, from 0")]
Index = Annotated[str, Path(max_length=20, description="the certificate's index in its tranche, from 0")]
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


@router.get("", summary="An anchored tranche: where it stands, its root, whether its leaves are published")
def tranche(request: Request, lot: Lot, tranche: Tranche) -> Response:
    services = services_of(request)
    with services.store.read() as session, judging_absence(services, session):
        anchored = _anchored(session, lot, tranche)
        published = is_published(session, anchored.anchor)
        value = {
            **tranche_value(anchored, published),
            "final": _is_final(session, anchored),
            "block": block_value(session),
        }
    return json_answer(request, value)


@router.get(
    "/tiles/{name:path}",
    summary="One tile of a published tranche's tree: leaf/… or node/<level>/…",
    response_class=Response,
    responses={200: {"content": {OCTETS: {}}}},
)
def tile(request: Request, lot: Lot, tranche: Tranche, name: str) -> Response:
    services = services_of(request)
    with services.store.read() as session, judging_absence(services, session):
        anchored = _anchored(session, lot, tranche)
        entries = tile_entries(session, anchored, *_tile_named(name, anchored.leaf_count))
        if entries is None:
            raise not_found(f"the leaves of tranche {anchored.tranche} of lot {anchored.lot} are not published")
        final, block = _is_final(session, anchored), newest_block(session, anchored.block_number)
    place = place_value(BlockId(block.number, block.hash, block.timestamp)) if block else None
    return respond(request, entries, OCTETS, place, cache=FOR_EVER if final else FOR_NOW, vary="")


@router.get("/{index}/bundle", summary="The file of the certificate at an index, if its document is published")
def tranche_bundle(request: Request, lot: Lot, tranche: Tranche, index: Index) -> Response:
    place, leaf = _place(lot, tranche), parse_decimal(index, "index", 0, MAX_GRAMS)
    with services_of(request).store.read() as session:
        bundle, block = bundle_of(session, anchored_tranche(session, *place), leaf), block_value(session)
    return bundle_answer(request, require_published(bundle), block)


@router.put(
    "",
    summary="Publish all leaves of an anchored tranche, and documents; accepted only if they lead to its anchored root",
    openapi_extra=UPLOAD_SCHEMA,
)
async def put_tranche(
    request: Request,
    lot: Lot,
    tranche: Tranche,
    upload: Annotated[str | None, Query(pattern=NAME, description="of a part: a token that the sender draws")] = None,
    part: Annotated[int, Query(ge=0, lt=MOST_PARTS, description="of a part: its number, from 0")] = 0,
    parts: Annotated[int, Query(ge=1, le=MOST_PARTS, description="of a part: how many there are")] = 1,
) -> Response:
    services = services_of(request)
    place = _place(lot, tranche)
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
    waits = "missingParts" in value
    services.metrics.published("part" if waits else "tranche")
    return json_answer(request, value, status=202 if waits else 200, private=True)


def _place(lot: str, tranche: str) -> tuple[int, int]:
    return parse_lot(lot), parse_decimal(tranche, "tranche", 0, MAX_U32)


def _anchored(session: Session, lot: str, tranche: str) -> Anchored:
    found = anchored_tranche(session, *_place(lot, tranche))
    if found is None:
        raise absent(f"no tranche {tranche} of lot {lot} is anchored", "see /lots")
    return found


def _is_final(session: Session, anchored: Anchored) -> bool:
    progress = read_progress(session)
    return progress is not None and anchored.block_number <= progress.finalized.number


def _tile_named(name: str, leaf_count: int) -> tuple[int, int]:
    """Level and number of the tile with this name in a tree of so many leaves; raises Problem 404 if it has none."""
    try:
        level, n, width = parse_tile_name(name)
        sizes = tile_level_sizes(leaf_count)
        if level < len(sizes) and tile_width(sizes[level], n) == width:
            return level, n
    except InvalidInput:
        pass
    raise not_found("this tranche has no such tile", "docs/tiles.md says which it has, and how they are named")


def _publish(services: Services, lot: int, tranche: int, body: bytes) -> Value:
    upload_value = parse_strict(body, max_bytes=services.settings.tranche_bytes, what="upload")
    with _publishing(services):
        done = publish(services.store, services.registry, lot, tranche, parse_upload(upload_value))
    return _published(services, lot, tranche, done)


def _publish_part(services: Services, lot: int, tranche: int, which: tuple[str, int, int], body: bytes) -> Value:
    token, part, parts = which
    if part >= parts:
        raise Problem(400, "bad-request", "no such part", f"below {parts}", str(part), place="part")
    name = f"{token}-{lot}-{tranche}-{parts}"
    with _publishing(services):
        require_anchored(services.store, lot, tranche)
    upload_value = parse_strict(body, max_bytes=services.settings.tranche_bytes, what="upload")
    with _publishing(services):
        checked = check_part(services.registry, lot, parse_upload(upload_value))
        files = services.staging.put(name, part, parts, pack_part(checked))
        if len(files) < parts:
            return {"lot": str(lot), "tranche": tranche, "missingParts": parts - len(files)}
        try:
            done = publish_files(services.store, lot, tranche, files)
        finally:
            services.staging.drop(name)
    return _published(services, lot, tranche, done)


@contextmanager
def _publishing(services: Services) -> Iterator[None]:
    try:
        yield
    except InvalidInput as error:
        raise problem_of(error, status=422) from None
    except Unavailable as error:
        if "not anchored" in error.message:
            with services.store.read() as session:
                require_at_head(services, session, error.message)
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
