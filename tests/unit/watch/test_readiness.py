"""Ready is: the database answers, has our schema, and the mirror is near the head. Each fault has its own reason."""

from pathlib import Path

import pytest
from sqlalchemy import text

from registry.store import Store, open_store
from registry.store.mirror import BlockId, Progress, write_progress
from registry.watch.readiness import Readiness, mirror_gauges, noted_head, readiness


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A mirror at block 90 of 100."""
    store = open_store(str(tmp_path / "mirror.db"))
    hash_ = bytes(32)
    with store.write() as session:
        blocks = (BlockId(90, hash_, 1_000), BlockId(80, hash_, 900), BlockId(100, hash_, 1_100))
        write_progress(session, Progress(1, hash_, hash_, *blocks))
    return store


def test_a_mirror_near_the_head_is_ready(store: Store) -> None:
    found = readiness(store, noted_head, 10)
    assert (found.ready, found.reason, found.behind) == (True, "", 10)


def test_a_mirror_that_is_one_block_too_far_behind_is_not(store: Store) -> None:
    found = readiness(store, noted_head, 9)
    assert (found.ready, found.reason, found.behind) == (False, "behind", 10)
    assert "at most 9 blocks" in found.detail


def test_where_nobody_knows_the_head_nobody_knows_how_far_behind(store: Store) -> None:
    found = readiness(store, lambda _: None, 10**9)
    assert (found.ready, found.reason, found.behind) == (False, "head", None)


def test_a_stopped_indexer_is_a_reason_at_once(store: Store) -> None:
    found = readiness(store, noted_head, 10, "the indexer stopped: reorganised")
    assert (found.ready, found.reason, found.detail) == (False, "indexer", "the indexer stopped: reorganised")


def test_an_empty_mirror_is_not_ready(tmp_path: Path) -> None:
    assert readiness(open_store(str(tmp_path / "empty.db")), noted_head, 10).reason == "empty"


def test_a_schema_of_another_version_is_not_ready(store: Store) -> None:
    with store.write() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = 'later'"))
    found = readiness(store, noted_head, 10)
    assert (found.ready, found.reason) == (False, "schema")
    assert "found later" in found.detail


def test_a_database_that_went_away_is_not_ready(store: Store, tmp_path: Path) -> None:
    store.close()
    for file in tmp_path.iterdir():
        file.unlink()
    tmp_path.rmdir()
    assert readiness(store, noted_head, 10).reason == "database"


def test_the_gauges_say_how_far_and_how_old(store: Store) -> None:
    def gauges(found: Readiness) -> dict[str, int]:
        return {
            name + "".join(f" {label}" for label in labels.values()): value
            for name, _, labels, value in mirror_gauges(found, now=1_250)
        }

    assert gauges(readiness(store, noted_head, 10)) == {
        "ready": 1,
        "block_number indexed": 90,
        "block_number final": 80,
        "block_number head": 100,
        "block_timestamp_seconds indexed": 1_000,
        "block_timestamp_seconds final": 900,
        "head_lag_blocks": 10,
        "head_lag_seconds": 250,
    }
    assert gauges(readiness(store, lambda _: 90, 10))["head_lag_seconds"] == 0
    unknown = gauges(readiness(store, lambda _: None, 10))
    assert "head_lag_blocks" not in unknown
    assert unknown["ready"] == 0
