"""The ten checks: one good certificate, then one thing bent at a time, and what each check decides."""

from dataclasses import replace
from typing import Any

import pytest
from example_certificate import (
    BUNDLE,
    CERTIFICATE,
    CHAIN,
    CUSTODIAN,
    LOT,
    NATIVE,
    NOW,
    OWNER,
    REGISTRAR,
    REGISTRY,
    VERIFIER,
    Chain,
    anchor_of,
    bundle_of,
    chain_for,
    code,
    document,
    judge,
    seen,
    status,
)

from registry.domain.certificates import Issuer
from registry.domain.lots import Position, lot_id
from registry.domain.registry_file import PinnedContract
from registry.proofs.bundle import AnchorPlace, Bundle
from registry.proofs.facts import SegmentFact, Unread
from registry.proofs.verdict import SerialsNamed

DAY = 86_400


def test_a_good_certificate_is_retired_with_position_serials_level_and_block() -> None:
    verdict = judge()
    assert verdict.verdict == "retired"
    assert [check.status for check in verdict.checks] == ["passed"] * 10
    assert [check.n for check in verdict.checks] == list(range(1, 11))
    assert (verdict.level, verdict.level_name, verdict.exit_code) == (2, "witnessed", 0)
    assert verdict.grams == 432
    # Leaves 0 and 1 claim a million grams; the tranche starts in the middle of the lot's second credit.
    assert verdict.position == Position(2_500_000, 432)
    assert verdict.serials == (SerialsNamed("VCS-42", 1012, 1012),)
    assert verdict.block is not None
    assert verdict.block.number == 100
    assert verdict.history_hash == bytes.fromhex("77" * 32)
    assert verdict.demo is False


def test_a_certificate_across_credits_names_the_first_and_the_last() -> None:
    bundle = bundle_of(document(replace(CERTIFICATE, grams=1_500_001)), grams=1_500_001)
    chain = chain_for(bundle).change(marks={"claimed_grams": 7_000_000})
    # Grams 2,500,000 to 4,000,000 (inclusive): credits 2, 3 and the first gram of credit 4 of the lot.
    assert judge(bundle, chain).serials == (SerialsNamed("VCS-42", 1012, 1014),)


def test_without_a_chain_the_file_is_consistent_at_most() -> None:
    verdict = judge(chain=None)
    assert (verdict.verdict, verdict.level, verdict.exit_code) == ("unavailable", 0, 3)
    assert [status(verdict, n) for n in (1, 2, 10)] == ["passed"] * 3
    assert [status(verdict, n) for n in range(3, 10)] == ["unavailable"] * 7
    assert verdict.serials == ()
    assert verdict.block is None


def test_without_a_registry_file_the_verdict_is_unknown_registry() -> None:
    verdict = judge(registry=None)
    assert verdict.verdict == "unknown registry"
    assert all(check.level == 0 for check in verdict.checks)


# ------------------------------------------------------------------------------------------------ the file's checks


def test_1_a_document_that_is_not_canonical_is_invalid() -> None:
    bundle = bundle_of(document().replace(":", ": ", 1))
    verdict = judge(bundle, chain_for(bundle))
    assert (verdict.verdict, code(verdict, 1)) == ("invalid", "document-malformed")


def test_1_a_leaf_whose_document_nobody_published_cannot_be_checked() -> None:
    bundle = replace(BUNDLE, document=None, disclosures=(), known_hash=BUNDLE.certificate_hash)
    verdict = judge(bundle)
    assert verdict.verdict == "unavailable"
    assert verdict.checks[0].reason == "the document is not published; give the file"
    assert status(verdict, 2) == status(verdict, 4) == status(verdict, 8) == "passed"
    assert verdict.serials == (SerialsNamed("VCS-42", 1012, 1012),)


