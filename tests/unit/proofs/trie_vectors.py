"""Makes `tests/vectors/{trie,header}.json`. Tries and RLP come from the public packages `trie` and `rlp`.

Malformed nodes are written by hand. Run this file to rewrite the vectors; a test fails when a file differs.
"""

from pathlib import Path
from typing import Any

import rlp
from evidence_world import World, be32, keccak256
from trie import HexaryTrie
from vector_text import Case, lines

from registry.domain.errors import InvalidInput
from registry.proofs.trie import verify_proof

FOLDER = Path(__file__).parents[2] / "vectors"


def hx(raw: bytes) -> str:
    return "0x" + raw.hex()


# --- trie.json ----------------------------------------------------------------------------------------------------


def proof(trie: HexaryTrie, key: bytes) -> list[bytes]:
    """The nodes of a proof, without those that stand inside their parent."""
    nodes = [bytes(rlp.encode(node)) for node in trie.get_proof(key)]
    return [node for i, node in enumerate(nodes) if i == 0 or len(node) >= 32]


def filled(pairs: dict[bytes, bytes]) -> HexaryTrie:
    trie = HexaryTrie({})
    for key, value in pairs.items():
        trie[key] = value
    return trie


def shown(why: str, root: bytes, key: bytes, nodes: list[bytes], value: bytes | None = None) -> Case:
    case = {"why": why, "root": hx(root), "key": hx(key), "nodes": [hx(n) for n in nodes]}
    return case | {"value": None if value is None else hx(value)}


def refused(why: str, root: bytes, key: bytes, nodes: list[bytes]) -> Case:
    case = {"why": why, "root": hx(root), "key": hx(key), "nodes": [hx(n) for n in nodes]}
    return case | {"how": how_refused(root, key, nodes)}


def how_refused(root: bytes, key: bytes, nodes: list[bytes]) -> str:
    """`missing`, `malformed`, `unused` or `twice`; empty if the nodes are a proof."""
    try:
        verify_proof(root, key, nodes)
    except InvalidInput as error:
        if error.message == "a trie node is missing":
            return "missing"
        if error.message == "nodes that the proof does not need":
            return "unused" if len(set(nodes)) == len(nodes) else "twice"
        return "malformed"
    return ""


SHORT = {b"do": b"verb", b"dog": b"puppy", b"doge": b"coin", b"horse": b"stallion"}
WIDE = {keccak256(be32(i)): rlp.encode(be32(i + 1).lstrip(b"\0")) for i in range(200)}


def good_proofs() -> list[Case]:
    short, wide, empty = filled(SHORT), filled(WIDE), HexaryTrie({})
    single = filled({b"k" * 32: b"v" * 40})
    tiny = filled({b"a": b"b"})
    cases = [
        shown("the empty trie holds nothing", empty.root_hash, b"key", []),
        shown("a trie of one leaf", single.root_hash, b"k" * 32, proof(single, b"k" * 32), b"v" * 40),
        shown("a root of less than 32 bytes", tiny.root_hash, b"a", proof(tiny, b"a"), b"b"),
        shown("another key than the only leaf's", single.root_hash, b"j" * 32, proof(single, b"j" * 32)),
    ]
    for key, value in SHORT.items():
        why = f"{key.decode()}: keys of different lengths, values in branches, nodes inside their parent"
        cases.append(shown(why, short.root_hash, key, proof(short, key), value))
    absent = {
        b"d": "a key that ends inside an extension",
        b"cat": "a key that leaves at the root's extension or branch",
        b"dogs": "a key longer than what is there",
        b"doges": "a key longer than a leaf's",
        b"": "the empty key",
    }
    cases += [shown(f"absent: {why}", short.root_hash, key, proof(short, key)) for key, why in absent.items()]
    for i in (0, 7, 199):
        key = keccak256(be32(i))
        cases.append(shown(f"slot {i} of 200", wide.root_hash, key, proof(wide, key), WIDE[key]))
    for i in (200, 201, 299):
        key = keccak256(be32(i))
        cases.append(shown(f"slot {i}, which is not among 200", wide.root_hash, key, proof(wide, key)))
    return cases + shaped_proofs()


