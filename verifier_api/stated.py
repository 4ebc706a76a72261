"""What only the document says, for people: shown apart, as stated by the platform and not proven."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain.certificates import Certificate, Digest
from registry.domain.errors import InvalidInput
from registry.domain.strict_json import parse_strict
from verifier_api.formats import mass, money
from verifier_api.language import Speaker
from verifier_api.values import Value


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the section: its label's key, and what is stated, in words."""

    label: str
    value: str


def read_document(text: str | None) -> Certificate | None:
    """The certificate that a document describes; None if there is no document or it is none of ours."""
    if text is None:
        return None
    try:
        return Certificate.from_value(parse_strict(text, what="document"))
    except InvalidInput:
        return None


def disclosed(disclosures: Sequence[str]) -> dict[str, str]:
    """Personal fields by name from disclosures `["salt","field","value"]`; check 10 has compared their digests."""
    found: dict[str, str] = {}
    for text in disclosures:
        try:
            parts = json.loads(text)
        except ValueError:
            continue
        if isinstance(parts, list) and len(parts) == 3 and all(isinstance(part, str) for part in parts):
            found[parts[1]] = parts[2]
    return found


def stated_value(document: Certificate, fields: dict[str, str]) -> Value:
    """The statement as JSON: the document's own members without salts; `disclosed` fields in place of digests."""
    members = document.to_value()
    names = ("issuer", "claimId", "beneficiary", "purpose", "activity", "price", "platform", "issuedAt", "buyerNonce")
    stated: Value = {name: members[name] for name in names if name in members}
    for name in ("beneficiary", "purpose"):
        if isinstance(members[name], dict) and name in fields:
            stated[name] = fields[name]
    return stated


def stated_rows(t: Speaker, document: Certificate, fields: dict[str, str]) -> list[Row]:
    """The statement in words."""

    def personal(name: str, value: str | Digest) -> str:
        return value if isinstance(value, str) else fields.get(name) or t("stated.private")

    rows = [
        Row("stated.issuer", document.issuer.name),
        Row("stated.beneficiary", personal("beneficiary", document.beneficiary)),
        Row("stated.purpose", personal("purpose", document.purpose)),
    ]
    if activity := document.activity:
        text = t(
            "stated.activity_value",
            kind=activity.kind,
            quantity=activity.quantity,
            unit=activity.unit,
            factor=activity.factor or t("stated.no_factor"),
            mass=mass(activity.grams),
        )
        rows.append(Row("stated.activity", text))
    if price := document.price:
        text = money(price.currency, price.exponent, price.units)
        if price.agency_fee is not None or price.service_fee is not None:
            fees = [
                money(price.currency, price.exponent, fee) if fee is not None else t("common.none")
                for fee in (price.agency_fee, price.service_fee)
            ]
            text += " (" + t("stated.fees", agency=fees[0], service=fees[1]) + ")"
        rows.append(Row("stated.price", text))
    if document.platform:
        rows.append(Row("stated.platform", document.platform))
    rows.append(Row("stated.issued", document.issued_at))
    rows.append(Row("stated.claim", document.claim_id))
    rows.append(Row("stated.holder", t("stated.bound" if document.buyer_nonce else "stated.unbound")))
    return rows
