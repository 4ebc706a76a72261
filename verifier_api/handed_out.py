"""What visitors take home and rely on without this server: certificates' files, the page that works from a disk, and
what a page carries."""

from hashlib import sha256
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from registry.domain.hexes import hex0x
from registry.proofs.bundle import Bundle
from verifier_api.answers import JSON, respond
from verifier_api.security import POLICY
from verifier_api.values import Value
from verifier_api.versions import STATIC, Versioned, versioned

OFFLINE_PAGE = "/static/offline/verify.html"
MACHINE_HEADERS = {"content-security-policy": f"{POLICY}; connect-src https: http:"}
"""For pages with the visitor's own check: its script asks nodes, but only those that the visitor types in."""


class HandedOut(Versioned):
    """Files to be saved, never shown: a page that somebody serves could be changed on its way."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        answer = super().file_response(*args, **options)
        answer.headers["content-disposition"] = "attachment"
        return answer


def bundle_file_name(bundle: Bundle) -> str:
    """What the certificate's file is called."""
    return f"{hex0x(bundle.certificate_hash)}.json"


def bundle_answer(request: Request, bundle: Bundle, block: Value | None) -> Response:
    """The certificate's file, to be saved."""
    headers = {"content-disposition": f'attachment; filename="{bundle_file_name(bundle)}"'}
    return respond(request, bundle.to_json(), JSON, block, headers=headers)


def offline_hash() -> str:
    """The SHA-256 of the page that works from a disk, as 64 hex digits."""
    return sha256((STATIC / "offline" / "verify.html").read_bytes()).hexdigest()


def carried(document: bytes) -> Markup:
    """JSON as it stands inside a page's `<script type="application/json">`: no text in it can end that element."""
    return Markup(document.decode("utf-8").replace("<", "\\u003c"))  # noqa: S704


def machine_value(registry_text: bytes, bundle: bytes | None, verdict: str | None) -> dict[str, object]:
    """What a page gives to the check by the visitor's own machine: a certificate only if the page shows one."""
    return {
        "registry": carried(registry_text),
        "bundle": carried(bundle) if bundle is not None else None,
        "said": verdict,
        "page": versioned(OFFLINE_PAGE),
        "registry_hash": sha256(registry_text).hexdigest(),
    }
