"""`/healthz` and `/readyz`: for whoever starts, stops and balances servers. Cheap, kept by nobody."""

import orjson
from fastapi import APIRouter, Request, Response

from registry.watch.port import readiness_value
from verifier_api.answers import JSON
from verifier_api.figures import readiness_of
from verifier_api.problems import Problem
from verifier_api.services import services_of

router = APIRouter()
NO_STORE = {"cache-control": "no-store"}


@router.get("/healthz", summary="The process lives")
async def healthz() -> Response:
    return Response(b'{"alive":true}', media_type=JSON, headers=NO_STORE)


@router.get("/readyz", summary="The mirror may be asked: its database answers, and it is not far behind the chain")
def readyz(request: Request) -> Response:
    found = readiness_of(services_of(request))
    if not found.ready:
        raise Problem(503, "unavailable", found.detail, place=found.reason, headers={"retry-after": "5"})
    return Response(orjson.dumps(readiness_value(found)), media_type=JSON, headers=NO_STORE)
