"""A claims file to a plan and its static store, against a bare loop of the two SHA-256 calls a certificate costs.

The anchor itself is one transaction, whatever the size; its gas is in `scripts/bench gas`.
"""

import csv
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from registry.domain.registry_file import Finality, Operator, PinnedContract, RegistryFile
from registry.workflows.certify import Room
from registry.workflows.claim_chunks import survey
from registry.workflows.claims import COLUMNS
from registry.workflows.plan import Plan
from registry.workflows.planning import Request, draw_to
from scripts.benchmarks.measure import Measured, best_seconds

_HASH = b"\x01" * 32
_ADDRESS = b"\x02" * 20
REGISTRY = RegistryFile(
    name="Bench",
    chain_id=31337,
    genesis_hash=_HASH,
    first_block=0,
    project_registry=PinnedContract(_ADDRESS, _HASH),
    credit_registry=PinnedContract(_ADDRESS, _HASH),
    operator=Operator("Operator", _ADDRESS),
    finality=Finality("tag"),
    demo=True,
)
GRAMS_OF_RIDE = 432
REPEATS = 3
"""Of both: nothing is removed in between, for a file system may be slow to use again what was just let go."""
RIDE = ("Metro ride, 10 km", "metro", 10, "km", "cpcd-metro-cn@1", "CNY", 2, 2, "2026-11-22T08:00:00Z")


def claims_file(path: Path, size: int) -> Path:
    """`size` metro rides of 432 g."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        rows.writerows((f"ride-2026-{i:08d}", GRAMS_OF_RIDE, f"乘客{i:08d}", *RIDE) for i in range(size))
    return path


def drawn(
    folder: Path, size: int, *, to: str = "out", progress: Callable[[str, int, int], None] = lambda *_: None
) -> Plan:
    """A plan over the `size` rides of `folder / claims.csv` in the folder `to` within it."""
    room = Room(3 << 32, 0, 0, size * GRAMS_OF_RIDE)
    request = Request(survey(folder / "claims.csv"), (room.lot,), "Metro")
    return draw_to(folder / to, request, [room], _ADDRESS, REGISTRY, progress=progress)


def run(size: int) -> Measured:
    def bare() -> None:
        leaf, inner = bytes(49), bytes(81)
        for _ in range(size):
            sha256(leaf).digest()
            sha256(inner).digest()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        claims = claims_file(folder / "claims.csv", size)
        outs = (f"out-{n}" for n in range(REPEATS))
        ours = best_seconds(lambda: drawn(folder, size, to=next(outs)), REPEATS)
        sizes = {
            "rows": size,
            "claims_bytes": claims.stat().st_size,
            "tile_bytes": sum(p.stat().st_size for p in (folder / "out-0" / "tiles").rglob("*") if p.is_file()),
            "private_bytes": sum(p.stat().st_size for p in (folder / "out-0" / "private").rglob("*") if p.is_file()),
        }
    return Measured(
        "certify",
        ours,
        best_seconds(bare, REPEATS),
        "s",
        "claims file to plan and store",
        "two SHA-256 calls a certificate",
        less_is_better=True,
        sizes=sizes,
    )
