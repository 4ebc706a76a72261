"""The slots that a verifier reads are where the specification says, for the compiler of the checked-in artifacts."""

import json
import re

import pytest

from registry.chain.compile import ROOT

SPEC = (ROOT / "docs" / "spec" / "storage.md").read_text()
ROW = re.compile(r"^\| (?P<what>[^|`]+)(?: `(?P<label>_\w+)`)? \| (?P<slot>[^|]+) \| (?P<word>[^|]+) \|$", re.M)
FIELD = re.compile(r"\b\d+@\d+\b")


def section(title: str) -> str:
    return SPEC.split(f"## {title}\n")[1].split("\n## ")[0]


def specified(title: str) -> dict[str, tuple[int, list[list[str]]]]:
    """Slot and fields of each word, by the variable's name. What stands in no variable of ours has no name."""
    rows = [row for row in ROW.finditer(section(title)) if row["label"]]
    return {row["label"]: (slot_of(row["slot"]), words_of(row["word"])) for row in rows}


def slot_of(text: str) -> int:
    """`8[batch]`, `(7[lot])[tranche]`, or a bare number."""
    match = re.search(r"(\d+)\[", text) or re.fullmatch(r"(\d+)", text)
    assert match, f"no slot in {text!r}"
    return int(match[1])


def words_of(text: str) -> list[list[str]]:
    words = [FIELD.findall(part) for part in text.split("; then ")]
    return [word for word in words if word]


def compiled(contract: str) -> dict[str, tuple[int, list[list[str]]]]:
    document = json.loads((ROOT / f"registry/chain/artifacts/{contract}.json").read_text())
    return {entry["label"]: (int(entry["slot"]), entry["words"]) for entry in document["storageLayout"]}


@pytest.mark.parametrize(
    ("title", "contract", "variables"),
    [
        ("Both contracts", "CreditRegistry", 1),
        ("Both contracts", "ProjectRegistry", 1),
        ("CreditRegistry", "CreditRegistry", 6),
        ("ProjectRegistry", "ProjectRegistry", 4),
    ],
)
def test_every_variable_of_the_specification_has_its_slot_and_fields(title: str, contract: str, variables: int) -> None:
    expected = specified(title)
    assert len(expected) == variables
    found = compiled(contract)
    assert {label: found.get(label) for label in expected} == expected


@pytest.mark.parametrize("contract", ["CreditRegistry", "ProjectRegistry"])
def test_what_new_business_reads_first_stands_in_one_word(contract: str) -> None:
    together = {
        "CreditRegistry": ["_paused", "_closed", "_batchCount", "_seriesCount"],
        "ProjectRegistry": ["_paused", "_programmeCount", "_organisationCount", "_projectCount", "_reportCount"],
    }[contract]
    assert {compiled(contract)[label][0] for label in together} == {4}
