"""`/v1/audit/checkpoints` and `/v1/audit/checkpoint`: what the mirror commits to, block by block, and signed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from registry.domain.hexes import hex0x
from registry.domain.units import MAX_GRAMS
from registry.proofs.signed_note import note_key, sign_note
from registry.store.checkpoints import checkpoints_down
from registry.store.latest import at_block
from registry.workflows.checkpoint import checkpoint_of, histories_at
from verifier_api.answers import json_answer, respond
from verifier_api.problems import Problem
from verifier_api.reading import block_value
from verifier_api.services import Services, services_of

router = APIRouter(prefix="/v1/audit")

TEXT = "text/plain; charset=utf-8"
MOST = 500


@router.get(
    "/checkpoints", summary="History hashes by block, newest first, from block `at` down; and as of `at` itself"
)
def checkpoints(
    request: Request,
    at: Annotated[int | None, Query(ge=0, le=MAX_GRAMS, description="a block; by default the mirror's own")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Response:
    services = services_of(request)
    registry = services.registry
    with services.store.read() as session:
        number = at_block(session, at)
        rows = checkpoints_down(session, number, limit)
        histories = histories_at(session, registry, number)
        value = {
            "registry": {"chainId": str(registry.chain_id), "creditRegistry": hex0x(registry.credit_registry.address)},
            "at": {
                "number": number,
                "creditHistory": hex0x(histories.credit),
                "projectHistory": hex0x(histories.project),
            },
            "items": [
                {
                    "block": {"number": row.number, "hash": hex0x(row.hash), "timestamp": row.timestamp},
                    "creditHistory": hex0x(row.histories.credit),
                    "projectHistory": hex0x(row.histories.project),
                }
                for row in rows
            ],
            "next": str(rows[-1].number - 1) if len(rows) == limit and rows[-1].number else None,
            "block": block_value(session),
        }
    return json_answer(request, value)


@router.get("/checkpoint", summary="The mirror's checkpoint as of its final block, signed (docs/spec/checkpoint.md)")
def checkpoint(request: Request) -> Response:
    services = services_of(request)
    name, seed = _signing_key(services)
    with services.store.read() as session:
        text = checkpoint_of(session, services.registry).to_text()
        block = block_value(session)
    return respond(request, sign_note(text, name, seed).encode("utf-8"), TEXT, block)


@router.get("/key", summary="The verifier key of this server's checkpoints; pin it, do not fetch it anew")
def key(request: Request) -> Response:
    services = services_of(request)
    with services.store.read() as session:
        block = block_value(session)
    return respond(request, f"{note_key(*_signing_key(services))}\n".encode(), TEXT, block)


def _signing_key(services: Services) -> tuple[str, bytes]:
    if services.signing is None:
        raise Problem(404, "not-found", "this server signs no checkpoints", hint="/v1/audit/checkpoints, unsigned")
    return services.signing
