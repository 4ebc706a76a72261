"""Block headers: number, time and state root, as far as a hash that the verifier trusts vouches for them.

A header proves nothing by itself: anybody can write one. Only its hash, known from elsewhere, makes it evidence.
"""

from dataclasses import dataclass

from registry.domain.errors import InvalidInput
from registry.domain.units import MAX_GRAMS
from registry.proofs.facts import Block
from registry.proofs.keccak import keccak256
from registry.proofs.rlp import Item, decode, decode_fixed, decode_integer

MAX_HEADER = 4_096
FEWEST_FIELDS, MOST_FIELDS = 15, 30
MOST_NUMBER = MAX_GRAMS
"""Numbers and times are plain JSON integers, below 2^53."""

# The fields that every fork has: byte strings of that size, then integers of at most that many bytes.
_FIXED = (
    ("parentHash", 32),
    ("sha3Uncles", 32),
    ("miner", 20),
    ("stateRoot", 32),
    ("transactionsRoot", 32),
    ("receiptsRoot", 32),
    ("logsBloom", 256),
)
_INTEGERS = (("difficulty", 32), ("number", 8), ("gasLimit", 8), ("gasUsed", 8), ("timestamp", 8))


@dataclass(frozen=True, slots=True)
class BlockHeader:
    """A header's members that verification needs. `hash` is Keccak-256 of its RLP; `timestamp` seconds since 1970."""

    hash: bytes
    parent_hash: bytes
    state_root: bytes
    number: int
    timestamp: int

    @property
    def block(self) -> Block:
        return Block(self.number, self.hash, self.timestamp)


def parse_header(raw: bytes) -> BlockHeader:
    """The header in strict RLP of at most 4,096 bytes, of any fork: 15 to 30 fields, none of them a list.

    Raises InvalidInput. Fields after the twelfth are not looked at: forks add to them, and the hash covers them.
    """
    fields = decode(raw, max_bytes=MAX_HEADER, what="header")
    if not isinstance(fields, list) or not FEWEST_FIELDS <= len(fields) <= MOST_FIELDS:
        found = f"{len(fields)} fields" if isinstance(fields, list) else "a byte string"
        raise InvalidInput(
            "not a block header", expected=f"a list of {FEWEST_FIELDS} to {MOST_FIELDS} fields", found=found,
            place="header",
        )  # fmt: skip
    fixed = {name: decode_fixed(fields[i], size, f"header.{name}") for i, (name, size) in enumerate(_FIXED)}
    integers = {
        name: decode_integer(fields[i], size, f"header.{name}")
        for i, (name, size) in enumerate(_INTEGERS, start=len(_FIXED))
    }
    _require_strings(fields)
    for name in ("number", "timestamp"):
        if integers[name] > MOST_NUMBER:
            raise InvalidInput("out of range", expected="below 2^53", place=f"header.{name}")
    return BlockHeader(
        hash=keccak256(raw),
        parent_hash=fixed["parentHash"],
        state_root=fixed["stateRoot"],
        number=integers["number"],
        timestamp=integers["timestamp"],
    )


def _require_strings(fields: list[Item]) -> None:
    for at, field in enumerate(fields):
        if not isinstance(field, bytes):
            raise InvalidInput("wrong type", expected="a byte string", found="a list", place=f"header field {at}")
