"""Gas of whole transactions, exact, from the checked-in snapshot, against the limits of the design."""

import json
from pathlib import Path

from scripts.benchmarks.measure import Measured

SNAPSHOT = Path(__file__).resolve().parents[2] / "snapshots" / "CreditRegistry.json"
LIMITS = {
    "retire at the head": 46_000,
    "retire and anchor a fresh lot": 105_000,
    "transfer to an account with lots": 52_000,
    "split": 75_000,
    "issue to an account with lots": 210_000,
}
PEER = 522_604
"""Gas of the best-known peer's retirement with a certificate."""


def run(size: int) -> Measured:
    """`size` is not used: gas does not depend on it."""
    snapshot = {name: int(gas) for name, gas in json.loads(SNAPSHOT.read_text()).items()}
    ours = snapshot["retire and anchor a fresh lot"]
    return Measured(
        name="gas",
        ours=ours,
        against=PEER,
        unit="gas",
        ours_is="retire and anchor a fresh lot, one transaction",
        against_is="the best-known peer's retirement with a certificate",
        less_is_better=True,
        more={"limits": {name: {"gas": snapshot[name], "limit": limit} for name, limit in LIMITS.items()}},
    )
