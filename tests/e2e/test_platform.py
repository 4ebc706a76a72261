"""A platform's day: retire, certify a file of claims (dying on the way), serve, publish, look up by number."""

import csv
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from registry.chain.contracts import CreditRegistry
from registry.chain.send import Sender
from registry.workflows.certified import Certified
from registry.workflows.claims import COLUMNS
from registry.workflows.publishing import put_tranche

from .conftest import Demo, offsetproof

LOT = 6 << 32
CREDITS = 3


def claims_file(path: Path, count: int) -> Path:
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for i in range(count):
            what = ("李雷", "地铁 10 km", "metro", 10, "km", "cpcd-metro-cn@1", "CNY", 2, 2, "2026-11-22T08:00:00Z")
            rows.writerow([f"ride-{i}", 432 + i, *what])
    return path


@contextmanager
def serving(demo: Demo, mirror: Path) -> Iterator[str]:
    """`offsetproof serve` on a free port, following the demo's chain."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "registry", "serve", "--port", str(port), "--db", str(mirror)]
    command += ["--registry", str(demo.registry_path), "--rpc", demo.url]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                if httpx.get(f"{url}/v1/status", timeout=2).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        else:
            raise AssertionError("the API did not start")
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@pytest.fixture(scope="module")
def platform(demo: Demo) -> str:
    """The demo's platform account, which anvil signs for."""
    return str(demo.rpc.request("eth_accounts")[3])


@pytest.fixture(scope="module")
def certified(demo: Demo, platform: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 40 certificates, made by a command that was killed four times on the way."""
    work = tmp_path_factory.mktemp("platform")
    acting = ("--registry", demo.registry_path, "--rpc", demo.url, "--from", platform)
    retired = offsetproof("retire", LOT, "--count", CREDITS, "--yes", *acting, "--json")
    assert retired.code == 0, retired.out
    claims = claims_file(work / "claims.csv", 40)
    arguments = [
        "certify",
        str(claims),
        "--lot",
        str(LOT),
        "--out",
        str(work / "out"),
        "--issuer",
        "Metro",
        *map(str, acting),
    ]
    for pause in (0.6, 0.9, 1.2, 1.5):
        process = subprocess.Popen(
            [sys.executable, "-m", "registry", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(pause)
        process.kill()
        process.wait()
    done = offsetproof(*arguments, "--json")
    assert done.code == 0, done.out
    assert done.json["bundles"] == 40
    return work


def test_a_run_that_was_killed_is_finished_with_exactly_one_anchor(demo: Demo, certified: Path) -> None:
    marks = CreditRegistry(Sender(demo.rpc), demo.registry.credit_registry.address).marks_of(LOT)
    assert marks.tranches == 1
    assert marks.claimed_grams == sum(432 + i for i in range(40))
    assert len(list((certified / "out" / "bundles").glob("*.json"))) == 40


def test_a_dry_run_writes_and_anchors_nothing(demo: Demo, platform: str, certified: Path, tmp_path: Path) -> None:
    claims = claims_file(tmp_path / "claims.csv", 3)
    ran = offsetproof(
        "certify", claims, "--lot", LOT, "--out", tmp_path / "out", "--issuer", "Metro", "--dry-run", "--json",
        "--registry", demo.registry_path, "--rpc", demo.url, "--from", platform,
    )  # fmt: skip
    assert (ran.code, ran.json["dry_run"]) == (0, True)
    assert ran.json["tranches"][0]["start"] == sum(432 + i for i in range(40))
    assert not (tmp_path / "out").exists()


def test_a_bad_row_stops_the_run_with_its_place(demo: Demo, platform: str, tmp_path: Path) -> None:
    claims = claims_file(tmp_path / "claims.csv", 3)
    claims.write_text(claims.read_text().replace("434", "4.34"))
    ran = offsetproof(
        "certify", claims, "--lot", LOT, "--out", tmp_path / "out", "--issuer", "Metro",
        "--registry", demo.registry_path, "--rpc", demo.url, "--from", platform,
    )  # fmt: skip
    assert ran.code == 2
    assert "claims.csv line 4, column grams" in ran.err
    assert not (tmp_path / "out").exists()


def test_more_claims_than_retired_credits_are_refused(demo: Demo, platform: str, tmp_path: Path) -> None:
    claims = claims_file(tmp_path / "claims.csv", 3)
    claims.write_text(claims.read_text().replace("434", "4340000"))
    ran = offsetproof(
        "certify", claims, "--lot", LOT, "--out", tmp_path / "out", "--issuer", "Metro",
        "--registry", demo.registry_path, "--rpc", demo.url, "--from", platform, "--json",
    )  # fmt: skip
    assert ran.code == 2
    assert ran.json["message"] == "more is claimed than is retired"


def test_a_stranger_cannot_retire_the_platforms_credits(demo: Demo) -> None:
    stranger = demo.rpc.request("eth_accounts")[9]
    ran = offsetproof(
        "retire", LOT, "--count", 1, "--yes", "--registry", demo.registry_path, "--rpc", demo.url, "--from", stranger,
        "--json",
    )  # fmt: skip
    assert ran.code == 1
    assert "NotOwnerNorClaimant" in ran.out


def test_published_certificates_are_found_by_hash_and_number_and_verify(
    demo: Demo, certified: Path, tmp_path: Path
) -> None:
    out = certified / "out"
    bundle = sorted((out / "bundles").glob("*.json"))[0]
    place = ("--registry", demo.registry_path, "--json")
    with serving(demo, tmp_path / "mirror.db") as url:
        unpublished = offsetproof("verify", bundle.stem, *place, "--api", url)
        assert (unpublished.code, unpublished.json["verdict"]) == (1, "unknown")
        assert unpublished.json["unpublished"]["tranches"] >= 1

        published = offsetproof("publish", out, "--api", url, "--json")
        assert published.code == 0, published.out
        again = offsetproof("publish", out, "--api", url, "--json")
        assert again.code == 0
        in_parts = put_tranche(url, Certified(out), 0, leaves_only=False, part_size=7)
        assert (in_parts["certificates"], in_parts["newDocuments"]) == (40, 0)

        pending = offsetproof("verify", bundle.stem, *place, "--api", url)
        assert (pending.code, pending.json["verdict"]) == (3, "pending")

        operator = demo.rpc.request("eth_accounts")[2]
        confirmed = offsetproof(
            "confirm-cancellation", LOT, "--count", CREDITS, "--evidence", demo.registry_path,
            "--registry", demo.registry_path, "--rpc", demo.url, "--from", operator, "--json",
        )  # fmt: skip
        assert confirmed.code == 0, confirmed.out
        demo.rpc.request("anvil_mine", [hex(80)])
        for _ in range(100):
            found = offsetproof("verify", bundle.stem, *place, "--api", url)
            if found.json["verdict"] == "retired":
                break
            time.sleep(0.3)
        assert (found.code, found.json["verdict"], found.json["level"]) == (0, "retired", 1)
        assert "李雷" not in found.out

        by_number = offsetproof("verify", found.json["number"], *place, "--api", url)
        assert by_number.json["certificateHash"] == bundle.stem
        by_file = offsetproof("verify", bundle, *place, "--api", url)
        assert (by_file.code, by_file.json["level"]) == (0, 1)
        witnessed = offsetproof("verify", bundle.stem, *place, "--api", url, "--rpc", demo.url)
        assert (witnessed.code, witnessed.json["verdict"], witnessed.json["level"]) == (0, "retired", 1)
