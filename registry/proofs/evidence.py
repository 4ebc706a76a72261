"""Evidence, a member of the bundle: a block header and the trie nodes that lead from it to the slots of checks 4 to 9.

It says neither which contracts nor which slots: those the verifier computes from its own registry file and from the
place of the anchor. Nor does it raise any level by itself: its header's hash must be known from elsewhere.
Specification: `docs/spec/evidence.md`.
"""

from dataclasses import dataclass, field

from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x, parse_hex
from registry.domain.members import require_bytes, require_list, require_object, require_string
from registry.proofs.header import MAX_HEADER, BlockHeader, parse_header

MAX_ENTRIES = 4
MAX_NODES = 1_024
MAX_NODE = 532
"""Bytes of the largest node that a state or storage trie can have: a branch with 16 hashes and no value."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One header in RLP and distinct trie nodes, in any order. Raises InvalidInput for what is no header."""

    header_rlp: bytes
    nodes: tuple[bytes, ...]
    header: BlockHeader = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        require_bytes(self.header_rlp, "evidence.header", 1, MAX_HEADER)
        if len(self.nodes) > MAX_NODES:
            raise InvalidInput(
                "too many entries", expected=f"at most {MAX_NODES}", found=str(len(self.nodes)), place="evidence.nodes"
            )
        if not all(type(node) is bytes and 0 < len(node) <= MAX_NODE for node in self.nodes):
            raise InvalidInput("wrong bytes", expected=f"nodes of 1 to {MAX_NODE} bytes", place="evidence.nodes")
        if len(set(self.nodes)) != len(self.nodes):
            raise InvalidInput("a node appears twice", expected="each node once", place="evidence.nodes")
        object.__setattr__(self, "header", parse_header(self.header_rlp))

    @classmethod
    def from_value(cls, value: object, place: str) -> "Evidence":
        """The entry in a JSON value; raises InvalidInput with its place."""
        members = require_object(value, place, ("header", "nodes"))
        nodes = require_list(members["nodes"], f"{place}.nodes", MAX_NODES)
        return cls(
            _bytes(members["header"], f"{place}.header", MAX_HEADER),
            tuple(_bytes(node, f"{place}.nodes[{i}]", MAX_NODE) for i, node in enumerate(nodes)),
        )

    def to_value(self) -> dict[str, object]:
        return {"header": hex0x(self.header_rlp), "nodes": [hex0x(node) for node in self.nodes]}


def parse_evidence(value: object) -> tuple[Evidence, ...]:
    """The member `evidence` of a bundle: at most 4 entries, each of another block."""
    listed = require_list(value, "evidence", MAX_ENTRIES)
    entries = tuple(Evidence.from_value(entry, f"evidence[{i}]") for i, entry in enumerate(listed))
    require_distinct(entries)
    return entries


def require_distinct(entries: tuple[Evidence, ...]) -> None:
    """Raise InvalidInput for more than 4 entries, or two of one block."""
    if len(entries) > MAX_ENTRIES:
        raise InvalidInput(
            "too many entries", expected=f"at most {MAX_ENTRIES}", found=str(len(entries)), place="evidence"
        )
    if len({entry.header.hash for entry in entries}) != len(entries):
        raise InvalidInput("two entries of one block", expected="one entry for each block", place="evidence")


def _bytes(value: object, place: str, most: int) -> bytes:
    return parse_hex(require_string(value, place, 2 + 2 * most), 1, most, place=place)
