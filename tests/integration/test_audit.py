"""Delete, add or alter any row of a mirror, any column of it: the audit says so and names the block."""

import os
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import index_scenario as scenario
import pytest
from index_chain import OWN_TABLES, embedded
from sqlalchemy import Column, Connection, select, type_coerce
from sqlalchemy.exc import DataError, ProgrammingError
from sqlalchemy.types import NullType
from sqlmodel import Session

from registry.chain.node import Node
from registry.domain.errors import Contradiction
from registry.store import Store
from registry.store.columns import WideInteger
from registry.store.kinds import KINDS
from registry.store.publications import publish
from registry.store.raw import table_of
from registry.workflows.audit import Audit, audit
from registry.workflows.audit_published import check_published
from registry.workflows.audit_result import Findings
from registry.workflows.index import Indexer
from support.databases import Databases
from support.tranches import LOT, anchor_tranches, documents_of, leaves_of

FULL = os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full"
TABLES = {kind.table.name: kind.table for kind in KINDS} | {table_of(m).name: table_of(m) for m in OWN_TABLES}
EVENTS = [kind.table.name for kind in KINDS]
NODES = (False, True) if FULL else (False,)  # without a node the audit has less to go by
NEEDS_A_NODE = {"tx_hash", "log_index"}


class Undone(Exception):
    """Takes back what a test did to the mirror."""


class Bent(Store):
    """A mirror as it looks from inside a transaction that is never committed."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.engine)
        self._connection = connection

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self._connection, join_transaction_mode="create_savepoint") as session:
            yield session


@dataclass
class Mirror:
    """A sound mirror, and the registry that it mirrors."""

    kind: str
    store: Store
    registry: scenario.Registry

    def bent(self, *statements: tuple[str, tuple[Any, ...]], node: bool = True) -> Audit:
        """Audit the mirror after these SQL statements, which no rule of the database holds back."""
        found = None
        with suppress(Undone), self.store.engine.connect() as connection:
            if self.kind == "sqlite":
                connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
                connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            else:
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                connection.exec_driver_sql("ALTER TABLE cursor DROP CONSTRAINT ck_cursor_one_row")
            for statement, values in statements:
                marked = statement if self.kind == "sqlite" else statement.replace("?", "%s")
                assert connection.exec_driver_sql(marked, values).rowcount > 0, statement
            found = audit(Bent(connection), self.registry.file, self.registry.node if node else None)
            raise Undone
        assert found is not None
        return found

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows as they lie there."""
        columns = [type_coerce(column, NullType()).label(column.name) for column in TABLES[table].columns]
        with self.store.read() as session:
            found = session.connection().execute(select(*columns).order_by(*TABLES[table].primary_key.columns))
            return [dict(row) for row in found.mappings()]

    def sample(self, table: str) -> list[dict[str, Any]]:
        """The first and the last row; with the full profile up to forty rows more."""
        rows = self.rows(table)
        return [*rows[: 41 if FULL else 1], *rows[1:][-1:]]

    def columns(self, table: str) -> list[Column[Any]]:
        """All columns; in PostgreSQL, where an audit takes longer, four of them without the full profile."""
        columns = list(TABLES[table].columns)
        return columns if FULL or self.kind == "sqlite" else [columns[0], *columns[-3:]]


@pytest.fixture(scope="module")
def registry() -> Iterator[scenario.Registry]:
    with embedded() as (rpc, signers):
        registry = scenario.deploy(rpc, signers, depth=20)
        scenario.live(registry)
        yield registry


@pytest.fixture(scope="module")
def mirror(lasting_mirrors: Databases, registry: scenario.Registry) -> Mirror:
    store = lasting_mirrors.open()
    Indexer(registry.node, store, registry.file).run()
    scenario.publish_all(store)
    return Mirror(lasting_mirrors.kind, store, registry)