def test_3_a_document_of_another_chain_or_contract_is_unknown_registry_though_all_readings_fit() -> None:
    for foreign in (replace(CERTIFICATE, chain_id=1), replace(CERTIFICATE, credit_registry=bytes.fromhex("99" * 20))):
        bundle = bundle_of(document(foreign))
        verdict = judge(bundle, chain_for(bundle))
        assert (verdict.verdict, verdict.exit_code) == ("unknown registry", 3)
        assert status(verdict, 4) == "unavailable"


def test_3_a_document_of_another_registry_that_fails_a_check_of_its_own_is_invalid() -> None:
    foreign = bundle_of(document(replace(CERTIFICATE, chain_id=1)))
    bent = replace(foreign, tranche=replace(foreign.tranche, root=bytes(32)))
    assert judge(bent).verdict == "invalid"
    wrong_lot = bundle_of(document(replace(CERTIFICATE, chain_id=1, lot=LOT + 1)))
    assert judge(wrong_lot).verdict == "invalid"


def test_3_the_document_must_name_the_anchors_lot_and_the_leafs_grams() -> None:
    other_lot = bundle_of(document(replace(CERTIFICATE, lot=lot_id(3, 11))))
    assert code(judge(other_lot, chain_for(other_lot)), 3) == "lot-differs"
    other_grams = bundle_of(document(replace(CERTIFICATE, grams=431)))
    verdict = judge(other_grams, chain_for(other_grams))
    assert (verdict.verdict, code(verdict, 3)) == ("invalid", "grams-differ")


def test_3_the_issuing_account_must_own_the_lot() -> None:
    bundle = bundle_of(document(replace(CERTIFICATE, issuer=Issuer("Impostor", bytes.fromhex("ee" * 20)))))
    verdict = judge(bundle, chain_for(bundle))
    assert (verdict.verdict, code(verdict, 3)) == ("invalid", "account-differs")


def test_3_an_owner_read_before_the_anchor_and_before_any_retirement_is_not_yet_final() -> None:
    early = CHAIN.change(lot={"owner": REGISTRAR, "retired": 0}).at(lot=seen(number=90))
    for chain in (early, early.change(lot={"owner": OWNER})):
        verdict = judge(chain=chain)
        assert (verdict.verdict, code(verdict, 3)) == ("unavailable", "older-than-anchor")


def test_10_a_disclosure_must_match_its_digest() -> None:
    bent = replace(BUNDLE, disclosures=(BUNDLE.disclosures[0].replace("Zhang", "Zhong"),))
    assert (judge(bent).verdict, code(judge(bent), 10)) == ("invalid", "disclosure")
    twice = replace(BUNDLE, disclosures=BUNDLE.disclosures * 2)
    assert judge(twice).verdict == "invalid"
    closed = judge(replace(BUNDLE, disclosures=()))
    assert closed.verdict == "retired"
    assert "not disclosed: beneficiary" in closed.checks[9].reason


# ------------------------------------------------------------------------------------------------ the chain's checks


def test_4_another_value_at_the_anchors_place_is_invalid() -> None:
    verdict = judge(chain=CHAIN.put(anchor=bytes.fromhex("ab" * 32)))
    assert (verdict.verdict, code(verdict, 4)) == ("invalid", "anchor-differs")


def test_4_nothing_anchored_is_unknown_or_pending_while_the_index_is_behind() -> None:
    empty = CHAIN.put(anchor=bytes(32)).change(lot={"owner": bytes(20), "count": 0, "retired": 0})
    assert (judge(chain=empty).verdict, judge(chain=empty).level) == ("unknown", 2)
    assert judge(chain=empty, behind=0).verdict == "unknown"
    late = judge(chain=empty, behind=12)
    assert (late.verdict, code(late, 4)) == ("pending", "index-behind")
    assert "12 blocks behind" in late.checks[3].reason


def test_4_an_anchor_at_the_head_only_is_pending() -> None:
    empty = CHAIN.put(anchor=bytes(32))
    head = CHAIN.everywhere(seen(number=105, final=False)).facts
    verdict = judge(chain=empty, head_facts=head)
    assert (verdict.verdict, code(verdict, 4)) == ("pending", "anchor-not-final")


