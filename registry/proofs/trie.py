"""Merkle-Patricia proofs: what one key holds in the trie under a root hash, or that it holds nothing.

Strict, because the nodes come from whoever made the file: a node is used only where its hash is asked for, and a node
that no writer of a trie would write is refused. Source: Ethereum Yellow Paper, appendix D.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from registry.domain.errors import InvalidInput, Unavailable
from registry.domain.hexes import HASH_BYTES, hex0x
from registry.proofs.keccak import keccak256
from registry.proofs.rlp import Item, decode, encode

EMPTY_ROOT = keccak256(b"\x80")
"""Root of the trie that holds nothing."""

_FANOUT = 16
_ALL_BYTES = frozenset({bytes})
_REFERENCES = frozenset({0, HASH_BYTES})


class NotProven(Unavailable):
    """A node that the way to a key needs is not among those given: neither presence nor absence is shown."""


@dataclass(frozen=True, slots=True)
class _Branch:
    children: list[Item]


@dataclass(frozen=True, slots=True)
class _Extension:
    path: str
    child: Item


@dataclass(frozen=True, slots=True)
class _Leaf:
    path: str
    value: bytes


_Node = _Branch | _Extension | _Leaf


class TrieNodes:
    """Nodes of one or several tries, found by their hash. `unused` counts those that no answer has needed so far."""

    def __init__(self, nodes: Sequence[bytes]) -> None:
        self._raw = {keccak256(node): node for node in nodes}
        self._read: dict[bytes, _Node] = {}
        self._used: set[bytes] = set()

    @property
    def unused(self) -> int:
        return len(self._raw) - len(self._used)

    @property
    def used(self) -> tuple[bytes, ...]:
        """The nodes that answers have needed, in the order given."""
        return tuple(raw for name, raw in self._raw.items() if name in self._used)

    def get(self, root: bytes, key: bytes) -> bytes | None:
        """The value at `key` under `root` (32 bytes), or None if it is proven that there is none.

        Raises NotProven if a node is missing, InvalidInput if one is no node.
        """
        if root == EMPTY_ROOT:
            return None
        # Paths are compared as hex digits: one digit is one nibble.
        digits, at = key.hex(), 0
        way: list[bytes] = []
        at_root, after_extension = True, False
        reference: Item = root
        while True:
            if isinstance(reference, bytes):
                node = self._load(reference, at_root)
                way.append(reference)
            else:
                node = _node(reference)
            at_root = False
            if after_extension and not isinstance(node, _Branch):
                _refuse("an extension leads to something other than a branch")
            after_extension = False
            if isinstance(node, _Branch):
                if at == len(digits):
                    return self._answer(way, node.children[_FANOUT])
                reference = node.children[int(digits[at], 16)]
                at += 1
                if not reference:
                    return self._answer(way, b"")
            elif isinstance(node, _Extension):
                if not digits.startswith(node.path, at):
                    return self._answer(way, b"")
                at += len(node.path)
                reference, after_extension = node.child, True
            else:
                return self._answer(way, node.value if digits[at:] == node.path else b"")

    def _answer(self, way: list[bytes], value: Item) -> bytes | None:
        assert isinstance(value, bytes)
        self._used.update(way)
        return value or None

    def _load(self, name: bytes, at_root: bool) -> _Node:
        node = self._read.get(name)
        if node is None:
            raw = self._raw.get(name)
            if raw is None:
                raise NotProven("a trie node is missing", expected=f"the node {hex0x(name)}", found="none")
            if len(raw) < HASH_BYTES and not at_root:
                _refuse("a node of less than 32 bytes does not stand inside its parent")
            node = _node(decode(raw, what="trie node"))
            self._read[name] = node
        return node


def verify_proof(root: bytes, key: bytes, nodes: Sequence[bytes]) -> bytes | None:
    """The value that `nodes` prove for `key` under `root`, or None if they prove its absence.

    Raises InvalidInput for every list of nodes that is not exactly a proof: a missing, double, extra or malformed node.
    """
    pool = TrieNodes(nodes)
    try:
        value = pool.get(root, key)
    except NotProven as error:
        raise InvalidInput(error.message, expected=error.expected, found=error.found) from None
    if len(pool.used) != len(nodes):
        raise InvalidInput("nodes that the proof does not need", expected=str(len(pool.used)), found=str(len(nodes)))
    return value


def _node(item: Item) -> _Node:
    """A node as its RLP says, if some writer of a trie could have written it."""
    if isinstance(item, bytes):
        _refuse("it is not a list")
    if len(item) == _FANOUT + 1:
        return _branch(item)
    if len(item) != 2:
        _refuse(f"it has {len(item)} members, expected 2 or 17")
    head, rest = item
    if not isinstance(head, bytes) or not head:
        _refuse("its path is not a byte string")
    flag, digits = head[0] >> 4, head.hex()
    if flag > 3:
        _refuse("its path has an unknown flag")
    if flag & 1:
        path = digits[1:]
    elif head[0] & 15:
        _refuse("its path is padded with something other than 0")
    else:
        path = digits[2:]
    if flag & 2:
        if not isinstance(rest, bytes) or not rest:
            _refuse("a leaf holds nothing")
        return _Leaf(path, rest)
    if not path:
        _refuse("an extension has no path")
    if not rest:
        _refuse("an extension leads nowhere")
    _check_reference(rest)
    return _Extension(path, rest)


def _branch(items: list[Item]) -> _Branch:
    if _ALL_BYTES.issuperset(map(type, items)) and _REFERENCES.issuperset(map(len, items)):
        # Hashes and empty strings only, as nearly all branches.
        if items.count(b"") > _FANOUT - 1:
            _refuse("a branch has less than two members")
        return _Branch(items)
    filled = 0
    for child in items[:_FANOUT]:
        if child:
            filled += 1
            if len(child) != HASH_BYTES or not isinstance(child, bytes):
                _check_reference(child)
        elif isinstance(child, list):
            _refuse("a child is an empty list")
    value = items[_FANOUT]
    if not isinstance(value, bytes):
        _refuse("the value of a branch is not a byte string")
    if filled + bool(value) < 2:
        _refuse("a branch has less than two members")
    return _Branch(items)


def _check_reference(child: Item) -> None:
    if isinstance(child, bytes):
        if len(child) != HASH_BYTES:
            _refuse(f"a child is named by {len(child)} bytes, expected 32")
    elif len(encode(child)) >= HASH_BYTES:
        _refuse("a node of 32 bytes or more stands inside its parent")


def _refuse(why: str) -> NoReturn:
    raise InvalidInput(f"not a trie node: {why}")
