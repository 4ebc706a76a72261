"""The part `small` of `tests/vectors/evidence.json`: which node is needed when, bad accounts and words, levels.

The states are those of `evidence_world.py`, without neighbours. All cases share one table of headers and nodes.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import rlp
from evidence_world import (
    BATCH,
    CREDITS_AT,
    PROGRAMME,
    PROJECT,
    PROJECTS_AT,
    REPORT,
    SERIES,
    World,
    at,
    be32,
    credit_storage,
    first_of,
    keccak256,
    lot_at,
    pinned,
    project_storage,
)
from example_certificate import BUNDLE, LOT, NOW, TRANCHE
from facts_as_json import facts_value
from slots_vectors import long_text, segment, standing
from vector_text import Case

from registry.domain.registry_file import RegistryFile
from registry.proofs.bundle import Bundle
from registry.proofs.evidence import Evidence
from registry.proofs.facts import Facts, Seen
from registry.proofs.proven import proven_at, read_evidence, untrusted_facts
from registry.proofs.proven_choice import choose_facts
from registry.proofs.verify import verify

DAY = 86_400
SERIES_AT, LENGTH_AT = at(SERIES, 10), at(BATCH, 9)
CREDITS = {
    **credit_storage(),
    **long_text(SERIES_AT, b"B" * 64),
    **standing(segment(0, 5, 1), segment(30, 40, 2)),
}
"""A series of 64 bytes, and trouble of other credits than the certificate's."""

SEQUENCES: list[tuple[bytes, str, list[int]]] = [
    (CREDITS_AT, "anchor", [at(TRANCHE, at(LOT, 7))]),
    (CREDITS_AT, "lot", [lot_at()]),
    (CREDITS_AT, "marks", [at(LOT, 6), at(LOT, 11)]),
    (CREDITS_AT, "batch", [at(BATCH, 8), at(BATCH, 8) + 1]),
    (CREDITS_AT, "series", [SERIES_AT, first_of(SERIES_AT), first_of(SERIES_AT) + 1]),
    (CREDITS_AT, "standing", [LENGTH_AT, first_of(LENGTH_AT), first_of(LENGTH_AT) + 1]),
    (CREDITS_AT, "history", [0]),
    (PROJECTS_AT, "report", [at(REPORT, 6), at(REPORT, 6) + 1]),
    (PROJECTS_AT, "project", [at(PROJECT, 5), at(PROJECT, 5) + 1, at(PROJECT, 7), at(PROGRAMME, 8)]),
]
LEADS_TO = {"batch": ("series", "report", "project"), "report": ("project",)}


def needed(stop: str = "", count: int = 0, *, but: tuple[str, ...] = ()) -> dict[bytes, list[int]]:
    """The slots asked for if the sequence `stop` ends after `count` words; `but`: sequences that are not asked."""
    left_out = {*but, *LEADS_TO.get(stop, ())}
    slots: dict[bytes, list[int]] = {CREDITS_AT: [], PROJECTS_AT: []}
    for contract, name, sequence in SEQUENCES:
        if name not in left_out:
            slots[contract] += sequence[:count] if name == stop else sequence
    return {contract: of for contract, of in slots.items() if of}


def world(credit: dict[int, int] | None = None, project: dict[int, int] | None = None, **more: Any) -> World:
    return World(credits=CREDITS | (credit or {}), projects=project_storage() | (project or {}), neighbours=0, **more)


def with_word(raw: bytes) -> World:
    """The lot's word in another RLP."""
    made = world()
    made.storage[CREDITS_AT][keccak256(be32(lot_at()))] = raw
    made._put(CREDITS_AT, 1, made.storage[CREDITS_AT].root_hash, keccak256(made.credit_code))
    return made


