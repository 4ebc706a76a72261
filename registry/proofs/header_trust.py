"""The blocks that a verifier trusts: named by hand, or by a pinned file of checkpoints. Nothing in a bundle adds one.

A checkpoints file, `checkpoints/1`, is bound to one chain by its id and its genesis block:

    {"version": "checkpoints/1", "chainId": "31337", "genesisHash": "0x…", "blocks": [{"number": 100, "hash": "0x…"}]}
"""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain.errors import InvalidInput
from registry.domain.hexes import HASH_BYTES, hex0x, parse_hash, shorten
from registry.domain.members import (
    parse_decimal,
    require_bytes,
    require_integer,
    require_list,
    require_object,
    require_string,
)
from registry.domain.registry_file import RegistryFile
from registry.domain.strict_json import parse_strict
from registry.domain.units import MAX_U256
from registry.proofs.header import MOST_NUMBER, BlockHeader

VERSION = "checkpoints/1"
MAX_CHECKPOINTS = 4_096


@dataclass(frozen=True, slots=True)
class TrustedBlock:
    """A block of the pinned chain whose hash (32 bytes) the verifier knows from elsewhere, and its number if given."""

    hash: bytes
    number: int | None = None

    def __post_init__(self) -> None:
        require_bytes(self.hash, "trusted block", HASH_BYTES, HASH_BYTES)
        if self.number is not None:
            require_integer(self.number, "number of the trusted block", 0, MOST_NUMBER)

    def is_of(self, header: BlockHeader) -> bool:
        return self.hash == header.hash and self.number in (None, header.number)


def is_trusted(header: BlockHeader, trusted: Sequence[TrustedBlock]) -> bool:
    """Whether the verifier knows this header's hash; a number given with it must agree too."""
    return any(block.is_of(header) for block in trusted)


def parse_trusted_block(text: str) -> TrustedBlock:
    """`HASH` or `NUMBER:HASH` as typed; raises InvalidInput."""
    number, colon, name = text.rpartition(":")
    place = "trusted block"
    return TrustedBlock(
        parse_hash(name, any_case=True, place=place), parse_decimal(number, place, 0, MOST_NUMBER) if colon else None
    )


def parse_checkpoints(text: bytes | str, registry: RegistryFile) -> tuple[TrustedBlock, ...]:
    """The blocks of a checkpoints file. Raises InvalidInput also if it is of another chain than the registry file."""
    members = require_object(
        parse_strict(text, what="checkpoints file"), "checkpoints", ("version", "chainId", "genesisHash", "blocks")
    )
    if members["version"] != VERSION:
        raise InvalidInput(
            "unknown version", expected=VERSION, found=shorten(members["version"]), place="checkpoints.version"
        )
    chain_id = parse_decimal(members["chainId"], "checkpoints.chainId", 1, MAX_U256)
    genesis = _hash(members["genesisHash"], "checkpoints.genesisHash")
    if (chain_id, genesis) != (registry.chain_id, registry.genesis_hash):
        raise InvalidInput(
            "checkpoints of another chain",
            expected=f"chain {registry.chain_id} with genesis block {hex0x(registry.genesis_hash)}",
            found=f"chain {chain_id} with genesis block {hex0x(genesis)}",
            hint="the checkpoints file that belongs to this registry file",
            place="checkpoints",
        )
    listed = require_list(members["blocks"], "checkpoints.blocks", MAX_CHECKPOINTS)
    return tuple(_block(entry, f"checkpoints.blocks[{i}]") for i, entry in enumerate(listed))


def _block(value: object, place: str) -> TrustedBlock:
    members = require_object(value, place, ("number", "hash"))
    number = require_integer(members["number"], f"{place}.number", 0, MOST_NUMBER)
    return TrustedBlock(_hash(members["hash"], f"{place}.hash"), number)


def _hash(value: object, place: str) -> bytes:
    return parse_hash(require_string(value, place, 2 + 2 * HASH_BYTES), place=place)
