"""Bent certificates, facts, proofs and headers, each with what Python makes of it, for another verifier to repeat."""

import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from registry.domain.errors import InvalidInput
from registry.proofs.bundle import Bundle, parse_bundle
from registry.proofs.evidence import Evidence
from registry.proofs.facts import Facts, SegmentFact, Unread
from registry.proofs.header import parse_header
from registry.proofs.header_trust import TrustedBlock
from registry.proofs.keccak import keccak256
from registry.proofs.proven import proven_facts, untrusted_facts
from registry.proofs.proven_choice import choose_facts
from registry.proofs.trie import verify_proof
from registry.proofs.verify import verify
from registry.render.pdf_attachment import attached_bundle

sys.path.insert(0, str(Path(__file__).with_name("proofs")))
sys.path.insert(0, str(Path(__file__).with_name("render")))

import example_certificate as example
from evidence_world import World, pinned
from example_certificate import BUNDLE, NATIVE, NOW, REGISTRY, Chain
from facts_as_json import facts_value
from plain_pdf import objects, written

VECTORS = Path(__file__).parents[1] / "vectors"
CASES = 5_000 if os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full" else 400
Case = tuple[dict[str, Any], Any]
"""What the other verifier is given, and what must come of it: `{"refused": message}` if the input is none at all."""


def bent_text(text: str, dice: random.Random) -> str:
    """A text with one small change: a character, a digit, a repeated or dropped piece, another escape."""
    at = dice.randrange(len(text))
    pieces = ['"', "\\", "\\u0041", "\\ud83d", "\\ude00", "0", "1", "-", ".", "e3", "{", "}", "[", "]", ",", ":", " ",
              "\n", "\t", "\0", "\x7f", "é", "e\u0301", "张", "😀", "null", "true", "NaN", "\ufeff", "\u202e",
              "9007199254740993"]  # fmt: skip
    match dice.randrange(5):
        case 0:
            return text[:at] + dice.choice(pieces) + text[at:]
        case 1:
            return text[:at] + text[at + dice.randrange(1, 4) :]
        case 2:
            return text[:at] + dice.choice(pieces) + text[at + 1 :]
        case 3:
            end = min(len(text), at + dice.randrange(1, 40))
            return text[:at] + text[at:end] * 2 + text[end:]
        case _:
            digits = [i for i, c in enumerate(text) if c in "0123456789abcdef"]
            at = dice.choice(digits)
            return text[:at] + dice.choice("0123456789abcdefA") + text[at + 1 :]


VALUES: list[Any] = [
    0, 1, -1, 431, 432, 433, 2**53 - 1, 2**53, 10**17, True, None, "", "0", "00", "x", "12884901898", "0x", [], {}, [1],
    {"digest": "0x" + "ab" * 32}, "0x" + "ab" * 32, "0x" + "AB" * 20, "2026-02-29T00:00:00Z", "2024-02-29T23:59:60Z",
    "0000-01-01T00:00:00Z", "Ångström", "A\u030angstro\u0308m", "线\u2028段", "x" * 501, "it's \"quoted\"", str(2**256),
    "张" * 500, "😀" * 500, "10", "10.", "010", "CNY", "cny", str(2**96), "9" * 78, "9" * 79,
]  # fmt: skip


def bent_value(value: Any, dice: random.Random) -> Any:
    """A JSON value with one member somewhere replaced, removed, added or exchanged with another."""
    if isinstance(value, dict) and value and dice.random() < 0.9:
        name = dice.choice(sorted(value))
        match dice.randrange(8):
            case 0:
                return {k: v for k, v in value.items() if k != name}
            case 1:
                return value | {dice.choice(["extra", "", "__proto__", "constructor", "\ud7ff", "\uffff😀"]): 1}
            case 2:
                return value | {name: dice.choice(VALUES)}
            case _:
                return value | {name: bent_value(value[name], dice)}
    if isinstance(value, list) and value and dice.random() < 0.9:
        at = dice.randrange(len(value))
        match dice.randrange(4):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return [*value, value[at]]
            case _:
                return [*value[:at], bent_value(value[at], dice), *value[at + 1 :]]
    if isinstance(value, int) and not isinstance(value, bool) and dice.random() < 0.6:
        return max(0, value + dice.choice([-1, 1, 1000, -1000]))
    return dice.choice(VALUES)


def sure(text: str) -> bytes | None:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return None


def bent_bundle(dice: random.Random) -> bytes:
    """The good bundle with its file, its value or its document bent; the path is made anew for half of the last."""
    good = json.loads(BUNDLE.to_json())
    match dice.randrange(4):
        case 0:
            made = bent_text(BUNDLE.to_json().decode(), dice)
        case 1:
            made = json.dumps(bent_value(good, dice), ensure_ascii=False)
        case 2:
            text = bent_text(example.document(), dice)
            made = json.dumps(rebuilt(text, good, dice), ensure_ascii=False)
        case _:
            value = bent_value(json.loads(example.document()), dice)
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            made = json.dumps(rebuilt(text, good, dice), ensure_ascii=False)
    return sure(made) or BUNDLE.to_json()