def with_account(change: dict[int, Any], more: tuple[Any, ...] = (), least: int = 4) -> World:
    """The CreditRegistry's account with some of its four members replaced, more behind them, or fewer."""
    made = world()
    members: list[Any] = [b"\1", b"", made.storage[CREDITS_AT].root_hash, keccak256(made.credit_code)]
    body = [change.get(i, member) for i, member in enumerate(members)][:least]
    made.state[keccak256(CREDITS_AT)] = rlp.encode([*body, *more])
    return made


@dataclass
class Table:
    """Headers and nodes of all cases, each once."""

    headers: dict[bytes, int] = field(default_factory=dict)
    nodes: dict[bytes, int] = field(default_factory=dict)

    def entry(self, evidence: Evidence) -> Case:
        return {
            "header": self.headers.setdefault(evidence.header_rlp, len(self.headers)),
            "nodes": [self.nodes.setdefault(node, len(self.nodes)) for node in evidence.nodes],
        }


Given = tuple[str, list[tuple[Evidence, int | None]]]
"""Why, and each entry with the level at which its header is vouched for: 3 trusted, 1 or 2 by nodes, None: nobody."""


def all_cases() -> list[Given]:
    good = world()
    whole = good.evidence(needed())
    early = world(number=90, timestamp=NOW - 30 * DAY)
    fresh = {CREDITS_AT: [*SEQUENCES[2][2], *SEQUENCES[5][2]]}
    cases: list[Given] = [
        ("everything, trusted", [(whole, 3)]),
        ("everything, vouched for by one node", [(whole, 1)]),
        ("everything, vouched for by several nodes", [(whole, 2)]),
        ("everything, vouched for by nobody", [(whole, None)]),
        ("old and trusted, what must be fresh by one node", [(early.evidence(needed()), 3), (good.evidence(fresh), 1)]),
        ("old and trusted, the new header vouched for by nobody",
         [(early.evidence(needed()), 3), (good.evidence(fresh), None)]),
    ]  # fmt: skip
    for _, name, sequence in SEQUENCES:
        cases += [(f"{name}: word {k} is missing", [(good.evidence(needed(name, k)), 3)]) for k in range(len(sequence))]
    late = {"marks": 0, "batch": 0, "series": 1, "standing": 1, "report": 0, "project": 1}
    slots = {name: (contract, sequence) for contract, name, sequence in SEQUENCES}
    for name, k in late.items():
        contract, sequence = slots[name]
        more = needed(name, k)
        more[contract] = [*more.get(contract, []), sequence[k + 1]]
        cases.append((f"{name}: word {k} is missing, but not the one after it", [(good.evidence(more), 3)]))
    without_word = whole.nodes[:-1]
    cases += [
        ("the report's nodes without the batch's", [(good.evidence(needed(but=("batch", "series"))), 3)]),
        ("the CreditRegistry alone", [(good.evidence(needed(but=("report", "project"))), 3)]),
        ("the ProjectRegistry alone", [(good.evidence({PROJECTS_AT: needed()[PROJECTS_AT]}), 3)]),
        ("the last node missing", [(replace(whole, nodes=without_word), 3)]),
    ]
    bad_report = world(None, {at(REPORT, 6): PROJECT | 5 << 160})
    bad_project = world(None, {at(PROJECT, 5): PROGRAMME | 6 << 32})
    bad_trouble = world(standing(segment(0, 5, 3), segment(30, 40, 2)))
    many = world(standing(segment(0, 5, 1), length=65))
    wide = world(long_text(SERIES_AT, b"B" * 65))
    bad_id = world(None, long_text(at(PROJECT, 7), b"9" * 65))
    cases += [
        ("a report status of 5", [(bad_report.evidence(needed(but=("project",))), 3)]),
        ("a report status of 5, and the project's nodes", [(bad_report.evidence(needed()), 3)]),
        ("a project status of 6", [(bad_project.evidence(needed("project", 2)), 3)]),
        ("a project status of 6, and the source id's nodes", [(bad_project.evidence(needed("project", 3)), 3)]),
        ("a source id of 65 bytes", [(bad_id.evidence(needed("project", 3)), 3)]),
        ("a source id of 65 bytes, and the programme's nodes", [(bad_id.evidence(needed()), 3)]),
        ("a trouble of 3, of which the next segment is there too", [(bad_trouble.evidence(needed()), 3)]),
        ("a trouble of 3, of which the next segment is missing", [(bad_trouble.evidence(needed("standing", 2)), 3)]),
        ("65 segments", [(many.evidence(needed("standing", 1)), 3)]),
        ("65 segments, and the first one's nodes", [(many.evidence(needed("standing", 2)), 3)]),
        ("a series of 65 bytes", [(wide.evidence(needed("series", 1)), 3)]),
        ("a series of 65 bytes, and its first word's nodes", [(wide.evidence(needed("series", 2)), 3)]),
    ]
    accounts: dict[str, World] = {
        "a nonce of 8 bytes and a balance of 32": with_account({0: b"\xff" * 8, 1: b"\xff" * 32}),
        "three members": with_account({}, least=3),
        "five members": with_account({}, (b"\1",)),
        "a nonce of 9 bytes": with_account({0: b"\1" * 9}),
        "a nonce with a leading zero": with_account({0: b"\0\1"}),
        "a nonce that is a list": with_account({0: []}),
        "a balance of 33 bytes": with_account({1: b"\1" * 33}),
        "a storage root of 31 bytes": with_account({2: b"\1" * 31}),
        "a code hash of 33 bytes": with_account({3: b"\1" * 33}),
    }
    cases += [(f"an account: {why}", [(made.evidence(needed()), 3)]) for why, made in accounts.items()]
    words = {
        "of 32 bytes": rlp.encode(b"\xff" * 32),
        "of 33 bytes": rlp.encode(b"\1" * 33),
        "with a leading zero": rlp.encode(b"\0" + b"\1" * 20),
        "of one zero byte": b"\0",
        "that is a list": rlp.encode([b"\1" * 30]),
        "with a byte behind it": rlp.encode(b"\1" * 31) + b"\1",
    }
    cases += [(f"a word {why}", [(with_word(bytes(raw)).evidence(needed()), 3)]) for why, raw in words.items()]
    return cases


