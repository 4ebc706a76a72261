"""Hypothesis profiles (a small fixed budget by default, more with OFFSETPROOF_TEST_PROFILE=full), and one browser."""

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

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
