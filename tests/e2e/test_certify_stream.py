"""A claims file on a real chain, killed at any moment: one anchor, every bundle, nothing lost and nothing twice."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from registry.chain.contracts import CreditRegistry
from registry.chain.send import Sender
from registry.proofs.sumtree import fold_path
from registry.workflows.certified import Certified

from .conftest import Demo, offsetproof
from .test_platform import claims_file

LOT = 7 << 32
RIDES = 3000
CREDITS = 6


@pytest.fixture(scope="module")
def acting(demo: Demo) -> list[str]:
    platform = str(demo.rpc.request("eth_accounts")[3])
    options = ["--registry", str(demo.registry_path), "--rpc", demo.url, "--from", platform]
    retired = offsetproof("retire", LOT, "--count", CREDITS, "--yes", *options, "--json")
    assert retired.code == 0, retired.out
    return options


def test_a_run_killed_at_random_moments_anchors_once_and_loses_nothing(
    demo: Demo, acting: list[str], tmp_path: Path
) -> None:
    claims = claims_file(tmp_path / "claims.csv", RIDES)
    out = tmp_path / "out"
    command = ["certify", str(claims), "--lot", str(LOT), "--out", str(out), "--issuer", "Metro", *acting]
    dry = offsetproof(*command, "--dry-run", "--json")
    assert dry.code == 0, dry.out
    assert dry.json["gas"] > 21_000
    assert dry.json["serials"][0]["series"]
    assert not out.exists()
    began = time.monotonic()
    offsetproof("certify", "--help")
    idle = time.monotonic() - began
    moments = random.Random(20)
    for _ in range(8):
        process = subprocess.Popen(
            [sys.executable, "-m", "registry", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(idle + moments.random() * 1.5)
        process.kill()
        process.wait()
    done = offsetproof(*command, "--json")
    assert done.code == 0, done.out

    total = sum(432 + i for i in range(RIDES))
    chain = CreditRegistry(Sender(demo.rpc), demo.registry.credit_registry.address)
    marks = chain.marks_of(LOT)
    assert (marks.tranches, marks.claimed_grams) == (1, total)
    certified = Certified(out)
    (tranche,) = certified.plan.tranches
    assert chain.anchor_of(LOT, 0) == tranche.anchor
    left = 0
    for bundle in certified.all(0):
        folded = fold_path(bundle.leaf.index, RIDES, bundle.leaf.grams, bundle.certificate_hash, bundle.path)
        assert (folded.root, folded.left_grams) == (tranche.root, left)
        left += bundle.leaf.grams
    assert left == total
    assert len(list((out / "bundles").glob("*.json"))) == RIDES

    again = offsetproof(*command, "--json")
    assert (again.code, again.json["anchored"]) == (0, 0)
    assert chain.marks_of(LOT).tranches == 1


def test_one_bundle_is_asked_for_by_claim_by_index_and_by_hash_and_verifies(
    demo: Demo, acting: list[str], tmp_path: Path
) -> None:
    claims = claims_file(tmp_path / "claims.csv", 5)
    out = tmp_path / "out"
    bad = tmp_path / "bad.csv"
    claims.write_text(claims.read_text().replace("435", "4.35"))
    ran = offsetproof(
        "certify", claims, "--lot", LOT, "--out", out, "--issuer", "Metro", *acting, "--set-aside", bad,
        "--no-bundles", "--json",
    )  # fmt: skip
    assert (ran.code, ran.json["set_aside"], ran.json["bundles"]) == (0, 1, 0), ran.out
    assert bad.read_text().splitlines()[1].startswith('5,grams,"not a whole number')
    found = offsetproof("bundle", out, "ride-1")
    assert found.code == 0
    index, hash_ = found.json["leaf"]["index"], Certified(out).at(0, found.json["leaf"]["index"]).certificate_hash
    assert offsetproof("bundle", out, index).out == found.out
    assert offsetproof("bundle", out, "0x" + hash_.hex()).out == found.out
    assert offsetproof("bundle", out, "ride-3").code == 2
    file = tmp_path / "bundle.json"
    file.write_text(found.out)
    verdict = offsetproof("verify", file, "--registry", demo.registry_path, "--rpc", demo.url, "--json")
    assert verdict.json["verdict"] in ("pending", "retired"), verdict.out