def facts_of(bundle: Bundle, registry: RegistryFile, levels: list[int | None], now: int) -> Facts:
    """The facts of the bundle's evidence, whose headers are vouched for at these levels."""
    sources = []
    for entry, level in zip(bundle.evidence, levels, strict=True):
        if level is not None:
            nodes = Seen(level, entry.header.block, True, "nodes")
            seen = proven_at(entry.header) if level == 3 else nodes
            sources.append(read_evidence(entry, registry, bundle.anchor.lot, bundle.anchor.tranche, seen))
    return choose_facts(sources or [untrusted_facts(bundle.evidence)], now=now, max_age=DAY)


def small() -> Case:
    registry, table, cases = pinned(), Table(), []
    usual: Case = {}
    for why, entries in all_cases():
        bundle = replace(BUNDLE, evidence=tuple(entry for entry, _ in entries))
        levels = [level for _, level in entries]
        facts = facts_of(bundle, registry, levels, NOW)
        verdict = verify(bundle, registry, facts, now=NOW, max_age=DAY)
        told = {name: fact.get("value") for name, fact in facts_value(facts).items()}
        usual = usual or told
        cases.append({
            "why": why,
            "evidence": [table.entry(entry) for entry, _ in entries],
            "vouched": levels,
            "facts": {name: value for name, value in told.items() if value != usual[name]},
            "verdict": verdict.verdict,
            "level": verdict.level,
            "checks": {str(check.n): f"{check.status} {check.code}" for check in verdict.checks if check.n > 2},
        })  # fmt: skip
    return {
        "registry": registry.to_value(),
        "bundle": BUNDLE.to_value(),
        "now": NOW,
        "maxAge": DAY,
        "headers": ["0x" + raw.hex() for raw in table.headers],
        "nodes": ["0x" + raw.hex() for raw in table.nodes],
        "facts": usual,
        "cases": cases,
    }
