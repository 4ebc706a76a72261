"""The application: `create_app(settings)`. Nothing happens at import, and everything it needs can be passed in."""

import time
from collections.abc import Awaitable, Callable, Sequence
from threading import BoundedSemaphore
from typing import Any

from anyio import CapacityLimiter
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from registry.chain.node import Node
from registry.domain.errors import InvalidInput, OffsetproofError, Unavailable
from registry.domain.grammars import parse_configured
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile, parse_registry_file
from registry.proofs.canonical import canonical_bytes
from registry.proofs.signed_note import note_key
from registry.store import Store, open_store
from registry.watch.metrics import Metrics
from registry.workflows.checkpoint import read_seed_file
from verifier_api.answers import problem_answer
from verifier_api.auditing import AuditBoard
from verifier_api.described import describe
from verifier_api.docket import Docket
from verifier_api.evidence import EvidenceBoard
from verifier_api.figures import gauges
from verifier_api.handed_out import HandedOut
from verifier_api.heads import HeadBoard
from verifier_api.judging import judge_together
from verifier_api.known import KnownTranches
from verifier_api.known_totals import KnownTotals
from verifier_api.language import Speaker
from verifier_api.layers import wrap
from verifier_api.printing import open_press
from verifier_api.problems import KINDS, Problem, problem_of
from verifier_api.rendering import Pages
from verifier_api.routes import (
    api_certificates,
    api_checkpoints,
    api_health,
    api_nouns,
    api_status,
    api_tranches,
    page_certificates,
    page_nouns,
    page_status,
)
from verifier_api.security import HEADERS
from verifier_api.services import Services, services_of
from verifier_api.settings import Settings, read_settings
from verifier_api.sources import node_head, open_node, run_audit
from verifier_api.staging import Staging
from verifier_api.versions import STATIC, Versioned
from verifier_api.watching import REQUEST_ID, request_id_of

MOST_PUBLISHING, MOST_JUDGING = 2, 2
ROUTERS = (
    api_certificates,
    api_checkpoints,
    api_health,
    api_nouns,
    api_status,
    api_tranches,
    page_certificates,
    page_nouns,
    page_status,
)


