"""Metro rides through `certify` on a real chain, killed at random moments: one anchor, nothing lost and nothing twice.

By default 20,000 rides and 8 kills; in the full profile a million, 20 kills, and 10,000 certificates verified.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from registry.chain.contracts import NO_HINT, CreditRegistry
from registry.domain.hexes import hex0x
from registry.domain.lots import lot_id
from registry.domain.registry_file import RegistryFile
from registry.proofs.verify import verify
from registry.workflows.certified import Certified
from registry.workflows.witness import connect
from scripts.benchmarks.certify import GRAMS_OF_RIDE, claims_file
from support.anvil import anvil, anvil_signers
from support.chains import EVIDENCE, Chain, deployed, with_report

from .conftest import offsetproof

RIDES, KILLS, SAMPLE = (
    (1_000_000, 20, 10_000) if os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full" else (20_000, 8, 500)
)


@dataclass(frozen=True)
class Platform:
    """A lot with enough retired credits, and how its owner calls the command."""

    registry: RegistryFile
    credits: CreditRegistry
    lot: int
    options: list[str]
    url: str


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    file = tmp_path_factory.mktemp("rides") / "registry.json"
    with anvil() as rpc:
        chain = Chain("anvil", rpc, anvil_signers())
        registry = deployed(chain)
        file.write_text(json.dumps(registry.to_value()))
        credits_, report, series = with_report(chain.sender(), registry)
        needed = -(-RIDES * GRAMS_OF_RIDE // 1_000_000)
        owner = chain.signers[0].address
        credits_.issue(report, series, 1, needed, owner, EVIDENCE, NO_HINT)
        lot = lot_id(1, 0)
        credits_.retire(lot, 0, needed)
        credits_.confirm_source_cancellation(lot, 0, needed, EVIDENCE)
        options = ["--registry", str(file), "--rpc", rpc.name, "--from", hex0x(owner)]
        yield Platform(registry, credits_, lot, options, rpc.name)


def test_rides_killed_at_random_moments_are_anchored_once_and_all_verify(platform: Platform, tmp_path: Path) -> None:
    claims, out = claims_file(tmp_path / "claims.csv", RIDES), tmp_path / "out"
    command = ["certify", str(claims), "--lot", str(platform.lot), "--out", str(out), "--issuer", "Metro"]
    command += ["--no-bundles", *platform.options]
    began = time.monotonic()
    dry = offsetproof(*command, "--dry-run", "--json")
    whole = time.monotonic() - began
    assert dry.code == 0, dry.err
    assert dry.json["gas"] > 21_000
    assert dry.json["serials"] == [
        {"series": "VCS-191", "first": "1", "last": str(-(-RIDES * GRAMS_OF_RIDE // 1_000_000))}
    ]
    assert not out.exists()

    moments = random.Random(20)
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-m", "registry", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(moments.random() * whole * 1.1)
        process.kill()
        process.wait()
    done = offsetproof(*command, "--json")
    assert done.code == 0, done.err

    total = RIDES * GRAMS_OF_RIDE
    marks = platform.credits.marks_of(platform.lot)
    assert (marks.tranches, marks.claimed_grams) == (1, total)
    certified = Certified(out)
    (tranche,) = certified.plan.tranches
    assert platform.credits.anchor_of(platform.lot, 0) == tranche.anchor
    assert (tranche.leaf_count, tranche.total) == (RIDES, total)
    assert sum(leaf.grams for leaf in certified.leaves(0)) == total

    platform.credits.sender.rpc.request("anvil_mine", ["0x8"])
    with connect([platform.url], platform.registry) as witnesses:
        facts = witnesses.facts(platform.lot, 0)
    now, claim_ids = int(time.time()), set()
    for index in random.Random(1).sample(range(RIDES), SAMPLE):
        bundle = certified.at(0, index)
        verdict = verify(bundle, platform.registry, facts, now=now)
        assert (verdict.verdict, verdict.level) == ("retired", 1), verdict
        claim_ids.add(json.loads(str(bundle.document))["claimId"])
    assert len(claim_ids) == SAMPLE

    again = offsetproof(*command, "--json")
    assert (again.code, again.json["anchored"]) == (0, 0)
    assert platform.credits.marks_of(platform.lot).tranches == 1
