"""`scripts/bench NAME`: run one measurement and print it, as a table or as one JSON object."""

import argparse
import json
import sys

from rich.console import Console
from rich.table import Table

from scripts.benchmarks import (
    api,
    audit,
    bundle,
    certify,
    follow,
    gas,
    hostile,
    index,
    level3,
    ponder,
    rows,
    tree,
    verify,
)
from scripts.benchmarks.measure import Measured

BENCHES = {
    "api": (api.run, 1_000_000),
    "audit": (audit.run, 1_000_000),
    "audit-postgresql": (audit.run_postgresql, 200_000),
    "bundle": (bundle.run, 1_000_000),
    "certify": (certify.run, 1_000_000),
    "follow": (follow.run, 40),
    "gas": (gas.run, 0),
    "hostile": (hostile.run, 0),
    "tree": (tree.run, 1_000_000),
    "verify": (verify.run, 0),
    "level3": (level3.run, 0),
    "index": (index.run, 200_000),
    "ponder": (ponder.run, 200_000),
    "rows": (rows.run, 1_000_000),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHES))
    parser.add_argument("--size", type=int)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    run, size = BENCHES[given.name]
    measured = run(given.size or size)
    if given.json:
        json.dump(measured.to_value(), sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        _table(measured)
    return 0


def _table(measured: Measured) -> None:
    better = "less is better" if measured.less_is_better else "more is better"
    table = Table(title=f"{measured.name}: ratio {measured.ratio:.3f} ({better})")
    table.add_column("what")
    table.add_column(measured.unit, justify="right")
    table.add_row(measured.ours_is, f"{measured.ours:,.6g}")
    table.add_row(measured.against_is, f"{measured.against:,.6g}")
    for name, row in measured.more.get("limits", {}).items():
        table.add_row(name, f"{row['gas']:,} of {row['limit']:,}")
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
