"""Makes `tests/vectors/{trie,header,evidence}.json`. Tries and RLP come from the public packages `trie` and `rlp`.

Run this file to rewrite the vectors; a test fails when a file differs from what it makes.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import rlp
from evidence_world import BATCH as BATCH_ID
from evidence_world import (
    CREDITS_AT,
    NEEDED,
    PROJECTS_AT,
    World,
    anchor_of,
    at,
    be32,
    credit_storage,
    keccak256,
    pinned,
)
from example_certificate import BUNDLE, LOT, NOW
from facts_as_json import facts_value
from trie import HexaryTrie

from registry.domain.registry_file import PinnedContract, RegistryFile
from registry.proofs.bundle import Bundle
from registry.proofs.evidence import Evidence
from registry.proofs.header_trust import TrustedBlock
from registry.proofs.proven_choice import trusted_facts
from registry.proofs.verify import verify

FOLDER = Path(__file__).parents[2] / "vectors"
Case = dict[str, Any]
DAY = 86_400


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
    return {"why": why, "root": hx(root), "key": hx(key), "nodes": [hx(n) for n in nodes]}


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
    return cases


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
        "holds value under root, or (null) nothing. refuse: they are not exactly a proof of anything for that key.",
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
        "more than 4,096 bytes": with_field(12, bytes(4_000)),
    }
    return {
        "about": "Block headers in RLP (docs/spec/evidence.md): what is read of them, and what is no header.",
        "good": [
            good("block 0 of the Ethereum main network, whose hash is known to everybody", MAINNET_GENESIS),
            *(good(why, base + more) for why, more in later),
        ],
        "refuse": [{"why": why, "rlp": hx(raw)} for why, raw in bad.items()],
    }


# --- evidence.json ------------------------------------------------------------------------------------------------


def with_evidence(*entries: Evidence) -> Bundle:
    return replace(BUNDLE, evidence=entries)


def only(*slots: int) -> dict[bytes, list[int]]:
    return {CREDITS_AT: list(slots)}


STANDING = at(BATCH_ID, 9)
MARKS = (at(LOT, 6), at(LOT, 11))


def worlds() -> list[tuple[str, RegistryFile, Bundle, list[Case], int]]:
    """Why, registry file, bundle, trusted blocks, now."""
    registry = pinned()
    now_world = World()
    good = now_world.evidence()
    trust = [{"hash": hx(now_world.block_hash)}]
    old = World(number=50, timestamp=NOW - 30 * DAY)
    trust_old = [{"hash": hx(old.block_hash)}]
    held = dict(credit_storage(segments=((12, 20, 2),)))
    invalidated = World(credits=held, number=101, timestamp=NOW - 30)
    needed = {CREDITS_AT: [*NEEDED[CREDITS_AT], int.from_bytes(keccak256(be32(STANDING)), "big")]}
    needed[PROJECTS_AT] = NEEDED[PROJECTS_AT]
    others = World(credits=credit_storage(segments=((0, 5, 1), (30, 40, 2))), number=102)
    forged = World(credits=credit_storage() | {at(LOT, 6): 9_000_000 | 9 << 64 | 7 << 96}, number=100)
    other_code = World(credit_code=b"another contract")
    elsewhere = World(credits_at=b"\x23" * 20)
    without_anchor = World(
        credits={k: v for k, v in credit_storage().items() if v != int.from_bytes(anchor_of(BUNDLE), "big")}
    )
    zero = World()
    zero.storage[CREDITS_AT][keccak256(be32(STANDING))] = b"\x80"
    zero._put(CREDITS_AT, 1, zero.storage[CREDITS_AT].root_hash, keccak256(zero.credit_code))
    young = World(number=120, timestamp=NOW - 5)
    stray = bytes(rlp.encode([b"\x20" + b"k" * 32, b"v" * 40]))
    leaf = bytes(rlp.encode(now_world.storage[CREDITS_AT].get_proof(keccak256(be32(STANDING)))[-1]))
    return [
        ("everything proven under a trusted hash", registry, with_evidence(good), trust, NOW),
        ("the number given with the hash agrees", registry, with_evidence(good), [trust[0] | {"number": 100}], NOW),
        ("the number given with the hash differs", registry, with_evidence(good), [trust[0] | {"number": 99}], NOW),
        ("nobody trusts the header that came with the file", registry, with_evidence(good), [], NOW),
        ("another hash is trusted", registry, with_evidence(good), trust_old, NOW),
        ("no evidence, though a hash is trusted", registry, BUNDLE, trust, NOW),
        ("a consistent state that somebody made up", registry, with_evidence(forged.evidence()), trust, NOW),
        ("the real header over the nodes of a made-up state", registry,
         with_evidence(Evidence(good.header_rlp, forged.nodes())), trust, NOW),
        ("an old genuine header proves the anchor, not the standing", registry, with_evidence(old.evidence()),
         trust_old, NOW),
        ("an old genuine header, at its own time", registry, with_evidence(old.evidence()), trust_old, NOW - 30 * DAY),
        ("invalidated by now", registry, with_evidence(invalidated.evidence(needed)),
         [{"hash": hx(invalidated.block_hash)}], NOW),
        ("old and new header: the new one tells of the invalidation", registry,
         with_evidence(good, invalidated.evidence(needed)), [*trust, {"hash": hx(invalidated.block_hash)}], NOW),
        ("other credits of the batch are in trouble, and their segments are not proven", registry,
         with_evidence(others.evidence()), [{"hash": hx(others.block_hash)}], NOW),
        ("the anchor under an old header, marks and standing under a young one", registry,
         with_evidence(old.evidence(), young.evidence(only(*MARKS, STANDING))),
         [*trust_old, {"hash": hx(young.block_hash)}], NOW),
        ("the right slots of a contract with other code", registry, with_evidence(other_code.evidence()),
         [{"hash": hx(other_code.block_hash)}], NOW),
        ("the right slots of a contract at another address", registry,
         with_evidence(elsewhere.evidence({b"\x23" * 20: NEEDED[CREDITS_AT], PROJECTS_AT: NEEDED[PROJECTS_AT]})),
         [{"hash": hx(elsewhere.block_hash)}], NOW),
        ("the account is proven to be absent", registry, with_evidence(elsewhere.evidence()),
         [{"hash": hx(elsewhere.block_hash)}], NOW),
        ("the registry file pins another code", replace(registry, credit_registry=PinnedContract(
            CREDITS_AT, b"\5" * 32)), with_evidence(good), trust, NOW),
        ("nothing is anchored there, proven", registry, with_evidence(without_anchor.evidence()),
         [{"hash": hx(without_anchor.block_hash)}], NOW),
        ("an extra node", registry, with_evidence(replace(good, nodes=(*good.nodes, stray))), trust, NOW),
        ("nodes in another order", registry, with_evidence(replace(good, nodes=good.nodes[::-1])), trust, NOW),
        ("a node of the standing is missing: absence is not zero", registry,
         with_evidence(replace(good, nodes=tuple(n for n in good.nodes if n != leaf))), trust, NOW),
        ("no node at all", registry, with_evidence(replace(good, nodes=())), trust, NOW),
        ("a zero that is stored is as good as absence", registry, with_evidence(zero.evidence()),
         [{"hash": hx(zero.block_hash)}], NOW),
    ]  # fmt: skip


def evidence() -> Case:
    cases = []
    for why, registry, bundle, trusted, now in worlds():
        blocks = [TrustedBlock(bytes.fromhex(t["hash"][2:]), t.get("number")) for t in trusted]
        facts = trusted_facts(bundle, registry, blocks, now=now, max_age=DAY)
        verdict = verify(bundle, registry, facts, now=now, max_age=DAY)
        told = {
            name: None if "unread" in fact else {
                "value": fact["value"], "level": fact["seen"]["level"], "block": fact["seen"]["block"],
            }
            for name, fact in facts_value(facts).items()
        }  # fmt: skip
        cases.append({
            "why": why, "registry": registry.to_value(), "bundle": bundle.to_value(), "trusted": trusted, "now": now,
            "maxAge": DAY, "facts": told, "verdict": verdict.verdict, "level": verdict.level,
            "checks": {str(c.n): f"{c.status} {c.code}" for c in verdict.checks},
        })  # fmt: skip
    return {
        "about": "Bundles with evidence (docs/spec/evidence.md): trusted blocks, then the facts read (null: unread), "
        "each with level and block, and the verdict. refuse: what is no member `evidence`. Names of facts and values "
        "as in verdict.json.",
        "cases": cases,
        "refuse": refused_members(),
    }


def refused_members() -> list[Case]:
    good = World(neighbours=4).evidence().to_value()
    nodes: list[Any] = list(good["nodes"])  # type: ignore[call-overload]
    text = str(good["header"])
    made: dict[str, Any] = {
        "not a list": {},
        "an entry that is a list": [[]],
        "an empty entry": [{}],
        "no nodes": [{"header": text}],
        "no header": [{"nodes": nodes}],
        "an unknown member": [good | {"level": 3}],
        "five entries": [good] * 5,
        "two entries of one block": [good, good | {"nodes": []}],
        "a header in capitals": [good | {"header": "0x" + text[2:].upper()}],
        "a header without 0x": [good | {"header": text[2:]}],
        "an empty header": [good | {"header": "0x"}],
        "a truncated header": [good | {"header": text[:-2]}],
        "a header of half a byte more": [good | {"header": text + "0"}],
        "a node that is empty": [good | {"nodes": [*nodes, "0x"]}],
        "a node that is a number": [good | {"nodes": [1]}],
        "a node that is null": [good | {"nodes": [None]}],
        "a node given twice": [good | {"nodes": [*nodes, nodes[0]]}],
        "a node of 533 bytes": [good | {"nodes": ["0x" + "00" * 533]}],
        "nodes as text": [good | {"nodes": "0x"}],
    }
    return [{"why": why, "evidence": value} for why, value in made.items()]


FILES = {"trie": trie, "header": header, "evidence": evidence}


def text_of(value: Case) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for name, make in FILES.items():
        (FOLDER / f"{name}.json").write_text(text_of(make()), encoding="utf-8")
