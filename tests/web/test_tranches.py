"""`GET /v1/tranches`: tiles that any cache may keep, and with which anybody builds the path that the bundle has."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from registry.domain.hexes import hex0x
from registry.proofs.bundle import parse_bundle
from registry.proofs.sumtree import ENTRY_BYTES, fold_path, node_at
from registry.proofs.tiles import path_from_tiles, tile_level_sizes, tile_levels, tile_name, tile_width
from registry.store import Store, open_store
from registry.store.publications import publish
from support.tranches import ANCHOR_BLOCK, LOT, START, anchor_of, anchor_tranches, documents_of, hash_of, leaves_of
from tests.web.conftest import ask
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.settings import Settings

COUNT = 256 * 256 + 300
TILES = f"/v1/tranches/{LOT}/0/tiles"


@pytest.fixture(scope="module")
def large(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Tranche 0 is large, published with some documents and final; 1 is published and not final; 2 is not published."""
    store = open_store(str(tmp_path_factory.mktemp("tranches") / "mirror.db"))
    tranches = [leaves_of(COUNT), leaves_of(300, "young"), leaves_of(3, "hidden")]
    anchor_tranches(store, tranches, final=ANCHOR_BLOCK)
    with store.write() as session:
        publish(session, LOT, 0, tranches[0], documents_of(COUNT))
        publish(session, LOT, 1, tranches[1])
    yield store
    store.close()


@pytest.fixture(scope="module")
def served(world: World, large: Store) -> Iterator[httpx.Client]:
    with ask(create_app(Settings(), registry=world.registry, store=large)) as client:
        yield client


@pytest.mark.parametrize("index", [0, 255, 256, 65_535, 65_536, COUNT - 1])
def test_a_path_built_from_tiles_alone_is_the_bundles(served: httpx.Client, index: int) -> None:
    described = served.get(f"/v1/tranches/{LOT}/0").json()
    sizes = tile_level_sizes(described["leafCount"])
    asked: list[str] = []

    def read(level: int, n: int) -> Sequence[bytes]:
        asked.append(tile_name(level, n, tile_width(sizes[level], n)))
        answer = served.get(f"{TILES}/{asked[-1]}")
        assert answer.status_code == 200
        return tile_levels(level, n, answer.content)

    path = path_from_tiles(index, described["leafCount"], read)
    assert len(asked) == 3
    leaf = node_at(served.get(f"{TILES}/{asked[0]}").content, index % 256)
    folded = fold_path(index, described["leafCount"], leaf.grams, leaf.hash, path)
    assert (hex0x(folded.root), folded.total) == (described["root"], described["total"])
    by_index = served.get(f"/v1/tranches/{LOT}/0/{index}/bundle")
    by_hash = served.get(f"/v1/certificates/{hex0x(leaf.hash)}/bundle")
    assert by_index.content == by_hash.content
    bundle = parse_bundle(by_index.content)
    assert (bundle.path, bundle.certificate_hash, bundle.leaf.grams) == (path, leaf.hash, leaf.grams)
    assert (bundle.leaf.index, bundle.tranche.start) == (index, START)


def test_a_tile_of_a_final_anchor_may_be_kept_for_ever(served: httpx.Client) -> None:
    answer = served.get(f"{TILES}/leaf/000")
    assert (answer.status_code, len(answer.content)) == (200, 256 * ENTRY_BYTES)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["offsetproof-block"] == f"{ANCHOR_BLOCK} {hex0x(hash_of(f'block {ANCHOR_BLOCK}'))}"
    assert "vary" not in answer.headers, "one tile is the same for all"
    again = served.get(f"{TILES}/leaf/000", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, answer.headers["cache-control"])
    assert served.head(f"{TILES}/leaf/000").headers["etag"] == answer.headers["etag"]


def test_a_tile_of_an_anchor_that_may_vanish_is_kept_for_seconds(served: httpx.Client) -> None:
    answer = served.get(f"/v1/tranches/{LOT}/1/tiles/leaf/001.p/44")
    assert (answer.status_code, len(answer.content)) == (200, 44 * ENTRY_BYTES)
    assert answer.headers["cache-control"] == "public, max-age=10"
    assert served.get(f"/v1/tranches/{LOT}/1").json()["final"] is False


