"""The audit's books refuse each event that the contracts would not have allowed. One good life, then one thing bent."""

from types import SimpleNamespace
from typing import Any

import pytest

from registry.domain.hexes import ZERO_ADDRESS
from registry.workflows.audit_credits import CreditBooks
from registry.workflows.audit_projects import ProjectBooks
from registry.workflows.audit_ranges import Ranges
from registry.workflows.audit_roles import ADMIN, OPERATOR, PAUSER, REGISTRAR, Broken

ADA, BEN, REG = b"a" * 20, b"b" * 20, b"r" * 20
LOT = 1 << 32
ANCHOR = b"x" * 32


def event(**members: Any) -> SimpleNamespace:
    return SimpleNamespace(**members)


@pytest.fixture
def books() -> CreditBooks:
    """Ada owns credits 0 to 9 of batch 1, of which 0 to 3 are retired and 2,500,000 grams claimed."""
    books = CreditBooks(lambda report: 10 if report == 1 else 0, lambda _: ANCHOR)
    for role in (ADMIN, REGISTRAR, OPERATOR, PAUSER):
        books.apply("RoleGranted", event(role=role, account=REG))
    books.apply("SeriesRegistered", event(series=1, id="S", account=REG))
    books.apply("Issued", issued())
    books.apply("Transfer", event(from_account=ZERO_ADDRESS, to_account=ADA, lot=LOT))
    books.apply("Retired", event(lot=LOT, first_index=0, count=4, account=ADA))
    books.apply("Anchored", anchored(tranche=0, start=0, total=2_500_000))
    return books


def issued(**bent: Any) -> SimpleNamespace:
    good = {"batch": 1, "report": 1, "series": 1, "first_serial": 100, "count": 10, "owner": ADA, "account": REG}
    return event(**good | bent)


def anchored(**bent: Any) -> SimpleNamespace:
    good = {"lot": LOT, "tranche": 1, "start": 2_500_000, "total": 1_500_000, "leaf_count": 3, "account": ADA}
    return event(**good | {"anchor": ANCHOR, "root": bytes(32)} | bent)


def test_a_good_life_is_taken(books: CreditBooks) -> None:
    books.apply("Anchored", anchored())
    books.apply("LotSplit", event(lot=LOT, tail=LOT + 5, count=5))
    books.apply("Transfer", event(from_account=ZERO_ADDRESS, to_account=BEN, lot=LOT + 5))
    books.apply("Retired", event(lot=LOT + 5, first_index=5, count=5, account=ADA))
    books.apply("SourceCancellationConfirmed", event(lot=LOT, first_index=0, count=4, account=REG))
    books.end()
    assert (books.lots[LOT].claimed_grams, books.lots[LOT + 5].retired) == (4_000_000, 5)


