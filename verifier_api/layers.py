"""What stands around all routes, from the outside in: headers, log and figures, the visitor's address, its budget,
the short way to a verdict."""

from collections.abc import Callable

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from registry.watch.metrics import Metrics
from verifier_api.limiting import Limiting, budgets_of
from verifier_api.problems import Problem
from verifier_api.security import SecurityHeaders
from verifier_api.settings import Settings
from verifier_api.shortcut import Shortcut
from verifier_api.watching import Watching, parse_networks


def wrap(app: FastAPI, settings: Settings, metrics: Metrics, show: Callable[[Request, Problem], Response]) -> None:
    """Put the layers around `app`; raises InvalidInput for a setting that cannot be read."""
    proxies = parse_networks(settings.trusted_proxies, "OFFSETPROOF_TRUSTED_PROXIES")
    app.add_middleware(Shortcut, show=show)
    if budgets := budgets_of(settings):
        app.add_middleware(Limiting, budgets=budgets, metrics=metrics, show=show)
    if proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=[str(network) for network in proxies])
    app.add_middleware(Watching, metrics=metrics, proxies=proxies, log_addresses=settings.log_addresses)
    app.add_middleware(SecurityHeaders)