def shaped_proofs() -> list[Case]:
    """Nodes written by hand: where a look-up ends, and children that stand inside their parent."""
    value = b"v" * 40
    leaf, other = node_of(b"\x20\xaa", value), node_of(b"\x20\xbb", value)
    fork = [b""] * 17
    fork[1], fork[2] = keccak256(leaf), keccak256(other)
    root = node_of(*fork)
    stem = node_of(b"\x00\x77", keccak256(root))
    alone = node_of(b"\x20\xaa\xbb", value)

    def beside(child: Any, at: int = 5) -> tuple[bytes, bytes]:
        """A branch whose child 1 is the leaf and whose child `at` is given."""
        items = [*fork[:at], child, *fork[at + 1 :]]
        items[2] = b""
        raw = node_of(*items)
        return keccak256(raw), raw

    inside_31 = [b"\x3a", b"i" * 28]
    inside_root, inside_raw = beside(inside_31)
    hashed_32 = node_of(b"\x3a", b"h" * 29)
    hashed_root, hashed_raw = beside(keccak256(hashed_32))
    broken_root, broken_raw = beside([b"\x3a", b"v", b"a third item"])
    unread_root, unread_raw = beside([[], [[]]])
    assert (len(rlp.encode(inside_31)), len(hashed_32)) == (31, 32)
    return [
        shown("absent: the key is used up at a branch without a value", keccak256(root), b"", [root]),
        shown("absent: a branch has no child there", keccak256(root), b"\x3a\xaa", [root]),
        shown("absent: the key ends before the leaf's path", keccak256(alone), b"\xaa", [alone]),
        shown("absent: the empty key, and a leaf", keccak256(alone), b"", [alone]),
        shown("absent: the key leaves inside an extension", keccak256(stem), b"\x71\xaa", [stem]),
        shown("absent: the key ends inside an extension's path", keccak256(stem), b"", [stem]),
        shown("absent: the key ends behind an extension, at a branch without a value", keccak256(stem), b"\x77",
              [stem, root]),
        shown("a child of 31 bytes stands inside its parent", inside_root, b"\x5a", [inside_raw], b"i" * 28),
        shown("a node of 32 bytes is named by its hash", hashed_root, b"\x5a", [hashed_raw, hashed_32], b"h" * 29),
        shown("what stands in a child that is not entered is not looked at", broken_root, b"\x7a", [broken_raw]),
        shown("nor of lists in lists", unread_root, b"\x7a", [unread_raw]),
    ]  # fmt: skip


def node_of(*items: Any) -> bytes:
    return bytes(rlp.encode(list(items)))


