"""The question that is asked most, a verdict by hash, is answered before the framework looks for its route: that takes
a tenth of the whole. The answer is the route's own."""

import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from registry.domain.errors import OffsetproofError
from verifier_api.problems import Problem, problem_of
from verifier_api.routes.api_certificates import certificate, router

_ASKED = re.compile(r"/v1/certificates/(0x[0-9a-f]{64})", re.ASCII)


class Shortcut:
    """Goes round the routes to a verdict by its plain hash. `show` makes the answer of a problem."""

    def __init__(self, app: ASGIApp, show: Callable[[Request, Problem], Response]) -> None:
        self._app = app
        self._show = show
        self._route = _route()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = _ASKED.fullmatch(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if asked is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = self._route  # as who counts and logs expects it
        request = Request(scope)
        try:
            answer = await certificate(request, asked[1])
        except Problem as problem:
            answer = self._show(request, problem)
        except OffsetproofError as error:
            answer = self._show(request, problem_of(error))
        await answer(scope, receive, send)


def _route() -> BaseRoute:
    return next(route for route in router.routes if getattr(route, "endpoint", None) is certificate)
