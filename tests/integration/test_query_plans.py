"""No question that the API asks the mirror goes through a whole table: on both databases, by their own plans."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from sqlalchemy import event, text

from registry.store import Store
from registry.store.mirror import read_progress
from scripts.benchmarks.rides import Rides
from scripts.benchmarks.synthetic_mirror import BUYER, OWNER, REGISTRY, Synthetic
from support.databases import Databases
from verifier_api.app import create_app
from verifier_api.settings import Settings

SMALL = {"cursor", "programme_added", "series_registered", "alembic_version"}
"""Tables with a handful of rows, however large the mirror."""
Asked = dict[str, Any]
"""Statements with the parameters that they were asked with last."""


def test_every_question_of_the_api_is_answered_from_an_index(mirrors: Databases) -> None:
    store = mirrors.open()
    synthetic = Synthetic(store)
    synthetic.fill(3_000)
    rides = synthetic.claim_rides(600)
    asked = _asked(store, rides)
    assert len(asked) > 60
    plans = _plans_of_sqlite if mirrors.kind == "sqlite" else _plans_of_postgresql
    whole = {
        statement: table for statement, table in plans(store, asked) if table not in SMALL and not _sums(statement)
    }
    assert whole == {}


def _sums(statement: str) -> bool:
    """Whether it adds up all rows: that is done once for each state of the mirror (`verifier_api/known_totals.py`)."""
    return re.match(r"SELECT (sum|count)\(", statement) is not None


def _asked(store: Store, rides: Rides) -> Asked:
    """All that is asked while every route of the API and every page is visited once."""
    asked: Asked = {}

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked[statement] = parameters

    with store.read() as session:
        progress = read_progress(session)
    assert progress is not None
    now = progress.indexed.timestamp + 10
    app = create_app(Settings(limit_reads=""), registry=REGISTRY, store=store, clock=lambda: now)
    event.listen(store.engine, "before_cursor_execute", note)
    try:
        with ThreadPoolExecutor(1) as apart:  # another test's event loop may rest in this thread
            apart.submit(lambda: asyncio.run(_visit(app, _addresses(rides)))).result()
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    return asked


async def _visit(app: Any, addresses: list[str]) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://api", follow_redirects=True) as client:
        for address in addresses:
            for accept in ("application/json", "text/html"):
                answer = await client.get(address, headers={"accept": accept})
                assert answer.status_code in (200, 404, 406), (address, answer.text)


def _addresses(rides: Rides) -> list[str]:
    known, unknown = f"0x{rides.hash(5).hex()}", "0x" + "77" * 32
    owner, lot, batch = f"0x{OWNER.hex()}", str(rides.lot), str(rides.lot >> 32)
    keyed = [
        *(f"certificates/{key}" for key in (known, unknown, "00KH-EQCX-YQYK-Z")), f"certificates/{known}/bundle",
        "credits/VCS-VCU-1234:1000001", "credits/VCS-VCU-1234:1000001-1000900", f"lots/{lot}", f"lots/{rides.lot + 1}",
        f"batches/{batch}", "projects/1", f"tranches/{lot}/0", f"tranches/{lot}/0/5/bundle",
    ]  # fmt: skip
    lists = ["retirements", "batches", "projects", "lots", "audit", "status", "checkpoints"]
    filters = [
        "",
        f"?account={owner}",
        f"?account=0x{BUYER[0].hex()}&limit=5",
        "?limit=2",
        "?project=1",
        f"?batch={batch}",
    ]
    found = ["/", "/status", "/readyz", "/v1/status", "/v1/audit/checkpoints", *(f"/v1/{path}" for path in keyed)]
    found += [f"/{path}" for path in keyed]
    return found + [f"{root}{path}{query}" for root in ("/", "/v1/") for path in lists for query in filters]


def _plans_of_sqlite(store: Store, asked: Asked) -> list[tuple[str, str]]:
    """Each statement that goes through a whole table, with the table. In an index's order up to a limit is no such."""
    whole = []
    with store.read() as session:
        for statement, parameters in asked.items():
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            for *_, detail in plan:
                if found := re.match(r"SCAN (\w+)(.*)", detail):
                    ordered = "INDEX" in found[2] or "PRIMARY KEY" in found[2]
                    if not (ordered and "LIMIT" in statement) and found[1] not in ("found", "CONSTANT"):
                        whole.append((statement, found[1]))
    return whole


def _plans_of_postgresql(store: Store, asked: Asked) -> list[tuple[str, str]]:
    """The same, with whole tables forbidden: who still reads one has no index to choose."""
    whole = []
    with store.read() as session:
        session.connection().execute(text("SET LOCAL enable_seqscan = off"))
        for statement, parameters in asked.items():
            plan = session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters)
            whole += [(statement, found[1]) for (line,) in plan if (found := re.search(r"Seq Scan on (\w+)", line))]
    return whole


def test_a_question_without_an_index_is_noticed(mirrors: Databases) -> None:
    store = mirrors.open()
    Synthetic(store).fill(300)
    statement = "SELECT lot FROM retired WHERE count = 7 ORDER BY first_index"
    plans = _plans_of_sqlite if mirrors.kind == "sqlite" else _plans_of_postgresql
    assert plans(store, {statement: ()}) == [(statement, "retired")]