def bad_proofs() -> list[Case]:
    wide = filled(WIDE)
    key, other = keccak256(be32(7)), keccak256(be32(8))
    good = proof(wide, key)
    cases = [
        refused("no node at all", wide.root_hash, key, []),
        refused("the root alone", wide.root_hash, key, good[:1]),
        refused("the last node is missing", wide.root_hash, key, good[:-1]),
        refused("an extra node, of the proof of another key", wide.root_hash, key, [*good, *proof(wide, other)[1:]]),
        refused("a node given twice", wide.root_hash, key, [*good, good[-1]]),
        refused("another key's proof", wide.root_hash, key, proof(wide, other)),
        refused("another root", keccak256(b"another"), key, good),
        refused("nodes for the empty trie, which needs none", HexaryTrie({}).root_hash, key, good),
        refused("the last node without its last byte", wide.root_hash, key, [*good[:-1], good[-1][:-1]]),
        refused("the last node with a byte behind it", wide.root_hash, key, [*good[:-1], good[-1] + b"\0"]),
    ]
    value, long_path = b"v" * 40, b"\x20" + key
    leaf_path = bytes([0x30 | key[0] & 15]) + key[1:]
    leaf = node_of(leaf_path, value)
    child = keccak256(leaf)
    nothing = [b""] * 16
    nibble = key[0] >> 4

    def branch(**changes: Any) -> list[Any]:
        items: list[Any] = [*nothing, b""]
        items[nibble], items[(nibble + 1) % 16] = child, child
        for place, item in changes.items():
            items[int(place[1:])] = item
        return items

    with_root: dict[str, tuple[bytes, list[bytes]]] = {
        "a leaf with an empty value": (node_of(long_path, b""), []),
        "a leaf whose value is a list": (node_of(long_path, [value]), []),
        "a leaf with the flag of an extension": (node_of(b"\x00" + key, value), []),
        "a leaf with an unknown flag": (node_of(b"\x40" + key, value), []),
        "an even path that is not padded with 0": (node_of(b"\x21" + key, value), []),
        "an empty path": (node_of(b"", value), []),
        "a path that is a list": (node_of([long_path], value), []),
        "a node of one item": (node_of(value), []),
        "a node of three items": (node_of(long_path, value, b""), []),
        "a node of 16 items": (node_of(*nothing), []),
        "a node of 18 items": (node_of(*nothing, b"", b""), []),
        "a node that is a byte string": (bytes(rlp.encode(value)), []),
        "an extension without path": (node_of(b"\x00", child), [leaf]),
        "an extension that leads nowhere": (node_of(bytes([0x10 | nibble]), b""), []),
        "an extension that leads to a leaf": (node_of(bytes([0x10 | nibble]), child), [leaf]),
        "a child named by 31 bytes": (node_of(*branch(**{f"_{nibble}": child[:31]})), [leaf]),
        "a child named by 33 bytes": (node_of(*branch(**{f"_{nibble}": child + b"\0"})), [leaf]),
        "a branch with one member": (node_of(*branch(**{f"_{(nibble + 1) % 16}": b""})), [leaf]),
        "a branch whose value is a list": (node_of(*branch(_16=[b"v"])), [leaf]),
        "a branch with an empty list as a child": (node_of(*branch(**{f"_{(nibble + 5) % 16}": []})), [leaf]),
        "a node of 32 bytes or more inside its parent": (
            node_of(*branch(**{f"_{nibble}": [leaf_path, value]})), [],
        ),
        "a node with a byte behind it": (node_of(long_path, value) + b"\0", []),
        "a node whose length has a leading zero": (b"\xf9\x00" + node_of(long_path, value)[1:], []),
        "a length of at most 55 in the long form": (b"\xf8\x03\xc2\x20\x01", []),
    }  # fmt: skip
    short_leaf = bytes([0x30 | key[0] & 15])
    stem = bytes([0x10 | nibble])
    with_root |= {
        "an extension to a child named by 31 bytes": (node_of(stem, child[:31]), []),
        "an extension to a child named by 33 bytes": (node_of(stem, child + b"\0"), []),
        "an extension to an empty list": (node_of(stem, []), []),
        "an extension with a node of 32 bytes or more inside": (node_of(stem, [short_leaf, value]), []),
        "an extension with a leaf inside": (node_of(stem, [short_leaf, b"v"]), []),
        "an extension to an extension": (node_of(stem, [stem, child]), []),
        "an entered child of three items": (node_of(*branch(**{f"_{nibble}": [short_leaf, b"v", b""]})), []),
        "an entered child of one item": (node_of(*branch(**{f"_{nibble}": [b"v"]})), []),
        "an entered leaf without a value": (node_of(*branch(**{f"_{nibble}": [short_leaf, b""]})), []),
        "an entered child with an unknown flag": (node_of(*branch(**{f"_{nibble}": [b"\x40", b"v"]})), []),
        "a child of 32 bytes of RLP that is not entered": (
            node_of(*branch(**{f"_{(nibble + 5) % 16}": [b"\x3a", b"h" * 29]})), [leaf],
        ),
        "a branch whose children are all empty, with a value": (node_of(*nothing, value), []),
    }  # fmt: skip
    small = node_of(b"\x31", b"v")
    with_root["a node of less than 32 bytes named by its hash"] = (
        node_of(*branch(**{f"_{nibble}": keccak256(small)})), [small],
    )  # fmt: skip
    cases += [refused(why, keccak256(root), key, [root, *rest]) for why, (root, rest) in with_root.items()]
    return cases


