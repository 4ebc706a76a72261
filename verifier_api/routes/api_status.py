"""`/v1/status`, `/v1/audit`, `/v1/registry`: how far the mirror is, whether it is whole, and what is pinned."""

from fastapi import APIRouter, Request, Response

from registry.store.mirror import read_progress
from verifier_api.answers import JSON, json_answer, respond
from verifier_api.heads import head_value
from verifier_api.reading import block_value, counts_value, histories_value, place_value
from verifier_api.services import Services, services_of
from verifier_api.values import Value

router = APIRouter(prefix="/v1")


def status_value(services: Services) -> Value:
    """How far the chain and the mirror are; `behind` is None where the chain's head is not known."""
    with services.store.read() as session:
        progress = read_progress(session)
        return {
            "chainHead": head_value(services.heads.head(progress)),
            "chainHeadFrom": "node" if services.heads.asks_a_node else "mirror",
            "indexed": place_value(progress.indexed) if progress else None,
            "final": place_value(progress.finalized) if progress else None,
            "behind": services.heads.behind(progress),
            "finality": services.registry_value["finality"],
            "historyHashes": histories_value(session),
            "counts": counts_value(services.totals.of(session)) if progress else None,
            "registry": services.registry.name,
            "demo": services.registry.demo,
            "block": block_value(session),
        }


@router.get("/status", summary="How far the chain and the mirror are, history hashes, counts")
def status(request: Request) -> Response:
    return json_answer(request, status_value(services_of(request)))


@router.get("/audit", summary="The last audit of the mirror, with the block it speaks of")
def audit(request: Request) -> Response:
    return json_answer(request, services_of(request).audits.result())


@router.get("/registry", summary="The registry file that this server pins")
def registry(request: Request) -> Response:
    services = services_of(request)
    with services.store.read() as session:
        block = block_value(session)
    return respond(request, services.registry_text, JSON, block)
