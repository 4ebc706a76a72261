"""The tables: models and migrations agree, kinds and contracts agree, numbers sort as text."""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from registry.chain import events as chain_events
from registry.domain.errors import Contradiction, InvalidInput
from registry.domain.event_form import CREDIT_REGISTRY
from registry.store import open_store
from registry.store.columns import WideInteger
from registry.store.kinds import KIND_BY_NAME, KINDS
from registry.store.schema import newest_schema
from registry.store.texts import text_of
from support.databases import Databases
from support.postgres import TEMPLATE, Server

ARTIFACTS = Path(chain_events.__file__).parent / "artifacts"
UNMIRRORED = {
    "Approval", "ApprovalForAll", "RoleAdminChanged", "DefaultAdminTransferScheduled", "DefaultAdminTransferCanceled",
    "DefaultAdminDelayChangeScheduled", "DefaultAdminDelayChangeCanceled",
}  # fmt: skip


def test_migrations_lead_to_the_models(mirrors: Databases) -> None:
    store = open_store(mirrors.url())
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    store.close()


def test_every_folded_event_of_the_contracts_has_its_table_member_for_member() -> None:
    seen = set()
    for name in ("CreditRegistry", "ProjectRegistry"):
        abi: list[dict[str, Any]] = json.loads((ARTIFACTS / f"{name}.json").read_text())["abi"]
        for entry in abi:
            if entry["type"] != "event" or entry["name"] in UNMIRRORED:
                continue
            kind = KIND_BY_NAME[entry["name"]]
            found = [(member.abi, member.indexed) for member in kind.members]
            assert found == [(i["type"], i["indexed"]) for i in entry["inputs"]], kind.name
            assert (name[0].lower() + name[1:]) in kind.contracts
            seen.add((kind.name, name))
    assert len(seen) == sum(len(kind.contracts) for kind in KINDS)


def test_columns_have_the_names_of_the_typed_events() -> None:
    for kind in KINDS:
        typed = getattr(chain_events, kind.name)
        fields = [name for name in typed.__slots__ if name in {m.column for m in kind.members}]
        assert fields == [member.column for member in kind.members], kind.name


@given(st.data())
def test_an_event_rebuilt_from_its_row_is_the_event_that_was_logged(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    values = {member.column: data.draw(_values(member.abi)) for member in kind.members}
    topics, raw = kind.topics_and_data(values)
    assert kind.values(topics, raw) == values
    with pytest.raises(ValueError, match="event"):
        kind.values(topics, raw + bytes(32))


def _values(abi: str) -> st.SearchStrategy[Any]:
    if abi == "string":
        return st.binary(max_size=70).map(text_of)
    if abi == "bool":
        return st.booleans()
    if abi in ("bytes32", "address"):
        return st.binary(min_size=32 if abi == "bytes32" else 20, max_size=32 if abi == "bytes32" else 20)
    return st.integers(0, 2 ** int(abi.removeprefix("uint")) - 1)


@given(st.lists(st.integers(0, 10**29 - 1), min_size=2))
def test_wide_numbers_sort_as_text_as_they_sort_as_numbers(numbers: list[int]) -> None:
    kind = WideInteger(29)
    dialect = sqlite.dialect()
    texts = [kind.process_bind_param(number, dialect) or "" for number in sorted(numbers)]
    assert all(a <= b for a, b in pairwise(texts))
    assert [kind.process_result_value(text, dialect) for text in texts] == sorted(numbers)


@pytest.mark.parametrize("number", [-1, 10**29])
def test_a_number_that_does_not_fit_its_width_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        WideInteger(29).process_bind_param(number, sqlite.dialect())


@pytest.mark.parametrize("found", ["1", "0" * 28 + "x", "٣" * 29, 7])
def test_a_broken_number_in_a_row_is_a_contradiction(found: Any) -> None:
    with pytest.raises(Contradiction, match="broken number"):
        WideInteger(29).process_result_value(found, sqlite.dialect())


def test_on_postgresql_every_text_compares_bytewise(postgres: Server) -> None:
    columns = postgres.execute(
        "SELECT table_name, column_name, collation_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND data_type IN ('text', 'character varying') "
        "AND table_name <> 'alembic_version'",
        TEMPLATE,
    )
    assert len(columns) == 20
    assert {collation for _, _, collation in columns} == {"C"}


def test_a_database_of_a_newer_schema_is_refused(mirrors: Databases) -> None:
    path = mirrors.url()
    store = open_store(path)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(InvalidInput, match="another version") as refused:
        open_store(path)
    assert newest_schema() in str(refused.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mirror.db"
    path.write_text("not a database" * 1000)
    with pytest.raises(InvalidInput, match="not a mirror"):
        open_store(str(path))


def test_a_missing_mirror_is_not_made_for_those_who_only_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no mirror"):
        open_store(str(tmp_path / "none.db"), must_exist=True)
    with pytest.raises(InvalidInput, match="folder"):
        open_store(str(tmp_path / "nowhere" / "none.db"))
    assert list(tmp_path.iterdir()) == []


def test_sqlite_runs_in_wal_mode_with_foreign_keys(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "mirror.db"))
    with store.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    with pytest.raises(IntegrityError), store.write() as session:
        session.connection().execute(text("INSERT INTO closed VALUES (1, 0, x'00', x'00', x'00', x'00', x'00')"))
    store.close()


def test_a_failed_write_leaves_nothing_behind(mirrors: Databases) -> None:
    store = mirrors.open()
    with pytest.raises(ZeroDivisionError), store.write() as session:
        print(session.connection().execute(text("INSERT INTO publication VALUES ('')")).rowcount / 0)
    with store.read() as session:
        assert session.connection().execute(text("SELECT count(*) FROM publication")).scalar() == 0


def test_a_reader_sees_one_state_however_much_is_written(mirrors: Databases) -> None:
    url = mirrors.url()
    reader, writer = open_store(url), open_store(url)
    count = text("SELECT count(*) FROM publication")
    with reader.read() as session:
        assert session.connection().execute(count).scalar() == 0
        with writer.write() as other:
            other.connection().execute(text("INSERT INTO publication VALUES ('')"))
        assert session.connection().execute(count).scalar() == 0
    with reader.read() as session:
        assert session.connection().execute(count).scalar() == 1
    reader.close()
    writer.close()


def test_mirrors_opened_side_by_side_for_the_first_time_are_made_once(mirrors: Databases) -> None:
    url = mirrors.url()
    with ThreadPoolExecutor(4) as pool:
        for store in list(pool.map(lambda _: open_store(url), range(4))):
            with store.read() as session:
                assert session.connection().execute(text("SELECT count(*) FROM block")).scalar() == 0
            store.close()


def test_writers_take_turns_and_see_what_the_last_one_left(mirrors: Databases) -> None:
    url = mirrors.url()
    open_store(url).close()

    def add(number: int) -> int:
        store = open_store(url)
        with store.write() as session:
            found: int = session.connection().execute(text("SELECT count(*) FROM publication")).scalar_one()
            session.connection().execute(text("INSERT INTO publication VALUES (:anchor)"), {"anchor": bytes([number])})
        store.close()
        return found

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(add, range(6))) == list(range(6))


def test_events_of_both_contracts_know_whose_they_can_be() -> None:
    assert KIND_BY_NAME["Issued"].contracts == {CREDIT_REGISTRY}
    assert len(KIND_BY_NAME["Paused"].contracts) == 2
