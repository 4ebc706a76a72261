"""All events come in the chain's order, each once, however few rows of a table are read at a time."""

from typing import Any

import pytest
from sqlalchemy import text

from registry.store import Store
from registry.store.event_stream import place_of, raw_blocks, raw_events
from registry.store.kinds import KINDS
from registry.store.raw import RawRow
from scripts.benchmarks.synthetic_mirror import Synthetic
from support.databases import Databases

EVENTS = 400


def filled(mirrors: Databases, monkeypatch: pytest.MonkeyPatch, rows: int) -> tuple[Store, Synthetic]:
    """A mirror with `EVENTS` events, of which so many rows are fetched at a time."""
    for limit in ("FETCHED", "FETCHED_AFAR"):
        monkeypatch.setattr(f"registry.store.fetching.{limit}", rows)
    store = mirrors.open()
    made = Synthetic(store)
    made.fill(EVENTS)
    return store, made


def no_fault(row: RawRow) -> None:
    raise AssertionError(row.fault)


@pytest.mark.parametrize("rows", [1, 2, 7, 1_000])
def test_events_of_all_kinds_come_in_order_and_none_is_left_out(
    mirrors: Databases, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    store, made = filled(mirrors, monkeypatch, rows)
    with store.inspect() as session:
        events = [event for some in raw_events(session, no_fault) for event in some]
        blocks = list(raw_blocks(session, no_fault))
        counted = {
            kind.name: session.connection().execute(text(f"SELECT count(*) FROM {kind.table.name}")).scalar_one()
            for kind in KINDS
        }
    assert [place_of(event) for event in events] == sorted({place_of(event) for event in events})
    assert len(events) == sum(counted.values()) == made.events
    for kind in KINDS:
        assert sum(event[2] is kind for event in events) == counted[kind.name]
    assert [block.number for block in blocks] == sorted({place_of(event)[0] for event in events})


@pytest.mark.parametrize("rows", [1, 3])
def test_rows_that_are_not_sound_are_told_and_hold_nothing_up(
    mirrors: Databases, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    store, made = filled(mirrors, monkeypatch, rows)
    bent = ["UPDATE transfer SET contract = '' WHERE log_index % 2 = 0", "UPDATE retired SET count = -1"]
    with store.write() as session:
        for statement in bent:
            session.connection().execute(text(statement))
    told: list[RawRow] = []
    with store.inspect() as session:
        events: list[Any] = [event for some in raw_events(session, told.append) for event in some]
    contract = "not bytes" if mirrors.kind == "sqlite" else "not 20 bytes"  # where '' is a text, and where it is not
    assert {row.fault for row in told} == {f"transfer.contract is {contract}", "retired.count is not a natural number"}
    assert [place_of(event) for event in events] == sorted({place_of(event) for event in events})
    assert len(events) + len(told) == made.events
    assert not any(event[2].name == "Retired" for event in events)
