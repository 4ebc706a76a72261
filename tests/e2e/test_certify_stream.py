"""A claims file on a real chain: bad rows set aside, one bundle asked for, a name forgotten."""

from pathlib import Path

import pytest

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
    forgotten = offsetproof("forget", out, "ride-1", "--json")
    assert forgotten.json == {"forgotten": ["0x" + hash_.hex()]}
    file.write_text(offsetproof("bundle", out, "ride-1").out)
    without = offsetproof("verify", file, "--registry", demo.registry_path, "--rpc", demo.url, "--json")
    assert without.json["verdict"] == verdict.json["verdict"]
    assert "李雷" not in file.read_text()
