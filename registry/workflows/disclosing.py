"""Handing on a certificate without a name: what a bundle discloses, and the same bundle with less of it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from registry.domain.certificates import Certificate, Digest
from registry.domain.errors import InvalidInput
from registry.proofs.bundle import MAX_DOCUMENT, Bundle
from registry.proofs.canonical import require_canonical
from registry.proofs.disclosure import PERSONAL_FIELDS, open_fields, parse_disclosure

OPENED, CLOSED, PLAIN = "opened", "closed", "plain"


@dataclass(frozen=True, slots=True)
class PersonalField:
    """`beneficiary` or `purpose` as a file shows it. `state`: `opened` by a disclosure that can be left out, `closed`
    (only a digest is there), or `plain` in the document, from which nobody can take it. `text` is None if closed.
    """

    name: str
    state: str
    text: str | None


def certificate_of(bundle: Bundle) -> Certificate:
    """The document in a bundle; raises InvalidInput if there is none or it is not one."""
    if bundle.document is None:
        raise InvalidInput("a certificate without its document", expected="the holder's file")
    return Certificate.from_value(require_canonical(bundle.document, max_bytes=MAX_DOCUMENT, what="document"))


def personal_fields(bundle: Bundle) -> tuple[PersonalField, ...]:
    """What the file says of persons. Raises InvalidInput if a disclosure matches no digest of the document."""
    certificate = certificate_of(bundle)
    opened = open_fields(certificate, bundle.disclosures)
    return tuple(_field(name, getattr(certificate, name), opened.get(name)) for name in PERSONAL_FIELDS)


def _field(name: str, stated: str | Digest, opened: str | None) -> PersonalField:
    if not isinstance(stated, Digest):
        return PersonalField(name, PLAIN, stated)
    return PersonalField(name, CLOSED if opened is None else OPENED, opened)


def withhold(bundle: Bundle, keep: Collection[str] = ()) -> Bundle:
    """The same certificate without its disclosures, but those of the fields named in `keep`.

    Hash, number and verdict stay as they are. Raises InvalidInput if a field to keep is not disclosed.
    """
    opened = [field.name for field in personal_fields(bundle) if field.state == OPENED]
    missing = [name for name in keep if name not in opened]
    if missing:
        raise InvalidInput(
            "this file does not disclose what shall be kept",
            expected=", ".join(opened) or "nothing: no field is disclosed",
            found=missing[0],
            hint="a field in the clear needs no keeping; one that is only a digest cannot be opened from this file",
            place="--keep",
        )
    return replace(bundle, disclosures=tuple(d for d in bundle.disclosures if parse_disclosure(d).name in keep))
