"""What a mirror commits to as of a block: the history of both contracts and the set of published tranches.

The text of a signed note. Equal histories at a block mean equal events up to it, so two mirrors, or a mirror and the
chain, are compared by 32 bytes a contract. Specification: `docs/spec/checkpoint.md`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x, parse_address, parse_hash
from registry.domain.members import parse_decimal
from registry.domain.units import MAX_GRAMS, MAX_U64, MAX_U256

VERSION = "offsetproof checkpoint/1"
_NAMES = ("chain", "credit-registry", "project-registry", "block", "credit-history", "project-history", "tranches")


@dataclass(frozen=True, slots=True)
class MirrorCheckpoint:
    """Which registry, which block (time in seconds since 1970), both history hashes, and the published tranches."""

    chain_id: int
    credit_registry: bytes
    project_registry: bytes
    block_number: int
    block_hash: bytes
    block_time: int
    credit_history: bytes
    project_history: bytes
    tranches: int
    tranches_digest: bytes
    """`tranches_digest` over their anchors."""

    def to_text(self) -> str:
        """The text of the note, one fact a line."""
        return "".join(
            f"{line}\n"
            for line in (
                VERSION,
                f"chain {self.chain_id}",
                f"credit-registry {hex0x(self.credit_registry)}",
                f"project-registry {hex0x(self.project_registry)}",
                f"block {self.block_number} {hex0x(self.block_hash)} {self.block_time}",
                f"credit-history {hex0x(self.credit_history)}",
                f"project-history {hex0x(self.project_history)}",
                f"tranches {self.tranches} {hex0x(self.tranches_digest)}",
            )
        )


def parse_mirror_checkpoint(text: str) -> MirrorCheckpoint:
    """The checkpoint of a note's text; raises InvalidInput unless it is exactly one, lines beyond the last included."""
    lines = text.split("\n")
    if len(lines) != len(_NAMES) + 2 or lines[0] != VERSION or lines[-1]:
        raise InvalidInput("not a checkpoint", expected=f"{VERSION} and {len(_NAMES)} lines", found=lines[0][:60])
    told = {}
    for name, line in zip(_NAMES, lines[1:-1], strict=True):
        found, *values = line.split(" ")
        if found != name or len(values) != {"block": 3, "tranches": 2}.get(name, 1):
            raise InvalidInput("not a checkpoint", expected=f"a line {name}", found=line[:80])
        told[name] = values
    number, block_hash, block_time = told["block"]
    count, digest = told["tranches"]
    return MirrorCheckpoint(
        chain_id=parse_decimal(told["chain"][0], "chain", 1, MAX_U256),
        credit_registry=parse_address(told["credit-registry"][0], place="credit-registry"),
        project_registry=parse_address(told["project-registry"][0], place="project-registry"),
        block_number=parse_decimal(number, "block", 0, MAX_GRAMS),
        block_hash=parse_hash(block_hash, place="block"),
        block_time=parse_decimal(block_time, "block", 0, MAX_GRAMS),
        credit_history=parse_hash(told["credit-history"][0], place="credit-history"),
        project_history=parse_hash(told["project-history"][0], place="project-history"),
        tranches=parse_decimal(count, "tranches", 0, MAX_U64),
        tranches_digest=parse_hash(digest, place="tranches"),
    )


def tranches_digest(anchors: Iterable[bytes]) -> tuple[int, bytes]:
    """How many anchors, and SHA-256(0x04 ‖ them all), each once, in the order of their bytes as they are given.

    Raises InvalidInput if they are not in that order.
    """
    hashed, count, before = sha256(b"\x04"), 0, b""
    for anchor in anchors:
        if anchor <= before:
            raise InvalidInput("anchors out of order", expected="sorted, each once")
        hashed.update(anchor)
        count, before = count + 1, anchor
    return count, hashed.digest()