@pytest.mark.parametrize(
    ("kind", "bent", "why"),
    [
        ("Issued", issued(batch=3), "follows"),
        ("Issued", issued(batch=2, first_serial=105), "meets"),
        ("Issued", issued(batch=2, first_serial=200, count=1), "more issued than verified"),
        ("Issued", issued(batch=2, series=2), "series 2"),
        ("Issued", issued(batch=2, account=ADA), "without that role"),
        ("SeriesRegistered", event(series=2, id="S", account=REG), "twice"),
        ("Transfer", event(from_account=ADA, to_account=BEN, lot=LOT), "retired credits"),
        ("Transfer", event(from_account=BEN, to_account=ADA, lot=LOT), "not its owner"),
        ("Transfer", event(from_account=ZERO_ADDRESS, to_account=ADA, lot=2 << 32), "does not exist"),
        ("LotSplit", event(lot=LOT, tail=LOT + 3, count=3), "cuts retired"),
        ("LotSplit", event(lot=LOT, tail=LOT + 10, count=10), "empty part"),
        ("LotSplit", event(lot=LOT, tail=LOT + 6, count=5), "does not begin"),
        ("Retired", event(lot=LOT, first_index=3, count=1, account=ADA), "gap or repeats"),
        ("Retired", event(lot=LOT, first_index=4, count=7, account=ADA), "more credits retired"),
        ("Retired", event(lot=LOT, first_index=4, count=1, account=BEN), "who may not"),
        ("Anchored", anchored(start=2_400_000), "claims grams twice"),
        ("Anchored", anchored(tranche=0), "follows"),
        ("Anchored", anchored(total=1_500_001), "more grams claimed"),
        ("Anchored", anchored(leaf_count=1_500_001), "empty leaves"),
        ("Anchored", anchored(anchor=bytes(32)), "not the hash"),
        ("Anchored", anchored(account=BEN), "may not"),
        ("SourceCancellationConfirmed", event(lot=LOT, first_index=0, count=5, account=REG), "more credits confirmed"),
        ("SourceCancellationConfirmed", event(lot=LOT, first_index=1, count=1, account=REG), "gap"),
        ("WithdrawalRequested", event(lot=LOT), "retired credits"),
        ("WithdrawalCancelled", event(lot=LOT), "nobody asked"),
        ("Withdrawn", event(lot=LOT, account=REG), "nobody asked"),
        ("ForceWithdrawn", event(lot=LOT, withdrawn_lot=LOT, count=6, retired=4, account=REG), "with retired"),
        ("Suspended", event(batch=1, first_index=5, end_index=11, account=REG), "beyond the batch"),
        ("Reinstated", event(batch=1, first_index=5, end_index=6, account=REG), "not suspended"),
        ("Unpaused", event(account=REG), "without a pause"),
        ("RoleGranted", event(role=ADMIN, account=REG), "was held"),
        ("RoleRevoked", event(role=ADMIN, account=ADA), "not held"),
        ("NoSuchKind", event(), "no event"),
    ],
)
def test_an_event_that_the_contract_would_not_allow_is_refused(
    books: CreditBooks, kind: str, bent: Any, why: str
) -> None:
    with pytest.raises(Broken, match=why):
        books.apply(kind, bent)


def test_a_suspended_credit_is_neither_retired_nor_claimed(books: CreditBooks) -> None:
    books.apply("Suspended", event(batch=1, first_index=3, end_index=5, account=REG))
    with pytest.raises(Broken, match="suspended"):
        books.apply("Anchored", anchored())
    with pytest.raises(Broken, match="suspended"):
        books.apply("Retired", event(lot=LOT, first_index=4, count=1, account=ADA))


def test_nothing_new_happens_while_paused_or_after_closing(books: CreditBooks) -> None:
    books.apply("Paused", event(account=REG))
    with pytest.raises(Broken, match="paused"):
        books.apply("Retired", event(lot=LOT, first_index=4, count=1, account=ADA))
    books.apply("Unpaused", event(account=REG))
    books.apply("Closed", event(account=REG))
    with pytest.raises(Broken, match="after closing"):
        books.apply("Retired", event(lot=LOT, first_index=4, count=1, account=ADA))
    books.apply("Anchored", anchored())


def test_a_lot_that_was_made_must_be_minted_next(books: CreditBooks) -> None:
    books.apply("LotSplit", event(lot=LOT, tail=LOT + 5, count=5))
    with pytest.raises(Broken, match="never minted"):
        books.end()
    with pytest.raises(Broken, match="never minted"):
        books.apply("Paused", event(account=REG))


@pytest.fixture
def projects() -> ProjectBooks:
    """A native programme: Ada's organisation 1 proposed project 1; Ben's organisation 2 may validate and verify."""
    books = ProjectBooks()
    books.apply("RoleGranted", event(role=REGISTRAR, account=REG), 0)
    books.apply("ProgrammeAdded", event(programme=1, code=b"A", bridged=False, account=REG), 0)
    books.apply("ProgrammeAdded", event(programme=2, code=b"B", bridged=True, account=REG), 0)
    for number, member in ((1, ADA), (2, BEN)):
        books.apply("OrganisationAdded", event(organisation=number, account=REG), 0)
        books.apply("MemberSet", event(member=member, organisation=number, account=REG), 0)
    for kind in (0, 1):
        books.apply("Accredited", event(organisation=2, kind=kind, from_time=5, until_time=9, account=REG), 0)
    books.apply("ProjectProposed", event(project=1, programme=1, source_id="P", organisation=1, account=ADA), 5)
    return books


