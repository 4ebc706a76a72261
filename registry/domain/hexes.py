"""Bytes as text: `0x` and lower-case hex. Hashes are 32 bytes, addresses 20 bytes inside the program."""

from registry.domain.errors import InvalidInput

HASH_BYTES = 32
ADDRESS_BYTES = 20
ZERO_HASH = bytes(HASH_BYTES)
ZERO_ADDRESS = bytes(ADDRESS_BYTES)


def hex0x(raw: bytes) -> str:
    """`raw` as `0x` followed by two lower-case digits a byte."""
    return "0x" + raw.hex()


def parse_hex(text: str, least: int, most: int, *, any_case: bool = False, place: str = "", what: str = "hex") -> bytes:
    """The bytes that `text` spells, `least` to `most` of them; raises InvalidInput for any other spelling."""
    if isinstance(text, str) and 2 + 2 * least <= len(text) <= 2 + 2 * most:
        try:
            raw = bytes.fromhex(text[2:])
        except ValueError:
            pass
        else:
            # `fromhex` reads capitals and spaces too; only the one spelling gives itself back.
            if hex0x(raw) == (text[:2] + text[2:].lower() if any_case else text):
                return raw
    digits = f"{2 * least}" if least == most else f"{2 * least} to {2 * most}"
    case = "" if any_case else "lower-case "
    raise InvalidInput(
        f"not a {what}",
        expected=f"0x and {digits} {case}hex digits",
        found=shorten(text),
        place=place,
    )


def parse_hash(text: str, *, any_case: bool = False, place: str = "") -> bytes:
    """The 32 bytes of a hash. Lower case only, unless `any_case` (what people type)."""
    return parse_hex(text, HASH_BYTES, HASH_BYTES, any_case=any_case, place=place, what="hash")


def parse_address(text: str, *, any_case: bool = False, place: str = "") -> bytes:
    """The 20 bytes of an account or contract. Lower case only, unless `any_case` (what people type)."""
    return parse_hex(text, ADDRESS_BYTES, ADDRESS_BYTES, any_case=any_case, place=place, what="address")


def shorten(found: object, most: int = 80) -> str:
    """What was found, quoted and cut, safe to show in a message."""
    if isinstance(found, str):
        return ascii(found) if len(found) <= most else f"{found[:most]!a}… ({len(found)} characters)"
    if isinstance(found, (bool, int)) or found is None:
        return str(found) if not isinstance(found, int) or found.bit_length() <= 256 else "an integer above 2^256"
    return type(found).__name__
