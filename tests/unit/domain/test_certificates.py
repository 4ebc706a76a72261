"""The certificate document: every member has one spelling, and everything else is refused with its place."""

import copy
from typing import Any

import pytest

from registry.domain.certificates import Certificate, Digest
from registry.domain.errors import InvalidInput

FULL: dict[str, Any] = {
    "version": "certificate/1",
    "registry": {"chainId": "31337", "creditRegistry": "0x" + "22" * 20},
    "lot": "12884901888",
    "issuer": {"name": "平台 Platform", "account": "0x" + "aa" * 20},
    "claimId": "ride-2026-000001",
    "grams": 432,
    "beneficiary": {"digest": "0x" + "0d" * 32},
    "purpose": "Metro ride, 10 km 🚇",
    "activity": {"kind": "metro", "quantity": "10", "unit": "km", "factor": "cpcd-metro-cn@1", "grams": 432},
    "price": {"currency": "CNY", "exponent": 2, "units": 2, "agencyFee": 0, "serviceFee": 1},
    "platform": {"name": "Platform"},
    "issuedAt": "2026-11-22T08:00:00Z",
    "buyerNonce": "0x" + "0b" * 32,
    "salt": "0x" + "0a" * 16,
}
OPTIONAL = ["activity", "price", "platform", "buyerNonce"]


def bent(place: str, new: Any) -> dict[str, Any]:
    value = copy.deepcopy(FULL)
    *way, last = place.split(".")
    target = value
    for step in way:
        target = target[step]
    target[last] = new
    return value


def test_a_document_reads_back_as_it_was() -> None:
    certificate = Certificate.from_value(FULL)
    assert certificate.to_value() == FULL
    assert certificate.lot == 12884901888
    assert certificate.beneficiary == Digest(b"\x0d" * 32)


def test_optional_members_may_be_absent() -> None:
    value = {name: member for name, member in FULL.items() if name not in OPTIONAL}
    assert Certificate.from_value(value).to_value() == value
    for place, name in (("activity", "factor"), ("price", "agencyFee"), ("price", "serviceFee")):
        short = copy.deepcopy(FULL)
        del short[place][name]
        assert Certificate.from_value(short).to_value() == short


@pytest.mark.parametrize("name", sorted(set(FULL) - set(OPTIONAL)))
def test_a_missing_member_is_refused(name: str) -> None:
    value = {key: member for key, member in FULL.items() if key != name}
    with pytest.raises(InvalidInput, match=name):
        Certificate.from_value(value)


WRONG: dict[str, list[Any]] = {
    "version": ["certificate/2", 1, None],
    "extra": [1],
    "registry.extra": [1],
    "issuer.extra": [1],
    "activity.extra": [1],
    "price.extra": [1],
    "platform.extra": [1],
    "registry.chainId": [31337, "031337", "0", "-1", "0x7a69", str(2**256)],
    "registry.creditRegistry": ["0x" + "AB" * 20, "0x" + "22" * 19, 0, None],
    "lot": [12884901888, "012884901888", "12884901888 ", str(2**96)],
    "issuer.name": ["", "x" * 501, "a\u0000", "a\nb", "\u202ename", "a\u2028b", "\ud800", 5],
    "issuer.account": ["0x" + "aa" * 21, "aa" * 20],
    "claimId": ["", "x" * 129, 7, "a\tb"],
    "grams": [0, -1, 2**53, "432", True, None],
    "beneficiary": ["", {"digest": "0x" + "0d" * 31}, {"digest": "0x" + "0d" * 32, "x": 1}, {}, [], 5, None],
    "purpose": ["", "\u0085", {"digest": 5}],
    "activity": [{}, "metro", None],
    "activity.quantity": [10, "10.", ".5", "01", "-1", "1e3", "1,000", "", "1" * 41, "１"],
    "activity.grams": [0, "432", 2**53],
    "activity.kind": ["", 5],
    "activity.unit": [""],
    "activity.factor": ["", None],
    "price.currency": ["cny", "CN", "C" * 13, "CN Y", 5],
    "price.exponent": [-1, 19, "2", True],
    "price.units": [-1, 2**53, "2"],
    "price.agencyFee": [-1, None],
    "platform": ["Platform", {"name": ""}, {}],
    "issuedAt": [
        "2026-11-22T08:00:00+00:00",
        "2026-11-22 08:00:00Z",
        "2026-11-22T08:00:00.0Z",
        "2026-02-30T08:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T08:00:60Z",
        "2026-11-22t08:00:00z",
        "２026-11-22T08:00:00Z",
        1,
    ],
    "buyerNonce": ["0x" + "0b" * 15, "0x" + "0b" * 33, "0x" + "0B" * 16, None],
    "salt": ["0x" + "0a" * 15, "0x" + "0a" * 17, "0a" * 16, 5],
}


@pytest.mark.parametrize(
    ("place", "wrong"), [(p, w) for p, all_wrong in WRONG.items() for w in all_wrong], ids=lambda x: ascii(x)[:40]
)
def test_a_wrong_member_is_refused(place: str, wrong: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        Certificate.from_value(bent(place, wrong))
    assert caught.value.place.startswith("document")


@pytest.mark.parametrize("value", [None, [], "certificate", 5, {}])
def test_what_is_no_object_is_no_document(value: Any) -> None:
    with pytest.raises(InvalidInput):
        Certificate.from_value(value)


def test_the_longest_texts_are_accepted_and_texts_of_any_normal_form() -> None:
    assert Certificate.from_value(bent("purpose", "🚇" * 500)).purpose == "🚇" * 500
    # Any normal form: what a table of Unicode says of a character depends on its year.
    for text in ("A\u030angstro\u0308m", "\U00011382\U000113c9"):
        assert Certificate.from_value(bent("purpose", text)).purpose == text
    assert Certificate.from_value(bent("claimId", "x" * 128)).claim_id == "x" * 128
    assert Certificate.from_value(bent("issuedAt", "2028-02-29T23:59:59Z")).issued_at == "2028-02-29T23:59:59Z"
