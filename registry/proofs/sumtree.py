"""Merkle-sum tree over certificates: RFC 6962 in shape, each node with the grams below it.

`leaf = SHA256(0x00 ‖ index u64 ‖ grams u64 ‖ certHash)`, `inner = SHA256(0x01 ‖ L.hash ‖ L.grams u64 ‖ R.hash ‖ R.grams
u64)`, big-endian. A node that is the odd last one of its level moves up unchanged, which is the same as splitting at
the largest power of two below n. Specification: `docs/spec/tranche.md`.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

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
class Folded:
    """Where a path leads: the root, the total under it, and the grams of all leaves left of the one folded."""

    root: bytes
    total: int
    left_grams: int


def leaf_hash(index: int, grams: int, cert_hash: bytes) -> bytes:
    """Hash of leaf `index`, which claims `grams` for the certificate with hash `cert_hash`."""
    return sha256(b"\x00" + index.to_bytes(8, "big") + grams.to_bytes(8, "big") + cert_hash).digest()


def inner_hash(left_hash: bytes, left_grams: int, right_hash: bytes, right_grams: int) -> bytes:
    """Hash of an inner node; it commits to both sums."""
    return sha256(
        b"\x01" + left_hash + left_grams.to_bytes(8, "big") + right_hash + right_grams.to_bytes(8, "big")
    ).digest()


class SumTree:
    """The tree over `(grams, certificate hash)` in order; keeps every level (about 80 bytes a leaf), so that paths are
    read, not computed. Raises InvalidInput for no leaf, a leaf without grams, or a sum beyond 2^53 - 1.
    """

    __slots__ = ("_levels",)

    def __init__(self, leaves: Iterable[tuple[int, bytes]]) -> None:
        hashes, sums, total = bytearray(), array("Q"), 0
        for index, (grams, cert_hash) in enumerate(leaves):
            require_integer(grams, f"leaf {index} grams", 1, MAX_GRAMS - total)
            require_bytes(cert_hash, f"leaf {index} hash", HASH_BYTES, HASH_BYTES)
            total += grams
            hashes += leaf_hash(index, grams, cert_hash)
            sums.append(grams)
        if not sums:
            raise InvalidInput("a tranche without certificates", expected="at least one leaf", found="none")
        self._levels = [(bytes(hashes), sums)]
        while len(self._levels[-1][1]) > 1:
            self._levels.append(_level_above(*self._levels[-1]))

    def __len__(self) -> int:
        return len(self._levels[0][1])

    @property
    def root(self) -> bytes:
        """Hash of the root (32 bytes)."""
        return self._levels[-1][0]

    @property
    def total(self) -> int:
        """Grams of all leaves."""
        return self._levels[-1][1][0]

    def grams(self, index: int) -> int:
        """Grams of leaf `index`."""
        return self._levels[0][1][require_integer(index, "index", 0, len(self) - 1)]

    def path(self, index: int) -> tuple[Sum, ...]:
        """The siblings of leaf `index`, from the leaf to the root; raises InvalidInput if there is no such leaf."""
        require_integer(index, "index", 0, len(self) - 1)
        siblings = []
        for hashes, sums in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(sums):
                siblings.append(Sum(hashes[sibling * HASH_BYTES : (sibling + 1) * HASH_BYTES], sums[sibling]))
            index >>= 1
        return tuple(siblings)


def fold_path(index: int, leaf_count: int, grams: int, cert_hash: bytes, path: Sequence[Sum]) -> Folded:
    """Fold a leaf and its path into root, total and the grams to its left.

    Directions come from `index` and `leaf_count` alone. Raises InvalidInput if the index is not below the leaf count,
    if the path has not exactly the length they imply, or if a sum exceeds 2^53 - 1.
    """
    require_integer(leaf_count, "leafCount", 1, MAX_GRAMS)
    require_integer(index, "leaf.index", 0, leaf_count - 1)
    require_integer(grams, "leaf.grams", 1, MAX_GRAMS)
    require_bytes(cert_hash, "certificate hash", HASH_BYTES, HASH_BYTES)
    sides = list(_sides(index, leaf_count))
    if len(path) != len(sides):
        raise InvalidInput(
            "the path has the wrong length",
            expected=f"{len(sides)} siblings for leaf {index} of {leaf_count}",
            found=str(len(path)),
            place="path",
        )
    node, total, left_grams = leaf_hash(index, grams, cert_hash), grams, 0
    for step, (sibling_is_left, sibling) in enumerate(zip(sides, path, strict=True)):
        if sibling.grams > MAX_GRAMS - total:
            raise InvalidInput(
                "a sum is too large",
                expected=f"at most {MAX_GRAMS} grams",
                found=f"{total} + {sibling.grams}",
                place=f"path[{step}].grams",
            )
        if sibling_is_left:
            node = inner_hash(sibling.hash, sibling.grams, node, total)
            left_grams += sibling.grams
        else:
            node = inner_hash(node, total, sibling.hash, sibling.grams)
        total += sibling.grams
    return Folded(node, total, left_grams)


def _sides(index: int, leaf_count: int) -> Iterator[bool]:
    """For each sibling of the leaf, from the leaf up: whether it stands on the left."""
    size = leaf_count
    while size > 1:
        if index ^ 1 < size:
            yield index & 1 == 1
        index, size = index >> 1, (size + 1) >> 1


def _level_above(hashes: bytes, sums: "array[int]") -> "tuple[bytes, array[int]]":
    above, above_sums = bytearray(), array("Q")
    pairs = len(sums) // 2
    width = 2 * HASH_BYTES
    for pair in range(pairs):
        at = pair * width
        left, right = sums[2 * pair], sums[2 * pair + 1]
        above += inner_hash(hashes[at : at + HASH_BYTES], left, hashes[at + HASH_BYTES : at + width], right)
        above_sums.append(left + right)
    if len(sums) % 2:
        above += hashes[pairs * width :]
        above_sums.append(sums[-1])
    return bytes(above), above_sums
