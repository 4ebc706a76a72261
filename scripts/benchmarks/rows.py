"""What a certificate and a retirement weigh in PostgreSQL and SQLite, and what partitions change. `size` rows of each.

The rows are those of the mirror's own tables, with all of their indexes, loaded by COPY into a real server.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from registry.store import open_store
from scripts.benchmarks.measure import Measured
from tests.support.postgres import postgres_server

PARTITIONS = 16
LEAVES_OF_TRANCHE = 100_000
EVENTS_OF_BLOCK = 100
LOOKUPS = 2_000
SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "8GB", "maintenance_work_mem": "256MB"}

HASHED = f"""
CREATE TABLE leaf_hashed (LIKE leaf INCLUDING DEFAULTS) PARTITION BY HASH (certificate_hash);
ALTER TABLE leaf_hashed ADD PRIMARY KEY (certificate_hash, anchor, index);
ALTER TABLE leaf_hashed ADD FOREIGN KEY (anchor) REFERENCES publication (anchor);
CREATE INDEX ON leaf_hashed (anchor, index);
CREATE INDEX ON leaf_hashed (anchor, start);
{
    "".join(
        f"CREATE TABLE leaf_{n} PARTITION OF leaf_hashed FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {n});"
        for n in range(PARTITIONS)
    )
}
"""
RANGED = """
CREATE TABLE retired_ranged (LIKE retired INCLUDING DEFAULTS) PARTITION BY RANGE (block_number);
ALTER TABLE retired_ranged ADD PRIMARY KEY (block_number, log_index);
ALTER TABLE retired_ranged ADD FOREIGN KEY (block_number) REFERENCES block (number);
CREATE INDEX ON retired_ranged (lot, block_number, log_index);
"""


def run(size: int) -> Measured:
    """Load, weigh, look up."""
    draw = random.Random(1)
    hashes = [draw.randbytes(32) for _ in range(LOOKUPS)]
    with postgres_server(SETTINGS) as server, tempfile.TemporaryDirectory() as folder:
        url = server.create()
        open_store(url).close()
        with psycopg.connect(url, autocommit=True) as there:
            last = size // EVENTS_OF_BLOCK
            there.execute(HASHED)
            there.execute(RANGED)
            for n in range(PARTITIONS):
                first, end = last * n // PARTITIONS, last * (n + 1) // PARTITIONS + (n == PARTITIONS - 1)
                there.execute(
                    f"CREATE TABLE retired_{n} PARTITION OF retired_ranged FOR VALUES FROM ({first}) TO ({end})"
                )
            _copy(there, "publication", ((anchor(n),) for n in range(-(-size // LEAVES_OF_TRANCHE))))
            _copy(there, "block", (_block(n) for n in range(last + 1)))
            rates = {
                "leaf": _copy(there, "leaf", _leaves(size, hashes)),
                "leaf_hashed": _copy(there, "leaf_hashed", _leaves(size, hashes)),
                "retired": _copy(there, "retired", _retired(size)),
                "retired_ranged": _copy(there, "retired_ranged", _retired(size)),
            }
            there.execute("VACUUM ANALYZE")
            weights = {table: _weight(there, table, size) for table in ("leaf", "retired")}
            weights["leaf_hashed"] = _weight_of_parts(there, "leaf_hashed", size)
            weights["retired_ranged"] = _weight_of_parts(there, "retired_ranged", size)
            times = _times(there, hashes, size)
        sqlite = _sqlite(Path(folder) / "rows.db", size, hashes)
    return Measured(
        "rows", weights["leaf"]["total"], sqlite["leaf"], "bytes/row", "a leaf in PostgreSQL, indexes included",
        "a leaf in SQLite, indexes included", less_is_better=True, sizes={"leaves": size, "retirements": size},
        more={"bytes_a_row": weights, "sqlite_bytes_a_row": sqlite, "rows_a_second_by_copy": rates,
              "milliseconds": times, "partitions": PARTITIONS},
    )  # fmt: skip


def anchor(tranche: int) -> bytes:
    """Any 32 bytes that belong to a tranche."""
    return random.Random(tranche).randbytes(32)


def _leaves(size: int, sought: list[bytes]) -> Iterator[tuple[Any, ...]]:
    """Leaves of random certificates, those that are `sought` strewn among them."""
    draw, step = random.Random(2), max(1, size // len(sought))
    for tranche in range(-(-size // LEAVES_OF_TRANCHE)):
        of = anchor(tranche)
        for index in range(min(LEAVES_OF_TRANCHE, size - tranche * LEAVES_OF_TRANCHE)):
            place, between = divmod(tranche * LEAVES_OF_TRANCHE + index, step)
            chosen = between == 0 and place < len(sought)
            yield of, index, index * 400, 400, sought[place] if chosen else draw.randbytes(32), False


def _block(number: int) -> tuple[Any, ...]:
    draw = random.Random(number)
    return number, draw.randbytes(32), draw.randbytes(32), number, draw.randbytes(32), draw.randbytes(32)


def _retired(size: int) -> Iterator[tuple[Any, ...]]:
    draw = random.Random(3)
    account, contract = draw.randbytes(20), draw.randbytes(20)
    for n in range(size):
        block, index = divmod(n, EVENTS_OF_BLOCK)
        lot = (n // 10 + 1) << 32
        yield block, index, draw.randbytes(32), contract, f"{lot:029d}", n % 10, 1, account, draw.randbytes(32)


def _copy(there: "psycopg.Connection[Any]", table: str, rows: Iterator[tuple[Any, ...]]) -> int:
    """Load rows; how many a second."""
    start, count = time.perf_counter(), 0
    with there.cursor() as cursor, cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return round(count / (time.perf_counter() - start))


def _weight(there: "psycopg.Connection[Any]", table: str, rows: int) -> dict[str, float]:
    """Bytes a row: the heap, each index, all of it."""
    found = there.execute(
        "SELECT c.relname, pg_relation_size(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
        "WHERE i.indrelid = %s::regclass",
        [table],
    ).fetchall()
    heap, total = there.execute(
        "SELECT pg_relation_size(%s::regclass), pg_total_relation_size(%s::regclass)", [table, table]
    ).fetchone() or (0, 0)
    return {"heap": heap / rows, **{name: size / rows for name, size in found}, "total": total / rows}


def _weight_of_parts(there: "psycopg.Connection[Any]", table: str, rows: int) -> dict[str, float]:
    (total,) = there.execute(
        "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(%s::regclass) WHERE isleaf", [table]
    ).fetchone() or (0,)
    return {"total": float(total) / rows}


def _times(there: "psycopg.Connection[Any]", hashes: list[bytes], size: int) -> dict[str, float]:
    """Milliseconds a query, each asked many times on one connection."""
    draw = random.Random(5)
    lots = [f"{(draw.randrange(size // 10) + 1) << 32:029d}" for _ in range(LOOKUPS)]
    anchors = [anchor(draw.randrange(-(-size // LEAVES_OF_TRANCHE))) for _ in range(LOOKUPS)]
    by_hash = "SELECT anchor, index, start, grams FROM {} WHERE certificate_hash = %s"
    by_place = "SELECT certificate_hash FROM {} WHERE anchor = %s AND index = 7"
    newest = (
        "SELECT count FROM {} WHERE lot = %s AND block_number <= 1000000000 "
        "ORDER BY block_number DESC, log_index DESC LIMIT 1"
    )

    def mean(query: str, asked: list[Any]) -> float:
        for value in asked[:20]:
            there.execute(query, [value]).fetchall()
        start = time.perf_counter()
        found = sum(len(there.execute(query, [value]).fetchall()) for value in asked)
        assert found == len(asked), (query, found)
        return (time.perf_counter() - start) / len(asked) * 1000

    return {
        f"{what}: {table}": mean(query.format(table), asked)
        for what, query, tables, asked in (
            ("certificate by hash", by_hash, ("leaf", "leaf_hashed"), hashes),
            ("leaf by tranche and index", by_place, ("leaf", "leaf_hashed"), anchors),
            ("newest retirement of a lot", newest, ("retired", "retired_ranged"), lots),
        )
        for table in tables
    }


def _sqlite(path: Path, size: int, hashes: list[bytes]) -> dict[str, float]:
    """Bytes a row in a SQLite file of the same tables."""
    store = open_store(str(path))
    raw = store.engine.raw_connection()
    cursor = raw.cursor()

    def grown(load: Callable[[], None]) -> float:
        def pages() -> int:
            return int(cursor.execute("PRAGMA page_count").fetchone()[0])

        before = pages()
        load()
        return (pages() - before) * 4096 / size

    def add(table: str, rows: Iterator[tuple[Any, ...]], members: int) -> None:
        cursor.execute("BEGIN")
        cursor.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * members)})', rows)  # type: ignore[arg-type]
        cursor.execute("COMMIT")

    add("publication", ((anchor(n),) for n in range(-(-size // LEAVES_OF_TRANCHE))), 1)
    add("block", (_block(n) for n in range(size // EVENTS_OF_BLOCK + 1)), 6)
    found = {
        "leaf": grown(lambda: add("leaf", _leaves(size, hashes), 6)),
        "retired": grown(lambda: add("retired", _retired(size), 9)),
    }
    raw.close()
    store.close()
    return found
