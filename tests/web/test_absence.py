"""What the mirror does not have is not found at the chain's head, and pending below it."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from registry.chain.node import Node
from registry.domain.errors import Unavailable
from registry.store.mirror import read_progress
from tests.support.chains import Through
from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.heads import HeadBoard, ReadHead
from verifier_api.settings import Settings
from verifier_api.sources import node_head

LEAF = {"leaves": [{"grams": 1, "certificateHash": "0x" + "ab" * 32}]}
ABSENT = [
    "/v1/lots/4294967295000",
    "/v1/batches/999",
    "/v1/projects/999",
    "/v1/retirements/1-0",
    "/v1/credits/VERRA-VCU:1",
    "/v1/tranches/4294967296/999",
    "/v1/tranches/4294967296/999/tiles/leaf/000",
]
PAGES = ["/lots/4294967295000", "/batches/999", "/projects/999", "/retirements/1-0", "/credits/VERRA-VCU:1"]


def with_head(world: World, read_head: ReadHead) -> FastAPI:
    """An application that is told by a node how far the chain is."""
    app = create_app(Settings(), registry=world.registry, store=world.store)
    app.state.services = replace(app.state.services, heads=HeadBoard(read_head, 3))
    return app


def silent() -> tuple[int, bytes]:
    raise Unavailable("no answer")


@pytest.fixture(scope="module")
def indexed(world: World) -> int:
    with world.store.read() as session:
        progress = read_progress(session)
    assert progress is not None
    return progress.indexed.number


def test_at_the_head_what_is_not_there_is_not_found(client: httpx.Client) -> None:
    assert [client.get(path).status_code for path in ABSENT] == [404] * len(ABSENT)
    assert client.put(ABSENT[5], json=LEAF).status_code == 404


def test_below_the_head_it_is_pending_with_how_far_behind(world: World, indexed: int) -> None:
    with ask(with_head(world, lambda: (indexed + 37, bytes(32)))) as client:
        answers = [*(client.get(path) for path in ABSENT), client.put(ABSENT[5], json=LEAF)]
        for answer in answers:
            value = answer.json()
            assert (answer.status_code, value["kind"]) == (503, "pending"), answer.url
            assert value["found"] == "37 blocks behind"
            assert value["expected"] == f"block {indexed + 37}, the chain's head"
            assert f"up to block {indexed}" in value["detail"]
            assert answer.headers["retry-after"] == "5"
        for path in PAGES:
            page = client.get(path, headers={"accept": "text/html", "accept-language": "en"})
            assert page.status_code == 503, path
            assert "Not here yet" in page.text
            assert "37 blocks behind" in page.text


def test_while_the_head_is_not_known_it_is_unavailable(world: World) -> None:
    with ask(with_head(world, silent)) as client:
        for path in ABSENT:
            answer = client.get(path)
            assert (answer.status_code, answer.json()["kind"]) == (503, "unavailable"), path


def test_what_is_there_is_answered_however_far_behind(client: httpx.Client, world: World, indexed: int) -> None:
    there = client.get("/v1/retirements").json()["items"][0]
    paths = [f"/v1/retirements/{there['retirement']}", f"/v1/lots/{there['lot']}"]
    with ask(with_head(world, lambda: (indexed + 37, bytes(32)))) as behind:
        assert [behind.get(path).status_code for path in paths] == [200, 200]


def test_the_head_is_asked_of_the_next_node_when_one_does_not_answer(world: World) -> None:
    def away(*_: object) -> Any:
        raise Unavailable("away", found="nothing")

    dead = Through(world.node.rpc, eth_chainId=away, eth_getBlockByNumber=away)
    stranger = Through(world.node.rpc, eth_chainId=lambda: "0x1")
    head = world.node.header()
    read = node_head([Node(dead), Node(stranger), world.node], world.registry)
    assert [read(), read()] == [(head.number, head.hash)] * 2
    assert len(dead.asked) == len(stranger.asked) == 1, "who failed is not asked again at once"
    with pytest.raises(Unavailable, match="none of 2 nodes"):
        node_head([Node(dead), Node(stranger)], world.registry)()
