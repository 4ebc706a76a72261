"""Published tranches: what goes in as leaves comes out as tiles and paths, in bulk, and damage is noticed."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from registry.domain.errors import Contradiction, InvalidInput, Unavailable
from registry.proofs.sumtree import SumTree, fold_path
from registry.proofs.tiles import TileStream
from registry.store import Store, open_store
from registry.store.bundles import bundle_of
from registry.store.lots import anchored_tranche
from registry.store.place_queries import hashes_between, places_of
from registry.store.publications import (
    Part,
    drop_dangling,
    pack_leaves,
    publish,
    publish_rooted,
    require_anchored,
    require_rooted,
)
from registry.store.published_leaves import leaves_of as leaves_of_hashes
from registry.store.tile_queries import is_published, tile_entries
from support.databases import Databases
from support.tranches import ANCHOR_BLOCK, LOT, START, anchor_of, anchor_tranches, documents_of, hash_of, leaves_of

MANY = 65_536 + 257
"""Leaves of a tranche with three tile levels, of which the highest tile has two entries."""


@pytest.fixture
def store(mirrors: Databases) -> Store:
    return mirrors.open()


@pytest.fixture(scope="module")
def large() -> Iterator[Store]:
    """Tranche 0 is large and published, tranche 1 is not published."""
    store = open_store("sqlite://")
    anchor_tranches(store, [leaves_of(MANY), leaves_of(3, "hidden")])
    with store.write() as session:
        publish(session, LOT, 0, leaves_of(MANY))
    yield store
    store.close()


def all_tiles(leaves: list[tuple[int, bytes]]) -> dict[tuple[int, int], bytes]:
    tiles: dict[tuple[int, int], bytes] = {}
    stream = TileStream(lambda level, n, entries: tiles.update({(level, n): entries}))
    stream.add(pack_leaves(leaves))
    stream.finish()
    return tiles


@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 513, 1000])
def test_every_path_is_the_trees_and_every_tile_the_streams(store: Store, count: int) -> None:
    leaves = leaves_of(count)
    tree = SumTree(leaves)
    anchor_tranches(store, [leaves])
    with store.write() as session:
        assert publish(session, LOT, 0, leaves) == 0
    with store.read() as session:
        anchored = require_anchored(session, LOT, 0)
        for index in {0, 1, 254, 255, 256, count // 2, count - 1} & set(range(count)):
            bundle = bundle_of(session, anchored, index)
            assert bundle is not None
            assert ((bundle.leaf.grams, bundle.known_hash), bundle.path) == (leaves[index], tree.path(index))
        for (level, n), entries in all_tiles(leaves).items():
            assert tile_entries(session, anchored, level, n) == entries


def test_a_path_through_three_tile_levels_is_three_tiles_and_a_handful_of_questions(large: Store) -> None:
    leaves, asked = leaves_of(MANY), list[str]()
    event.listen(large.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with large.read() as session:
        for index in (0, 65_535, 65_536, MANY - 1):
            asked.clear()
            bundle = bundle_of(session, anchored_tranche(session, LOT, 0), index)
            assert len(asked) <= 5
            assert sum("FROM leaf" in question or "FROM tile" in question for question in asked) == 2
            assert bundle is not None
            grams, certificate = leaves[index]
            assert (bundle.leaf.grams, bundle.known_hash, bundle.tranche.start) == (grams, certificate, START)
            folded = fold_path(index, MANY, grams, certificate, bundle.path)
            assert (folded.root, folded.total) == (bundle.tranche.root, bundle.tranche.total)


def test_what_is_not_there_is_not_there(large: Store) -> None:
    with large.read() as session:
        hidden = require_anchored(session, LOT, 1)
        assert not is_published(session, hidden.anchor)
        assert tile_entries(session, hidden, 0, 0) is None
        for place in ((LOT, 0, MANY), (LOT, 0, -1), (LOT, 1, 0), (LOT, 2, 0), (LOT + 1, 0, 0)):
            assert bundle_of(session, anchored_tranche(session, *place[:2]), place[2]) is None
        anchored = require_anchored(session, LOT, 0)
        for level, n in ((0, 257 + 1), (1, 2), (2, 1), (3, 0), (-1, 0), (0, -1)):
            with pytest.raises(InvalidInput):
                tile_entries(session, anchored, level, n)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM tile WHERE level = 1 AND n = 1",
        "DELETE FROM tile WHERE level = 2",
        "UPDATE tile SET entries = substr(entries, 1, 40) WHERE level = 2",
        "UPDATE tile SET entries = CAST(substr(entries, 1, 39) || x'00' AS BLOB) WHERE level = 1 AND n = 1",
        "UPDATE tile SET entries = x'' WHERE level = 1 AND n = 1",
        'DELETE FROM leaf WHERE "index" = 65700',
        'UPDATE leaf SET grams = grams + 1 WHERE "index" = 65700',
        'UPDATE leaf SET certificate_hash = zeroblob(32) WHERE "index" = 65700',
        'UPDATE leaf SET certificate_hash = zeroblob(31) WHERE "index" = 65700',
        'UPDATE leaf SET grams = 9007199254740991 WHERE "index" = 65700',
    ],
)
def test_damaged_rows_are_a_contradiction_and_never_another_path(tmp_path: Path, large: Store, damage: str) -> None:
    store = open_store(str(tmp_path / "bent.db"))
    with large.engine.connect() as source, store.engine.connect() as copy:
        raw_source: Any = source.connection.dbapi_connection
        raw_copy: Any = copy.connection.dbapi_connection
        raw_source.backup(raw_copy)
    with store.engine.begin() as connection:
        assert connection.execute(text(damage)).rowcount > 0
    with store.read() as session, pytest.raises(Contradiction, match=f"tranche 0 of lot {LOT} are damaged"):
        bundle_of(session, anchored_tranche(session, LOT, 0), 65_701)
    with store.read() as session, pytest.raises(Contradiction, match="damaged"):
        tile_entries(session, require_anchored(session, LOT, 0), 0, 65_701 // 256)
    store.close()


def test_leaves_and_documents_go_in_without_a_question_for_each(store: Store) -> None:
    asked = list[str]()
    leaves, documents = leaves_of(5_000), documents_of(5_000)
    anchor_tranches(store, [leaves])
    event.listen(store.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with store.write() as session:
        assert publish(session, LOT, 0, leaves, documents) == 5_000
    assert len(asked) < 30
    with store.read() as session:
        documented = session.connection().execute(text("SELECT count(*) FROM leaf WHERE documented")).scalar()
    assert documented == 5_000


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_document_is_known_at_every_leaf_with_its_hash_whenever_it_came(store: Store, order: tuple[int, ...]) -> None:
    shared = leaves_of(600)
    tranches = [shared, [*shared[:10], *leaves_of(300, "other")]]
    anchor_tranches(store, tranches)
    given = [dict[bytes, str](), documents_of(5)]
    with store.write() as session:
        assert sum(publish(session, LOT, number, tranches[number], given[number]) for number in order) == 5
        assert publish(session, LOT, 1, tranches[1], given[1]) == 0
        assert publish(session, LOT, 0, tranches[0], documents_of(7)) == 2
    with store.read() as session:
        for i in range(10):
            places = places_of(session, shared[i][1], 9)
            assert [(place.tranche, place.index) for place in places] == [(0, i), (1, i)]
            assert {place.documented for place in places} == {i < 7}


def test_a_tranche_in_parts_is_the_same_as_in_one_piece(store: Store) -> None:
    leaves, documents = leaves_of(1_000), documents_of(1_000)
    anchor_tranches(store, [leaves])
    cuts = [(0, 1), (1, 300), (300, 999), (999, 1_000)]
    parts = [Part(pack_leaves(leaves[a:b]), {leaf: documents[leaf] for _, leaf in leaves[a:b]}) for a, b in cuts]
    with store.read() as session:
        rooted = require_rooted(require_anchored(session, LOT, 0), (part.entries for part in parts))
    with store.write() as session:
        assert publish_rooted(session, LOT, 0, rooted, parts) == 1_000
    with store.read() as session:
        anchored = require_anchored(session, LOT, 0)
        for (level, n), entries in all_tiles(leaves).items():
            assert tile_entries(session, anchored, level, n) == entries


def test_memory_for_parts_does_not_grow_with_their_number(store: Store) -> None:
    size, peaks = 1_000, list[int]()
    tranches = [leaves_of(size * 4, "few"), leaves_of(size * 24, "many")]
    anchor_tranches(store, tranches)
    for number, leaves in enumerate(tranches):

        def parts(of: str = ("few", "many")[number], count: int = len(leaves)) -> Iterator[Part]:
            for at in range(0, count, size):
                documents = {hash_of(doc): doc for doc in (f'{{"{of}":{i}}}' for i in range(at, at + size))}
                yield Part(pack_leaves([(1 + (at + i) % 7, leaf) for i, leaf in enumerate(documents)]), documents)

        with store.read() as session:
            rooted = require_rooted(require_anchored(session, LOT, number), (part.entries for part in parts()))
        tracemalloc.start()
        with store.write() as session:
            assert publish_rooted(session, LOT, number, rooted, parts()) == len(leaves)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


def test_leaves_that_are_not_the_anchored_ones_lead_nowhere(store: Store) -> None:
    leaves = leaves_of(600)
    anchor_tranches(store, [leaves])
    with store.read() as session:
        anchored = require_anchored(session, LOT, 0)
    swapped, raised = [leaves[1], leaves[0], *leaves[2:]], [(9, leaves[0][1]), *leaves[1:]]
    for wrong in (leaves[:-1], [*leaves, leaves[0]], swapped, raised):
        with pytest.raises(InvalidInput):
            require_rooted(anchored, [pack_leaves(wrong[:100]), pack_leaves(wrong[100:])])
    rooted = require_rooted(anchored, [pack_leaves(leaves)])
    for part in (Part(pack_leaves(leaves), {hash_of("none"): "none"}), Part(pack_leaves(leaves), {leaves[0][1]: "x"})):
        with pytest.raises(InvalidInput, match="document"), store.write() as session:
            publish_rooted(session, LOT, 0, rooted, [part])
    with store.read() as session:
        assert not is_published(session, anchored.anchor)


def test_an_anchor_that_went_away_while_leaves_were_checked_is_not_published(store: Store) -> None:
    leaves, other = leaves_of(300), leaves_of(300, "other")
    anchor_tranches(store, [leaves])
    with store.read() as session:
        rooted = require_rooted(require_anchored(session, LOT, 0), [pack_leaves(leaves)])
    for statement, message in (
        ("UPDATE anchored SET anchor = prior", "anew"),
        ("DELETE FROM anchored", "not anchored"),
    ):
        with store.engine.begin() as connection:
            connection.execute(text(statement))
        with pytest.raises(Unavailable, match=message), store.write() as session:
            publish_rooted(session, LOT, 0, rooted, [Part(pack_leaves(other))])


def test_dangling_tranches_go_with_their_tiles_and_documents(store: Store) -> None:
    tranches = [leaves_of(300), leaves_of(300, "other")]
    anchor_tranches(store, tranches)
    with store.write() as session:
        publish(session, LOT, 0, tranches[0], documents_of(3))
        publish(session, LOT, 1, tranches[1], documents_of(2, "other"))
    with store.engine.begin() as connection:
        connection.execute(text(f"DELETE FROM anchored WHERE block_number = {ANCHOR_BLOCK}"))
    with store.write() as session:
        drop_dangling(session)
    with store.read() as session:
        connection = session.connection()
        for table, left in (("publication", 1), ("leaf", 300), ("tile", 3), ("document", 2)):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == left, table
        assert anchored_tranche(session, LOT, 0) is None
        assert is_published(session, anchor_of(1))


def flood(store: Store, *more: list[tuple[int, bytes]]) -> bytes:
    """Publish somebody's hash once, and very often before and after, and `more` tranches; returns the hash."""
    (victim,) = leaves_of(1, "victim")
    tranches = [[(1, victim[1])] * 5_000, [victim], [(1, victim[1])] * 20, *more]
    anchor_tranches(store, tranches)
    with store.write() as session:
        for number, leaves in enumerate(tranches):
            publish(session, LOT, number, leaves)
    return victim[1]


