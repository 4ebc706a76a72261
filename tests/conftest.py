"""Hypothesis profiles (a small fixed budget by default, more with OFFSETPROOF_TEST_PROFILE=full), one browser, and the
databases that a mirror can live in."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from support.databases import KINDS, Databases, databases, prepare
from support.postgres import Server, postgres_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

settings.register_profile("default", max_examples=50, derandomize=True, deadline=None)
settings.register_profile(
    "full", max_examples=2_000, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("OFFSETPROOF_TEST_PROFILE", "default"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium. One a process: Playwright cannot be started twice in it."""
    assert CHROMIUM, "a Chromium on the PATH (scripts/setup --tests)"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, one a process, started for the first test that asks."""
    with postgres_server() as server:
        prepare(server)
        yield server


@pytest.fixture(params=KINDS)
def mirrors(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Databases]:
    """New mirrors in SQLite and PostgreSQL in turn."""
    with databases(request.param, tmp_path, lambda: request.getfixturevalue("postgres")) as made:
        yield made


@pytest.fixture
def both_mirrors(tmp_path: Path, postgres: Server) -> Iterator[list[Databases]]:
    """New mirrors in SQLite and PostgreSQL, for tests of many cases that take them in turn."""
    with ExitStack() as stack:
        yield [stack.enter_context(databases(kind, tmp_path, lambda: postgres)) for kind in KINDS]


@pytest.fixture(scope="module", params=KINDS)
def lasting_mirrors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The same for a whole module."""
    folder = tmp_path_factory.mktemp("mirrors")
    with databases(request.param, folder, lambda: request.getfixturevalue("postgres")) as made:
        yield made