def where(table: str, row: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """The condition that names a row by its key."""
    names = [column.name for column in TABLES[table].primary_key.columns]
    return " AND ".join(f'"{name}" = ?' for name in names), tuple(row[name] for name in names)


def update(table: str, row: dict[str, Any], column: str, value: Any) -> tuple[str, tuple[Any, ...]]:
    """The statement that alters one column of a row."""
    condition, key = where(table, row)
    return f'UPDATE "{table}" SET "{column}" = ? WHERE {condition}', (value, *key)


def deletion(table: str, row: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """The statement that takes a row away."""
    condition, key = where(table, row)
    return f'DELETE FROM "{table}" WHERE {condition}', key


def bent(column: Any, found: Any) -> Any:
    """Another value of the same type."""
    if isinstance(column.type, WideInteger):
        return f"{int(found) + 1:0{column.type.digits}d}"
    if isinstance(found, bytes):
        return found[:-1] + bytes([found[-1] ^ 1])
    if isinstance(found, str):
        return found + "x"
    return not found if str(column.type) == "BOOLEAN" else found + 1_000_003


def test_a_sound_mirror_passes_with_and_without_a_node(mirror: Mirror) -> None:
    result = mirror.bent(node=True)
    assert result.problems == ()
    assert result.unproven == ()
    assert result.histories.credit == mirror.registry.credits[0].history_hash()
    assert (result.counts.events, result.counts.issued, result.counts.retired) == (75, 160, 30)
    assert [(t.tranche, t.grams) for t in result.unpublished] == [(2, 2_000_000), (3, 1_700_000)]
    assert (result.counts.unpublished_tranches, result.counts.unpublished_grams) == (2, 3_700_000)
    alone = mirror.bent(node=False)
    assert alone.ok
    assert "*.tx_hash" in alone.unproven


@pytest.mark.parametrize("table", sorted(TABLES))
def test_altering_any_column_of_a_row_is_caught(mirror: Mirror, table: str) -> None:
    for row in mirror.sample(table)[: None if FULL else 1]:
        for column in mirror.columns(table):
            other = bent(column, row[column.name])
            change = update(table, row, column.name, other)
            name = f"{table}.{column.name}"
            alone = (table in EVENTS and column.name not in NEEDS_A_NODE) or table in (
                "publication",
                "leaf",
                "tile",
                "document",
            )
            result = mirror.bent(change, node=FULL or not alone)
            assert not result.ok, name
            if table in EVENTS:
                assert result.first_bad_block == row["block_number"], name
            if table == "block":
                assert result.first_bad_block == row["number"], name
            if FULL and alone:
                assert not mirror.bent(change, node=False).ok, name


@pytest.mark.parametrize("table", sorted(TABLES))
def test_deleting_any_row_is_caught(mirror: Mirror, table: str) -> None:
    for row in mirror.sample(table):
        for node in NODES:
            result = mirror.bent(deletion(table, row), node=node)
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
        "tile": {"level": 7},
        "document": {"certificate_hash": sha256(text.encode()).digest(), "text": text},
    }
    for table, change in changes.items():
        for node in (True, False):
            result = mirror.bent(insertion(table, mirror.rows(table)[0] | change), node=node)
            assert not result.ok, table
            assert result.first_bad_block is not None


@pytest.mark.parametrize(
    ("change", "values"),
    [
        ("DELETE FROM tile WHERE level = 0", ()),
        ("DELETE FROM tile WHERE level = 1", ()),
        ("UPDATE tile SET entries = ? WHERE level = 0", (bytes(80),)),
        ("UPDATE tile SET entries = ? WHERE level = 1", (bytes(80),)),
        ("UPDATE tile SET entries = ? WHERE level = 1", (bytes(39),)),
        ("UPDATE tile SET n = ? WHERE level = 1", (1,)),
        ("UPDATE tile SET level = ? WHERE level = 1", (2,)),
        ("UPDATE tile SET level = ? WHERE level = 0", (3,)),
        (
            "UPDATE tile SET anchor = (SELECT anchor FROM publication WHERE anchor <> tile.anchor LIMIT 1) "
            "WHERE level = 1",
            (),
        ),
        ("INSERT INTO tile SELECT anchor, 1, 1, entries FROM tile WHERE level = 1", ()),
        ("INSERT INTO tile SELECT anchor, 2, n, entries FROM tile WHERE level = 0", ()),
    ],
)
def test_a_tile_that_is_not_what_its_leaves_make_is_caught_in_its_block(
    mirror: Mirror, change: str, values: tuple[Any, ...]
) -> None:
    anchored = mirror.rows("anchored")
    result = mirror.bent((change, values), node=False)
    assert {problem.kind for problem in result.problems} == {"tile"}
    assert {problem.block for problem in result.problems} <= {row["block_number"] for row in anchored[:2]}
    assert all("tile" in problem.message for problem in result.problems)


def test_tiles_or_leaves_without_a_publication_are_caught(mirror: Mirror) -> None:
    (tile,) = (row for row in mirror.rows("tile") if row["level"] == 1)
    gone = [(f"DELETE FROM {table} WHERE anchor = ?", (tile["anchor"],)) for table in ("leaf", "publication", "tile")]
    assert mirror.bent(*gone, node=False).ok, "what nobody published is no fault"
    for kept, message in ((0, "without a publication"), (1, "no leaves"), (2, "without a publication")):
        result = mirror.bent(*(gone[at] for at in range(3) if at != kept), node=False)
        assert any(message in problem.message for problem in result.problems), kept


def test_of_many_unpublished_tranches_some_are_listed_and_all_are_counted(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.workflows.audit.MOST_UNPUBLISHED", 1)
    result = mirror.bent(node=False)
    assert [(t.tranche, t.grams) for t in result.unpublished] == [(2, 2_000_000)]
    assert (result.counts.unpublished_tranches, result.counts.unpublished_grams) == (2, 3_700_000)


def test_the_audit_tells_how_far_it_is(mirror: Mirror) -> None:
    told: dict[str, list[tuple[int, int]]] = {}
    found = audit(
        mirror.store,
        mirror.registry.file,
        mirror.registry.node,
        progress=lambda what, done, total: told.setdefault(what, []).append((done, total)),
    )
    assert list(told) == ["blocks folded", "leaves checked", "blocks compared", "blocks fetched"]
    for what, steps in told.items():
        assert steps == sorted(steps), what
        assert steps[-1][0] == steps[-1][1], what
    assert told["blocks folded"][-1][1] == told["blocks compared"][-1][1] == found.counts.blocks
    assert told["leaves checked"][-1][1] == found.counts.leaves


def test_what_is_found_does_not_depend_on_how_many_rows_are_read_at_a_time(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = mirror.rows("retired")[0]
    changes: list[list[tuple[str, tuple[Any, ...]]]] = [
        [],
        [update("retired", row, "count", row["count"] + 1)],
        [update("retired", row, "tx_hash", bytes(32))],
        [deletion("lot_split", mirror.rows("lot_split")[0])],
        [insertion("transfer", mirror.rows("transfer")[0] | {"log_index": 999})],
        [deletion("block", mirror.rows("block")[-2])],
    ]
    usual = [mirror.bent(*change, node=False) for change in changes]
    assert [found.ok for found in usual] == [True, False, True, False, False, False]
    for rows in (1, 3):
        for limit in ("FETCHED", "FETCHED_AFAR"):
            monkeypatch.setattr(f"registry.store.fetching.{limit}", rows)
        assert [mirror.bent(*change, node=False) for change in changes] == usual


def test_the_audit_of_published_tranches_holds_no_tranche_in_memory(mirrors: Databases) -> None:
    peaks = []
    for count in (2_000, 40_000):
        store = mirrors.open()
        leaves = leaves_of(count)
        anchor_tranches(store, [leaves])
        with store.write() as session:
            publish(session, LOT, 0, leaves, documents_of(count))
        del leaves
        findings = Findings()
        with store.inspect() as session:
            tracemalloc.start()
            found = check_published(session, 0, findings, lambda *_: None)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert (found.leaves, found.documents, findings.problems) == (count, count, [])
    assert peaks[1] < peaks[0] * 1.5


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


def test_values_of_a_wrong_type_are_refused_or_problems_and_not_crashes(mirror: Mirror) -> None:
    for table in TABLES:
        row = mirror.rows(table)[0]
        for column in mirror.columns(table):
            for wrong in ("☃", b"\xff", -1) if FULL else ("☃", -1):
                if column.name == "text" and isinstance(wrong, bytes):
                    continue  # text may be any text; a document's hash is checked elsewhere
                result = None
                with suppress(DataError, ProgrammingError):  # PostgreSQL keeps to its types, where it can
                    result = mirror.bent(update(table, row, column.name, wrong), node=False)
                if result is None:
                    assert mirror.kind == "postgresql"
                else:
                    assert not result.ok, f"{table}.{column.name} = {wrong!r}"


def test_text_that_is_not_utf8_is_refused_or_a_problem_and_not_a_crash(mirror: Mirror) -> None:
    for table, column in (("series_registered", "id"), ("document", "text"), ("issued", "first_serial")):
        statement = f"UPDATE {table} SET {column} = CAST(? AS TEXT)"
        if mirror.kind == "postgresql":
            with pytest.raises(DataError, match="invalid byte sequence"):
                mirror.bent((statement.replace("CAST(? AS TEXT)", "convert_from(?, 'UTF8')"), (b"\xff\xfe",)))
            continue
        result = mirror.bent((statement, (b"\xff\xfe",)), node=False)
        assert not result.ok
        assert result.first_bad_block is not None


def test_another_spelling_of_the_same_bytes_is_a_problem(mirror: Mirror) -> None:
    row = mirror.rows("series_registered")[0]
    spelled = "".join(chr(0x10FF00 + byte) for byte in row["id"].encode())
    result = mirror.bent(update("series_registered", row, "id", spelled), node=False)
    assert [(problem.kind, problem.block) for problem in result.problems][:1] == [("row", row["block_number"])]
    assert "not the one spelling" in result.problems[0].message


def test_an_audit_against_a_node_of_another_chain_says_so(mirror: Mirror) -> None:
    with embedded() as (rpc, _), pytest.raises(Contradiction, match="not on the registry's chain"):
        audit(mirror.store, mirror.registry.file, Node(rpc))


def insertion(table: str, row: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """The statement that adds a row."""
    names = [column.name for column in TABLES[table].columns]
    columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" for _ in names)
    return f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', tuple(row[name] for name in names)