def test_4_absence_at_an_old_block_is_not_unknown() -> None:
    old = CHAIN.put(anchor=bytes(32)).everywhere(seen(timestamp=NOW - 8 * DAY))
    assert judge(chain=old).verdict == "unavailable"


def test_4_what_rests_on_the_anchor_says_why_it_was_not_checked() -> None:
    empty = CHAIN.put(anchor=bytes(32))
    for verdict, why in (
        (judge(chain=empty), "the anchor does not stand"),
        (judge(chain=CHAIN.put(anchor=b"\1" * 32)), "the anchor does not stand"),
        (judge(chain=empty, behind=12), "the anchor is pending"),
        (judge(chain=empty, head_facts=CHAIN.everywhere(seen(number=105, final=False)).facts), "the anchor is pending"),
        (judge(chain=empty.everywhere(seen(timestamp=NOW - 8 * DAY))), "the anchor could not be checked"),
        (judge(chain=CHAIN.put(anchor=Unread("the node did not answer"))), "the anchor could not be checked"),
    ):
        assert [check.reason for check in verdict.checks[4:9]] == [f"not checked: {why}"] * 5
        assert {(check.status, check.code) for check in verdict.checks[4:9]} == {("unavailable", "not-checked")}


def test_4_an_anchor_may_rest_on_an_old_final_block() -> None:
    assert judge(chain=CHAIN.at(anchor=seen(number=5, timestamp=NOW - 400 * DAY))).verdict == "retired"


@pytest.mark.parametrize("bend", [{"lot": {"retired": 4}}, {"marks": {"claimed_grams": 4_500_431}}])
def test_5_a_tranche_beyond_the_retired_or_the_claimed_grams_is_invalid(bend: dict[str, Any]) -> None:
    verdict = judge(chain=CHAIN.change(**bend))
    assert (verdict.verdict, code(verdict, 5)) == ("invalid", "beyond-retired")


def test_5_the_last_retired_gram_can_be_claimed() -> None:
    assert judge(chain=CHAIN.change(lot={"retired": 5}, marks={"claimed_grams": 4_500_432})).verdict == "retired"


def test_5_marks_read_before_the_anchor_never_make_it_invalid() -> None:
    early = CHAIN.change(marks={"claimed_grams": 0}).at(marks=seen(number=99))
    verdict = judge(chain=early)
    assert (verdict.verdict, code(verdict, 5)) == ("unavailable", "older-than-anchor")


@pytest.mark.parametrize("bend", [{"batch": {"count": 12}}, {"batch": {"count": 0}}, {"lot": {"count": 2}}])
def test_6_a_position_outside_lot_or_batch_is_invalid(bend: dict[str, Any]) -> None:
    verdict = judge(chain=CHAIN.change(**bend))
    assert (verdict.verdict, code(verdict, 6)) == ("invalid", "outside-batch")
    assert verdict.serials == ()


def test_7_a_native_credit_needs_a_registered_project_and_an_independently_verified_report() -> None:
    assert judge(chain=NATIVE).verdict == "retired"
    for bend in (
        {"report": {"status": "filed"}},
        {"report": {"status": "rejected"}},
        {"report": {"status": "recorded"}},
        {"project": {"status": "validated"}},
        {"report": {"verifier": 6}},
        {"report": {"verifier": 4}},
        {"report": {"verifier": 0}},
        {"project": {"validator": 0}},
        {"project": {"validator": 4}},
    ):
        verdict = judge(chain=NATIVE.change(**bend))
        assert (verdict.verdict, status(verdict, 7)) == ("pending", "pending"), bend


def test_7_a_bridged_credit_rests_on_what_the_source_registry_records_and_says_who_attests_it() -> None:
    verdict = judge()
    assert verdict.checks[6].reason.endswith("as recorded by the source registry, attested by Registrar")
    assert judge(chain=CHAIN.change(report={"status": "verified", "verifier": 7})).verdict == "pending"


