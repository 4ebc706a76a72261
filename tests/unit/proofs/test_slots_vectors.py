"""Storage slots and what their words mean, against the vectors."""

import json
from pathlib import Path
from typing import Any

import pytest
import slots_vectors

from registry.proofs.slots import anchor_slot, elements, lot_slot, member

PATH = Path(__file__).parents[2] / "vectors" / "slots.json"
VECTORS: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))


def test_the_vectors_are_what_their_maker_makes() -> None:
    assert PATH.read_text(encoding="utf-8") == slots_vectors.written()


@pytest.mark.parametrize("case", VECTORS["slots"], ids=lambda c: c["why"])
def test_everything_stands_in_the_slot_of_the_vector(case: dict[str, Any]) -> None:
    lot, tranche, batch = int(case["lot"]), case["tranche"], int(case["lot"]) >> 32
    found = {
        "lot": lot_slot(lot),
        "marks": member(lot, 6),
        "anchor": anchor_slot(lot, tranche),
        "batch": member(batch, 8),
        "standing": member(batch, 9),
        "firstSegment": elements(member(batch, 9)),
        "series": member(case["series"], 10),
        "seriesText": elements(member(case["series"], 10)),
        "sourceCancellation": member(lot, 11),
        "project": member(int(case["project"]), 5),
        "report": member(int(case["report"]), 6),
        "sourceId": member(int(case["project"]), 7),
        "programme": member(case["programme"], 8),
    }
    assert {name: slots_vectors.hx(slot) for name, slot in found.items()} == case["slots"]


@pytest.mark.parametrize("case", VECTORS["facts"], ids=lambda c: c["why"])
def test_words_give_the_facts_of_the_vector(case: dict[str, Any]) -> None:
    assert slots_vectors.facts_of(case, VECTORS["base"]) == VECTORS["base"]["facts"] | case["facts"]
