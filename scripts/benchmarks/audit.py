"""The audit of a synthetic mirror, against the time of reading its rows: every column of every event and block, in the
chain's order, with the plain driver, nothing decoded.

Both run by turns in a process of their own, so that its peak is the audit's alone. On SQLite the times are those of the
processor: neither waits for anything, and what else the machine does disturbs them less.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from registry.store.database import open_store
from registry.store.kinds import KINDS
from registry.workflows.audit import audit
from scripts.benchmarks.measure import Measured
from scripts.benchmarks.synthetic_mirror import REGISTRY, Synthetic

ROUNDS = 3
SIZES = ("events", "blocks", "batches", "lots", "tranches", "leaves")
BLOCKS = "SELECT * FROM block ORDER BY number"
EVENTS = [f"SELECT * FROM {kind.table.name} ORDER BY block_number, log_index" for kind in KINDS]
FETCHED = 1_000

T = TypeVar("T")
Rows = Iterator[tuple[Any, ...]]


def run(size: int) -> Measured:
    """A mirror of `size` events in SQLite."""
    with tempfile.TemporaryDirectory() as name:
        return _run(f"sqlite:///{Path(name) / 'mirror.db'}", size)


def run_postgresql(size: int) -> Measured:
    """A mirror of `size` events in PostgreSQL, on a server of its own."""
    from tests.support.postgres import postgres_server

    with postgres_server() as server:
        return _run(server.create(), size)


def _run(url: str, size: int) -> Measured:
    store = open_store(url)
    Synthetic(store).fill(size)
    store.close()
    # A program of our own with arguments of our own.
    told = subprocess.run([sys.executable, "-m", "scripts.benchmarks.audit", url], check=True, stdout=subprocess.PIPE)
    found = json.loads(told.stdout)
    unmerged = found["reading one table after the other"]
    return Measured(
        "audit", found["audit"], found["reading"], "s", "offsetproof audit, without a node",
        "reading the rows in the chain's order", less_is_better=True, sizes=found["sizes"],
        more={
            "peak_memory_mb": found["peak_memory_mb"],
            "memory_before_mb": found["memory_before_mb"],
            "against_one_table_after_the_other": {
                "ratio": round(found["audit"] / unmerged, 4), "value": round(unmerged, 6), "unit": "s"
            },
        },
    )  # fmt: skip


def measure(url: str) -> dict[str, Any]:
    """Time audit and reading on a mirror that is there, by turns; the best of each."""
    sqlite = url.startswith("sqlite")
    clock = time.process_time if sqlite else time.perf_counter
    seconds: dict[str, float] = {}

    def timed(what: str, do: Callable[[], T]) -> T:
        start = clock()
        done = do()
        seconds[what] = min(seconds.get(what, float("inf")), clock() - start)
        return done

    before = _peak_mb()
    store = open_store(url)
    for _ in range(ROUNDS):
        rows = timed("reading", lambda: _read(url, sqlite, lambda events: merge(*events, key=itemgetter(0, 1))))
        timed("reading one table after the other", lambda: _read(url, sqlite, _one_after_the_other))
        found = timed("audit", lambda: audit(store, REGISTRY))
        assert found.ok, found.problems[:3]
        assert rows == found.counts.events + found.counts.blocks
    store.close()
    sizes = {name: getattr(found.counts, name) for name in SIZES}
    return {**seconds, "peak_memory_mb": _peak_mb(), "memory_before_mb": before, "sizes": sizes}


def _peak_mb() -> int:
    """This program's largest resident size so far; what `getrusage` says includes who started it."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) // 1024


def _read(url: str, sqlite: bool, joined: Callable[[list[Rows]], Rows]) -> int:
    """Read all rows, the events' tables `joined`; returns how many there are."""
    connection, rows_of = _sqlite_rows(url) if sqlite else _postgresql_rows(url)
    with closing(connection):
        return sum(1 for _ in rows_of(BLOCKS)) + sum(1 for _ in joined([rows_of(query) for query in EVENTS]))


def _one_after_the_other(tables: list[Rows]) -> Rows:
    for table in tables:
        yield from table


def _sqlite_rows(url: str) -> tuple[Any, Callable[[str], Rows]]:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    return connection, lambda query: connection.execute(query)


def _postgresql_rows(url: str) -> tuple[Any, Callable[[str], Rows]]:
    import psycopg

    connection = psycopg.connect(url)

    def rows_of(query: str) -> Rows:
        cursor = connection.cursor(name=query[:60])
        cursor.itersize = FETCHED
        return iter(cursor.execute(query.encode()))

    return connection, rows_of


if __name__ == "__main__":
    json.dump(measure(sys.argv[1]), sys.stdout)
