"""What docs/postgresql.md says of roles, backup and restore, done as it says."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import index_scenario as scenario
import psycopg
import pytest
from index_chain import dump, embedded

from registry.domain.errors import InvalidInput
from registry.store import open_store
from registry.workflows.audit import audit
from registry.workflows.index import Indexer
from support.postgres import Server, postgres_server

PAGE = Path(__file__).parents[2] / "docs/postgresql.md"


@pytest.fixture(scope="module")
def registry() -> Iterator[scenario.Registry]:
    with embedded() as (rpc, signers):
        registry = scenario.deploy(rpc, signers)
        scenario.live(registry)
        yield registry


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of its own: roles are of the whole server."""
    with postgres_server() as server:
        yield server


def test_the_api_role_reads_and_publishes_and_can_do_nothing_else(registry: scenario.Registry, server: Server) -> None:
    first, after = re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.S)
    for statement in first.split(";\n")[:-1]:
        server.execute(statement)
    owned = server.url("offsetproof").replace("postgres@", "indexer@")
    store = open_store(owned)
    Indexer(registry.node, store, registry.file).run()
    server.execute(after, "offsetproof")

    url = server.url("offsetproof").replace("postgres@", "api@")
    api = open_store(url)
    scenario.publish_all(api)
    assert audit(api, registry.file, registry.node).ok
    written = ("publication", "leaf", "tile", "document")
    assert [len(dump(api)[table]) for table in written] == [2, 303, 4, 2]
    with psycopg.connect(url, autocommit=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        assert len(tables) > 38
        for table in tables:
            for statement in ("DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}", "UPDATE {} SET contract = contract"):
                with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedColumn)):
                    connection.execute(statement.format(table))  # type: ignore[call-overload]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE cursor SET indexed_number = 0")
    with pytest.raises(InvalidInput, match="may only be read"), api.write() as session:
        session.connection().exec_driver_sql("UPDATE cursor SET indexed_number = 0")
    api.close()
    store.close()


def test_a_dump_restored_is_the_same_mirror_and_is_followed_on(registry: scenario.Registry, server: Server) -> None:
    store = open_store(server.create())
    Indexer(registry.node, store, registry.file, span=45, step_events=1).step()
    file = server.folder / "mirror.dump"
    server.run(
        "pg_dump", "--format=custom", f"--file={file}", store.engine.url.render_as_string().replace("+psycopg", "")
    )
    restored_url = server.create()
    server.run("pg_restore", f"--dbname={restored_url}", str(file))
    restored = open_store(restored_url)
    assert dump(restored) == dump(store)
    for mirror in (restored, store):
        Indexer(registry.node, mirror, registry.file).run()
        assert audit(mirror, registry.file, registry.node).ok
    assert dump(restored) == dump(store)
    restored.close()
    store.close()


def test_a_sqlite_mirror_is_copied_while_it_is_written(registry: scenario.Registry, tmp_path: Path) -> None:
    (statement,) = re.findall(r'sqlite3 mirror.db "(.*?)"', PAGE.read_text())
    store = open_store(str(tmp_path / "mirror.db"))
    Indexer(registry.node, store, registry.file, span=45, step_events=1).step()
    before = dump(store)
    with closing(sqlite3.connect(tmp_path / "mirror.db")) as beside, store.write() as session:
        session.connection().exec_driver_sql("DELETE FROM retired")
        beside.execute(statement.replace("backup.db", str(tmp_path / "backup.db")))
    store.close()
    copy = open_store(str(tmp_path / "backup.db"))
    assert dump(copy) == before
    Indexer(registry.node, copy, registry.file).run()
    assert audit(copy, registry.file, registry.node).ok
    copy.close()