def create_app(
    settings: Settings | None = None,
    *,
    registry: RegistryFile | None = None,
    store: Store | None = None,
    node: Node | None = None,
    more_nodes: Sequence[Node] = (),
    clock: Callable[[], int] = lambda: int(time.time()),
    metrics: Metrics | None = None,
    trouble: Callable[[], str] = lambda: "",
) -> FastAPI:
    """The application. What is not passed comes from `settings`, by default from the environment.

    `node` tells the chain's head, is what the audit compares with, and gives storage proofs; `more_nodes` are asked for
    the head when it does not answer. `trouble` says what keeps the mirror from following the chain, where an indexer
    runs beside the application.

    Raises InvalidInput if no registry file is given, or it or a setting is not what it should be, Unavailable if the
    mirror does not answer.
    """
    settings = settings or read_settings()
    registry = registry or _read_registry(settings)
    store = store or open_store(settings.database_url, replica=settings.replica_url)
    configured = parse_configured(settings.opaque_prefixes)
    value: dict[str, Any] = registry.to_value()
    names = {hex0x(account): name for account, name in registry.names.items()}
    names.setdefault(hex0x(registry.operator.account), registry.operator.name)
    if node is None and (urls := (settings.rpc_url or "").split()):
        node, *more_nodes = map(open_node, urls)
    app = FastAPI(
        title="Offsetproof verifier API",
        version="1",
        description="Every answer names the block it speaks of. Errors are RFC 9457 problem details.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        # It would hand paths, which name certificates, to whatever collector is set up; figures are `registry/watch`'s.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    metrics = metrics or Metrics()
    app.state.services = services = Services(
        registry=registry,
        registry_value=value,
        registry_text=canonical_bytes(value),
        store=store,
        settings=settings,
        pages=Pages(value, names, configured),
        heads=HeadBoard(node_head([node, *more_nodes], registry) if node else None, settings.head_seconds),
        known=KnownTranches(registry),
        totals=KnownTotals(),
        judges=CapacityLimiter(MOST_JUDGING),
        audits=AuditBoard(run_audit(store, registry, node), settings.audit_seconds),
        evidence=EvidenceBoard(node, registry),
        clock=clock,
        publishing=BoundedSemaphore(MOST_PUBLISHING),
        staging=Staging(settings.staged_bytes, settings.staged_seconds),
        configured=configured,
        signing=_signing(settings),
        press=open_press(),
        metrics=metrics,
        trouble=trouble,
    )
    app.state.docket = Docket(lambda sought: judge_together(app.state.services, sought))
    metrics.watch_gauges(lambda: gauges(services))
    for module in ROUTERS:
        app.include_router(module.router)
    for path, files in (
        ("/static/offline", HandedOut(directory=STATIC / "offline")),
        ("/static", Versioned(directory=STATIC)),
    ):
        app.mount(path, GZipMiddleware(files, minimum_size=1_000, compresslevel=6))
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    wrap(app, settings, metrics, show_problem)
    _handle_errors(app)
    return app


def _read_registry(settings: Settings) -> RegistryFile:
    if settings.registry is None:
        raise InvalidInput(
            "no registry file",
            expected="the path of a registry.json",
            hint="set OFFSETPROOF_REGISTRY, or pass --registry",
        )
    try:
        return parse_registry_file(settings.registry.read_bytes())
    except OSError as error:
        raise Unavailable("the registry file cannot be read", found=str(error)) from error


def _signing(settings: Settings) -> tuple[str, bytes] | None:
    if settings.checkpoint_key is None:
        return None
    name, seed = settings.checkpoint_name or "", read_seed_file(settings.checkpoint_key)
    note_key(name, seed)  # a name that cannot be written is refused at the start
    return name, seed


def _handle_errors(app: FastAPI) -> None:
    def handles(kind: type[Exception]) -> Callable[[Callable[[Any], Problem]], None]:
        def add(make: Callable[[Any], Problem]) -> None:
            async def handle(request: Request, error: Exception) -> Response:
                return show_problem(request, make(error))

            handler: Callable[[Request, Exception], Awaitable[Response]] = handle
            app.add_exception_handler(kind, handler)

        return add

    handles(Problem)(lambda error: error)
    handles(OffsetproofError)(problem_of)
    handles(RequestValidationError)(_validation)
    handles(HTTPException)(_http)
    # The server closes the connection after an unexpected error; whoever asks shall know.
    handles(Exception)(lambda error: Problem(500, "our-fault", headers={"connection": "close"}))


def _http(error: HTTPException) -> Problem:
    status = error.status_code if error.status_code in KINDS else 400
    return Problem(status, KINDS[status], headers=dict(error.headers or {}))


def _validation(error: RequestValidationError) -> Problem:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return Problem(400, "bad-request", first["msg"], found=str(first.get("input"))[:80], place=place)


def show_problem(request: Request, problem: Problem) -> Response:
    """The problem as JSON under `/v1` and for programs, as a page for people."""
    accepted = request.headers.get("accept", "")
    if problem.status == 500:
        problem.request_id = request_id_of(request.scope)
    if request.url.path.startswith("/v1") or "text/html" not in accepted:
        answer = problem_answer(problem)
    else:
        answer = services_of(request).pages.answer(
            request,
            "error.html",
            Speaker(request),
            status=problem.status,
            headers=problem.headers,
            private=True,
            p={
                **problem.to_value(),
                **{n: getattr(problem, n) for n in ("detail", "place", "expected", "found", "hint")},
                "request": problem.request_id,
            },
        )
    for name, text in HEADERS.items():  # the outermost handler answers outside of the middleware
        answer.headers.setdefault(name, text)
    if request_id := request_id_of(request.scope):
        answer.headers[REQUEST_ID] = request_id
    return answer
