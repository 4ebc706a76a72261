"""The verifier API on a synthetic mirror, and beside it an empty FastAPI application, in one server of one worker."""

import socket
import sys

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from registry.store.database import open_store
from registry.store.mirror import read_progress
from scripts.benchmarks.synthetic_mirror import REGISTRY
from verifier_api.app import create_app
from verifier_api.connections import server_options
from verifier_api.memory import settle
from verifier_api.settings import Settings

EMPTY = "/empty"


def serve(url: str) -> None:
    """Serve the mirror at `url` on a free port, which is printed, until the process is ended."""
    store = open_store(url, must_exist=True)
    with store.read() as session:
        progress = read_progress(session)
    assert progress is not None
    now = progress.indexed.timestamp + 10
    settings = Settings(limit_reads="")
    ours = create_app(settings, registry=REGISTRY, store=store, clock=lambda: now)
    # asyncio sends without delay only through sockets that say they are TCP.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(_beside(ours, _empty()), log_level="warning", **server_options(settings))
    settle()
    listening.listen(config.backlog)
    print(listening.getsockname()[1], flush=True)
    uvicorn.Server(config).run(sockets=[listening])


def _empty() -> FastAPI:
    app = FastAPI()

    @app.get(EMPTY)
    async def empty() -> dict[str, str]:
        return {}

    return app


def _beside(ours: ASGIApp, empty: ASGIApp) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (empty if scope.get("path") == EMPTY else ours)(scope, receive, send)

    return app


if __name__ == "__main__":
    serve(sys.argv[1])
