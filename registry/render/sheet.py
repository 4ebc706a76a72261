"""What a certificate's page says, in one language: the bound facts apart from what the platform states.

Bound facts come from verdict and leaf; the document is asked only for what is then called a statement.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from registry.domain.certificates import Certificate, Digest
from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x
from registry.proofs.bundle import MAX_DOCUMENT, Bundle
from registry.proofs.canonical import require_canonical
from registry.proofs.disclosure import open_fields
from registry.proofs.facts import Block
from registry.proofs.verdict import RETIRED, Attestation, Verdict
from registry.render.addresses import VerifierAddress
from registry.render.amounts import grouped, mass, money
from registry.render.pdf_attachment import ATTACHMENT
from registry.render.words import Words, other, words_of

COMMAND = "offsetproof verify FILE.pdf --registry registry.json --rpc URL"
_LAST_SECOND = 253_402_300_799


@dataclass(frozen=True, slots=True)
class Row:
    """A label and its values, one a line. `fixed`: hexadecimal or a command, broken anywhere."""

    label: str
    values: tuple[str, ...]
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """All texts of one certificate. `issued_at` is the document's, and dates the file."""

    language: str
    registry_name: str
    number: str
    mass: str
    demo: bool
    issued_at: datetime
    short_address: str
    bound: tuple[Row, ...]
    bound_in_part: bool
    stated: tuple[Row, ...]
    checks: tuple[str, ...]

    @property
    def words(self) -> Words:
        return words_of(self.language)

    @property
    def second(self) -> Words:
        """The words of the other language, for titles."""
        return words_of(other(self.language))


def sheet_of(verdict: Verdict, bundle: Bundle, address: VerifierAddress, language: str) -> Sheet:
    """The sheet of a certificate whose verdict is `retired`.

    Raises InvalidInput for any other verdict, for a verdict of another certificate, and for an unknown language.
    """
    words = words_of(language)
    registry, block, position, number = verdict.registry, verdict.block, verdict.position, verdict.number
    if verdict.verdict != RETIRED:
        raise InvalidInput(
            "only a certificate of retired credits is made into a page",
            expected=RETIRED,
            found=verdict.verdict,
            hint="verify it first; the checks say what is missing",
        )
    if verdict.certificate_hash != bundle.certificate_hash or verdict.grams != bundle.leaf.grams:
        raise InvalidInput("the verdict is about another certificate", expected=hex0x(bundle.certificate_hash))
    if registry is None or block is None or position is None or number is None or bundle.document is None:
        raise InvalidInput("the verdict lacks its registry, block, position or number", expected="a whole verdict")
    certificate = Certificate.from_value(require_canonical(bundle.document, max_bytes=MAX_DOCUMENT, what="document"))
    short = address.certificate(number)
    contract = words("bound.contract_value", chain=registry.chain_id, contract=hex0x(registry.credit_registry.address))
    as_of = words(
        "bound.as_of_value",
        number=grouped(block.number),
        time=_time(block),
        level=verdict.level,
        name=words(f"level.{verdict.level}"),
    )
    place = words("bound.position_value", first=grouped(position.start_gram), last=grouped(position.end_gram - 1))
    bound = (
        Row(words("bound.grams"), (words("bound.grams_value", grams=grouped(position.grams)),)),
        Row(words("bound.serials"), _serials(verdict, words)),
        Row(words("bound.lot"), (str(bundle.anchor.lot),)),
        Row(words("bound.position"), (place,)),
        Row(words("bound.account"), (hex0x(certificate.issuer.account),), fixed=True),
        Row(words("bound.number"), (number,)),
        Row(words("bound.hash"), (hex0x(bundle.certificate_hash),), fixed=True),
        Row(words("bound.registry"), (registry.name,)),
        Row(words("bound.contract"), (contract,), fixed=True),
        Row(words("bound.attested"), tuple(_attested(entry, words) for entry in verdict.attested_by)),
        Row(words("bound.as_of"), (as_of,)),
    )
    return Sheet(
        language=language,
        registry_name=registry.name,
        number=number,
        mass=mass(position.grams),
        demo=verdict.demo,
        issued_at=datetime.strptime(certificate.issued_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC),
        short_address=short,
        bound=tuple(row for row in bound if row.values),
        bound_in_part=bool(position.start_gram % 1_000_000 or position.end_gram % 1_000_000),
        stated=_stated(certificate, open_fields(certificate, bundle.disclosures), words),
        checks=(words("check.scan", address=short), words("check.attached", attachment=ATTACHMENT)),
    )


def _serials(verdict: Verdict, words: Words) -> tuple[str, ...]:
    return tuple(
        words("bound.serial_value", series=named.series, first=named.first)
        if named.first == named.last
        else words("bound.serials_value", series=named.series, first=named.first, last=named.last)
        for named in verdict.serials
    )


def _attested(entry: Attestation, words: Words) -> str:
    if entry.name is not None:
        who = entry.name
    elif entry.account is not None:
        who = hex0x(entry.account)
    else:
        who = words("organisation", number=entry.organisation)
    return words("attested_value", role=words(f"role.{entry.role}"), who=who)


def _stated(certificate: Certificate, opened: dict[str, str], words: Words) -> tuple[Row, ...]:
    rows = [
        ("stated.beneficiary", _personal(certificate.beneficiary, opened.get("beneficiary"), words)),
        ("stated.purpose", _personal(certificate.purpose, opened.get("purpose"), words)),
        ("stated.activity", _activity(certificate, words)),
        ("stated.price", _price(certificate, words)),
        ("stated.issued", certificate.issued_at),
        ("stated.issuer", certificate.issuer.name),
        ("stated.platform", None if certificate.platform == certificate.issuer.name else certificate.platform),
        ("stated.claim", certificate.claim_id),
        ("stated.holder", words("stated.unbound" if certificate.buyer_nonce is None else "stated.bound")),
    ]
    return tuple(Row(words(key), (text,)) for key, text in rows if text is not None)


def _personal(field: str | Digest, opened: str | None, words: Words) -> str:
    if not isinstance(field, Digest):
        return field
    return words("stated.private") if opened is None else opened


def _activity(certificate: Certificate, words: Words) -> str | None:
    activity = certificate.activity
    if activity is None:
        return None
    return words(
        "stated.activity_value",
        kind=activity.kind,
        quantity=activity.quantity,
        unit=activity.unit,
        factor=activity.factor or words("stated.no_factor"),
        mass=mass(activity.grams),
    )


def _price(certificate: Certificate, words: Words) -> str | None:
    price = certificate.price
    if price is None:
        return None
    charged = money(price.units, price)
    if price.agency_fee is None and price.service_fee is None:
        return charged
    agency, service = (
        words("stated.no_fee") if fee is None else money(fee, price) for fee in (price.agency_fee, price.service_fee)
    )
    return charged + words("separator") + words("stated.fees", agency=agency, service=service)


def _time(block: Block) -> str:
    """The block's time in UTC; a chain may claim a time beyond the calendar, which is then shown as it is."""
    if block.timestamp > _LAST_SECOND:
        return str(block.timestamp)
    return datetime.fromtimestamp(block.timestamp, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
