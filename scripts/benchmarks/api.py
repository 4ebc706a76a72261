"""Verdicts by hash through the verifier API, over HTTP, against an empty FastAPI route of the same server.

The mirror has a million retirements' worth of events and `size` published certificates; another, of 10,000 published
certificates and as many events, tells how the time grows. Publishing is timed too.
"""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

from registry.store.database import open_store
from scripts.benchmarks.load import Load, load
from scripts.benchmarks.load_server import EMPTY
from scripts.benchmarks.measure import Measured
from scripts.benchmarks.rides import Rides
from scripts.benchmarks.synthetic_mirror import Synthetic

FEW = 10_000
EVENTS = 1_000_000
CLIENTS = 50
SECONDS, WARMING = 3.0, 0.5
ROUNDS = 5


def run(size: int) -> Measured:
    with tempfile.TemporaryDirectory() as name:
        many, publishing = _mirror(Path(name) / "many.db", EVENTS, size)
        few, _ = _mirror(Path(name) / "few.db", FEW, FEW)
        with _served(Path(name) / "many.db") as port, _served(Path(name) / "few.db") as other:
            ours, empty, of_few = _rounds(port, many, other, few)
        weight = sum(file.stat().st_size for file in Path(name).glob("many.db*"))
    return Measured(
        "api",
        ours.per_second,
        empty.per_second,
        "requests/s",
        f"GET /v1/certificates/HASH of {size:,}, {CLIENTS} clients",
        "an empty FastAPI route of the same server",
        sizes={"certificates": size, "events": EVENTS, "mirror_bytes": weight},
        more={
            "p99_ms": {"ours": round(ours.at(99), 2), "empty": round(empty.at(99), 2)},
            "p99_ratio": round(ours.at(99) / empty.at(99), 3),
            "growth_from_10000": round(of_few.per_second / ours.per_second, 3),
            "published_certificates_per_second": round(size / publishing),
        },
    )


def _rounds(port: int, many: Rides, other: int, few: Rides) -> tuple[Load, Load, Load]:
    """The round with the median rate of each kind, all asked by turns."""
    rounds: tuple[list[Load], ...] = ([], [], [])
    for number in range(ROUNDS):
        asked = ((port, _verdicts(many, number)), (port, repeat(EMPTY)), (other, _verdicts(few, number)))
        for found, (at, paths) in zip(rounds, asked, strict=True):
            load(at, paths, CLIENTS, WARMING)
            found.append(load(at, paths, CLIENTS, SECONDS))
    ours, empty, of_few = (sorted(found, key=lambda one: one.per_second)[ROUNDS // 2] for found in rounds)
    return ours, empty, of_few


def _verdicts(rides: Rides, seed: int) -> Iterator[str]:
    """Addresses of verdicts, made beforehand: who asks must not be what is measured."""
    chosen = random.Random(seed)
    return iter([f"/v1/certificates/0x{rides.hash(chosen.randrange(rides.size)).hex()}" for _ in range(20_000)])


def _mirror(path: Path, events: int, size: int) -> tuple[Rides, float]:
    """A mirror with so many events and certificates, and the seconds it took to publish these."""
    store = open_store(str(path))
    synthetic = Synthetic(store)
    synthetic.fill(events)
    start = time.perf_counter()
    rides = synthetic.claim_rides(size)
    took = time.perf_counter() - start
    store.close()
    return rides, took


@contextmanager
def _served(path: Path) -> Iterator[int]:
    # A program of our own with arguments of our own.
    server = subprocess.Popen(
        [sys.executable, "-m", "scripts.benchmarks.load_server", str(path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()
