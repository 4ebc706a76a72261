"""Several readings of one fact: which of them counts, and that trouble is never outvoted."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import choice_vectors
import pytest
from example_certificate import BUNDLE, CHAIN, NOW, REGISTRY, Chain, seen
from facts_as_json import facts_from

from registry.domain.hexes import ZERO_HASH
from registry.proofs.facts import Facts, Reading, Seen, SegmentFact, Unread
from registry.proofs.proven_choice import choose_facts
from registry.proofs.slots import unread_facts
from registry.proofs.verdict import Verdict
from registry.proofs.verify import verify

DAY = 86_400
INVALIDATED = (SegmentFact(12, 20, "invalidated"),)
SUSPENDED = (SegmentFact(12, 20, "suspended"),)
ELSEWHERE = (SegmentFact(0, 3, "suspended"),)


def at_block(number: int, level: int, age: int = 60, chain: Chain = CHAIN) -> Facts:
    return chain.everywhere(seen(level, number, NOW - age)).facts


def chosen(*sources: Facts) -> Facts:
    first = choose_facts(sources, now=NOW, max_age=DAY)
    assert choose_facts(sources[::-1], now=NOW, max_age=DAY) == first
    return first


def judge(*sources: Facts) -> Verdict:
    return verify(BUNDLE, REGISTRY, chosen(*sources), now=NOW)


def place(fact: Reading[object] | Unread) -> tuple[int, int]:
    assert isinstance(fact, Reading)
    return fact.seen.level, fact.seen.block.number


def test_one_source_is_taken_as_it_is() -> None:
    facts = at_block(100, 1)
    assert choose_facts([facts], now=NOW, max_age=DAY) is facts


def test_the_higher_level_counts_then_the_later_block() -> None:
    assert judge(at_block(100, 3), at_block(200, 1)).level == 3
    later = chosen(at_block(100, 3), at_block(120, 3))
    assert place(later.lot) == place(later.anchor) == place(later.standing) == (3, 120)


def test_the_anchor_may_rest_on_an_old_block_while_standing_comes_from_a_young_one() -> None:
    verdict = judge(at_block(100, 3, age=30 * DAY), at_block(200, 1))
    assert (verdict.verdict, verdict.level) == ("retired", 1)
    assert (verdict.checks[3].level, verdict.checks[7].level, verdict.checks[8].level) == (3, 1, 1)


def test_what_was_read_before_the_anchor_gives_way_to_what_was_read_after() -> None:
    early = CHAIN.put(anchor=ZERO_HASH).change(lot={"retired": 0}, marks={"claimed_grams": 0})
    facts = chosen(at_block(100, 3, chain=early), at_block(200, 1))
    assert place(facts.anchor) == place(facts.lot) == place(facts.marks) == (1, 200)
    assert judge(at_block(100, 3, chain=early), at_block(200, 1)).level == 1


def test_fresh_trouble_at_a_lower_level_is_not_outvoted_by_an_older_proof() -> None:
    for trouble in (INVALIDATED, SUSPENDED):
        verdict = judge(at_block(100, 3), at_block(200, 1, chain=CHAIN.put(standing=trouble)))
        assert (verdict.verdict, verdict.checks[7].level) == ("compromised", 1)


def test_a_reinstatement_counts_only_at_the_level_that_told_of_the_trouble() -> None:
    suspended = at_block(100, 3, chain=CHAIN.put(standing=SUSPENDED))
    assert judge(suspended, at_block(200, 1)).verdict == "compromised"
    assert judge(suspended, at_block(200, 3)).verdict == "retired"


def test_a_proven_invalidation_is_not_undone_by_a_weaker_reading() -> None:
    proven = at_block(100, 3, age=2 * DAY, chain=CHAIN.put(standing=INVALIDATED))
    verdict = judge(proven, at_block(200, 1))
    assert (verdict.verdict, verdict.checks[7].code) == ("unavailable", "stale")
    told = judge(proven, at_block(200, 1, chain=CHAIN.put(standing=INVALIDATED)))
    assert (told.verdict, told.checks[7].level) == ("compromised", 1)


def test_a_range_told_in_other_pieces_is_the_same_trouble() -> None:
    pieces = (SegmentFact(12, 15, "invalidated"), SegmentFact(15, 20, "invalidated"))
    facts = chosen(
        at_block(100, 3, chain=CHAIN.put(standing=INVALIDATED)), at_block(200, 1, chain=CHAIN.put(standing=pieces))
    )
    assert place(facts.standing) == (3, 100)
    wider = (SegmentFact(12, 21, "invalidated"),)
    facts = chosen(
        at_block(100, 3, chain=CHAIN.put(standing=pieces)), at_block(200, 1, chain=CHAIN.put(standing=wider))
    )
    assert place(facts.standing) == (1, 200)


def test_trouble_of_other_credits_does_not_lower_the_verdict() -> None:
    verdict = judge(at_block(100, 3), at_block(200, 1, chain=CHAIN.put(standing=ELSEWHERE)))
    assert verdict.verdict == "retired"


def test_an_unread_fact_is_filled_by_another_source_and_reasons_are_joined() -> None:
    gaps = replace(at_block(100, 3), standing=Unread("no proof"), marks=Unread("no proof"))
    facts = chosen(gaps, at_block(90, 1))
    assert (place(facts.anchor), place(facts.standing), place(facts.marks)) == ((3, 100), (1, 90), (1, 90))
    nothing = choose_facts([unread_facts("down"), unread_facts("no evidence", retryable=False)], now=NOW, max_age=DAY)
    assert nothing.lot == Unread("down; no evidence", True)
    assert verify(BUNDLE, REGISTRY, nothing, now=NOW).verdict == "unavailable"


PATH = Path(__file__).parents[2] / "vectors" / "choice.json"
VECTORS: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))


def test_the_vectors_are_what_their_maker_makes() -> None:
    assert PATH.read_text(encoding="utf-8") == choice_vectors.written()


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda c: c["why"])
def test_of_several_sources_the_one_of_the_vector_counts(case: dict[str, Any]) -> None:
    told = [choice_vectors.facts_in(one, VECTORS["now"], VECTORS["shared"]) for one in case["sources"]]
    sources = [facts_from(one) for one in told]
    facts = choose_facts(sources, now=VECTORS["now"], max_age=VECTORS["maxAge"])
    for name, at in case["chosen"].items():
        found = getattr(facts, name)
        if at is None:
            assert isinstance(found, Unread), name
        else:
            assert found is getattr(sources[at], name), name


def test_choosing_never_changes_a_reading() -> None:
    sources = [at_block(100, 3), at_block(200, 1), at_block(150, 2, age=2 * DAY)]
    facts = choose_facts(sources, now=NOW, max_age=DAY)
    for name in Facts.__dataclass_fields__:
        assert any(getattr(facts, name) is getattr(source, name) for source in sources)
    assert isinstance(facts.anchor, Reading)
    assert isinstance(facts.anchor.seen, Seen)
