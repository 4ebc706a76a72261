"""Refuses who asks too often, with 429 and how long to wait; tells everybody what is left of the budget.

The headers are those of draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy: "reads";q=600;w=60` and
`RateLimit: "reads";r=599;t=1`.
"""

from collections.abc import Callable, Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry.watch.metrics import Metrics
from verifier_api.limits import MOST_ADDRESS, Budget, Limit, Taken, parse_limit, whose
from verifier_api.problems import Problem
from verifier_api.settings import Settings

FREE = ("/healthz", "/readyz")
BUDGETS = ("reads", "verify", "publish", "print")


def budgets_of(settings: Settings) -> dict[str, Budget]:
    """The budgets that are limited by setting; raises InvalidInput for a limit that cannot be read."""
    limits: dict[str, Limit | None] = {
        name: parse_limit(getattr(settings, f"limit_{name}"), f"OFFSETPROOF_LIMIT_{name.upper()}") for name in BUDGETS
    }
    return {name: Budget(limit) for name, limit in limits.items() if limit}


def budget_of(method: str, path: str) -> str:
    """Which budget a request is paid from; "" for none."""
    if path in FREE:
        return ""
    if method in ("PUT", "POST"):
        return "publish" if method == "PUT" else "verify"
    return "print" if path.endswith(("/pdf", "/card")) else "reads"


class Limiting:
    """Takes each request from its sender's budget. `show` makes the answer of a problem."""

    def __init__(
        self,
        app: ASGIApp,
        budgets: Mapping[str, Budget],
        metrics: Metrics,
        show: Callable[[Request, Problem], Response],
    ) -> None:
        self._app = app
        self._budgets = budgets
        self._metrics = metrics
        self._show = show

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = budget_of(scope["method"], scope["path"]) if scope["type"] == "http" else ""
        budget = self._budgets.get(name)
        if budget is None:
            await self._app(scope, receive, send)
            return
        taken = budget.take(whose(scope["client"][0][:MOST_ADDRESS] if scope.get("client") else ""))
        told = _headers(name, budget.limit, taken)

        async def send_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
            await send(message)

        if taken.allowed:
            await self._app(scope, receive, send_told)
            return
        self._metrics.limited(name)
        problem = Problem(
            429,
            "too-many",
            "too many requests from your address",
            expected=f"at most {budget.limit.requests} in {budget.limit.seconds} seconds",
            hint=f"again in {taken.again_in} seconds",
            headers={"retry-after": str(taken.again_in)},
        )
        await self._show(Request(scope), problem)(scope, receive, send_told)


def _headers(name: str, limit: Limit, taken: Taken) -> dict[str, str]:
    return {
        "ratelimit-policy": f'"{name}";q={limit.requests};w={limit.seconds}',
        "ratelimit": f'"{name}";r={taken.left};t={taken.full_in if taken.left else taken.again_in}',
    }
