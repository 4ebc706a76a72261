"""Verdicts as data: the rule which check decides, whole verdicts in JSON, and bundles that are none."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import bundle_vectors
import pytest
import verdict_vectors
from example_certificate import CHAIN, REGISTRY, judge, seen
from facts_as_json import facts_from, facts_value
from vector_text import refused_at, text_of

from registry.domain.hexes import hex0x
from registry.domain.numbers import parse_number, short_number
from registry.domain.registry_file import parse_registry_file
from registry.proofs.bundle import parse_bundle
from registry.proofs.canonical import canonical_bytes
from registry.proofs.verdict import (
    CHECK_NAMES,
    EXIT_CODES,
    Check,
    decide,
    unavailable_verdict,
    unknown_verdict,
    unregistered_verdict,
)
from registry.proofs.verify import verify

VECTORS = Path(__file__).parents[2] / "vectors"
BUNDLES: dict[str, Any] = json.loads((VECTORS / "bundle.json").read_text(encoding="utf-8"))
VERDICTS: dict[str, Any] = json.loads((VECTORS / "verdict.json").read_text(encoding="utf-8"))

ORDER = ["invalid", "unknown registry", "unknown", "pending", "compromised", "unavailable", "retired"]


def checks_with(bent: dict[str, str]) -> list[Check]:
    """Ten checks that passed, but for those in `bent`: number to "status" or "status code"."""
    made = []
    for n in CHECK_NAMES:
        status, _, code = bent.get(str(n), "passed").partition(" ")
        made.append(Check(n, status, code, ""))
    return made


@pytest.mark.parametrize("case", VERDICTS["decide"], ids=lambda c: c["why"])
def test_the_checks_decide_as_the_table_says(case: dict[str, Any]) -> None:
    assert decide(checks_with(case["checks"])) == case["verdict"]


def test_only_ten_passed_checks_are_retired() -> None:
    for n, status in product(CHECK_NAMES, ("failed", "pending", "unavailable")):
        assert decide(checks_with({str(n): status})) != "retired"


@pytest.mark.parametrize("case", VERDICTS["verdicts"], ids=lambda c: c["why"])
def test_a_bundle_and_facts_give_the_verdict_of_the_vector(case: dict[str, Any]) -> None:
    registry = parse_registry_file(json.dumps(case["registry"])) if case["registry"] else None
    facts = facts_from(case["facts"]) if case["facts"] else None
    verdict = verify(parse_bundle(json.dumps(case["bundle"])), registry, facts, now=case["now"])
    assert verdict.to_value() == case["expected"]
    assert verdict.exit_code == case["exitCode"]


def test_the_bent_verdicts_are_what_their_maker_makes() -> None:
    assert (VECTORS / "verdict.json").read_text(encoding="utf-8") == verdict_vectors.written()


@pytest.mark.parametrize("case", VERDICTS["cases"], ids=lambda c: c["why"])
def test_one_thing_bent_changes_the_verdict_as_the_vector_says(case: dict[str, Any]) -> None:
    expected = case["expected"]
    members = [name for name in expected if name not in ("verdict", "exitCode", "checks", "level")]
    told = verdict_vectors.told_of(verdict_vectors.judged(case, VERDICTS["shared"]), members)
    assert told == expected | {"checks": VERDICTS["shared"]["checks"] | expected["checks"]}


def test_every_code_of_the_specification_stands_in_a_vector() -> None:
    page = (VECTORS.parents[1] / "docs" / "spec" / "verification.md").read_text(encoding="utf-8")
    table = page.split("### Codes")[1].split("## Which check decides")[0]
    rows = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("| ") and "passed |" not in line]
    told = {
        (cells[0].strip(), status, code)
        for cells in rows
        for status, cell in zip(("passed", "failed", "pending", "unavailable"), cells[1:], strict=True)
        for code in cell.replace("`", "").split()
    }
    seen = {
        (n, *told.split())
        for case in VERDICTS["cases"]
        for n, told in (VERDICTS["shared"]["checks"] | case["expected"]["checks"]).items()
    }
    # A document that nobody published is known inside the library only.
    assert seen == told - {("1", "unavailable", "unpublished")}


def test_facts_of_the_vectors_read_back() -> None:
    assert facts_from(facts_value(CHAIN.facts)) == CHAIN.facts


@pytest.mark.parametrize("case", BUNDLES["good"], ids=lambda c: c["why"])
def test_a_good_bundle_reads_and_has_its_hash_and_number(case: dict[str, Any]) -> None:
    bundle = parse_bundle(case["text"])
    assert hex0x(bundle.certificate_hash) == case["certificateHash"]
    assert short_number(bundle.certificate_hash) == case["number"]
    assert bundle.to_json().decode("utf-8") == case["canonical"]


@pytest.mark.parametrize("case", BUNDLES["refuse"], ids=lambda c: c["why"])
def test_a_bad_bundle_is_refused(case: dict[str, Any]) -> None:
    assert refused_at(case["text"], parse_bundle) == case["at"] != ""


def test_the_bent_bundles_are_what_their_maker_makes() -> None:
    assert (VECTORS / "bundle.json").read_text(encoding="utf-8") == bundle_vectors.written()


@pytest.mark.parametrize("case", BUNDLES["bent"]["good"], ids=lambda c: c["why"])
def test_a_bundle_at_its_limits_reads(case: dict[str, Any]) -> None:
    text = text_of(case, BUNDLES["bent"]["base"])
    assert parse_bundle(text).to_json().decode("utf-8") == text


@pytest.mark.parametrize("case", BUNDLES["bent"]["refuse"], ids=lambda c: c["why"])
def test_a_bundle_beyond_a_limit_is_refused_there(case: dict[str, Any]) -> None:
    assert refused_at(text_of(case, BUNDLES["bent"]["base"]), parse_bundle) == case["at"] != ""


def test_every_verdict_has_an_exit_code() -> None:
    assert sorted(EXIT_CODES) == sorted(ORDER)
    assert {code for verdict, code in EXIT_CODES.items() if verdict != "retired"} == {1, 3}


def test_a_verdict_is_json_without_floats_and_with_ten_named_checks() -> None:
    value = judge().to_value()
    canonical_bytes(value)
    checks = value["checks"]
    assert isinstance(checks, list)
    assert [check["name"] for check in checks] == list(CHECK_NAMES.values())


def test_nothing_found_is_unknown_with_what_is_anchored_but_not_published() -> None:
    verdict = unknown_verdict(
        b"\5" * 32, REGISTRY, unpublished_tranches=2, unpublished_grams=5_000, seen=seen(level=1, number=9)
    )
    assert (verdict.verdict, verdict.exit_code, verdict.level) == ("unknown", 1, 1)
    assert verdict.to_value()["unpublished"] == {"tranches": 2, "grams": 5_000}
    assert "2 tranches with 5000 g" in verdict.notes[0].text
    late = unknown_verdict(b"\5" * 32, REGISTRY, unpublished_tranches=0, unpublished_grams=0, behind=3)
    assert (late.verdict, late.exit_code) == ("pending", 3)


def test_a_number_that_nobody_has_is_unknown_by_its_number() -> None:
    number = parse_number(short_number(b"\5" * 32))
    verdict = unknown_verdict(number, REGISTRY, unpublished_tranches=0, unpublished_grams=0)
    assert (verdict.certificate_hash, verdict.number) == (None, short_number(b"\5" * 32))


def test_without_a_registry_file_a_look_up_is_unknown_registry_and_an_outage_is_unavailable() -> None:
    assert unregistered_verdict(b"\5" * 32).verdict == "unknown registry"
    assert unregistered_verdict().to_value()["registry"] is None
    outage = unavailable_verdict(b"\5" * 32, REGISTRY, "the node did not answer")
    assert (outage.verdict, outage.exit_code, outage.notes[0].text) == ("unavailable", 3, "the node did not answer")
