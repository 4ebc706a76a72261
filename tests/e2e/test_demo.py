"""The main job, as a user does it: the demo, then its files against the chain."""

import json
from pathlib import Path

import pytest

from registry.workflows.records import load_records
from support.anvil import anvil as start_anvil

from .conftest import Demo, Ran, offsetproof


def verified(demo: Demo, bundle: Path, *nodes: str) -> Ran:
    """`offsetproof verify` against the demo's registry file and these nodes."""
    asked = [word for node in nodes for word in ("--rpc", node)]
    return offsetproof("verify", bundle, "--registry", demo.registry_path, *asked, "--json")


def test_the_demo_on_the_embedded_chain_ends_with_the_figures_of_the_records(tmp_path: Path) -> None:
    ran = offsetproof("demo", "--once", "--out", tmp_path / "D", "--json")
    assert ran.code == 0, ran.err
    summary = json.loads((tmp_path / "D" / "summary.json").read_text())
    assert ran.json == summary
    assert summary["credits_issued"] == 202
    assert summary["credits_retired"] == 31
    assert summary["grams_certified"] == 31_000_000
    assert summary["claims"] == {"filled": 23, "partly": 1, "unfilled": 7}
    assert len(summary["certificates"]) == 24
    assert {c["verdict"] for c in summary["certificates"]} == {"retired"}
    bundles = {path.stem for path in (tmp_path / "D" / "bundles").glob("*.json")}
    assert bundles == {c["certificate_hash"] for c in summary["certificates"]}
    assert (tmp_path / "D" / "mirror.db").exists()


def test_a_second_demo_never_writes_over_the_first(tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text("{}")
    ran = offsetproof("demo", "--once", "--out", tmp_path)
    assert ran.code == 2
    assert "holds an earlier demo" in ran.err


def test_what_is_not_filled_is_shown_and_never_certified(demo: Demo) -> None:
    short = {row["claim_id"]: row["grams"] - row["grams_filled"] for row in demo.summary["not_filled"]}
    assert sum(short.values()) == 932_000
    assert len(short) == 8
    certified = {}
    for path in demo.bundles:
        document = json.loads(json.loads(path.read_text())["document"])
        certified[document["claimId"]] = document["grams"]
    claimed = {claim.claim_id: claim.grams for claim in load_records().claims}
    assert {
        name: claimed[name] - certified.get(name, 0) for name in claimed if certified.get(name) != claimed[name]
    } == short


def test_without_a_chain_every_bundle_is_consistent_and_not_decided(demo: Demo) -> None:
    for path in demo.bundles[:3]:
        ran = verified(demo, path)
        assert (ran.code, ran.json["verdict"], ran.json["level"]) == (3, "unavailable", 0)
        assert [c["n"] for c in ran.json["checks"] if c["status"] == "passed"] == [1, 2, 10]


def test_without_a_registry_file_nothing_is_believed(demo: Demo) -> None:
    ran = offsetproof("verify", demo.bundles[0], "--rpc", demo.url, "--json")
    assert (ran.code, ran.json["verdict"]) == (3, "unknown registry")


def test_with_one_node_each_bundle_is_retired_within_its_records_own_retirement(demo: Demo) -> None:
    records = load_records()
    retirements = {r.certificate_id: r for r in records.retirements}
    seen = set()
    for path in demo.bundles:
        ran = verified(demo, path, demo.url)
        assert (ran.code, ran.json["verdict"], ran.json["level"]) == (0, "retired", 1)
        claim = json.loads(json.loads(path.read_text())["document"])["claimId"]
        fill = next(f for f in records.fills if f.claim == claim)
        retirement = retirements[fill.certificate_id]
        assert ran.json["grams"] == fill.grams
        (serials,) = ran.json["serials"]
        assert serials["series"] == retirement.series
        assert retirement.serials.first <= int(serials["first"]) <= int(serials["last"]) <= retirement.serials.last
        position = ran.json["position"]
        seen.add((serials["first"], position["startGram"], position["endGram"]))
    assert len(seen) == 24


def test_two_nodes_that_agree_witness_and_a_node_of_another_chain_is_refused(demo: Demo) -> None:
    bundle = demo.bundles[0]
    with start_anvil("--fork-url", demo.url) as fork:
        ran = offsetproof(
            "verify", bundle, "--registry", demo.registry_path, "--rpc", demo.url, "--rpc", fork.name, "--json"
        )
        assert (ran.code, ran.json["verdict"], ran.json["level"]) == (0, "retired", 2)
    with start_anvil() as stranger:
        ran = offsetproof(
            "verify", bundle, "--registry", demo.registry_path, "--rpc", demo.url, "--rpc", stranger.name, "--json"
        )
        assert (ran.code, ran.json["verdict"], ran.json["level"]) == (3, "unknown registry", 0)


def test_the_same_node_named_twice_is_no_second_witness(demo: Demo) -> None:
    ran = offsetproof(
        "verify", demo.bundles[0], "--registry", demo.registry_path, "--rpc", demo.url, "--rpc", demo.url + "/",
        "--quorum", "2", "--json",
    )  # fmt: skip
    assert ran.code == 2
    assert "quorum" in ran.json["message"]


def test_a_node_that_does_not_answer_is_an_outage_and_not_a_forgery(demo: Demo) -> None:
    ran = offsetproof(
        "verify", demo.bundles[0], "--registry", demo.registry_path, "--rpc", "http://127.0.0.1:9", "--json"
    )
    assert (ran.code, ran.json["verdict"]) == (3, "unavailable")


@pytest.mark.parametrize(
    "serial", ["8040-449402283-449402291-VCU-042-MER-PE-14-1360-01072013-30062014-1", "VERRA-VCU:449402283"]
)
def test_a_serial_is_traced_from_project_to_grams(demo: Demo, serial: str) -> None:
    ran = offsetproof("trace", serial, "--registry", demo.registry_path, "--db", demo.folder / "mirror.db", "--json")
    assert ran.code == 0
    assert ran.json["project"]["source_id"] == "VCS1360"
    assert ran.json["retired"] is True
    assert sum(g["grams"] for g in ran.json["grams"]) >= 1_000_000
    assert ran.json["trouble"] is None


def test_a_live_and_an_unissued_serial_are_told_apart(demo: Demo) -> None:
    place = ("--registry", demo.registry_path, "--db", demo.folder / "mirror.db", "--json")
    live = offsetproof("trace", "VERRA-VCU:449402560", *place)
    assert (live.code, live.json["retired"], live.json["grams"]) == (0, False, [])
    unissued = offsetproof("trace", "VERRA-VCU:449402561", *place)
    assert (unissued.code, unissued.json["issued"]) == (1, False)


def test_the_demos_mirror_passes_its_audit_with_and_without_a_node(demo: Demo) -> None:
    place = ("--registry", demo.registry_path, "--db", demo.folder / "mirror.db", "--json")
    alone = offsetproof("audit", *place)
    assert (alone.code, alone.json["ok"]) == (0, True)
    assert alone.json["unproven"]
    compared = offsetproof("audit", *place, "--rpc", demo.url)
    assert (compared.code, compared.json["ok"], compared.json["unproven"]) == (0, True, [])