@pytest.mark.parametrize("chain", [CHAIN, NATIVE], ids=["bridged", "native"])
def test_7_credits_stand_though_the_project_was_deregistered_later(chain: Chain) -> None:
    verdict = judge(chain=chain.change(project={"status": "deregistered"}))
    assert verdict.verdict == "retired"
    assert "deregistered" in [note.code for note in verdict.notes]


@pytest.mark.parametrize("trouble", ["suspended", "invalidated"])
def test_8_trouble_of_these_credits_compromises_them(trouble: str) -> None:
    verdict = judge(chain=CHAIN.put(standing=(SegmentFact(0, 13, trouble),)))
    assert (verdict.verdict, verdict.exit_code, code(verdict, 8)) == ("compromised", 1, trouble)


def test_8_trouble_of_neighbouring_credits_does_not() -> None:
    assert judge(
        chain=CHAIN.put(standing=(SegmentFact(0, 12, "suspended"), SegmentFact(13, 40, "invalidated")))
    ).verdict == ("retired")


@pytest.mark.parametrize("name", ["standing", "marks"])
def test_8_and_9_need_a_fresh_block(name: str) -> None:
    assert judge(chain=CHAIN.at(**{name: seen(timestamp=NOW - DAY)})).verdict == "retired"
    for timestamp in (NOW - DAY - 1, NOW + DAY + 1):
        assert judge(chain=CHAIN.at(**{name: seen(timestamp=timestamp)})).verdict == "unavailable"
    assert judge(chain=CHAIN.at(**{name: seen(timestamp=NOW - 5 * DAY)}), max_age=5 * DAY).verdict == "retired"


def test_8_trouble_known_from_an_old_block_is_not_shown_as_todays() -> None:
    old = CHAIN.put(standing=(SegmentFact(0, 40, "suspended"),)).at(standing=seen(timestamp=NOW - 2 * DAY))
    assert judge(chain=old).verdict == "unavailable"


def test_8_trouble_at_the_head_is_noted_before_it_is_final() -> None:
    head = CHAIN.put(standing=(SegmentFact(0, 40, "suspended"),)).everywhere(seen(number=105, final=False)).facts
    verdict = judge(head_facts=head)
    assert verdict.verdict == "retired"
    assert "trouble-not-final" in [note.code for note in verdict.notes]


def test_9_the_source_cancellation_must_cover_these_credits() -> None:
    assert judge(chain=CHAIN.change(marks={"confirmed": 3})).verdict == "retired"
    verdict = judge(chain=CHAIN.change(marks={"confirmed": 2}))
    assert (verdict.verdict, code(verdict, 9)) == ("pending", "not-confirmed")
    assert "sourceCancellation" not in [a.role for a in verdict.attested_by]


def test_9_a_native_credit_needs_no_source_cancellation() -> None:
    verdict = judge(chain=NATIVE.change(marks={"confirmed": 0}))
    assert (verdict.verdict, code(verdict, 9)) == ("retired", "native")


# ------------------------------------------------------------------------------------------- readings and levels


@pytest.mark.parametrize("name", ["anchor", "lot", "marks", "batch", "standing", "report", "project"])
def test_what_could_not_be_read_is_unavailable_never_invalid_nor_unknown(name: str) -> None:
    verdict = judge(chain=CHAIN.put(**{name: Unread("the node did not answer")}))
    if name == "project":
        # The source cancellation is attested, so only the path to the project is open.
        assert [c.n for c in verdict.checks if c.status == "unavailable"] == [7]
    assert verdict.verdict == "unavailable"
    assert "the node did not answer" in [check.reason for check in verdict.checks]


@pytest.mark.parametrize("name", ["anchor", "lot", "marks", "batch", "standing", "report", "project"])
def test_a_reading_that_is_not_final_decides_nothing_more_than_pending(name: str) -> None:
    verdict = judge(chain=CHAIN.at(**{name: seen(number=105, final=False)}))
    assert verdict.verdict == "pending"
    everywhere = CHAIN.everywhere(seen(number=105, final=False))
    for bad in (everywhere, everywhere.put(anchor=b"\1" * 32), everywhere.change(lot={"retired": 0})):
        assert judge(chain=bad).verdict == "pending"


