"""Short certificate numbers: 12 Crockford base-32 characters of the certificate hash and a check character.

The 12 characters are the leading 60 bits of the hash, most significant first. The check character makes
`Σ α^(12-i) · c_i = 0` over GF(32) (i = 0 … 12, modulus x^5 + x^2 + 1, α = x). All weights differ and none is zero, so
every single wrong character and every exchange of two characters is caught, and the check needs no characters beside
the 32. A number is a look-up by prefix, not an identity: several certificates may share it.
"""

from dataclasses import dataclass

from registry.domain.errors import InvalidInput
from registry.domain.hexes import HASH_BYTES, shorten
from registry.domain.members import require_bytes, require_integer

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX_BITS = 60
_CHARACTERS = 12
_SHIFTS = range(PREFIX_BITS - 5, -5, -5)
# α times each value: one bit further, and what leaves the five bits comes back as x^2 + 1.
_TIMES_ALPHA = [value << 1 ^ (0b100101 if value & 16 else 0) for value in range(32)]
_VALUES = {character: value for value, character in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_IGNORED = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")
_LONGEST_INPUT = 64


@dataclass(frozen=True, slots=True)
class ShortNumber:
    """The leading 60 bits of a certificate hash."""

    prefix_bits: int

    def __post_init__(self) -> None:
        require_integer(self.prefix_bits, "number", 0, 2**PREFIX_BITS - 1)

    def __str__(self) -> str:
        return _spell(self.prefix_bits)

    def matches(self, certificate_hash: bytes) -> bool:
        """Whether the hash begins with this number's bits."""
        return _prefix(certificate_hash) == self.prefix_bits

    def bounds(self) -> tuple[bytes, bytes]:
        """The lowest and the highest hash with this number, both inclusive: for a look-up by range."""
        rest = 8 * HASH_BYTES - PREFIX_BITS
        low = self.prefix_bits << rest
        return low.to_bytes(HASH_BYTES, "big"), (low | (1 << rest) - 1).to_bytes(HASH_BYTES, "big")


def short_number(certificate_hash: bytes) -> str:
    """The number people type and read out, for example `3YA9-8YYJ-3CR5-P`."""
    return _spell(_prefix(certificate_hash))


def parse_number(text: str) -> ShortNumber:
    """A number as a person typed it: any case, spaces and hyphens anywhere, O for 0, I and L for 1.

    Raises InvalidInput if characters are missing, too many or foreign, or if the check character disagrees.
    """
    if not isinstance(text, str) or len(text) > _LONGEST_INPUT:
        raise InvalidInput("not a certificate number", expected="13 characters", found=shorten(text))
    digits = []
    for character in text:
        if character.isspace() or character in _IGNORED:
            continue
        # One character of ASCII only: other scripts have letters whose capital is an ASCII letter.
        value = _VALUES.get(character.upper()) if character.isascii() else None
        if value is None:
            raise InvalidInput(
                "not a certificate number", expected="digits and letters without U", found=shorten(character)
            )
        digits.append(value)
    if len(digits) != _CHARACTERS + 1:
        raise InvalidInput(
            "not a certificate number", expected="13 characters, like 3YA9-8YYJ-3CR5-P", found=str(len(digits))
        )
    *prefix, check = digits
    if _check_digit(prefix) != check:
        raise InvalidInput(
            "the check character disagrees", found=shorten(text), hint="compare the number character by character"
        )
    bits = 0
    for digit in prefix:
        bits = bits << 5 | digit
    return ShortNumber(bits)


def _spell(prefix_bits: int) -> str:
    digits = [prefix_bits >> shift & 31 for shift in _SHIFTS]
    text = "".join([ALPHABET[digit] for digit in digits])
    return f"{text[:4]}-{text[4:8]}-{text[8:]}-{ALPHABET[_check_digit(digits)]}"


def _prefix(certificate_hash: bytes) -> int:
    require_bytes(certificate_hash, "certificate hash", HASH_BYTES, HASH_BYTES)
    return int.from_bytes(certificate_hash[:8], "big") >> 64 - PREFIX_BITS


def _check_digit(digits: list[int]) -> int:
    check = 0
    for digit in digits:
        check = _TIMES_ALPHA[check ^ digit]
    return check