def test_a_validator_may_not_verify_the_same_project(projects: ProjectBooks) -> None:
    projects.apply("ProjectValidated", event(project=1, organisation=2, account=BEN), 5)
    projects.apply("ProjectRegistered", event(project=1, account=REG), 5)
    filed = event(report=1, project=1, from_day=1, end_day=2, tonnes=9, organisation=1, account=ADA)
    projects.apply("ReportFiled", filed, 5)
    with pytest.raises(Broken, match="not independent"):
        projects.apply("ReportVerified", event(report=1, tonnes=9, organisation=2, account=BEN), 5)
    assert projects.issuable(1) == 0


@pytest.mark.parametrize(
    ("kind", "bent", "time", "why"),
    [
        ("ProjectValidated", event(project=1, organisation=2, account=BEN), 9, "without accreditation"),
        ("ProjectValidated", event(project=1, organisation=2, account=ADA), 5, "another organisation"),
        ("ProjectValidated", event(project=2, organisation=2, account=BEN), 5, "does not exist"),
        ("ProjectRegistered", event(project=1, account=REG), 5, "is proposed"),
        ("ProjectRecorded", event(project=2, programme=1, source_id="Q", account=REG), 5, "native"),
        ("ProjectProposed", event(project=2, programme=1, source_id="P", organisation=1, account=ADA), 5, "twice"),
        ("ProjectProposed", event(project=2, programme=2, source_id="Q", organisation=1, account=ADA), 5, "bridged"),
        ("ProgrammeAdded", event(programme=3, code=b"A", bridged=False, account=REG), 5, "taken"),
        ("OrganisationAdded", event(organisation=4, account=REG), 5, "follows"),
        ("MemberSet", event(member=ADA, organisation=3, account=REG), 5, "unknown organisation"),
        ("AccreditationWithdrawn", event(organisation=1, kind=0, account=REG), 5, "does not run"),
        ("ProjectDeregistered", event(project=2, account=REG), 5, "does not exist"),
    ],
)
def test_a_step_out_of_turn_is_refused(projects: ProjectBooks, kind: str, bent: Any, time: int, why: str) -> None:
    with pytest.raises(Broken, match=why):
        projects.apply(kind, bent, time)


def test_monitoring_periods_of_a_project_never_overlap(projects: ProjectBooks) -> None:
    projects.apply("ProjectRecorded", event(project=2, programme=2, source_id="Q", account=REG), 5)
    record = {"project": 2, "tonnes": 5, "account": REG}
    projects.apply("ReportRecorded", event(report=1, from_day=10, end_day=20, **record), 5)
    projects.apply("ReportRecorded", event(report=2, from_day=20, end_day=30, **record), 5)
    assert projects.issuable(1) == 5
    with pytest.raises(Broken, match="meets"):
        projects.apply("ReportRecorded", event(report=3, from_day=19, end_day=20, **record), 5)


def test_ranges_take_neighbours_in_any_order_and_no_overlap() -> None:
    ranges = Ranges()
    for first, end in ((10, 20), (0, 10), (20, 30)):
        ranges.add(first, end, "serials")
    for first, end in ((9, 10), (0, 30), (29, 31), (15, 15)):
        with pytest.raises(Broken, match="serials"):
            ranges.add(first, end, "serials")


def test_a_proposal_turned_down_frees_its_id_and_a_registered_project_keeps_it(projects: ProjectBooks) -> None:
    proposal = event(project=2, programme=1, source_id="P", organisation=1, account=ADA)
    projects.apply("ProjectDeregistered", event(project=1, account=REG), 5)
    projects.apply("ProjectProposed", proposal, 5)
    with pytest.raises(Broken, match="is deregistered"):
        projects.apply("ProjectDeregistered", event(project=1, account=REG), 5)
    with pytest.raises(Broken, match="twice"):
        projects.apply("ProjectProposed", event(**(vars(proposal) | {"project": 3})), 5)
