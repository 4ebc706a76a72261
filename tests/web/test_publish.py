"""`PUT /v1/tranches`: leaves only if they lead to the anchored root, documents only if they hash to a leaf."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from registry.proofs.bundle import Bundle
from registry.store import open_store
from registry.workflows.publish import Upload
from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.settings import Settings


@pytest.fixture
def scratch(world: World, tmp_path: Path) -> Iterator[httpx.Client]:
    """The application over a copy of the mirror, so that publishing changes nothing for others."""
    with sqlite3.connect(world.folder / "mirror.db") as source, sqlite3.connect(tmp_path / "copy.db") as copy:
        source.backup(copy)
    store = open_store(f"sqlite:///{tmp_path / 'copy.db'}")
    with ask(create_app(Settings(), registry=world.registry, store=store)) as client:
        yield client
    store.close()


def path_of(bundle: Bundle) -> str:
    return f"/v1/tranches/{bundle.anchor.lot}/{bundle.anchor.tranche}"


def upload_of(bundle: Bundle, **more: Any) -> dict[str, Any]:
    return {**Upload.of([bundle]).to_value(), **more}


def test_publishing_makes_a_certificate_known(scratch: httpx.Client, world: World) -> None:
    sought = f"/v1/certificates/{world.hash_of(world.unpublished)}"
    assert scratch.get(sought).status_code == 404
    done = scratch.put(path_of(world.unpublished), json=upload_of(world.unpublished))
    assert done.status_code == 200
    assert done.json()["newDocuments"] == 1
    found = scratch.get(sought)
    assert (found.status_code, found.json()["verdict"]) == (200, "pending")
    assert found.json()["stated"]["beneficiary"]["digest"].startswith("0x")
    assert scratch.get("/v1/audit").json()["ok"] is True


def test_publishing_twice_changes_nothing(scratch: httpx.Client, world: World) -> None:
    for new in (1, 0):
        done = scratch.put(path_of(world.unpublished), json=upload_of(world.unpublished))
        assert (done.status_code, done.json()["newDocuments"]) == (200, new)


def test_leaves_may_come_without_documents_and_documents_later(scratch: httpx.Client, world: World) -> None:
    sought = f"/v1/certificates/{world.hash_of(world.unpublished)}"
    leaves = upload_of(world.unpublished, documents=[])
    assert scratch.put(path_of(world.unpublished), json=leaves).status_code == 200
    assert scratch.get(sought).json()["verdict"] == "unavailable"
    assert scratch.put(path_of(world.unpublished), json=upload_of(world.unpublished)).json()["newDocuments"] == 1
    assert scratch.get(sought).json()["verdict"] == "pending"


@pytest.mark.parametrize("bend", ["grams", "hash", "more", "document", "type", "none"])
def test_leaves_that_do_not_lead_to_the_anchored_root_are_refused(
    scratch: httpx.Client, world: World, bend: str
) -> None:
    upload = upload_of(world.unpublished)
    leaf = upload["leaves"][0]
    match bend:
        case "grams":
            leaf["grams"] += 1
        case "hash":
            leaf["certificateHash"] = "0x" + "00" * 32
        case "more":
            upload["leaves"].append(leaf)
        case "document":
            upload["documents"] = [world.retired.document]
        case "type":
            upload["leaves"] = "all"
        case "none":
            upload["leaves"] = []
    answer = scratch.put(path_of(world.unpublished), json=upload)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert scratch.get(f"/v1/certificates/{world.hash_of(world.unpublished)}").status_code == 404


def test_a_tranche_that_is_not_anchored_is_not_found(scratch: httpx.Client, world: World) -> None:
    path = f"/v1/tranches/{world.unpublished.anchor.lot}/999"
    assert scratch.put(path, json=upload_of(world.unpublished)).status_code == 404


def test_leaves_of_another_tranche_are_refused(scratch: httpx.Client, world: World) -> None:
    assert scratch.put(path_of(world.fresh), json=upload_of(world.unpublished)).status_code == 422


@pytest.mark.parametrize("path", ["/v1/tranches/x/0", "/v1/tranches/1/-1", "/v1/tranches/1/4294967296"])
def test_a_place_that_is_no_place_is_a_bad_request(scratch: httpx.Client, path: str) -> None:
    assert scratch.put(path, json={"leaves": []}).status_code == 400


def test_only_json_is_read(scratch: httpx.Client) -> None:
    assert scratch.put("/v1/tranches/1/0", content=b"x", headers={"content-type": "text/csv"}).status_code == 415
    assert scratch.put("/v1/tranches/1/0", content=b"[" * 100_000).status_code == 400
