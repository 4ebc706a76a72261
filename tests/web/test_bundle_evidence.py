"""`?evidence=1`: storage proofs from the server's own node, bounded, or a plain 503. (On a real chain: tests/e2e.)"""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx
import pytest

from registry.chain.blocks import Header
from registry.chain.node import Node
from registry.chain.rpc import HttpRpc
from registry.domain.errors import Unavailable
from registry.domain.registry_file import RegistryFile, parse_registry_file
from registry.proofs.bundle import Bundle, parse_bundle
from registry.proofs.proven import proven_at, read_evidence
from registry.store.credit_events import Anchored
from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api import evidence
from verifier_api.app import create_app
from verifier_api.evidence import FINAL_SECONDS, MOST_WAITING, EvidenceBoard
from verifier_api.problems import Problem
from verifier_api.settings import Settings

CASE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "evidence.json").read_text("utf-8"))[
    "cases"
][0]


def path_of(world: World, name: str = "retired") -> str:
    return f"/v1/certificates/{world.hash_of(getattr(world, name))}/bundle"


def test_without_a_node_there_are_no_proofs(client: httpx.Client, world: World) -> None:
    answer = client.get(path_of(world), params={"evidence": 1})
    assert (answer.status_code, answer.json()["kind"]) == (503, "unavailable")
    assert "has no node" in answer.json()["detail"]
    assert "offsetproof prove" in answer.json()["hint"]
    assert client.get(path_of(world), params={"evidence": 0}).json()["evidence"] == []


def test_a_node_without_proofs_gives_none_and_its_address_stays_unsaid(world: World) -> None:
    with ask(create_app(Settings(), registry=world.registry, store=world.store, node=world.node)) as client:
        answer = client.get(path_of(world), params={"evidence": 1})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
        assert answer.json()["detail"] == "this server's node gave no storage proofs"
        assert f"the node at {world.node.name}" not in answer.text
        assert "the node gives no storage proofs" in answer.json()["found"]
        assert "eth_getProof" in answer.json()["found"]
        young = client.get(path_of(world, "fresh"), params={"evidence": 1})
        assert (young.status_code, "final is block" in young.json()["found"]) == (503, True)
        assert client.get(path_of(world, "hidden"), params={"evidence": 1}).status_code == 404
        assert client.get(path_of(world), params={"evidence": "perhaps"}).status_code == 400
        assert client.get(path_of(world)).status_code == 200


class Chain:
    """A node that counts what it is asked, with the one proof of the vectors; `slow` holds answers back."""

    def __init__(self) -> None:
        self.bundle: Bundle = parse_bundle(json.dumps(CASE["bundle"], ensure_ascii=False))
        self.registry: RegistryFile = parse_registry_file(json.dumps(CASE["registry"]))
        (self.entry,) = self.bundle.evidence
        self.final = self.entry.header.number
        self.fetched: list[bytes] = []
        self.headers = 0
        self.begun, self.go_on = Event(), Event()
        self.go_on.set()
        place = self.bundle.anchor
        facts = read_evidence(self.entry, self.registry, place.lot, place.tranche, proven_at(self.entry.header))
        self.anchor: bytes = facts.anchor.value  # type: ignore[union-attr]

    def anchored(self, block: int = 1, anchor: bytes | None = None, tranche: int | None = None) -> Anchored:
        place = self.bundle.anchor
        return Anchored(  # type: ignore[call-arg]
            lot=place.lot,
            tranche=place.tranche if tranche is None else tranche,
            anchor=anchor or self.anchor,
            block_number=block,
        )

    def fetch(self, _node: object, _registry: object, lot: int, tranche: int, block: bytes) -> Any:
        self.begun.set()
        assert self.go_on.wait(20)
        self.fetched.append(block)
        return self.entry

    def header(self, *_: object) -> Header:
        self.headers += 1
        return Header(self.final, self.final.to_bytes(32, "big"), bytes(32), 0)


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chain]:
    chain = Chain()
    monkeypatch.setattr(evidence, "fetch_evidence", chain.fetch)
    monkeypatch.setattr(evidence, "final_header", chain.header)
    monkeypatch.setattr(evidence, "check_registry_file", lambda *_: None)
    yield chain
    chain.go_on.set()


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def board(chain: Chain, now: list[float]) -> EvidenceBoard:
    return EvidenceBoard(Node(HttpRpc("http://10.0.0.1:8545")), chain.registry, lambda: now[0])


