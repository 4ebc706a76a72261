"""`/v1/certificates` and `/v1/verify`: which verdict, which status, and what the answer carries."""

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from registry.domain.errors import Unavailable
from registry.proofs.bundle import Bundle
from registry.store.mirror import read_progress
from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.heads import HeadBoard
from verifier_api.settings import Settings


def with_head(app: FastAPI, read_head: Callable[[], tuple[int, bytes]]) -> FastAPI:
    """The same application, told by a node how far the chain is."""
    services = app.state.services
    other = create_app(Settings(), registry=services.registry, store=services.store)
    other.state.services = replace(other.state.services, heads=HeadBoard(read_head, 3))
    return other


@pytest.mark.parametrize(
    ("name", "status", "verdict"),
    [
        ("retired", 200, "retired"),
        ("compromised", 200, "compromised"),
        ("unconfirmed", 200, "pending"),
        ("fresh", 200, "pending"),
        ("hidden", 503, "unavailable"),
        ("unpublished", 404, "unknown"),
    ],
)
def test_a_hash_gets_its_verdict_and_its_status(
    client: httpx.Client, world: World, name: str, status: int, verdict: str
) -> None:
    answer = client.get(f"/v1/certificates/{world.hash_of(getattr(world, name))}")
    value = answer.json()
    assert (answer.status_code, value["verdict"]) == (status, verdict)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["offsetproof-block"] == f"{value['block']['number']} {value['block']['hash']}"


def test_a_short_number_finds_the_certificate_that_its_hash_finds(client: httpx.Client, world: World) -> None:
    by_hash = client.get(f"/v1/certificates/{world.hash_of(world.retired)}").json()
    typed = by_hash["number"].lower().replace("-", " ")
    assert client.get(f"/v1/certificates/{typed}").json() == by_hash


def test_a_retired_verdict_names_serials_position_checks_and_attestors(client: httpx.Client, world: World) -> None:
    value = client.get(f"/v1/certificates/{world.hash_of(world.retired)}").json()
    assert value["level"] == 1
    assert value["demo"] is True
    assert value["serials"][0]["series"] == "VERRA-VCU"
    assert value["position"]["endGram"] - value["position"]["startGram"] == value["grams"]
    assert [check["n"] for check in value["checks"]] == list(range(1, 11))
    assert {check["status"] for check in value["checks"]} == {"passed"}
    assert {"registrar", "sourceCancellation"} <= {a["role"] for a in value["attestedBy"]}
    assert value["claim"]["lot"] == str(world.retired.anchor.lot)
    assert value["stated"]["issuer"]["name"]


def test_a_hash_in_two_places_is_judged_in_each_best_first(client: httpx.Client, world: World) -> None:
    value = client.get(f"/v1/certificates/{world.hash_of(world.retired)}").json()
    assert value["verdict"] == "retired"
    assert [other["verdict"] for other in value["others"]] == ["invalid"]
    assert value["others"][0]["checks"][2]["code"] == "lot-differs"


def test_unknown_tells_what_is_anchored_and_not_published(client: httpx.Client) -> None:
    answer = client.get("/v1/certificates/0x" + "ab" * 32)
    assert answer.status_code == 404
    assert answer.json()["unpublished"] == {"tranches": 1, "grams": 437}


def test_a_missing_certificate_is_pending_never_404_while_the_index_is_behind(app: FastAPI) -> None:
    with ask(with_head(app, lambda: (10_000, b"\x01" * 32))) as client:
        answer = client.get("/v1/certificates/0x" + "ab" * 32)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "pending")


def test_a_missing_certificate_is_unavailable_while_the_chains_head_is_not_known(app: FastAPI) -> None:
    def dead() -> tuple[int, bytes]:
        raise Unavailable("no answer")

    with ask(with_head(app, dead)) as client:
        answer = client.get("/v1/certificates/0x" + "ab" * 32)
    assert (answer.status_code, answer.json()["verdict"]) == (503, "unavailable")


def test_a_stale_mirror_says_neither_good_nor_unknown(world: World) -> None:
    with world.store.read() as session:
        progress = read_progress(session)
    assert progress is not None
    later = progress.indexed.timestamp + 10 * 86_400
    app = create_app(Settings(), registry=world.registry, store=world.store, clock=lambda: later)
    with ask(app) as client:
        for certificate in (world.hash_of(world.retired), "0x" + "ab" * 32):
            assert client.get(f"/v1/certificates/{certificate}").json()["verdict"] == "unavailable"


@pytest.mark.parametrize("key", ["0x12", "7K3M-P2QX-9W4T-0", "nonsense", "0x" + "g" * 64])
def test_what_is_no_hash_and_no_number_is_a_problem_that_says_so(client: httpx.Client, key: str) -> None:
    answer = client.get(f"/v1/certificates/{key}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == 400
    assert problem["detail"]


def test_the_bundle_of_a_published_certificate_verifies_again(client: httpx.Client, world: World) -> None:
    answer = client.get(f"/v1/certificates/{world.hash_of(world.retired)}/bundle")
    assert answer.status_code == 200
    assert world.hash_of(world.retired) in answer.headers["content-disposition"]
    again = client.post("/v1/verify", content=answer.content, headers={"content-type": "application/json"})
    assert again.json()["verdict"] == "retired"


@pytest.mark.parametrize("name", ["hidden", "unpublished"])
def test_there_is_no_bundle_of_what_is_not_published(client: httpx.Client, world: World, name: str) -> None:
    answer = client.get(f"/v1/certificates/{world.hash_of(getattr(world, name))}/bundle")
    assert answer.status_code == 404


def test_a_file_completes_what_is_not_published(client: httpx.Client, world: World) -> None:
    sent = client.post("/v1/verify", content=world.hidden.to_json(), headers={"content-type": "application/json"})
    value = sent.json()
    assert value["verdict"] == "pending"  # the source's cancellation is not attested
    assert value["checks"][0]["status"] == "passed"
    assert value["stated"]["beneficiary"] == "乘客 4"
    assert sent.headers["cache-control"] == "no-store"


def test_a_file_may_come_as_a_form(client: httpx.Client, world: World) -> None:
    form = {"file": ("certificate.json", world.retired.to_json(), "application/json")}
    assert client.post("/v1/verify", files=form).json()["verdict"] == "retired"


def bent(bundle: Bundle) -> list[Bundle]:
    """The bundle, bent in one thing at a time."""
    assert bundle.document is not None
    return [
        replace(bundle, document=bundle.document.replace('"grams":', '"grams": ')),
        replace(bundle, leaf=replace(bundle.leaf, grams=bundle.leaf.grams + 1)),
        replace(bundle, anchor=replace(bundle.anchor, tranche=bundle.anchor.tranche + 1)),
        replace(bundle, tranche=replace(bundle.tranche, root=bytes(32))),
        replace(bundle, anchor=replace(bundle.anchor, lot=2**96 - 1)),
    ]


def test_a_bent_file_is_never_retired(client: httpx.Client, world: World) -> None:
    for forged in bent(world.retired):
        answer = client.post("/v1/verify", content=forged.to_json(), headers={"content-type": "application/json"})
        assert answer.json()["verdict"] in ("invalid", "unknown")


def test_answers_are_revalidated_by_their_etag(client: httpx.Client, world: World) -> None:
    path = f"/v1/certificates/{world.hash_of(world.retired)}"
    first = client.get(path)
    assert first.headers["cache-control"] == "no-cache"
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