def rebuilt(text: str, good: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    if sure(text) is not None and dice.random() < 0.5:
        value: dict[str, Any] = example.bundle_of(text, BUNDLE.disclosures).to_value()
        return value
    return good | {"document": text}


def bent_chain(bundle: Bundle, dice: random.Random) -> Chain:
    """Facts around the bundle's own anchor, each bent now and then: values, places, or not read at all."""
    chain = example.chain_for(bundle)
    if dice.random() < 0.3:
        chain = replace(NATIVE, facts=replace(NATIVE.facts, anchor=chain.facts.anchor))
    changes: dict[str, dict[str, Any]] = {
        "lot": {"owner": dice.choice([bytes(20), b"\xaa" * 20, b"\xee" * 20]), "retired": dice.choice([0, 4, 7]),
                "count": dice.choice([2, 3, 20, 2**32 - 1])},
        "marks": {"claimed_grams": dice.choice([0, 6_000_000, 2**64 - 1]), "confirmed": dice.choice([0, 2, 3, 5]),
                  "confirmed_by": dice.choice([None, b"\xbb" * 20, b"\x33" * 20])},
        "batch": {"first_serial": dice.choice([0, 1000, 2**128 - 41, 2**53]), "count": dice.choice([0, 12, 13, 40])},
        "report": {"status": dice.choice(["none", "filed", "verified", "rejected", "recorded"]),
                   "verifier": dice.choice([0, 4, 6, 7]), "attestor": dice.choice([bytes(20), b"\xcc" * 20])},
        "project": {"status": dice.choice(["none", "registered", "recorded", "deregistered"]),
                    "bridged": dice.random() < 0.5, "validator": dice.choice([0, 4, 6, 7])},
    }  # fmt: skip
    for name, change in changes.items():
        if dice.random() < 0.25:
            chain = chain.change(**{name: change})
    segments = (dice.randrange(20), dice.randrange(10, 40), dice.choice(["suspended", "invalidated"]))
    if dice.random() < 0.2:
        chain = chain.put(standing=(SegmentFact(*segments),))
    if dice.random() < 0.15:
        chain = chain.put(anchor=dice.choice([bytes(32), b"\x01" * 32]))
    names = ("anchor", "lot", "marks", "batch", "standing", "report", "project")
    for name in names:
        if dice.random() < 0.1:
            timestamp = NOW - dice.choice([-90_000, 0, 86_400, 86_401])
            final = dice.random() < 0.7
            where = example.seen(dice.choice([1, 2, 3]), dice.choice([90, 100, 110]), timestamp, final)
            chain = chain.at(**{name: where})
        elif dice.random() < 0.05:
            chain = chain.put(**{name: Unread(f"{name} was not read")})
            names = tuple(n for n in names if n != name)
    return chain


def wide(value: dict[str, Any] | None) -> dict[str, Any] | None:
    """Facts as JSON that JavaScript can read: integers that may exceed 2^53 as strings."""
    if value is None:
        return None
    for fact, member in (
        ("marks", "claimed_grams"),
        ("batch", "first_serial"),
        ("batch", "report"),
        ("report", "project"),
    ):
        if "value" in value[fact]:
            value[fact]["value"][member] = str(value[fact]["value"][member])
    return value


def outcome(judge: Callable[[], Any]) -> Any:
    try:
        return judge()
    except InvalidInput as error:
        return {"refused": str(error)}


def verdict_value(data: bytes, registry: Any, facts: Facts | None, behind: int | None, head: Facts | None) -> Any:
    return verify(parse_bundle(data), registry, facts, now=NOW, behind=behind, head_facts=head).to_value()


def verdict_cases(dice: random.Random) -> Iterator[Case]:
    for n in range(CASES):
        data = BUNDLE.to_json() if n % 3 == 0 else bent_bundle(dice)
        try:
            bundle = parse_bundle(data)
        except InvalidInput:
            bundle = BUNDLE
        facts: Facts | None = bent_chain(bundle, dice).facts if n % 20 else None
        head = bent_chain(bundle, dice).facts if dice.random() < 0.2 else None
        registry = None if dice.random() < 0.03 else REGISTRY
        behind = dice.choice([None, None, 0, 7])
        case = {
            "kind": "verdict",
            "bundle": "0x" + data.hex(),
            "registry": registry.to_value() if registry else None,
            "facts": wide(facts_value(facts)) if facts else None,
            "head": wide(facts_value(head)) if head else None,
            "now": NOW,
            "behind": behind,
        }
        yield case, outcome(partial(verdict_value, data, registry, facts, behind, head))


def bent_bytes(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    match dice.randrange(4):
        case 0:
            return data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]
        case 1:
            return data[:at] + data[at + 1 :]
        case 2:
            return data[:at] + bytes([dice.choice([0, 0x80, 0xA0, 0xC0, 0xF8])]) + data[at:]
        case _:
            return data[:at]


def proof_cases(dice: random.Random) -> Iterator[Case]:
    vectors = json.loads((VECTORS / "trie.json").read_text())["proofs"]
    for _ in range(CASES):
        one = dice.choice([v for v in vectors if v["nodes"]])
        nodes = [bytes.fromhex(node[2:]) for node in one["nodes"]]
        at = dice.randrange(len(nodes))
        if dice.random() < 0.9:
            nodes[at] = bent_bytes(nodes[at], dice)
        # A bent root node is asked for under its own hash, so that what it says is looked at, not only its name.
        root = keccak256(nodes[0]) if dice.random() < 0.7 else bytes.fromhex(one["root"][2:])
        key = bytes.fromhex(one["key"][2:])
        case = {"kind": "proof", "root": "0x" + root.hex(), "key": one["key"], "nodes": ["0x" + n.hex() for n in nodes]}

        def judge(root: bytes = root, key: bytes = key, nodes: list[bytes] = nodes) -> Any:
            value = verify_proof(root, key, nodes)
            return None if value is None else "0x" + value.hex()

        yield case, outcome(judge)


def header_cases(dice: random.Random) -> Iterator[Case]:
    for _ in range(CASES // 2):
        raw = bent_bytes(World().header, dice) if dice.random() < 0.9 else World().header
        yield {"kind": "header", "rlp": "0x" + raw.hex()}, outcome(lambda raw=raw: parse_header(raw).block.to_value())


def evidence_cases(dice: random.Random) -> Iterator[Case]:
    worlds = [World(), World(number=90, timestamp=NOW - 90_000), World(number=101, neighbours=3)]
    entries = [world.evidence() for world in worlds]
    registry = pinned()
    for _ in range(CASES // 8):
        chosen = list(dice.sample(entries, dice.randrange(1, 4)))
        at = dice.randrange(len(chosen))
        nodes = list(chosen[at].nodes)
        match dice.randrange(4):
            case 0:
                nodes.pop(dice.randrange(len(nodes)))
            case 1:
                i = dice.randrange(len(nodes))
                nodes[i] = bent_bytes(nodes[i], dice) or b"\x80"
            case 2:
                dice.shuffle(nodes)
            case _:
                pass
        chosen[at] = Evidence(chosen[at].header_rlp, tuple(dict.fromkeys(nodes)))
        bundle = replace(BUNDLE, evidence=tuple(chosen))
        trusted = [TrustedBlock(entry.header.hash) for entry in entries if dice.random() < 0.8]
        case = {
            "kind": "evidence",
            "bundle": "0x" + bundle.to_json().hex(),
            "registry": registry.to_value(),
            "trusted": [{"hash": "0x" + block.hash.hex(), "number": None} for block in trusted],
            "now": NOW,
        }

        def judge(bundle: Bundle = bundle, trusted: list[TrustedBlock] = trusted) -> Any:
            place = bundle.anchor
            sources = proven_facts(bundle.evidence, registry, place.lot, place.tranche, trusted)
            facts = choose_facts(sources, now=NOW, max_age=86_400) if sources else untrusted_facts(bundle.evidence)
            return verify(bundle, registry, facts, now=NOW).to_value()

        yield case, outcome(judge)


def pdf_cases(dice: random.Random) -> Iterator[Case]:
    parts = objects(BUNDLE.to_json())
    packed = parts | {max(parts) + 1: b"(beside)"}
    for what in ("Widget", "Screen", "3D", "GoToR", "Rendition", "Hide", "Named", "Link", "URI", "GoTo"):
        for key in ("Type", "Subtype", "S"):
            yield pdf_case(written(parts | {max(parts) + 1: f"<</{key}/{what}>>".encode()}))
    for n in range(CASES):
        data = written(packed if n % 2 else parts)
        for _ in range(dice.choice([0, 1, 1, 1, 2])):
            # Mostly in the objects and the table, which are small beside the attachment.
            at = dice.choice([dice.randrange(len(data)), max(0, data.rfind(b"endstream")) + dice.randrange(400)])
            data = data[:at] + bent_bytes(data[at : at + 12] or b"%", dice) + data[at + 12 :]
        yield pdf_case(data)


def pdf_case(data: bytes) -> Case:
    case = {"kind": "pdf", "data": "0x" + data.hex()}
    try:
        return case, "0x" + attached_bundle(data).hex()
    except InvalidInput:
        return case, {"refused": ""}


def hash_cases(dice: random.Random) -> Iterator[Case]:
    for size in [*range(0, 300, 7), 55, 56, 63, 64, 65, 119, 120, 135, 136, 137, 271, 272, 273, 10_000]:
        data = dice.randbytes(size)
        yield (
            {"kind": "hash", "data": "0x" + data.hex()},
            ["0x" + sha256(data).hexdigest(), "0x" + keccak256(data).hex()],
        )


BATCHES: dict[str, Callable[[random.Random], Iterator[Case]]] = {
    "hashes": hash_cases,
    "verdicts": verdict_cases,
    "proofs": proof_cases,
    "headers": header_cases,
    "evidence": evidence_cases,
    "pdf": pdf_cases,
}
