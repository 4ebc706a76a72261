"""`/v1/lots`, `/v1/batches`, `/v1/projects`, `/v1/retirements`, `/v1/accounts`: lists by keyset pages, and each one."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from verifier_api.absence import judging_absence
from verifier_api.answers import CSV, csv_text, json_answer, respond, wants_csv
from verifier_api.nouns import NOUNS, ROWS, Noun
from verifier_api.services import services_of

router = APIRouter(prefix="/v1")

_SERIALS = ("serials.series", "serials.first", "serials.last")
COLUMNS: dict[str, tuple[str, ...]] = {
    "lots": ("lot", "batch", *_SERIALS, "count", "retired", "confirmed", "claimedGrams", "tranches", "owner",
             "claimant", "withdrawalRequested", "withdrawn"),
    "batches": ("batch", "report", *_SERIALS, "count", "registrar", "owner", "evidence", "blockNumber", "transaction"),
    "projects": ("project", "programme", "sourceId", "status", "bridged", "proponent", "validator",
                 "validatorAccount", "registrar", "blockNumber"),
    "retirements": ("retirement", "lot", *_SERIALS, "count", "account", "blockNumber", "timestamp", "transaction"),
    "accounts": ("account", "lots"),
}  # fmt: skip


def _add(noun: Noun) -> None:
    def rows(
        request: Request,
        after: Annotated[str, Query(max_length=80)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = ROWS,
        written: Annotated[str | None, Query(alias="format", description="json or csv")] = None,
    ) -> Response:
        as_csv = wants_csv(request, written)
        with services_of(request).store.read() as session:
            page = noun.rows(session, after, limit)
        if not as_csv:
            return json_answer(request, page)
        headers = {"content-disposition": f'attachment; filename="{noun.name}.csv"'}
        if page["next"]:
            following = request.url.include_query_params(after=page["next"])
            headers["link"] = f'<{following.path}?{following.query}>; rel="next"'
        return respond(request, csv_text(COLUMNS[noun.name], page["items"]), CSV, page["block"], headers=headers)

    def one(request: Request, key: str) -> Response:
        services = services_of(request)
        with services.store.read() as session, judging_absence(services, session):
            return json_answer(request, noun.one(session, key))

    router.add_api_route(
        f"/{noun.name}",
        rows,
        name=f"list_{noun.name}",
        summary=f"A page of {noun.name}, continued with after=next; as JSON, or CSV by format=csv or Accept",
        response_class=Response,
    )
    router.add_api_route(
        f"/{noun.name}/{{key}}",
        one,
        name=f"one_of_{noun.name}",
        summary=f"A single one of the {noun.name}",
        response_class=Response,
    )


for _noun in NOUNS.values():
    _add(_noun)
