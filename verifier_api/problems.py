"""Errors as RFC 9457 problem details: the one place where an error becomes a status."""

from dataclasses import dataclass, field
from http import HTTPStatus

from registry.domain.errors import Contradiction, InvalidInput, OffsetproofError, Refused, Unavailable

MEDIA_TYPE = "application/problem+json"


@dataclass(slots=True)
class Problem(Exception):
    """An answer that is not the one asked for. `kind` names it in addresses and messages, e.g. "too-large"."""

    status: int
    kind: str
    detail: str = ""
    expected: str = ""
    found: str = ""
    hint: str = ""
    place: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    request_id: str = ""
    """By which the server's log knows the request; shown where nothing else can be said."""

    def to_value(self) -> dict[str, object]:
        """The JSON members of RFC 9457, and ours."""
        members: dict[str, object] = {
            "type": f"/docs#{self.kind}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "kind": self.kind,
        }
        for name in ("detail", "place", "expected", "found", "hint"):
            if text := getattr(self, name):
                members[name] = text
        if self.request_id:
            members["requestId"] = self.request_id
        return members


KINDS = {
    300: "several",
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "too-slow",
    409: "contradiction",
    413: "too-large",
    415: "unsupported-type",
    422: "not-accepted",
    429: "too-many",
    500: "our-fault",
    503: "unavailable",
}

MORE_KINDS = (
    (400, "bad-number"),
    (400, "no-file"),
    (400, "not-understood"),
    (400, "not-a-bundle"),
    (422, "not-a-bundle"),
    (503, "pending"),
)
"""Kinds beside those that a status has by itself."""


def problem_of(error: OffsetproofError, *, status: int | None = None) -> Problem:
    """The problem that an error of the family is; `status` overrides what its kind gives."""
    by_kind = (
        503
        if isinstance(error, Unavailable)
        else 409
        if isinstance(error, Contradiction)
        else 422
        if isinstance(error, Refused)
        else 400
    )
    code = status or by_kind
    place = error.place if isinstance(error, InvalidInput) else ""
    headers = {"retry-after": "5"} if code == 503 else {}
    return Problem(code, KINDS[code], error.message, error.expected, error.found, error.hint, place, headers)


def not_found(what: str, hint: str = "") -> Problem:
    """Nothing here by that name."""
    return Problem(404, "not-found", what, hint=hint)
