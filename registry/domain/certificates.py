"""The certificate document, `certificate/1`, as a frozen value. Members: `docs/spec/certificate.md`.

What only the document says (beneficiary, purpose, activity, price, platform, time of issue) is its issuer's statement
and proven by nothing; grams, serials and accounts of a verdict come from the leaf and the chain.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from registry.domain.errors import InvalidInput
from registry.domain.hexes import ADDRESS_BYTES, HASH_BYTES, hex0x, parse_address, parse_hash, parse_hex, shorten
from registry.domain.lots import MAX_LOT, parse_lot
from registry.domain.members import (
    parse_decimal,
    require_bytes,
    require_integer,
    require_object,
    require_pattern,
    require_string,
    require_text,
)
from registry.domain.units import MAX_GRAMS, MAX_U256

VERSION = "certificate/1"
MAX_TEXT = 500
MAX_CLAIM_ID = 128
SALT_BYTES = 16
MAX_NONCE_BYTES = 32
MAX_EXPONENT = 18

_QUANTITY = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z][A-Z0-9]{2,11}", re.ASCII)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Digest:
    """A personal field shown as the SHA-256 of its salted disclosure (32 bytes)."""

    sha256: bytes

    def __post_init__(self) -> None:
        require_bytes(self.sha256, "digest", HASH_BYTES, HASH_BYTES)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issued the certificate: a stated name, and the account (20 bytes) that must own the lot."""

    name: str
    account: bytes

    def __post_init__(self) -> None:
        require_text(self.name, "document.issuer.name", MAX_TEXT)
        require_bytes(self.account, "document.issuer.account", ADDRESS_BYTES, ADDRESS_BYTES)


@dataclass(frozen=True, slots=True)
class Activity:
    """What was computed: `quantity` (a decimal string) of `unit`, by `factor`, gave `grams` of CO2e."""

    kind: str
    quantity: str
    unit: str
    grams: int
    factor: str | None = None

    def __post_init__(self) -> None:
        require_text(self.kind, "document.activity.kind", MAX_TEXT)
        require_pattern(self.quantity, "document.activity.quantity", _QUANTITY, 40, "a decimal string like 10 or 12.50")
        require_text(self.unit, "document.activity.unit", MAX_TEXT)
        require_integer(self.grams, "document.activity.grams", 1, MAX_GRAMS)
        if self.factor is not None:
            require_text(self.factor, "document.activity.factor", MAX_TEXT)


