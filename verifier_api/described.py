"""`/openapi.json`: FastAPI's description of the routes, completed by what each of them answers, status by status."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from verifier_api.answers import BLOCK_HEADER, JSON
from verifier_api.problems import KINDS, MEDIA_TYPE
from verifier_api.schemas import SCHEMAS, named, page_of
from verifier_api.watching import REQUEST_ID

CSV, TEXT, PDF, PNG, OCTETS = "text/csv", "text/plain", "application/pdf", "image/png", "application/octet-stream"
ANYTHING: dict[str, Any] = {"type": "object"}
FILE: dict[str, Any] = {"type": "string", "format": "binary"}
WORDS: dict[str, Any] = {"type": "string"}

Content = Mapping[str, dict[str, Any]]
"""Schemas by media type."""


def _json(name: str) -> Content:
    return {JSON: named(name)}


@dataclass(frozen=True, slots=True)
class Answers:
    """What a route answers: content by status, and the statuses that it answers with a problem."""

    content: Mapping[int, Content]
    problems: tuple[int, ...] = ()
    always: tuple[int, ...] = field(default=(400, 429, 503))
    """Problems that any route may answer: a parameter that cannot be read, a budget that is spent, an outage."""


_NAMED = (300, 404)
_SENT = (408, 413, 415, 422)

ROUTES: dict[str, Answers] = {
    "get /v1/certificates/{key}": Answers(
        {200: _json("Verdict"), 404: _json("Verdict"), 503: _json("Verdict")}, (300,)
    ),
    "get /v1/certificates/{key}/bundle": Answers({200: {JSON: ANYTHING}}, _NAMED),
    "get /v1/certificates/{key}/pdf": Answers({200: {PDF: FILE}}, _NAMED),
    "get /v1/certificates/{key}/card": Answers({200: {PNG: FILE}}, _NAMED),
    "post /v1/verify": Answers({200: _json("Verdict"), 404: _json("Verdict"), 503: _json("Verdict")}, _SENT),
    "get /v1/tranches/{lot}/{tranche}": Answers({200: _json("OneTranche")}, (404,)),
    "get /v1/tranches/{lot}/{tranche}/tiles/{name}": Answers({200: {OCTETS: FILE}}, (404,)),
    "get /v1/tranches/{lot}/{tranche}/{index}/bundle": Answers({200: {JSON: ANYTHING}}, (404,)),
    "put /v1/tranches/{lot}/{tranche}": Answers({200: _json("Published"), 202: _json("Waiting")}, (404, 409, *_SENT)),
    "get /v1/credits/{serial}": Answers({200: _json("Trace"), 404: _json("Trace")}, (404,)),
    "get /v1/audit": Answers({200: _json("Audit")}),
    "get /v1/audit/checkpoints": Answers({200: _json("Checkpoints")}, (404,)),
    "get /v1/audit/checkpoint": Answers({200: {TEXT: WORDS}}, (404,)),
    "get /v1/audit/key": Answers({200: {TEXT: WORDS}}, (404,)),
    "get /v1/status": Answers({200: _json("Status")}),
    "get /v1/registry": Answers({200: {JSON: ANYTHING}}),
    "get /healthz": Answers({200: _json("Alive")}, always=()),
    "get /readyz": Answers({200: _json("Ready")}, always=(503,)),
}
for _list, _one in (
    ("lots", "Lot"),
    ("batches", "Batch"),
    ("projects", "Project"),
    ("retirements", "Retirement"),
    ("accounts", "Account"),
):
    ROUTES[f"get /v1/{_list}"] = Answers({200: {JSON: page_of(_one), CSV: WORDS}}, (406,))
    ROUTES[f"get /v1/{_list}/{{key}}"] = Answers({200: _json(f"One{_one}")}, (404,))

_HEADERS = {
    BLOCK_HEADER: {"description": "number and hash of the block that the answer speaks of", "schema": WORDS},
    REQUEST_ID: {"description": "by which the server's log knows the request", "schema": WORDS},
}


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if app.openapi_schema is None:
        found = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        found["components"] = {"schemas": SCHEMAS}
        for path, methods in found["paths"].items():
            for method, route in methods.items():
                answers = ROUTES.get(f"{method} {path}")
                if answers is not None:
                    route["responses"] = _responses(method, answers)
        app.openapi_schema = found
    return app.openapi_schema


def _responses(method: str, answers: Answers) -> dict[str, Any]:
    found: dict[int, dict[str, Any]] = {}
    for status, content in answers.content.items():
        found[status] = {"description": _WORDS.get(status, "the answer"), "content": _content(content)}
        found[status]["headers"] = dict(_HEADERS)
    for status in {*answers.problems, *answers.always}:
        of_it = found.setdefault(status, {"description": KINDS[status], "content": {}})
        of_it["content"][MEDIA_TYPE] = {"schema": named("Problem")}
    if method == "get" and answers.always:
        found[304] = {"description": "the asker has it"}
    return {str(status): found[status] for status in sorted(found)}


def _content(content: Content) -> dict[str, Any]:
    return {media_type: {"schema": schema} for media_type, schema in content.items()}


_WORDS = {
    202: "kept until the other parts come",
    404: "the verdict `unknown`, or nothing was issued under these serials",
    503: "the verdict `unavailable`, or an outage",
}
