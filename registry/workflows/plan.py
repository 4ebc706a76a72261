"""`plan.json`: what is to be anchored. Whole on disk before any transaction goes out. Format: `docs/tiles.md`."""

import json
from dataclasses import dataclass
from pathlib import Path

from registry.domain.errors import Contradiction
from registry.domain.hexes import hex0x
from registry.workflows.certify import PLAN, write_whole

VERSION = "plan/2"


@dataclass(frozen=True, slots=True)
class Planned:
    """A tranche as planned: what will be anchored, and by which 32 bytes one knows that it is."""

    lot: int
    number: int
    start: int
    total: int
    leaf_count: int
    root: bytes
    anchor: bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be anchored, and the digest of what was asked for. The seed gives the order and opens nothing."""

    claims: str
    seed: bytes
    shuffled: bool
    set_aside: int
    tranches: tuple[Planned, ...]

    @property
    def certificates(self) -> int:
        return sum(tranche.leaf_count for tranche in self.tranches)


def write_plan(out: Path, plan: Plan) -> None:
    """Write it whole, for the platform's eyes only."""
    value = {
        "version": VERSION,
        "claims": plan.claims,
        "seed": hex0x(plan.seed),
        "order": "shuffled" if plan.shuffled else "kept",
        "setAside": plan.set_aside,
        "tranches": [
            {
                "lot": str(t.lot),
                "tranche": t.number,
                "start": t.start,
                "total": t.total,
                "leafCount": t.leaf_count,
                "root": hex0x(t.root),
                "anchor": hex0x(t.anchor),
            }
            for t in plan.tranches
        ],
    }
    write_whole(out / PLAN, json.dumps(value, indent=1), private=True)


def read_plan(out: Path, digest: str | None = None) -> Plan | None:
    """The plan that an earlier run left in `out`, or None. Raises Contradiction if it was drawn for another request."""
    path = out / PLAN
    if not path.exists():
        return None
    value = json.loads(path.read_text("utf-8"))
    if value.get("version") != VERSION:
        raise Contradiction(f"{path} is of another version", expected=VERSION, found=str(value.get("version")))
    if digest is not None and value["claims"] != digest:
        raise Contradiction(
            f"{path} was drawn for other claims",
            expected=f"claims, lots, names and order with digest {digest}",
            found=value["claims"],
            hint="give the same claims file and options to finish that run, or another --out to begin a new one",
        )
    return Plan(
        value["claims"],
        bytes.fromhex(value["seed"][2:]),
        value["order"] == "shuffled",
        value["setAside"],
        tuple(
            Planned(
                int(t["lot"]),
                t["tranche"],
                t["start"],
                t["total"],
                t["leafCount"],
                bytes.fromhex(t["root"][2:]),
                bytes.fromhex(t["anchor"][2:]),
            )
            for t in value["tranches"]
        ),
    )
