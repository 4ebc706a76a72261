"""`PUT /v1/tranches`: leaves only if they lead to the anchored root, documents only if they hash to a leaf."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from registry.proofs.bundle import Bundle, parse_bundle
from registry.store import open_store
from registry.workflows.publish import Upload
from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.problems import Problem
from verifier_api.settings import Settings
from verifier_api.staging import Staging


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


@pytest.fixture
def emptied(world: World, tmp_path: Path) -> Iterator[httpx.Client]:
    """The same, with nothing published."""
    with sqlite3.connect(world.folder / "mirror.db") as source, sqlite3.connect(tmp_path / "copy.db") as copy:
        source.backup(copy)
        for table in ("leaf", "tile", "document", "publication"):
            copy.execute(f"delete from {table}")
    store = open_store(f"sqlite:///{tmp_path / 'copy.db'}")
    settings = Settings(staged_bytes=5_000)
    with ask(create_app(settings, registry=world.registry, store=store)) as client:
        yield client
    store.close()


def parts_of(world: World) -> tuple[str, list[dict[str, Any]], list[Bundle]]:
    """The demo's tranche with most certificates, one certificate a part."""
    found = [parse_bundle(path.read_bytes()) for path in (world.folder / "bundles").glob("*.json")]
    largest = max(found, key=lambda bundle: (bundle.tranche.leaf_count, bundle.anchor.lot, bundle.anchor.tranche))
    bundles = sorted((b for b in found if b.anchor == largest.anchor), key=lambda bundle: bundle.leaf.index)
    assert len(bundles) == largest.tranche.leaf_count > 1
    path = f"{path_of(largest)}?upload={'5' * 32}&parts={len(bundles)}"
    return path, [upload_of(bundle) for bundle in bundles], bundles


def test_a_tranche_in_parts_becomes_visible_with_its_last_part(emptied: httpx.Client, world: World) -> None:
    path, parts, bundles = parts_of(world)
    sought = [f"/v1/certificates/{world.hash_of(bundle)}/bundle" for bundle in bundles]
    for number in reversed(range(1, len(parts))):
        done = emptied.put(f"{path}&part={number}", json=parts[number])
        assert (done.status_code, done.json()["missingParts"]) == (202, number)
    assert {emptied.get(where).status_code for where in sought} == {404}
    done = emptied.put(f"{path}&part=0", json=parts[0])
    assert (done.status_code, done.json()["certificates"]) == (200, len(parts))
    assert done.json()["newDocuments"] == len(parts)
    for where, bundle in zip(sought, bundles, strict=True):
        answer = emptied.get(where)
        assert (answer.status_code, answer.json()["path"]) == (200, bundle.to_value()["path"])


def test_parts_that_do_not_lead_to_the_root_leave_nothing(emptied: httpx.Client, world: World) -> None:
    path, parts, bundles = parts_of(world)
    parts[0]["leaves"][0]["grams"] += 1
    parts[0]["documents"] = []
    for number, part in enumerate(parts):
        done = emptied.put(f"{path}&part={number}", json=part)
    assert done.status_code == 422
    assert "not the ones anchored" in done.json()["detail"]
    assert emptied.get(f"/v1/certificates/{world.hash_of(bundles[-1])}/bundle").status_code == 404
    for number, part in enumerate(parts_of(world)[1]):
        done = emptied.put(f"{path}&part={number}", json=part)
    assert done.status_code == 200


@pytest.mark.parametrize("query", ["upload=x&part=0&parts=2", f"upload={'5' * 32}&part=0&parts=1001"])
def test_parts_that_are_misnamed_are_refused(emptied: httpx.Client, world: World, query: str) -> None:
    path, parts, _ = parts_of(world)
    assert emptied.put(f"{path.partition('?')[0]}?{query}", json=parts[0]).status_code in (400, 422)


def test_a_part_beyond_the_last_is_refused(emptied: httpx.Client, world: World) -> None:
    path, parts, _ = parts_of(world)
    assert emptied.put(f"{path}&part={len(parts)}", json=parts[0]).status_code == 400


def test_parts_of_what_is_not_anchored_do_not_wait(emptied: httpx.Client, world: World) -> None:
    path, parts, _ = parts_of(world)
    answer = emptied.put(path.replace(path.split("/")[-1], "999?") + path.partition("?")[2] + "&part=0", json=parts[0])
    assert answer.status_code == 404


def test_more_parts_than_may_wait_are_unavailable(emptied: httpx.Client, world: World) -> None:
    path, parts, _ = parts_of(world)
    filler = {"leaves": parts[0]["leaves"] * 70}
    assert emptied.put(f"{path}&part=0", json=filler).status_code == 202
    other = path.replace("5" * 32, "6" * 32)
    answer = emptied.put(f"{other}&part=0", json=filler)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "bytes" in answer.json()["detail"]


def test_a_document_that_does_not_fit_is_refused_with_its_part(emptied: httpx.Client, world: World) -> None:
    path, parts, _ = parts_of(world)
    wrong = {**parts[1], "documents": parts[0]["documents"]}
    answer = emptied.put(f"{path}&part=1", json=wrong)
    assert (answer.status_code, answer.json()["place"]) == (422, "upload.documents[0]")
    for number, part in enumerate(parts):
        done = emptied.put(f"{path}&part={number}", json=part)
    assert done.status_code == 200, "the refused part waits nowhere"


def test_an_upload_that_is_whole_takes_no_more_parts_until_it_is_published() -> None:
    staging = Staging(1_000, 3_600)
    assert len(staging.put("a", 1, 2, b"second")) == 1
    files = staging.put("a", 0, 2, b"first")
    assert [file.read_bytes() for file in files] == [b"first", b"second"]
    os.utime(files[0].parent, (0, 0))
    with pytest.raises(Problem, match="is being published"):
        staging.put("a", 0, 2, b"again")
    staging.put("b", 0, 2, b"another")
    assert all(file.exists() for file in files), "it is not too old while it is published"
    staging.drop("a")
    assert len(staging.put("a", 0, 2, b"anew")) == 1
