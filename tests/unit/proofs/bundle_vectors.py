"""Makes the part `bent` of `tests/vectors/bundle.json`: the good bundle with one member at its limit, or beyond it.

The texts beside it are kept as they are. Run this file to rewrite the part.
"""

import copy
import json
from pathlib import Path
from typing import Any

from example_certificate import BUNDLE
from vector_text import GONE, Case, bends, lines, refused_at, text_of

from registry.proofs.bundle import parse_bundle

PATH = Path(__file__).parents[2] / "vectors" / "bundle.json"
BASE = BUNDLE.to_value()
MOST = 2**53 - 1
HASH = "0x" + "ab" * 32
NODE = {"hash": HASH, "grams": 1}


def tranche(**change: Any) -> Case:
    value: Case = copy.deepcopy(BASE["tranche"]) | change  # type: ignore[operator]
    return value


GOOD: dict[str, list[Any]] = {
    "document": ["", "no document at all", "x" * 65_536],
    "disclosures": [[], [""], ["x"] * 8],
    "disclosures.0": ["x" * 4_096],
    "leaf.index": [0, 5, MOST],
    "leaf.grams": [1, MOST],
    "path": [[], [NODE] * 53],
    "path.0.grams": [MOST],
    "tranche": [
        tranche(start=0, total=MOST, leafCount=MOST), tranche(start=MOST - 1, total=1, leafCount=1),
        tranche(leafCount=1),
    ],
    "tranche.root": ["0x" + "0" * 64],
    "anchor.lot": ["0", str(2**96 - 1)],
    "anchor.tranche": [0, 2**32 - 1],
}  # fmt: skip
REFUSED: dict[str, list[Any]] = {
    "version": ["bundle/2", GONE],
    "extra": [1],
    "document": [GONE, None, {}, "x" * 65_537, "文" * 21_846],
    "disclosures": [GONE, None, ["x"] * 9, [1], "x"],
    "disclosures.0": ["x" * 4_097, "文" * 1_366],
    "leaf": [GONE, []],
    "leaf.index": [-1, "2", True, None, GONE],
    "leaf.grams": [0, "432", GONE],
    "leaf.extra": [1],
    "path": [GONE, [NODE] * 54, [HASH], {}],
    "path.0.hash": ["0x" + "AB" * 32, "0x" + "ab" * 31, GONE],
    "path.0.grams": [0, GONE],
    "path.1.extra": [1],
    "tranche": [
        GONE, tranche(leafCount=0), tranche(total=0), tranche(total=10, leafCount=11), tranche(start=-1),
        tranche(start=MOST, total=1, leafCount=1), tranche(start=MOST - 1, total=2, leafCount=1),
        tranche(start=1, total=MOST), tranche(start="0"), tranche(extra=1), tranche(root=HASH[:-2]),
    ],
    "anchor": [GONE, {"lot": "0"}],
    "anchor.lot": [str(2**96), "00", 0, GONE],
    "anchor.tranche": [-1, 2**32, "0", GONE],
    "evidence": [GONE, None, {}],
}  # fmt: skip


def part() -> Case:
    refused = bends(REFUSED)
    for case in refused:
        case["at"] = refused_at(text_of(case, BASE), parse_bundle)
    return {"base": BASE, "good": bends(GOOD), "refuse": refused}


def written() -> str:
    kept = json.loads(PATH.read_text(encoding="utf-8"))
    for case in kept["refuse"]:
        case["at"] = refused_at(case["text"], parse_bundle)
    return lines({**kept, "bent": part()})


if __name__ == "__main__":
    PATH.write_text(written(), encoding="utf-8")
