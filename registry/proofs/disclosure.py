"""Disclosures: a personal field apart from its document, which carries only the salted digest of it.

A disclosure is a JSON string, the JCS of `["<salt 0x32 hex>","beneficiary","<text>"]`; the digest is the SHA-256 of its
UTF-8 bytes (after SD-JWT, RFC 9901). Whoever destroys salt and disclosure deletes the person from the certificate.
"""

from dataclasses import dataclass
from hashlib import sha256

from registry.domain.certificates import MAX_TEXT, SALT_BYTES, Certificate, Digest
from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x, parse_hex, shorten
from registry.domain.members import require_bytes, require_list, require_string, require_text
from registry.proofs.canonical import canonical_bytes, require_canonical

PERSONAL_FIELDS = ("beneficiary", "purpose")
MAX_DISCLOSURE = 4096


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One opened field: `name` is `beneficiary` or `purpose`, `salt` is 16 bytes."""

    salt: bytes
    name: str
    text: str

    def __post_init__(self) -> None:
        require_bytes(self.salt, "disclosure.salt", SALT_BYTES, SALT_BYTES)
        if self.name not in PERSONAL_FIELDS:
            raise InvalidInput(
                "not a personal field",
                expected=" or ".join(PERSONAL_FIELDS),
                found=shorten(self.name),
                place="disclosure.name",
            )
        require_text(self.text, f"disclosure of {self.name}", MAX_TEXT)

    def to_json(self) -> str:
        """The string that travels in the bundle."""
        return canonical_bytes([hex0x(self.salt), self.name, self.text]).decode("utf-8")

    @property
    def digest(self) -> bytes:
        """What the document carries in place of the field (32 bytes)."""
        return _digest_of(self.to_json())


def disclose(name: str, text: str, salt: bytes) -> tuple[str, bytes]:
    """The disclosure of a field and its digest, from 16 fresh random bytes of salt. Raises InvalidInput."""
    disclosure = Disclosure(salt, name, text)
    return disclosure.to_json(), disclosure.digest


def parse_disclosure(text: str) -> Disclosure:
    """The field that a disclosure opens; raises InvalidInput unless it is in canonical form."""
    parts = require_list(require_canonical(text, max_bytes=MAX_DISCLOSURE, what="disclosure"), "disclosure", 3)
    if len(parts) != 3:
        raise InvalidInput("wrong length", expected="salt, name, text", found=str(len(parts)), place="disclosure")
    salt, name, opened = (require_string(part, "disclosure", MAX_DISCLOSURE) for part in parts)
    return Disclosure(parse_hex(salt, SALT_BYTES, SALT_BYTES, place="disclosure.salt", what="salt"), name, opened)


def open_fields(certificate: Certificate, disclosures: tuple[str, ...]) -> dict[str, str]:
    """The texts of the fields that `disclosures` open, by name; raises InvalidInput if one matches no digest."""
    opened: dict[str, str] = {}
    for text in disclosures:
        disclosure = parse_disclosure(text)
        field = certificate.beneficiary if disclosure.name == "beneficiary" else certificate.purpose
        if disclosure.name in opened:
            raise InvalidInput("a field is disclosed twice", found=disclosure.name, place="disclosures")
        if not isinstance(field, Digest):
            raise InvalidInput("a field stands in the open and is disclosed too", found=disclosure.name)
        digest = _digest_of(text)
        if digest != field.sha256:
            raise InvalidInput(
                f"the disclosed {disclosure.name} is not the one in the document",
                expected=hex0x(field.sha256),
                found=hex0x(digest),
            )
        opened[disclosure.name] = disclosure.text
    return opened


def _digest_of(text: str) -> bytes:
    return sha256(text.encode("utf-8")).digest()
