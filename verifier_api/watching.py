"""Each request as one log line and one figure: method, route by its template, status, time, block; nothing it says.

Never in the log: bodies, paths, queries, keys, names; of the visitor's address only what the settings allow.
"""

import ipaddress
import logging
import re
import secrets
import time
from collections.abc import Sequence
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry.domain.errors import InvalidInput
from registry.watch.metrics import Metrics
from verifier_api.answers import BLOCK_HEADER
from verifier_api.limits import MOST_ADDRESS

REQUEST_ID = "x-request-id"
_RAW_ID, _RAW_BLOCK = REQUEST_ID.encode(), BLOCK_HEADER.encode()
GONE = 499
"""Stands for the status where no answer was sent: the asker went away, or the server had to end."""

_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
_PROBES = ("/healthz", "/readyz")
_log = logging.getLogger("offsetproof.http")

Networks = Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]


def parse_networks(text: str, place: str) -> Networks:
    """Addresses and networks, separated by commas or spaces; raises InvalidInput, naming `place`."""
    try:
        return [ipaddress.ip_network(part) for part in text.replace(",", " ").split()]
    except ValueError as error:
        raise InvalidInput(
            "this is no address or network", expected="10.0.0.1 10.1.0.0/16", found=str(error), place=place
        ) from None


def request_id_of(scope: Scope) -> str:
    """The request's id; "" before it has one."""
    found: str = scope.get("state", {}).get("request_id", "")
    return found


@lru_cache(maxsize=4_096)
def shown_address(address: str, how: str) -> str:
    """What the log holds of an address: `how` is none, network (/24 or /48) or full."""
    if how == "none":
        return ""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if how == "full":
        return str(found)
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 48), strict=False))


class Watching:
    """Gives each request an id, and tells log and figures how it ended. `proxies`: whose request ids are believed."""

    def __init__(self, app: ASGIApp, metrics: Metrics, proxies: Networks, log_addresses: str) -> None:
        self._app = app
        self._metrics = metrics
        self._proxies = proxies
        self._log_addresses = log_addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        request_id = self._request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        status, block = GONE, ""

        async def send_watched(message: Message) -> None:
            nonlocal status, block
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [header for header in message["headers"] if header[0] != _RAW_ID]
                message["headers"] = [*headers, (_RAW_ID, request_id.encode())]
                block = next((value for name, value in headers if name == _RAW_BLOCK), b"").partition(b" ")[0].decode()
            await send(message)

        failure: Exception | None = None
        try:
            await self._app(scope, receive, send_watched)
        except Exception as error:
            status, failure = 500, error
            raise
        finally:
            seconds = time.perf_counter() - begun
            method, route = scope["method"], route_of(scope)
            method = method if method in _METHODS else "OTHER"
            self._metrics.answered(method, route, status, seconds)
            level = logging.ERROR if failure else logging.DEBUG if route in _PROBES else logging.INFO
            if _log.isEnabledFor(level):
                fields = {
                    "request": request_id,
                    "method": method,
                    "route": route,
                    "status": status,
                    "ms": round(seconds * 1000, 1),
                    **self._more(scope, block),
                }
                _log.log(level, "failed" if failure else "answered", exc_info=failure, extra={"fields": fields})

    def _request_id(self, scope: Scope) -> str:
        """The one that a trusted proxy gives, if it is well-formed; else a new one."""
        given = Headers(scope=scope).get(REQUEST_ID, "") if self._proxies else ""
        if _WELL_FORMED.fullmatch(given) and scope.get("client"):
            try:
                peer = ipaddress.ip_address(scope["client"][0])
            except ValueError:
                return secrets.token_hex(8)
            if any(peer in network for network in self._proxies):
                return given
        return secrets.token_hex(8)

    def _more(self, scope: Scope, block: str) -> dict[str, object]:
        """The block that the answer speaks of, and what may be said of the asker's address."""
        more: dict[str, object] = {"block": int(block)} if block.isdigit() else {}
        client = scope["client"][0][:MOST_ADDRESS] if scope.get("client") else ""
        if shown := shown_address(client, self._log_addresses):
            more["client"] = shown
        return more


def route_of(scope: Scope) -> str:
    """The template of the route that answered, for example `/v1/lots/{key}`; "(none)" where no route did."""
    route = scope.get("route")
    template = getattr(route, "path_format", None) or getattr(route, "path", None)
    return template if isinstance(template, str) else "/static" if scope["path"].startswith("/static/") else "(none)"
