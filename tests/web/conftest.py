"""One world for all tests of the pages: the demo's records with some trouble added, a server, a real browser."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from tests.web.scenario import World, make_world
from verifier_api.app import create_app
from verifier_api.connections import server_options
from verifier_api.services import Services
from verifier_api.settings import Settings


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("web") / "demo")


@pytest.fixture(scope="session")
def app(world: World) -> FastAPI:
    return create_app(Settings(body_seconds=2.0), registry=world.registry, store=world.store)


@pytest.fixture(scope="session")
def services(app: FastAPI) -> Services:
    found: Services = app.state.services
    return found


@contextmanager
def serve(app: FastAPI) -> Iterator[str]:
    """The application behind a real socket; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    options = server_options(app.state.services.settings)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, **options))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    assert httpx.get(f"{address}/v1/registry", trust_env=False).status_code == 200
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def address(app: FastAPI) -> Iterator[str]:
    with serve(app) as address:
        yield address


@contextmanager
def ask(app: FastAPI) -> Iterator[httpx.Client]:
    """A client of the application, over a real socket."""
    with (
        serve(app) as address,
        httpx.Client(base_url=address, headers={"accept": "application/json"}, trust_env=False, timeout=30) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, headers={"accept": "application/json"}, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shots")