@dataclass(frozen=True, slots=True)
class Price:
    """What was charged: `units` of 10^-`exponent` `currency`; the fees, in the same units, are parts of it or beside it
    as the issuer's terms say."""

    currency: str
    exponent: int
    units: int
    agency_fee: int | None = None
    service_fee: int | None = None

    def __post_init__(self) -> None:
        require_pattern(
            self.currency, "document.price.currency", _CURRENCY, 12, "3 to 12 capital letters or digits, like CNY"
        )
        require_integer(self.exponent, "document.price.exponent", 0, MAX_EXPONENT)
        require_integer(self.units, "document.price.units", 0, MAX_GRAMS)
        for name, fee in (("agencyFee", self.agency_fee), ("serviceFee", self.service_fee)):
            if fee is not None:
                require_integer(fee, f"document.price.{name}", 0, MAX_GRAMS)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A claim of `grams` (1 to 2^53 - 1) of the retired credits of `lot`, for a beneficiary and a purpose.

    `credit_registry` is 20 bytes, `salt` 16 random bytes, `buyer_nonce` (16 to 32 bytes) was chosen by the buyer: with
    it the certificate is bound to that buyer, without it to no person. `issued_at` is RFC 3339, UTC, whole seconds.
    The constructor raises InvalidInput for any value that the specification refuses.
    """

    chain_id: int
    credit_registry: bytes
    lot: int
    issuer: Issuer
    claim_id: str
    grams: int
    beneficiary: str | Digest
    purpose: str | Digest
    issued_at: str
    salt: bytes
    activity: Activity | None = None
    price: Price | None = None
    platform: str | None = None
    buyer_nonce: bytes | None = None

    def __post_init__(self) -> None:
        require_integer(self.chain_id, "document.registry.chainId", 1, MAX_U256)
        require_bytes(self.credit_registry, "document.registry.creditRegistry", ADDRESS_BYTES, ADDRESS_BYTES)
        require_integer(self.lot, "document.lot", 0, MAX_LOT)
        require_text(self.claim_id, "document.claimId", MAX_CLAIM_ID)
        require_integer(self.grams, "document.grams", 1, MAX_GRAMS)
        for name, field in (("beneficiary", self.beneficiary), ("purpose", self.purpose)):
            if not isinstance(field, Digest):
                require_text(field, f"document.{name}", MAX_TEXT)
        _require_instant(self.issued_at)
        require_bytes(self.salt, "document.salt", SALT_BYTES, SALT_BYTES)
        if self.platform is not None:
            require_text(self.platform, "document.platform.name", MAX_TEXT)
        if self.buyer_nonce is not None:
            require_bytes(self.buyer_nonce, "document.buyerNonce", SALT_BYTES, MAX_NONCE_BYTES)

    @classmethod
    def from_value(cls, value: object) -> "Certificate":
        """The certificate that a parsed document describes; raises InvalidInput, with the member's place."""
        members = require_object(
            value,
            "document",
            ["version", "registry", "lot", "issuer", "claimId", "grams", "beneficiary", "purpose", "issuedAt", "salt"],
            ["activity", "price", "platform", "buyerNonce"],
        )
        if members["version"] != VERSION:
            raise InvalidInput(
                "unknown version", expected=VERSION, found=shorten(members["version"]), place="document.version"
            )
        registry = require_object(members["registry"], "document.registry", ("chainId", "creditRegistry"))
        issuer = require_object(members["issuer"], "document.issuer", ("name", "account"))
        return cls(
            chain_id=parse_decimal(registry["chainId"], "document.registry.chainId", 1, MAX_U256),
            credit_registry=parse_address(
                _string(registry["creditRegistry"]), place="document.registry.creditRegistry"
            ),
            lot=parse_lot(members["lot"], "document.lot"),
            issuer=Issuer(
                name=require_string(issuer["name"], "document.issuer.name", MAX_TEXT),
                account=parse_address(_string(issuer["account"]), place="document.issuer.account"),
            ),
            claim_id=require_string(members["claimId"], "document.claimId", MAX_CLAIM_ID),
            grams=require_integer(members["grams"], "document.grams", 1, MAX_GRAMS),
            beneficiary=_personal(members["beneficiary"], "document.beneficiary"),
            purpose=_personal(members["purpose"], "document.purpose"),
            issued_at=require_string(members["issuedAt"], "document.issuedAt", 20),
            salt=parse_hex(_string(members["salt"]), SALT_BYTES, SALT_BYTES, place="document.salt", what="salt"),
            activity=_activity(members["activity"]) if "activity" in members else None,
            price=_price(members["price"]) if "price" in members else None,
            platform=_platform(members["platform"]) if "platform" in members else None,
            buyer_nonce=(
                parse_hex(
                    _string(members["buyerNonce"]),
                    SALT_BYTES,
                    MAX_NONCE_BYTES,
                    place="document.buyerNonce",
                    what="nonce",
                )
                if "buyerNonce" in members
                else None
            ),
        )

    def to_value(self) -> dict[str, object]:
        """The document as a JSON value; its JCS bytes are what is hashed."""
        value: dict[str, object] = {
            "version": VERSION,
            "registry": {"chainId": str(self.chain_id), "creditRegistry": hex0x(self.credit_registry)},
            "lot": str(self.lot),
            "issuer": {"name": self.issuer.name, "account": hex0x(self.issuer.account)},
            "claimId": self.claim_id,
            "grams": self.grams,
            "beneficiary": _personal_value(self.beneficiary),
            "purpose": _personal_value(self.purpose),
            "issuedAt": self.issued_at,
            "salt": hex0x(self.salt),
        }
        if self.activity is not None:
            factor = {} if self.activity.factor is None else {"factor": self.activity.factor}
            value["activity"] = {
                "kind": self.activity.kind,
                "quantity": self.activity.quantity,
                "unit": self.activity.unit,
                "grams": self.activity.grams,
                **factor,
            }
        if self.price is not None:
            fees = {"agencyFee": self.price.agency_fee, "serviceFee": self.price.service_fee}
            value["price"] = {
                "currency": self.price.currency,
                "exponent": self.price.exponent,
                "units": self.price.units,
                **{name: fee for name, fee in fees.items() if fee is not None},
            }
        if self.platform is not None:
            value["platform"] = {"name": self.platform}
        if self.buyer_nonce is not None:
            value["buyerNonce"] = hex0x(self.buyer_nonce)
        return value


def _string(value: object) -> str:
    # The hex parsers refuse the empty string, so whatever is not a string is refused there, with its place.
    return value if isinstance(value, str) else ""


def _require_instant(text: object) -> None:
    place = "document.issuedAt"
    require_pattern(text, place, _INSTANT, 20, "YYYY-MM-DDTHH:MM:SSZ")
    try:
        datetime.fromisoformat(str(text))
    except ValueError:
        raise InvalidInput(
            "no such time", expected="a day and a time that exist", found=str(text), place=place
        ) from None


def _personal(value: object, place: str) -> str | Digest:
    if isinstance(value, str):
        return value
    members = require_object(value, place, ("digest",))
    return Digest(parse_hash(_string(members["digest"]), place=f"{place}.digest"))


def _personal_value(field: str | Digest) -> object:
    return {"digest": hex0x(field.sha256)} if isinstance(field, Digest) else field


def _activity(value: object) -> Activity:
    place = "document.activity"
    members = require_object(value, place, ("kind", "quantity", "unit", "grams"), ("factor",))
    return Activity(
        kind=require_string(members["kind"], f"{place}.kind", MAX_TEXT),
        quantity=require_string(members["quantity"], f"{place}.quantity", 40),
        unit=require_string(members["unit"], f"{place}.unit", MAX_TEXT),
        grams=require_integer(members["grams"], f"{place}.grams", 1, MAX_GRAMS),
        factor=require_string(members["factor"], f"{place}.factor", MAX_TEXT) if "factor" in members else None,
    )


def _price(value: object) -> Price:
    place = "document.price"
    members = require_object(value, place, ("currency", "exponent", "units"), ("agencyFee", "serviceFee"))
    fees = [
        require_integer(members[name], f"{place}.{name}", 0, MAX_GRAMS) if name in members else None
        for name in ("agencyFee", "serviceFee")
    ]
    return Price(
        currency=require_string(members["currency"], f"{place}.currency", 12),
        exponent=require_integer(members["exponent"], f"{place}.exponent", 0, MAX_EXPONENT),
        units=require_integer(members["units"], f"{place}.units", 0, MAX_GRAMS),
        agency_fee=fees[0],
        service_fee=fees[1],
    )


def _platform(value: object) -> str:
    members = require_object(value, "document.platform", ("name",))
    return require_string(members["name"], "document.platform.name", MAX_TEXT)
