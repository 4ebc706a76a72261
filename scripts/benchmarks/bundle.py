"""One bundle from the tile store, by hash: at `size` certificates against 10,000."""

import random
import tempfile
import time
from pathlib import Path

from registry.workflows.certified import Certified
from scripts.benchmarks.certify import claims_file, drawn
from scripts.benchmarks.measure import Measured

FEW = 10_000
ASKED = 2_000


def run(size: int) -> Measured:
    few, _ = _times(FEW)
    many, p99 = _times(size)
    return Measured(
        "bundle",
        many * 1000,
        few * 1000,
        "ms",
        f"mean of {ASKED} bundles by hash, {size:,} certificates",
        f"the same of {FEW:,}",
        less_is_better=True,
        sizes={"certificates": size},
        more={"p99_ms": round(p99 * 1000, 3)},
    )


def _times(size: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        claims_file(folder / "claims.csv", size)
        drawn(folder, size)
        certified = Certified(folder / "out")
        chosen = random.Random(1).choices(range(size), k=ASKED)
        hashes = [certified.at(0, index).certificate_hash for index in chosen]
        certified = Certified(folder / "out")
        taken = []
        for certificate in hashes:
            start = time.perf_counter()
            (bundle,) = certified.by_hash(certificate)
            bundle.to_json()
            taken.append(time.perf_counter() - start)
    taken.sort()
    return sum(taken) / len(taken), taken[len(taken) * 99 // 100]
