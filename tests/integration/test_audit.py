"""Delete, add or alter any row of a mirror, any column of it: the audit says so and names the block."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import index_scenario as scenario
import pytest
from index_chain import OWN_TABLES, embedded

from registry.chain.node import Node
from registry.domain.errors import Contradiction
from registry.store import open_store
from registry.store.columns import WideInteger
from registry.store.kinds import KINDS
from registry.store.raw import table_of
from registry.workflows.audit import Audit, audit
from registry.workflows.index import Indexer

FULL = os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full"
TABLES = {kind.table.name: kind.table for kind in KINDS} | {table_of(m).name: table_of(m) for m in OWN_TABLES}
EVENTS = [kind.table.name for kind in KINDS]
NODES = (False, True) if FULL else (False,)  # without a node the audit has less to go by
NEEDS_A_NODE = {"tx_hash", "log_index"}


@dataclass
class Mirror:
    """A sound mirror in a file, and the registry that it mirrors."""

    path: Path
    registry: scenario.Registry
    work: Path

    def bent(self, *statements: tuple[str, tuple[Any, ...]], node: bool = True) -> Audit:
        """Audit a copy after these SQL statements, which no rule of the database holds back."""
        copy = self.work / "bent.db"
        shutil.copyfile(self.path, copy)
        with closing(sqlite3.connect(copy)) as connection, connection:
            connection.execute("PRAGMA ignore_check_constraints=ON")
            for statement, values in statements:
                assert connection.execute(statement, values).rowcount > 0, statement
        store = open_store(str(copy))
        try:
            return audit(store, self.registry.file, self.registry.node if node else None)
        finally:
            store.close()

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows with their rowid."""
        with closing(sqlite3.connect(self.path)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(f'SELECT rowid AS rowid_, * FROM "{table}"')]

    def sample(self, table: str) -> list[dict[str, Any]]:
        """The first and the last row; all rows with the full profile."""
        rows = self.rows(table)
        return rows if FULL else [rows[0], rows[-1]] if len(rows) > 1 else rows


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    work = tmp_path_factory.mktemp("audit")
    with embedded() as (rpc, signers):
        registry = scenario.deploy(rpc, signers, depth=20)
        scenario.live(registry)
        store = open_store(str(work / "mirror.db"))
        Indexer(registry.node, store, registry.file).run()
        scenario.publish_all(store)
        store.close()
        with closing(sqlite3.connect(work / "mirror.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode=DELETE")
        yield Mirror(work / "mirror.db", registry, work)


def bent(column: Any, found: Any) -> Any:
    """Another value of the same type."""
    if isinstance(column.type, WideInteger):
        return f"{int(found) + 1:0{column.type.digits}d}"
    if isinstance(found, bytes):
        return found[:-1] + bytes([found[-1] ^ 1])
    if isinstance(found, str):
        return found + "x"
    return 1 - found if str(column.type) == "BOOLEAN" else found + 1_000_003


def test_a_sound_mirror_passes_with_and_without_a_node(mirror: Mirror) -> None:
    result = mirror.bent(node=True)
    assert result.problems == ()
    assert result.unproven == ()
    assert result.histories.credit == mirror.registry.credits[0].history_hash()
    assert (result.counts.events, result.counts.issued, result.counts.retired) == (75, 160, 30)
    assert [(t.tranche, t.grams) for t in result.unpublished] == [(2, 2_000_000), (3, 1_700_000)]
    alone = mirror.bent(node=False)
    assert alone.ok
    assert "*.tx_hash" in alone.unproven


@pytest.mark.parametrize("table", sorted(TABLES))
def test_altering_any_column_of_a_row_is_caught(mirror: Mirror, table: str) -> None:
    for row in mirror.sample(table)[: None if FULL else 1]:
        for column in TABLES[table].columns:
            other = bent(column, row[column.name])
            change = f'UPDATE "{table}" SET "{column.name}" = ? WHERE rowid = ?', (other, row["rowid_"])
            where = f"{table}.{column.name}"
            alone = (table in EVENTS and column.name not in NEEDS_A_NODE) or table in (
                "publication",
                "leaf",
                "document",
            )
            result = mirror.bent(change, node=FULL or not alone)
            assert not result.ok, where
            if table in EVENTS:
                assert result.first_bad_block == row["block_number"], where
            if table == "block":
                assert result.first_bad_block == row["number"], where
            if FULL and alone:
                assert not mirror.bent(change, node=False).ok, where


@pytest.mark.parametrize("table", sorted(TABLES))
def test_deleting_any_row_is_caught(mirror: Mirror, table: str) -> None:
    for row in mirror.sample(table):
        delete = f'DELETE FROM "{table}" WHERE rowid = ?', (row["rowid_"],)
        for node in NODES:
            result = mirror.bent(delete, node=node)
            assert not result.ok, table
            assert result.first_bad_block is not None
            if table in EVENTS:
                assert result.first_bad_block == row["block_number"]
            if table == "block":
                assert result.first_bad_block == row["number"]


@pytest.mark.parametrize("table", EVENTS)
def test_adding_an_event_is_caught(mirror: Mirror, table: str) -> None:
    for row in mirror.sample(table):
        added = row | {"log_index": row["log_index"] + 777}
        for node in NODES:
            result = mirror.bent(insertion(table, added), node=node)
            assert not result.ok, table
            assert result.first_bad_block == row["block_number"]


def test_adding_a_row_to_any_other_table_is_caught(mirror: Mirror) -> None:
    text = "a document of no leaf"
    changes: dict[str, dict[str, Any]] = {
        "block": {"number": 10**6},
        "cursor": {"id": 2},
        "publication": {"anchor": bytes(32)},
        "leaf": {"index": 1000},
        "document": {"certificate_hash": sha256(text.encode()).digest(), "text": text},
    }
    for table, change in changes.items():
        for node in (True, False):
            result = mirror.bent(insertion(table, mirror.rows(table)[0] | change), node=node)
            assert not result.ok, table
            assert result.first_bad_block is not None


def test_taking_the_last_block_away_whole_is_caught_by_a_node(mirror: Mirror) -> None:
    last = mirror.rows("block")[-1]["number"]
    cuts = [
        (f'DELETE FROM "{table}" WHERE block_number = ?', (last,))
        for table in EVENTS
        if any(row["block_number"] == last for row in mirror.rows(table))
    ]
    result = mirror.bent(*cuts, ("DELETE FROM block WHERE number = ?", (last,)))
    assert result.first_bad_block == last
    alone = mirror.bent(*cuts, ("DELETE FROM block WHERE number = ?", (last,)), node=False)
    assert "that no event follows the mirror's last one" in alone.unproven


def test_values_of_a_wrong_type_are_problems_and_not_crashes(mirror: Mirror) -> None:
    for table in TABLES:
        row = mirror.rows(table)[0]
        for column in TABLES[table].columns:
            for wrong in ("☃", b"\xff", -1) if FULL else ("☃", -1):
                change = f'UPDATE "{table}" SET "{column.name}" = ? WHERE rowid = ?', (wrong, row["rowid_"])
                if column.name == "text" and isinstance(wrong, bytes):
                    continue  # text may be any text; a document's hash is checked elsewhere
                assert not mirror.bent(change, node=False).ok, f"{table}.{column.name} = {wrong!r}"


def test_text_that_is_not_utf8_is_a_problem_and_not_a_crash(mirror: Mirror) -> None:
    for table, column in (("series_registered", "id"), ("document", "text"), ("issued", "first_serial")):
        result = mirror.bent((f"UPDATE {table} SET {column} = CAST(? AS TEXT)", (b"\xff\xfe",)), node=False)
        assert not result.ok
        assert result.first_bad_block is not None


def test_an_audit_against_a_node_of_another_chain_says_so(mirror: Mirror) -> None:
    with embedded() as (rpc, _):
        store = open_store(str(mirror.path))
        with pytest.raises(Contradiction, match="not on the registry's chain"):
            audit(store, mirror.registry.file, Node(rpc))
        store.close()


def insertion(table: str, row: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """The statement that adds a row."""
    names = [column.name for column in TABLES[table].columns]
    columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" for _ in names)
    return f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', tuple(row[name] for name in names)