def test_a_hash_that_a_tranche_repeats_hides_no_other_place(store: Store) -> None:
    victim = flood(store)
    with store.read() as session:
        found = [(place.tranche, place.index) for place in places_of(session, victim, 5)]
        assert found == [(0, 0), (0, 1), (1, 0), (2, 0), (2, 1)]
        assert [place.tranche for place in places_of(session, victim, 10, lot=LOT)].count(1) == 1
        assert places_of(session, victim, 10, lot=LOT + 1) == []
        assert hashes_between(session, bytes(32), b"\xff" * 32, 2) == [victim]


def test_leaves_that_stand_once_are_found_beside_one_that_floods(store: Store) -> None:
    others, twice = leaves_of(300, "others"), leaves_of(2, "twice")
    victim, documents = flood(store, others, [twice[0], *twice]), documents_of(2, "others")
    with store.write() as session:
        assert publish(session, LOT, 3, others, documents) == 2
    with store.read() as session:
        for more in ([], [victim], [twice[0][1]], [victim, b"\x77" * 32]):
            asked = [hash_ for _, hash_ in others[:9]] + [twice[1][1], *more]
            found = leaves_of_hashes(session, asked)
            assert set(found) == {*asked} - {*more}
            for index, (grams, hash_) in enumerate(others[:9]):
                leaf = found[hash_]
                assert (leaf.index, leaf.grams, leaf.anchor) == (index, grams, anchor_of(3))
                assert leaf.document == documents.get(hash_)
                assert (leaf.beside_grams, leaf.beside_hash) == others[index ^ 1]


def test_no_look_up_reads_a_tranche_through_to_find_a_hash() -> None:
    store = open_store("sqlite://")
    victim, asked = flood(store), list[str]()
    event.listen(store.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with store.read() as session:
        places_of(session, victim, 5)
        places_of(session, victim, 5, lot=LOT)
        hashes_between(session, bytes(32), b"\xff" * 32, 2)
        questions = {question for question in asked if "leaf" in question}
        assert len(questions) == 5
        for question in questions:
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {question}", (b"",) * question.count("?"))
            steps = [step for *_, step in plan if " leaf" in step]
            assert steps
            assert all("INDEX ix_leaf_certificate_hash_anchor_index (certificate_hash" in step for step in steps), steps
    store.close()