def test_the_verdict_takes_the_lowest_level_and_the_oldest_block() -> None:
    verdict = judge(chain=CHAIN.at(anchor=seen(level=3, number=7), report=seen(level=1, number=98)))
    assert (verdict.verdict, verdict.level) == ("retired", 1)
    assert verdict.block is not None
    assert verdict.block.number == 7
    assert (verdict.checks[3].level, verdict.checks[6].level) == (3, 1)


def test_an_anchor_is_recomputed_from_the_pinned_registry_never_from_the_bundle() -> None:
    look_alike = replace(REGISTRY, credit_registry=PinnedContract(bytes.fromhex("99" * 20), bytes(32)))
    foreign = bundle_of(document(replace(CERTIFICATE, credit_registry=bytes.fromhex("99" * 20))))
    readings = chain_for(foreign).put(anchor=anchor_of(foreign, look_alike))
    assert judge(foreign, readings).verdict == "unknown registry"
    # The same readings for a document that names the pinned registry: the anchor is another.
    assert judge(BUNDLE, CHAIN.put(anchor=anchor_of(BUNDLE, look_alike))).verdict == "invalid"


@pytest.mark.parametrize("place", [AnchorPlace(LOT, 3), AnchorPlace(lot_id(4, 10), 2)], ids=["tranche", "lot"])
def test_a_bundle_replayed_at_another_place_is_invalid(place: AnchorPlace) -> None:
    replayed: Bundle = replace(BUNDLE, anchor=place)
    assert judge(replayed).verdict == "invalid"


def test_a_certificate_anchored_by_somebody_else_in_their_own_lot_is_invalid() -> None:
    thief = lot_id(8, 0)
    bundle = bundle_of(document(), lot=thief)
    assert judge(bundle, chain_for(bundle).change(lot={"owner": REGISTRAR})).verdict == "invalid"


# ------------------------------------------------------------------------------------------------ who attested, notes


def test_the_verdict_names_who_attested_and_whether_they_are_different() -> None:
    native = judge(chain=NATIVE)
    assert [(a.role, a.name, a.organisation) for a in native.attested_by] == [
        ("validator", None, 6),
        ("verifier", "Verifier", 7),
        ("registrar", "Registrar", None),
        ("issuer", "Registrar", None),
        ("sourceCancellation", "Source registry", None),
    ]
    assert [n.text for n in native.notes] == ["issuer, registrar are not independent: all are Registrar"]
    distinct = judge(chain=NATIVE.change(batch={"registrar": OWNER}))
    assert distinct.notes == ()


def test_attestors_that_are_the_same_only_through_a_third_are_told_once() -> None:
    chain = NATIVE.change(project={"validator": 7}, marks={"confirmed_by": VERIFIER})
    assert [n.text for n in judge(chain=chain).notes] == [
        "issuer, registrar are not independent: all are Registrar",
        "sourceCancellation, validator, verifier are not independent: all are organisation 7 / Verifier",
    ]


def test_two_accounts_of_one_pinned_name_count_as_one() -> None:
    registry = replace(REGISTRY, names={REGISTRAR: "One Ltd", CUSTODIAN: "One Ltd"})
    notes = judge(registry=registry).notes
    assert [n.text for n in notes] == ["issuer, registrar, sourceCancellation are not independent: all are One Ltd"]


def test_a_certificate_without_a_buyers_nonce_is_bound_to_no_person() -> None:
    bundle = bundle_of(document(replace(CERTIFICATE, buyer_nonce=None)))
    verdict = judge(bundle, chain_for(bundle))
    assert verdict.verdict == "retired"
    assert "bound-to-no-person" in [note.code for note in verdict.notes]