@pytest.mark.parametrize(
    "name",
    [
        "leaf/000.p/256", "leaf/000.p/255", "leaf/257", "leaf/257.p/45", "leaf/258", "leaf/0", "leaf/x000/000",
        "leaf/-01", "leaf/٠٠٠", "leaf/000%00", "leaf/x999/x999/x999/x999/999", "leaf/x999/x999/x999/x999/x999/999",
        "node/0/000", "node/1/000.p/2", "node/1/001", "node/1/002", "node/2/000", "node/2/001", "node/3/000.p/1",
        "node/10/000", "node/000", "", "leaf", "leaf/", "leaf/000/", "bundle", "../registry", "x" * 5_000,
    ],
)  # fmt: skip
def test_a_tile_that_does_not_exist_is_not_found_and_kept_by_nobody(served: httpx.Client, name: str) -> None:
    answer = served.get(f"{TILES}/{name}")
    assert (answer.status_code, answer.json()["kind"]) == (404, "not-found"), name
    assert answer.headers.get("cache-control", "no-store") == "no-store"


def test_the_last_tiles_of_each_level_have_their_widths(served: httpx.Client) -> None:
    for name, entries in (("leaf/257.p/44", 44), ("node/1/001.p/2", 2), ("node/2/000.p/2", 2), ("node/1/000", 256)):
        assert len(served.get(f"{TILES}/{name}").content) == entries * ENTRY_BYTES, name


def test_a_tranche_is_described_whether_it_is_published_or_not(served: httpx.Client) -> None:
    told = served.get(f"/v1/tranches/{LOT}/0").json()
    assert (told["anchor"], told["start"], told["leafCount"]) == (hex0x(anchor_of(0)), START, COUNT)
    assert (told["published"], told["final"], told["blockNumber"]) == (True, True, ANCHOR_BLOCK)
    assert told["block"]["number"] > ANCHOR_BLOCK
    hidden = served.get(f"/v1/tranches/{LOT}/2").json()
    assert (hidden["published"], hidden["leafCount"], hidden["start"]) == (
        False,
        3,
        told["start"] + told["total"] + 1197,
    )
    assert served.get(f"/v1/tranches/{LOT}/2/tiles/leaf/000.p/3").status_code == 404
    assert served.get(f"/v1/tranches/{LOT}/2/0/bundle").status_code == 404


@pytest.mark.parametrize("path", ["", "/tiles/leaf/000", "/0/bundle"])
def test_what_is_not_anchored_is_not_found(served: httpx.Client, path: str) -> None:
    for place in (f"{LOT}/3", f"{LOT + 1}/0", f"{2**96 - 1}/{2**32 - 1}"):
        assert served.get(f"/v1/tranches/{place}{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["x/0", "1/-1", f"1/{2**32}", f"{2**96}/0", "01/0", "1/x/tiles/leaf/000", "1/0/x/bundle", f"1/0/{2**53}/bundle",
     f"1/0/{'9' * 400}/bundle", f"{'9' * 4_000}/0"],
)  # fmt: skip
def test_a_place_that_is_no_place_is_a_bad_request(served: httpx.Client, path: str) -> None:
    assert served.get(f"/v1/tranches/{path}").status_code == 400


def test_a_bundle_by_index_needs_its_document(served: httpx.Client) -> None:
    answer = served.get(f"/v1/tranches/{LOT}/1/7/bundle")
    assert (answer.status_code, answer.json()["detail"]) == (404, "the certificate's document is not published here")
    assert served.get(f"/v1/tranches/{LOT}/0/{COUNT}/bundle").status_code == 404


def test_a_damaged_tile_is_a_contradiction_and_never_kept(world: World, tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "bent.db"))
    anchor_tranches(store, [leaves_of(300)])
    with store.write() as session:
        publish(session, LOT, 0, leaves_of(300))
    with store.engine.begin() as connection:
        connection.exec_driver_sql('UPDATE leaf SET grams = grams + 1 WHERE "index" = 299')
    with ask(create_app(Settings(), registry=world.registry, store=store)) as client:
        good, bent = (client.get(f"{TILES}/{name}") for name in ("leaf/000", "leaf/001.p/44"))
    assert (good.status_code, bent.status_code) == (200, 409)
    assert bent.headers["cache-control"] == "no-store"
    store.close()
