"""Merkle-sum tree over certificates: RFC 6962 in shape, each node with the grams below it.

`leaf = SHA256(0x00 ‖ index u64 ‖ grams u64 ‖ certHash)`, `inner = SHA256(0x01 ‖ L.hash ‖ L.grams u64 ‖ R.hash ‖ R.grams
u64)`, big-endian. A node that is the odd last one of its level moves up unchanged, which is the same as splitting at
the largest power of two below n. Specification: `docs/spec/tranche.md`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice, repeat
from operator import add
from struct import Struct, pack, unpack
from typing import overload

from registry.domain.errors import InvalidInput
from registry.domain.hexes import HASH_BYTES
from registry.domain.members import require_bytes, require_integer
from registry.domain.units import MAX_GRAMS


@dataclass(frozen=True, slots=True)
class Sum:
    """A node: 32 bytes of hash and the grams of all leaves below it (1 to 2^53 - 1)."""

    hash: bytes
    grams: int

    def __post_init__(self) -> None:
        require_bytes(self.hash, "node.hash", HASH_BYTES, HASH_BYTES)
        require_integer(self.grams, "node.grams", 1, MAX_GRAMS)


@dataclass(frozen=True, slots=True)
class Siblings(Sequence[Sum]):
    """The nodes beside a leaf's way to the root, from the leaf up: its path.

    A sequence of `Sum`, kept in two columns because it is read, checked and folded as a whole: `hashes` of 32 bytes and
    as many `grams` from 1 to 2^53 - 1. Raises InvalidInput for anything else.
    """

    hashes: tuple[bytes, ...] = ()
    grams: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        require_integer(len(self.hashes), "number of hashes", len(self.grams), len(self.grams))
        if not self.grams or (
            {*map(type, self.hashes)} == {bytes}
            and {*map(len, self.hashes)} == {HASH_BYTES}
            and {*map(type, self.grams)} == {int}
            and min(self.grams) >= 1
            and max(self.grams) <= MAX_GRAMS
        ):
            return
        for hash_, grams in zip(self.hashes, self.grams, strict=True):
            Sum(hash_, grams)  # says which is wrong, and how

    @classmethod
    def of(cls, nodes: Sequence[Sum]) -> "Siblings":
        """The same nodes in columns."""
        return nodes if isinstance(nodes, cls) else cls(tuple(n.hash for n in nodes), tuple(n.grams for n in nodes))

    def __len__(self) -> int:
        return len(self.grams)

    def __iter__(self) -> Iterator[Sum]:
        return map(Sum, self.hashes, self.grams)

    @overload
    def __getitem__(self, at: int) -> Sum: ...
    @overload
    def __getitem__(self, at: slice) -> "Siblings": ...
    def __getitem__(self, at: int | slice) -> "Sum | Siblings":
        if isinstance(at, slice):
            return Siblings(self.hashes[at], self.grams[at])
        return Sum(self.hashes[at], self.grams[at])

    def __add__(self, other: "Siblings") -> "Siblings":
        return Siblings(self.hashes + other.hashes, self.grams + other.grams)


@dataclass(frozen=True, slots=True)
class Folded:
    """Where a path leads: the root, the total under it, and the grams of all leaves left of the one folded."""

    root: bytes
    total: int
    left_grams: int


def leaf_hash(index: int, grams: int, cert_hash: bytes) -> bytes:
    """Hash of leaf `index`, which claims `grams` for the certificate with hash `cert_hash` (32 bytes)."""
    return sha256(_LEAF(0, index, grams, cert_hash)).digest()


def inner_hash(left_hash: bytes, left_grams: int, right_hash: bytes, right_grams: int) -> bytes:
    """Hash of an inner node over two hashes of 32 bytes; it commits to both sums."""
    return sha256(_INNER(1, left_hash, left_grams, right_hash, right_grams)).digest()


_LEAF = Struct(f">BQQ{HASH_BYTES}s").pack
_INNER = Struct(f">B{HASH_BYTES}sQ{HASH_BYTES}sQ").pack

ENTRY_BYTES = HASH_BYTES + 8
"""A node, or a leaf, as `hash 32 ‖ grams u64`: two side by side are exactly what an inner node hashes."""

_PAIRS = Struct(f"{2 * ENTRY_BYTES}s").iter_unpack
_BLOCK = 256
"""Nodes hashed in one go: enough to spare the interpreter most of its work, few enough to stay in its caches."""


def pack_entry(hash_: bytes, grams: int) -> bytes:
    """`hash ‖ grams`, 40 bytes."""
    return hash_ + grams.to_bytes(8, "big")


def leaf_nodes(first: int, entries: bytes) -> bytes:
    """The nodes of consecutive leaves: `entries` are `certHash ‖ grams`, the first of them leaf `first`."""
    fields = unpack(">" + "32sQ" * (len(entries) // ENTRY_BYTES), entries)
    return _leaf_block(first, fields[1::2], fields[::2])


def level_above(nodes: bytes) -> bytes:
    """The nodes one level up; the odd last one moves up unchanged. Raises InvalidInput for a sum beyond 2^53 - 1."""
    paired = len(nodes) // (2 * ENTRY_BYTES) * 2 * ENTRY_BYTES
    above = []
    for at in range(0, paired, _BLOCK * 2 * ENTRY_BYTES):
        block = nodes[at : min(at + _BLOCK * 2 * ENTRY_BYTES, paired)]
        grams = unpack(">" + "32xQ" * (len(block) // ENTRY_BYTES), block)
        sums = list(map(add, grams[::2], grams[1::2]))
        if max(sums) > MAX_GRAMS:
            raise InvalidInput("a sum is too large", expected=f"at most {MAX_GRAMS} grams", found=str(max(sums)))
        above.append(_packed([sha256(b"\x01" + pair).digest() for (pair,) in _PAIRS(block)], sums))
    return b"".join([*above, nodes[paired:]])


def _leaf_block(first: int, grams: Sequence[int], cert_hashes: Sequence[bytes]) -> bytes:
    messages = map(_LEAF, repeat(0), range(first, first + len(grams)), grams, cert_hashes)
    return _packed([sha256(message).digest() for message in messages], grams)


def _packed(hashes: Sequence[bytes], grams: Sequence[int]) -> bytes:
    fields: list[bytes | int] = [0] * (2 * len(hashes))
    fields[::2], fields[1::2] = hashes, grams
    return pack(">" + "32sQ" * len(hashes), *fields)


class SumTree:
    """The tree over `(grams, certificate hash)` in order; keeps every level (about 80 bytes a leaf), so that paths are
    read, not computed. Raises InvalidInput for no leaf, a leaf without grams, or a sum beyond 2^53 - 1.
    """

    __slots__ = ("_levels",)

    def __init__(self, leaves: Iterable[tuple[int, bytes]]) -> None:
        nodes, first, left, rest = bytearray(), 0, MAX_GRAMS, iter(leaves)
        while block := list(islice(rest, _BLOCK)):
            grams, cert_hashes = zip(*block, strict=True)
            _require_leaves(first, grams, cert_hashes, left)
            nodes += _leaf_block(first, grams, cert_hashes)
            first, left = first + len(block), left - sum(grams)
        if not nodes:
            raise InvalidInput("a tranche without certificates", expected="at least one leaf", found="none")
        self._levels = [bytes(nodes)]
        while len(self._levels[-1]) > ENTRY_BYTES:
            self._levels.append(level_above(self._levels[-1]))

    def __len__(self) -> int:
        return len(self._levels[0]) // ENTRY_BYTES

    @property
    def root(self) -> bytes:
        """Hash of the root (32 bytes)."""
        return self._levels[-1][:HASH_BYTES]

    @property
    def total(self) -> int:
        """Grams of all leaves."""
        return node_at(self._levels[-1], 0).grams

    def grams(self, index: int) -> int:
        """Grams of leaf `index`."""
        return node_at(self._levels[0], require_integer(index, "index", 0, len(self) - 1)).grams

    def path(self, index: int) -> Siblings:
        """The siblings of leaf `index`, from the leaf to the root; raises InvalidInput if there is no such leaf."""
        require_integer(index, "index", 0, len(self) - 1)
        return siblings(index, self._levels[:-1])


def _require_leaves(first: int, grams: Sequence[int], cert_hashes: Sequence[bytes], left: int) -> None:
    """All at once while all is well; one by one to name the first that is not."""
    kinds = {*map(type, grams)} == {int} and {*map(type, cert_hashes)} == {bytes}
    if kinds and min(grams) > 0 and sum(grams) <= left and {*map(len, cert_hashes)} == {HASH_BYTES}:
        return
    for index, (gram, cert_hash) in enumerate(zip(grams, cert_hashes, strict=True), first):
        require_integer(gram, f"leaf {index} grams", 1, left)
        require_bytes(cert_hash, f"leaf {index} hash", HASH_BYTES, HASH_BYTES)
        left -= gram


def node_at(nodes: bytes, index: int) -> Sum:
    """Node `index` of a level."""
    at = index * ENTRY_BYTES
    return Sum(nodes[at : at + HASH_BYTES], int.from_bytes(nodes[at + HASH_BYTES : at + ENTRY_BYTES], "big"))


def siblings(index: int, levels: Sequence[bytes]) -> Siblings:
    """The siblings of node `index` of the first level and of its ancestors, one level after the other."""
    return siblings_along([(index, levels)])


def siblings_along(stretches: Iterable[tuple[int, Sequence[bytes]]]) -> Siblings:
    """A path from its stretches, from the leaf up: each a node's index and the levels from that node's own upwards."""
    hashes, grams = [], []
    for index, levels in stretches:
        for nodes in levels:
            at = (index ^ 1) * ENTRY_BYTES
            if at < len(nodes):
                hashes.append(nodes[at : at + HASH_BYTES])
                grams.append(int.from_bytes(nodes[at + HASH_BYTES : at + ENTRY_BYTES], "big"))
            index >>= 1
    return Siblings(tuple(hashes), tuple(grams))


def fold_path(index: int, leaf_count: int, grams: int, cert_hash: bytes, path: Sequence[Sum]) -> Folded:
    """Fold a leaf and its path into root, total and the grams to its left.

    Directions come from `index` and `leaf_count` alone. Raises InvalidInput if the index is not below the leaf count,
    if the path has not exactly the length they imply, or if a sum exceeds 2^53 - 1.
    """
    require_integer(leaf_count, "leafCount", 1, MAX_GRAMS)
    require_integer(index, "leaf.index", 0, leaf_count - 1)
    require_integer(grams, "leaf.grams", 1, MAX_GRAMS)
    require_bytes(cert_hash, "certificate hash", HASH_BYTES, HASH_BYTES)
    sides = _sides(index, leaf_count)
    if len(path) != len(sides):
        raise InvalidInput(
            "the path has the wrong length",
            expected=f"{len(sides)} siblings for leaf {index} of {leaf_count}",
            found=str(len(path)),
            place="path",
        )
    path = Siblings.of(path)
    _require_sum(grams, path.grams)
    node, total, left_grams = leaf_hash(index, grams, cert_hash), grams, 0
    for stands_left, hash_, beside in zip(sides, path.hashes, path.grams, strict=True):
        if stands_left:
            node = sha256(_INNER(1, hash_, beside, node, total)).digest()
            left_grams += beside
        else:
            node = sha256(_INNER(1, node, total, hash_, beside)).digest()
        total += beside
    return Folded(node, total, left_grams)


def _require_sum(total: int, siblings: Sequence[int]) -> None:
    if total + sum(siblings) <= MAX_GRAMS:
        return
    for step, grams in enumerate(siblings):
        if grams > MAX_GRAMS - total:
            raise InvalidInput(
                "a sum is too large",
                expected=f"at most {MAX_GRAMS} grams",
                found=f"{total} + {grams}",
                place=f"path[{step}].grams",
            )
        total += grams


def _sides(index: int, leaf_count: int) -> list[int]:
    """For each sibling of the leaf, from the leaf up: 1 if it stands on the left, 0 if on the right.

    Up to where the ways of this leaf and of the last one meet, there is a sibling at each level. From there on the node
    is the last one of its level and has a sibling, the one on its left, only if its number is odd.
    """
    apart = (index ^ leaf_count - 1).bit_length()
    return [index >> level & 1 for level in range(apart)] + [1] * (index >> apart).bit_count()
