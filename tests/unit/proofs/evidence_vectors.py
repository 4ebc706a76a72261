"""Makes `tests/vectors/evidence.json`. Tries and RLP come from the public packages `trie` and `rlp`.

Run this file to rewrite the vectors; a test fails when a file differs from what it makes.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import rlp
from evidence_small_vectors import small
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
from vector_text import lines

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
        "as in verdict.json. small: the same with headers and nodes by their number in a table (README.md).",
        "cases": cases,
        "small": small(),
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


def written() -> str:
    return lines(evidence())


if __name__ == "__main__":
    (FOLDER / "evidence.json").write_text(written(), encoding="utf-8")
