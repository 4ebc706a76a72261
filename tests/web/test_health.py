"""Health and readiness: cheap, kept by nobody, and never more than the mirror can hold."""

import threading
import time
from dataclasses import replace

import httpx
import pytest

from registry.domain.errors import Unavailable
from registry.store.mirror import read_progress
from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.heads import HeadBoard
from verifier_api.settings import Settings


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_is_answered_and_kept_by_nobody(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert client.head(path).status_code == 200


def test_a_mirror_too_far_behind_is_not_ready_and_says_how_far(world: World) -> None:
    app = create_app(Settings(ready_blocks=5), registry=world.registry, store=world.store)
    with world.store.read() as session:
        progress = read_progress(session)
    assert progress is not None
    head = progress.indexed.number
    for ahead, status in ((5, 200), (6, 503)):
        board = HeadBoard(lambda ahead=ahead: (head + ahead, bytes(32)), 3)  # type: ignore[misc]
        app.state.services = replace(app.state.services, heads=board)
        with ask(app) as client:
            answer = client.get("/readyz")
            assert answer.status_code == status
            assert client.get("/healthz").status_code == 200
    assert (answer.json()["place"], answer.headers["content-type"]) == ("behind", "application/problem+json")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["retry-after"] == "5"
    assert "found 6" in answer.json()["detail"]


def test_an_indexer_that_stopped_makes_the_server_not_ready(world: World) -> None:
    app = create_app(
        Settings(), registry=world.registry, store=world.store, trouble=lambda: "the indexer stopped: reorganised"
    )
    with ask(app) as client:
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["place"]) == (503, "indexer")


def test_a_node_that_hangs_does_not_make_answers_wait() -> None:
    free = threading.Event()
    asked = []

    def read() -> tuple[int, bytes]:
        asked.append(1)
        free.wait(30)
        return 7, bytes(32)

    board = HeadBoard(read, seconds=3, patience=0.2)
    begun = time.monotonic()
    found = [board.head(None) for _ in range(50)]
    assert found == [None] * 50
    assert time.monotonic() - begun < 5
    assert len(asked) == 1, "one question at a time"
    free.set()
    deadline = time.monotonic() + 10
    while board.head(None) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert board.head(None) == (7, bytes(32))


def test_a_node_that_fails_is_asked_again_only_after_a_while() -> None:
    asked = []

    def read() -> tuple[int, bytes]:
        asked.append(1)
        raise Unavailable("no")

    board = HeadBoard(read, seconds=60)
    assert [board.head(None) for _ in range(5)] == [None] * 5
    assert len(asked) == 1