RLP_GOOD: list[tuple[str, Any]] = [
    ("the empty string", b""), ("the byte 0", b"\0"), ("the byte 127", b"\x7f"), ("the byte 128", b"\x80"),
    ("55 bytes", b"a" * 55), ("56 bytes", b"a" * 56), ("256 bytes", b"a" * 256), ("the empty list", []),
    ("cat and dog", [b"cat", b"dog"]), ("sets of sets", [[], [[]], [[], [[]]]]), ("a list of 56 bytes", [b"a"] * 56),
    ("eight lists inside each other", [[[[[[[[]]]]]]]]),
]  # fmt: skip
RLP_BAD = [
    ("nothing", ""), ("two items", "8080"), ("a truncated string", "83 64 6f"), ("a truncated list", "c8 83 63 61 74"),
    ("a string longer than its list", "c2 83 61 62 63"), ("a byte below 0x80 with a prefix", "81 7f"),
    ("the byte 0 with a prefix", "81 00"), ("a short string in the long form", "b8 01 80"),
    ("55 bytes in the long form", "b8 37 " + "61" * 55), ("a length with a leading zero", "b9 00 38 " + "61" * 56),
    ("a length without its bytes", "b9 01"), ("a long list that is short", "f8 01 80"),
    ("a list's length with a leading zero", "f9 00 38 " + "61" * 56), ("a length of 2^64 - 1", "bf " + "ff" * 8),
    ("a list's length of 2^64 - 1", "ff " + "ff" * 8), ("a byte behind a list", "c0 00"),
    ("nine lists inside each other", "c8 c7 c6 c5 c4 c3 c2 c1 c0"),
]  # fmt: skip


def plain(item: Any) -> Any:
    return hx(item) if isinstance(item, bytes) else [plain(part) for part in item]


def trie() -> Case:
    return {
        "about": "Strict RLP and Merkle-Patricia proofs (docs/spec/evidence.md). proofs: the nodes prove that key "
        "holds value under root, or (null) nothing; they are distinct and all used. refuse: they are not exactly a "
        "proof of anything for that key; how: a node is missing, malformed, unused or given twice.",
        "rlp": {
            "good": [{"why": why, "rlp": hx(rlp.encode(item)), "value": plain(item)} for why, item in RLP_GOOD],
            "refuse": [{"why": why, "rlp": "0x" + text.replace(" ", "")} for why, text in RLP_BAD],
        },
        "proofs": good_proofs(),
        "refuse": bad_proofs(),
    }


# --- header.json --------------------------------------------------------------------------------------------------

MAINNET_GENESIS = [
    bytes(32),
    bytes.fromhex("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"),
    bytes(20),
    bytes.fromhex("d7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544"),
    bytes.fromhex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"),
    bytes.fromhex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"),
    bytes(256),
    bytes.fromhex("0400000000"),
    b"",
    bytes.fromhex("1388"),
    b"",
    b"",
    bytes.fromhex("11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa"),
    bytes(32),
    bytes.fromhex("0000000000000042"),
]


