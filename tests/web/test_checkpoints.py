"""What the mirror commits to: block by block, signed, compared with a second mirror that was altered."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from registry.domain.errors import Contradiction, Unavailable
from registry.proofs.signed_note import note_key, parse_note_key, sign_note
from registry.store import Store, open_store
from registry.store.mirror import newest_block, read_progress
from registry.workflows.checkpoint import (
    against_mirror,
    checkpoint_of,
    histories_at,
    new_seed_file,
    open_checkpoint,
)
from registry.workflows.compare import MirrorAtApi, MirrorInStore, compare
from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.settings import Settings

NAME = "verifier.example/mirror"


@pytest.fixture
def copy(world: World, tmp_path: Path) -> Path:
    """A second file with the same rows."""
    path = tmp_path / "copy.db"
    with world.store.read() as session:
        source = session.connection().connection.dbapi_connection
        assert source is not None
        with closing(sqlite3.connect(path)) as target:
            source.backup(target)
    return path


@pytest.fixture
def second(copy: Path) -> Iterator[Store]:
    store = open_store(str(copy))
    yield store
    store.close()


def alter(path: Path, number: int) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        changed = "UPDATE block SET credit_history = zeroblob(32) WHERE number >= ?"
        assert connection.execute(changed, (number,)).rowcount > 0


def numbers(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM block ORDER BY number")]


def test_checkpoints_go_down_block_by_block_in_pages(client: httpx.Client, world: World) -> None:
    with world.store.read() as session:
        newest = newest_block(session)
        progress = read_progress(session)
    assert newest is not None
    assert progress is not None
    answer = client.get("/v1/audit/checkpoints", params={"limit": 3}).json()
    assert answer["at"]["number"] == progress.indexed.number
    assert answer["items"][0]["block"]["number"] == newest.number
    assert answer["items"][0]["creditHistory"] == "0x" + newest.histories.credit.hex() == answer["at"]["creditHistory"]
    seen, next_ = [item["block"]["number"] for item in answer["items"]], answer["next"]
    while next_ is not None:
        page = client.get("/v1/audit/checkpoints", params={"limit": 3, "at": next_}).json()
        seen += [item["block"]["number"] for item in page["items"]]
        next_ = page["next"]
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) > 6
    first = client.get("/v1/audit/checkpoints", params={"at": world.registry.first_block - 1}).json()
    assert first["items"] == []
    assert first["at"]["creditHistory"] != first["at"]["projectHistory"]


def test_a_block_that_the_mirror_has_not_reached_is_no_checkpoint(client: httpx.Client) -> None:
    assert client.get("/v1/audit/checkpoints", params={"at": 10**9}).status_code == 503
    assert client.get("/v1/audit/checkpoints", params={"at": -1}).status_code == 400


def test_a_server_signs_its_checkpoint_only_with_a_key_of_its_own(world: World, tmp_path: Path) -> None:
    seed = new_seed_file(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    settings = Settings(checkpoint_key=tmp_path / "key", checkpoint_name=NAME)
    with ask(create_app(settings, registry=world.registry, store=world.store)) as client:
        answer = client.get("/v1/audit/checkpoint")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
        assert client.get("/v1/audit/checkpoint").text == answer.text
        key = parse_note_key(client.get("/v1/audit/key").text)
    assert key == note_key(NAME, seed)
    found, signed = open_checkpoint(answer.text, [key], world.registry)
    assert signed == [key]
    with world.store.read() as session:
        assert found == checkpoint_of(session, world.registry)
        assert found.tranches > 1
        assert against_mirror(found, session, world.registry) == []


def test_a_server_without_a_key_signs_nothing(client: httpx.Client) -> None:
    assert client.get("/v1/audit/checkpoint").status_code == 404
    assert client.get("/v1/audit/key").status_code == 404


def test_a_checkpoint_of_another_registry_is_none_of_ours(world: World) -> None:
    with world.store.read() as session:
        other = replace(checkpoint_of(session, world.registry), chain_id=7)
    with pytest.raises(Contradiction, match="another registry"):
        open_checkpoint(sign_note(other.to_text(), NAME, bytes(32)), [note_key(NAME, bytes(32))], world.registry)


def test_a_mirror_that_tells_another_history_is_found_out_by_a_checkpoint(world: World, copy: Path) -> None:
    with world.store.read() as session:
        found = checkpoint_of(session, world.registry)
    alter(copy, numbers(copy)[5])
    store = open_store(str(copy))
    with store.read() as session:
        (difference,) = against_mirror(found, session, world.registry)
    store.close()
    assert "history of credits" in difference


def test_a_mirror_that_is_behind_cannot_judge_a_checkpoint(world: World, second: Store) -> None:
    with second.read() as session:
        found = replace(checkpoint_of(session, world.registry), block_number=10**9)
        with pytest.raises(Unavailable, match="has not come"):
            against_mirror(found, session, world.registry)


def test_equal_mirrors_agree_over_http_and_in_a_file(world: World, address: str, second: Store) -> None:
    ours = MirrorInStore(second, world.registry, "copy")
    for theirs in (MirrorAtApi(address, world.registry), MirrorInStore(world.store, world.registry, "world")):
        found = compare(ours, theirs, world.registry)
        assert found.first_difference is None
        assert found.agreed == ours.indexed()


@pytest.mark.parametrize("place", [0, 1, 7, -1])
def test_the_first_block_that_differs_is_named(world: World, address: str, copy: Path, place: int) -> None:
    wrong = numbers(copy)[place]
    alter(copy, wrong)
    store = open_store(str(copy))
    found = compare(MirrorInStore(store, world.registry, "copy"), MirrorAtApi(address, world.registry), world.registry)
    assert (found.first_difference, found.agreed) == (wrong, wrong - 1)
    assert found.ours.credit == bytes(32) != found.theirs.credit
    with world.store.read() as session:
        assert found.theirs == histories_at(session, world.registry, wrong)
    store.close()


def test_an_api_that_gives_no_usable_answer_is_an_outage(world: World, second: Store) -> None:
    with pytest.raises(Unavailable):
        compare(
            MirrorInStore(second, world.registry, "copy"),
            MirrorAtApi("http://127.0.0.1:9", world.registry),
            world.registry,
        )


def test_a_key_file_is_never_replaced(tmp_path: Path) -> None:
    new_seed_file(tmp_path / "key")
    before = (tmp_path / "key").read_bytes()
    with pytest.raises(Exception, match="cannot be made"):
        new_seed_file(tmp_path / "key")
    assert (tmp_path / "key").read_bytes() == before
    shutil.rmtree(tmp_path)