def test_all_who_ask_within_a_minute_share_one_block_and_one_fetch(
    board: EvidenceBoard, chain: Chain, now: list[float]
) -> None:
    for _ in range(3):
        proven = board.add_to(chain.bundle, chain.anchored())
        assert proven.evidence == (chain.entry,)
        chain.final += 1
    assert (len(chain.fetched), chain.headers) == (1, 1)
    now[0] = FINAL_SECONDS
    board.add_to(chain.bundle, chain.anchored())
    assert (len(chain.fetched), chain.headers) == (2, 2)


def test_an_anchor_above_the_remembered_block_has_a_newer_one_asked_for(board: EvidenceBoard, chain: Chain) -> None:
    board.add_to(chain.bundle, chain.anchored())
    later = chain.anchored(block=chain.final + 5)
    with pytest.raises(Problem, match="no storage proofs") as refused:
        board.add_to(chain.bundle, later)
    assert (refused.value.status, "final is block" in refused.value.found) == (503, True)
    chain.final += 5
    board.add_to(chain.bundle, later)
    assert len(chain.fetched) == 2


def test_a_node_that_knows_another_anchor_proves_nothing(board: EvidenceBoard, chain: Chain) -> None:
    for _ in range(2):
        with pytest.raises(Problem) as refused:
            board.add_to(chain.bundle, chain.anchored(anchor=bytes(32)))
        assert refused.value.status == 503
    board.add_to(chain.bundle, chain.anchored())


def test_only_so_many_are_remembered(board: EvidenceBoard, chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MOST_KEPT", 2)
    monkeypatch.setattr(evidence, "read_evidence", lambda *_: read_of(chain))
    for tranche in (0, 1, 0, 2, 0, 1):
        board.add_to(chain.bundle, chain.anchored(tranche=tranche))
    assert len(chain.fetched) == 4


def read_of(chain: Chain) -> Any:
    place = chain.bundle.anchor
    return read_evidence(chain.entry, chain.registry, place.lot, place.tranche, proven_at(chain.entry.header))


def test_one_is_fetched_at_a_time_a_few_wait_and_the_next_is_told_to_come_back(
    board: EvidenceBoard, chain: Chain
) -> None:
    chain.go_on.clear()
    done: list[Bundle] = []
    askers = [
        Thread(target=lambda: done.append(board.add_to(chain.bundle, chain.anchored()))) for _ in range(MOST_WAITING)
    ]
    for asker in askers:
        asker.start()
    assert chain.begun.wait(20)
    while board._waiting._value:
        pass
    with pytest.raises(Problem) as refused:
        board.add_to(chain.bundle, chain.anchored())
    assert (refused.value.status, refused.value.headers["retry-after"]) == (503, "10")
    chain.go_on.set()
    for asker in askers:
        asker.join(20)
    assert (len(done), len(chain.fetched)) == (MOST_WAITING, 1)


def test_a_node_that_fails_is_unavailable_and_asked_again(
    board: EvidenceBoard, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Any:
        raise Unavailable("not all could be proven", found="the node at http://10.0.0.1:8545 gave no usable answer")

    monkeypatch.setattr(evidence, "fetch_evidence", fails)
    with pytest.raises(Problem) as refused:
        board.add_to(chain.bundle, chain.anchored())
    assert (refused.value.status, refused.value.found) == (503, "the node gave no usable answer")
    monkeypatch.setattr(evidence, "fetch_evidence", chain.fetch)
    board.add_to(chain.bundle, chain.anchored())