def header() -> Case:
    world = World(neighbours=0)
    base = world.header_fields()[:15]
    later = [
        ("15 fields, as at first", []),
        ("16 fields: a base fee", [b"\x07"]),
        ("17 fields: withdrawals", [b"\x07", b"\x09" * 32]),
        ("20 fields: blobs and beacon root", [b"\x07", b"\x09" * 32, b"", b"\x02\0\0", b"\x08" * 32]),
        ("21 fields: requests", [b"\x07", b"\x09" * 32, b"", b"\x02\0\0", b"\x08" * 32, b"\x06" * 32]),
        ("30 fields, of forks to come", [b"\x01"] * 15),
    ]

    def good(why: str, fields: list[Any]) -> Case:
        raw = bytes(rlp.encode(fields))
        return {
            "why": why, "rlp": hx(raw), "hash": hx(keccak256(raw)), "parentHash": hx(fields[0]),
            "stateRoot": hx(fields[3]), "number": int.from_bytes(fields[8], "big"),
            "timestamp": int.from_bytes(fields[11], "big"),
        }  # fmt: skip

    def with_field(at_: int, item: Any) -> bytes:
        return bytes(rlp.encode([*base[:at_], item, *base[at_ + 1 :]]))

    def padded(size: int) -> bytes:
        """A header of so many bytes."""
        rest = size - len(with_field(12, b"x" * 1_000)) + 1_000
        return with_field(12, b"x" * rest)

    def bent(why: str, at_: int, item: bytes) -> Case:
        return good(why, [*base[:at_], item, *base[at_ + 1 :]])

    edge = (2**53 - 1).to_bytes(7, "big")
    whole = bytes(rlp.encode(base))
    bad: dict[str, bytes] = {
        "empty": b"",
        "14 fields": bytes(rlp.encode(base[:14])),
        "31 fields": bytes(rlp.encode(base + [b"\1"] * 16)),
        "without its last byte": whole[:-1],
        "without its second half": whole[: len(whole) // 2],
        "a byte behind it": whole + b"\0",
        "a byte string": bytes(rlp.encode(whole)),
        "a state root of 31 bytes": with_field(3, bytes(31)),
        "a state root that is a list": with_field(3, [bytes(32)]),
        "a parent hash of 33 bytes": with_field(0, bytes(33)),
        "a number with a leading zero": with_field(8, b"\0\x64"),
        "a number of 0 as a zero byte": with_field(8, b"\0"),
        "a number of 9 bytes": with_field(8, b"\1" + bytes(8)),
        "a number of 2^53": with_field(8, (2**53).to_bytes(7, "big")),
        "a time of 2^53": with_field(11, (2**53).to_bytes(7, "big")),
        "a time with a leading zero": with_field(11, b"\0" + base[11]),
        "extra data that is a list": with_field(12, [b"x"]),
        "a logs bloom of 255 bytes": with_field(6, bytes(255)),
        "a miner of 21 bytes": with_field(2, bytes(21)),
        "a difficulty of 33 bytes": with_field(7, b"\1" * 33),
        "a difficulty with a leading zero": with_field(7, b"\0\1"),
        "a difficulty that is a list": with_field(7, [b"\1"]),
        "a gas limit of 9 bytes": with_field(9, b"\1" * 9),
        "a gas limit with a leading zero": with_field(9, b"\0\1"),
        "gas used of 9 bytes": with_field(10, b"\1" * 9),
        "a number of 8 bytes, above 2^53": with_field(8, b"\1" * 8),
        "a last field that is a list": bytes(rlp.encode([*base, b"\7", [b"\7"]])),
        "4,097 bytes": padded(4_097),
    }
    return {
        "about": "Block headers in RLP (docs/spec/evidence.md): what is read of them, and what is no header.",
        "good": [
            good("block 0 of the Ethereum main network, whose hash is known to everybody", MAINNET_GENESIS),
            *(good(why, base + more) for why, more in later),
            bent("block 0", 8, b""),
            bent("number 2^53 - 1", 8, edge),
            bent("time 2^53 - 1", 11, edge),
            bent("a difficulty of 32 bytes", 7, b"\xff" * 32),
            bent("gas of 8 bytes", 9, b"\xff" * 8),
            good("exactly 4,096 bytes", rlp.decode(padded(4_096))),
        ],
        "refuse": [{"why": why, "rlp": hx(raw)} for why, raw in bad.items()],
    }


FILES = {"trie": trie, "header": header}


def written(name: str) -> str:
    return lines(FILES[name]())


if __name__ == "__main__":
    for name in FILES:
        (FOLDER / f"{name}.json").write_text(written(name), encoding="utf-8")
