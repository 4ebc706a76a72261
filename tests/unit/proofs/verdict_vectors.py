"""Makes the part `shared` and `cases` of `tests/vectors/verdict.json`: the good certificate with one thing bent.

What the bent check and the verdict come to is written here by hand from docs/spec/verification.md; the maker fails if
the library disagrees. The lists `decide` and `verdicts` are kept as they are. Run this file to rewrite the part.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from example_certificate import (
    BUNDLE,
    CERTIFICATE,
    CHAIN,
    CUSTODIAN,
    NATIVE,
    NOW,
    OWNER,
    REGISTRAR,
    REGISTRY,
    VERIFIER,
    anchor_of,
    bundle_of,
    document,
)
from facts_as_json import facts_from, facts_value
from vector_text import Case, lines

from registry.domain.certificates import Certificate, Issuer
from registry.domain.registry_file import parse_registry_file
from registry.proofs.bundle import Bundle, parse_bundle
from registry.proofs.verdict import Verdict
from registry.proofs.verify import verify

PATH = Path(__file__).parents[2] / "vectors" / "verdict.json"
DAY = 86_400
ZERO, OTHER, NOBODY = "0x" + "0" * 64, "0x" + "01" * 32, "0x" + "0" * 40
UNREAD = {"unread": "not read"}


def hx(raw: bytes) -> str:
    return "0x" + raw.hex()


def of(grams: int = 432, **changes: Any) -> Bundle:
    """The example with another document, in a tree of its own. It claims `grams` from gram 2,500,000 of the lot on."""
    certificate: Certificate = replace(CERTIFICATE, **({"grams": grams} | changes))
    return bundle_of(document(certificate), BUNDLE.disclosures, grams)


BUNDLES = {
    "good": BUNDLE,
    "to the end of a credit": of(500_000),
    "three credits": of(1_500_001),
    "another lot in the document": of(lot=CERTIFICATE.lot + 1),
    "other grams in the document": bundle_of(document(replace(CERTIFICATE, grams=431)), BUNDLE.disclosures),
    "another account in the document": of(issuer=Issuer("Impostor", b"\xee" * 20)),
    "another chain in the document": of(chain_id=1),
    "another contract in the document": of(credit_registry=b"\x99" * 20),
    "another chain and lot in the document": of(chain_id=1, lot=CERTIFICATE.lot + 1),
    "a document that is none": bundle_of("{}"),
    "a document that is not canonical": bundle_of(document() + " ", BUNDLE.disclosures),
}


def shared() -> Case:
    bundles = {name: bundle.to_value() for name, bundle in BUNDLES.items()}
    anchors = {name: hx(anchor_of(bundle)) for name, bundle in BUNDLES.items()}
    return {
        "registry": REGISTRY.to_value(),
        "now": NOW,
        "maxAge": DAY,
        "bundles": bundles,
        "anchors": anchors,
        "facts": facts_value(CHAIN.facts),
        "native": facts_value(NATIVE.facts),
    }


def merged(value: Any, change: Any) -> Any:
    """An object merges into an object, member by member; anything else takes the place."""
    if isinstance(value, dict) and isinstance(change, dict):
        return value | {name: merged(value.get(name), member) for name, member in change.items()}
    return change


def judged(case: Case, common: Case) -> Verdict:
    name = case.get("bundle", "good")
    facts = merged(common[case.get("chain", "facts")], {"anchor": {"value": common["anchors"][name]}})
    told = merged(facts, case.get("facts", {}))
    head = merged(facts, case["head"]) if "head" in case else None
    registry = merged(common["registry"], case.get("registry", {}))
    return verify(
        parse_bundle(json.dumps(merged(common["bundles"][name], case.get("file", {})))),
        None if registry is None else parse_registry_file(json.dumps(registry)),
        None if told is None else facts_from(told),
        now=case.get("now", common["now"]),
        max_age=case.get("maxAge", common["maxAge"]),
        behind=case.get("behind"),
        head_facts=None if head is None else facts_from(head),
    )


def told_of(verdict: Verdict, members: list[str]) -> Case:
    value = verdict.to_value()
    checks = {str(check.n): f"{check.status} {check.code}" for check in verdict.checks}
    more = {name: value[name] for name in ("level", *members)}
    return {"verdict": verdict.verdict, "exitCode": verdict.exit_code, "checks": checks, **more}


def written() -> str:
    kept = json.loads(PATH.read_text(encoding="utf-8"))
    common = shared()
    usual = told_of(judged({}, common), [])["checks"]
    made = []
    for why, verdict, check, change in CASES:
        case: Case = {"why": why, **change}
        members = case.pop("members", [])
        told = told_of(judged(case, common), members)
        n, _, expected = check.partition(" ")
        assert (told["verdict"], told["checks"][n]) == (verdict, expected), (why, told)
        told["checks"] = {n: code for n, code in told["checks"].items() if code != usual[n]}
        made.append({**case, "expected": told})
    about = (
        "Verdicts (docs/spec/verification.md). decide: the checks that did not pass, as \"status code\", and the "
        "verdict of all ten. verdicts: a bundle, a registry file, facts and a time, and the whole verdict; maximum age "
        "86400 s. cases: what is changed of shared, and what comes of it (README.md)."
    )  # fmt: skip
    return lines({
        "about": about, "decide": kept["decide"], "verdicts": kept["verdicts"],
        "shared": common | {"checks": usual}, "cases": made,
    })  # fmt: skip


def at(level: int = 2, number: int = 100, age: int = 60, *, final: bool = True) -> Case:
    """A place: what `seen` says of a reading."""
    block = {"number": number, "hash": hx(bytes([number % 256]) * 32), "timestamp": NOW - age}
    return {"seen": {"level": level, "block": block, "final": final}}


def value(**members: Any) -> Case:
    return {"value": members}


FACTS = ("anchor", "lot", "marks", "batch", "standing", "report", "project")
NOT_FINAL: Case = {"seen": {"final": False}}
SUSPENDED, INVALIDATED, NO_TROUBLE = (
    {"first": 12, "end": 13, "trouble": kind} for kind in ("suspended", "invalidated", "none")
)


def segments(*ranges: Case) -> Case:
    return {"value": list(ranges)}


def facts(**changes: Case) -> Case:
    return {"facts": changes}


def both(*changes: Case) -> Case:
    made: Case = {}
    for change in changes:
        made = merged(made, change)
    return made


THREE = both({"bundle": "three credits"}, facts(marks=value(claimed_grams=7_000_000)))

Row = tuple[str, str, str, Case]

FILE: list[Row] = [
    ("the shared certificate", "retired", "1 passed document",
     {"members": ["serials", "attestedBy", "block", "position"]}),
    ("no registry file", "unknown registry", "3 failed other-registry", {"registry": None}),
    ("the chain was not asked", "unavailable", "4 unavailable not-checked",
     {"facts": None, "members": ["block", "historyHash"]}),
    ("1 failed: no certificate", "invalid", "1 failed document-malformed", {"bundle": "a document that is none"}),
    ("1 failed: a space behind the document", "invalid", "1 failed document-malformed",
     {"bundle": "a document that is not canonical"}),
    ("1 failed, without a registry file", "invalid", "1 failed document-malformed",
     {"bundle": "a document that is none", "registry": None}),
    ("2 failed: another root alone", "invalid", "2 failed path",
     {"file": {"tranche": {"root": OTHER}}, "members": ["position"]}),
    ("2 failed: another total alone", "invalid", "2 failed path", {"file": {"tranche": {"total": 3_000_433}}}),
    ("2 failed: a path too short", "invalid", "2 failed path", {"file": {"path": []}}),
    ("2 failed: an index beyond the leaf count", "invalid", "2 failed path", {"file": {"leaf": {"index": 5}}}),
    ("2 failed, of another registry", "invalid", "2 failed path",
     {"bundle": "another chain in the document", "file": {"tranche": {"root": OTHER}}}),
    ("3 failed: another lot", "invalid", "3 failed lot-differs", {"bundle": "another lot in the document"}),
    ("3 failed: another lot, without a registry file", "invalid", "3 failed lot-differs",
     {"bundle": "another lot in the document", "registry": None}),
    ("3 failed: another lot before another chain", "invalid", "3 failed lot-differs",
     {"bundle": "another chain and lot in the document"}),
    ("3 failed: other grams", "invalid", "3 failed grams-differ", {"bundle": "other grams in the document"}),
    ("3 failed: another chain alone", "unknown registry", "3 failed other-registry",
     {"bundle": "another chain in the document"}),
    ("3 failed: another contract alone", "unknown registry", "3 failed other-registry",
     {"bundle": "another contract in the document"}),
    ("3 failed: another account", "invalid", "3 failed account-differs", {"bundle": "another account in the document"}),
    ("3 failed: nobody owns the lot", "invalid", "3 failed account-differs", facts(lot=value(owner="0x" + "0" * 40))),
    ("10 failed: another text", "invalid", "10 failed disclosure",
     {"file": {"disclosures": ['["0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","beneficiary","Li Si"]']}}),
    ("10 failed: the same twice", "invalid", "10 failed disclosure",
     {"file": {"disclosures": [*BUNDLE.disclosures, *BUNDLE.disclosures]}}),
    ("10 failed: a field that stands in the open", "invalid", "10 failed disclosure",
     {"file": {"disclosures": ['["0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","purpose","Metro ride, 10 km"]']}}),
    ("10 failed: another salt", "invalid", "10 failed disclosure",
     {"file": {"disclosures": ['["0x0e0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","beneficiary","Zhang San 张三"]']}}),
    ("10 failed: not canonical", "invalid", "10 failed disclosure",
     {"file": {"disclosures": [BUNDLE.disclosures[0].replace(",", ", ", 1)]}}),
    ("10 passed: nothing disclosed", "retired", "10 passed disclosures", {"file": {"disclosures": []}}),
    ("10 failed, of another registry", "invalid", "10 failed disclosure",
     {"bundle": "another chain in the document", "file": {"disclosures": ["x"]}}),
]  # fmt: skip

ANCHOR: list[Row] = [
    ("4: the expected anchor, long ago", "retired", "4 passed anchor", facts(anchor=at(age=10**8))),
    ("4: the expected anchor, not final", "pending", "4 pending not-final",
     facts(anchor=NOT_FINAL) | {"members": ["serials", "attestedBy"]}),
    ("4: the expected anchor, not final, of credits in trouble", "compromised", "8 failed invalidated",
     facts(anchor=NOT_FINAL, standing=segments(INVALIDATED))),
    ("4: the expected anchor, not final, and something unread", "unavailable", "4 pending not-final",
     facts(anchor=NOT_FINAL, report=UNREAD)),
    ("4: another value", "invalid", "4 failed anchor-differs",
     facts(anchor={"value": OTHER}) | {"members": ["attestedBy", "serials", "historyHash"]}),
    ("4: another value, long ago", "invalid", "4 failed anchor-differs",
     facts(anchor={"value": OTHER} | at(age=10**8))),
    ("4: another value, not final", "pending", "4 pending other-anchor-not-final",
     facts(anchor={"value": OTHER} | NOT_FINAL)),
    ("4: another value, not final, the index behind", "pending", "4 pending other-anchor-not-final",
     facts(anchor={"value": OTHER} | NOT_FINAL) | {"behind": 3}),
    ("4: nothing", "unknown", "4 failed anchor-absent", facts(anchor={"value": ZERO})),
    ("4: nothing, not final", "unknown", "4 failed anchor-absent", facts(anchor={"value": ZERO} | NOT_FINAL)),
    ("4: nothing, at exactly the maximum age", "unknown", "4 failed anchor-absent",
     facts(anchor={"value": ZERO} | at(age=DAY))),
    ("4: nothing, a second older", "unavailable", "4 unavailable stale",
     facts(anchor={"value": ZERO} | at(age=DAY + 1)) | {"members": ["block"]}),
    ("4: nothing, in exactly the nearest future", "unknown", "4 failed anchor-absent",
     facts(anchor={"value": ZERO} | at(age=-DAY))),
    ("4: nothing, further in the future", "unavailable", "4 unavailable stale",
     facts(anchor={"value": ZERO} | at(age=-DAY - 1))),
    ("4: nothing, the index behind", "pending", "4 pending index-behind",
     facts(anchor={"value": ZERO}) | {"behind": 1}),
    ("4: nothing, the index behind, long ago", "pending", "4 pending index-behind",
     facts(anchor={"value": ZERO} | at(age=10**8)) | {"behind": 1}),
    ("4: nothing, the index not behind", "unknown", "4 failed anchor-absent",
     facts(anchor={"value": ZERO}) | {"behind": 0}),
    ("4: nothing, the head holds it", "pending", "4 pending anchor-not-final",
     facts(anchor={"value": ZERO}) | {"head": {"anchor": at(1, 110, 1, final=False)}, "members": ["block"]}),
    ("4: nothing long ago, the head holds it", "pending", "4 pending anchor-not-final",
     facts(anchor={"value": ZERO} | at(age=10**8)) | {"head": {"anchor": at(1, 110, 1, final=False)}}),
    ("4: nothing, the head holds another", "unknown", "4 failed anchor-absent",
     facts(anchor={"value": ZERO}) | {"head": {"anchor": {"value": OTHER} | at(1, 110, 1, final=False)}}),
    ("4: nothing, the head holds nothing", "unknown", "4 failed anchor-absent",
     facts(anchor={"value": ZERO}) | {"head": {"anchor": {"value": ZERO} | at(1, 110, 1, final=False)}}),
    ("4: nothing, the head was not read", "unknown", "4 failed anchor-absent",
     facts(anchor={"value": ZERO}) | {"head": {"anchor": UNREAD}}),
    ("4: another value, the head holds it", "invalid", "4 failed anchor-differs",
     facts(anchor={"value": OTHER}) | {"head": {"anchor": at(1, 110, 1, final=False)}}),
    ("4: not read, the head holds it", "unavailable", "4 unavailable not-read",
     facts(anchor=UNREAD) | {"head": {"anchor": at(1, 110, 1, final=False)}}),
    ("4: at the head these credits are in trouble", "retired", "8 passed good-standing",
     {"head": {"standing": segments(INVALIDATED) | NOT_FINAL}}),
]  # fmt: skip

LOT: list[Row] = [
    ("3: an owner read before the anchor, nothing retired yet", "unavailable", "3 unavailable older-than-anchor",
     facts(lot=value(retired=0) | at(number=99))),
    ("3: another owner read so", "unavailable", "3 unavailable older-than-anchor",
     facts(lot=value(retired=0, owner=hx(REGISTRAR)) | at(number=99))),
    ("3: an owner read before the anchor, something retired", "invalid", "3 failed account-differs",
     facts(lot=value(owner=hx(REGISTRAR)) | at(number=99))),
    ("3: an owner read at the anchor's block, nothing retired", "invalid", "3 passed named",
     facts(lot=value(retired=0))),
    ("3: another owner, not final", "pending", "3 pending not-final",
     facts(lot=value(owner=hx(REGISTRAR)) | NOT_FINAL)),
    ("5: exactly what is claimed and retired", "retired", "5 passed retired",
     facts(lot=value(retired=5), marks=value(claimed_grams=4_500_432))),
    ("5: a gram more than is claimed", "invalid", "5 failed beyond-retired",
     facts(marks=value(claimed_grams=4_500_431))),
    ("5: beyond what is retired", "invalid", "5 failed beyond-retired", facts(lot=value(retired=4))),
    ("5: marks before the anchor that cover", "retired", "5 passed retired", facts(marks=at(number=99))),
    ("5: marks before the anchor that do not cover", "unavailable", "5 unavailable older-than-anchor",
     facts(marks=value(claimed_grams=0) | at(number=99))),
    ("5: a lot before the anchor, marks that do not cover", "unavailable", "5 unavailable older-than-anchor",
     facts(lot=at(number=99), marks=value(claimed_grams=0))),
    ("5: does not cover, not final", "pending", "5 pending not-final", facts(marks=value(claimed_grams=0) | NOT_FINAL)),
    ("5: does not cover, not final and before the anchor", "unavailable", "5 unavailable older-than-anchor",
     facts(marks=value(claimed_grams=0) | at(number=99, final=False))),
    ("5: claimed grams of 2^64 - 1", "retired", "5 passed retired", facts(marks=value(claimed_grams=str(2**64 - 1)))),
    ("6: beyond the lot", "invalid", "6 failed outside-batch", facts(lot=value(count=2))),
    ("6: the lot's last credit", "retired", "6 passed serials", facts(lot=value(count=3)) | {"members": ["serials"]}),
    ("6: beyond the batch", "invalid", "6 failed outside-batch",
     facts(batch=value(count=12)) | {"members": ["serials"]}),
    ("6: the batch's last credit", "retired", "6 passed serials", facts(batch=value(count=13))),
    ("6: beyond a batch read before the anchor", "unavailable", "6 unavailable older-than-anchor",
     facts(batch=value(count=12) | at(number=99))),
    ("6: within, not final", "pending", "6 pending not-final", facts(batch=NOT_FINAL) | {"members": ["serials"]}),
    ("6: beyond, not final", "pending", "6 pending not-final",
     facts(batch=value(count=12) | NOT_FINAL) | {"members": ["serials"]}),
    ("6: ends exactly with a credit", "retired", "6 passed serials",
     {"bundle": "to the end of a credit", "members": ["serials", "position"]}),
    ("6: ends exactly with the lot", "retired", "6 passed serials",
     {"bundle": "to the end of a credit"} | facts(lot=value(count=3), batch=value(count=13))),
    ("6: three credits", "retired", "6 passed serials", both(THREE, {"members": ["serials", "position"]})),
    ("6: three credits, one beyond the lot", "invalid", "6 failed outside-batch",
     both(THREE, facts(lot=value(count=4)), {"members": ["serials"]})),
    ("6: serial numbers at the end of a uint128", "retired", "6 passed serials",
     facts(batch=value(first_serial=str(2**128 - 40))) | {"members": ["serials"]}),
]  # fmt: skip


def bridged(report: str, project: str) -> Case:
    return facts(report=value(status=report), project=value(status=project))


def native(**changes: Case) -> Case:
    return {"chain": "native", "facts": changes}


ORIGIN: list[Row] = [
    *((f"7: bridged, report {r}, project {p}", "pending", "7 pending not-recorded", bridged(r, p))
      for r, p in (("none", "none"), ("filed", "recorded"), ("verified", "recorded"), ("rejected", "recorded"),
                   *(("recorded", p) for p in ("none", "proposed", "validated", "registered")))),
    ("7: bridged, deregistered later", "retired", "7 passed recorded", bridged("recorded", "deregistered")),
    ("7: native", "retired", "7 passed verified", native() | {"members": ["attestedBy"]}),
    *((f"7: native, report {r}, project {p}", "pending", "7 pending not-verified",
       native(report=value(status=r), project=value(status=p)))
      for r, p in (*((r, "registered") for r in ("none", "filed", "rejected", "recorded")),
                   *(("verified", p) for p in ("proposed", "validated", "recorded")))),
    ("7: native, deregistered later", "retired", "7 passed verified", native(project=value(status="deregistered"))),
    ("7: native, no project", "pending", "7 pending not-verified", native(project=value(status="none"))),
    ("7: verifier 0", "pending", "7 pending not-independent", native(report=value(verifier=0))),
    ("7: validator 0", "pending", "7 pending not-independent", native(project=value(validator=0))),
    ("7: proponent 0", "retired", "7 passed verified", native(project=value(proponent=0))),
    ("7: verifier is validator", "pending", "7 pending not-independent", native(report=value(verifier=6))),
    ("7: verifier is proponent", "pending", "7 pending not-independent", native(report=value(verifier=4))),
    ("7: validator is proponent", "pending", "7 pending not-independent", native(project=value(validator=4))),
    ("7: a project not final", "pending", "7 pending not-final", facts(project=NOT_FINAL)),
    ("7: a report not final that would not do", "pending", "7 pending not-final",
     facts(report=value(status="filed") | NOT_FINAL)),
    ("7: an old block", "retired", "7 passed recorded", facts(report=at(age=10**8), project=at(age=10**8, number=7))
     | {"members": ["block"]}),
    ("8: suspended", "compromised", "8 failed suspended", facts(standing=segments(SUSPENDED))),
    ("8: invalidated", "compromised", "8 failed invalidated", facts(standing=segments(INVALIDATED))),
    ("8: both: invalidated", "compromised", "8 failed invalidated", facts(standing=segments(INVALIDATED, SUSPENDED))),
    ("8: trouble 0 is trouble", "compromised", "8 failed suspended", facts(standing=segments(NO_TROUBLE))),
    ("8: trouble of the credits beside", "retired", "8 passed good-standing",
     facts(standing=segments(INVALIDATED | {"first": 0, "end": 12}, SUSPENDED | {"first": 13, "end": 40}))),
    ("8: trouble of the last of three credits", "compromised", "8 failed suspended",
     both(THREE, facts(standing=segments({"first": 14, "end": 15, "trouble": "suspended"})))),
    ("8: trouble right behind a credit that ends exactly", "retired", "8 passed good-standing",
     {"bundle": "to the end of a credit"} | facts(standing=segments({"first": 13, "end": 15, "trouble": "suspended"}))),
    ("8: an empty segment", "retired", "8 passed good-standing",
     facts(standing=segments({"first": 12, "end": 12, "trouble": "suspended"}))),
    ("8: at exactly the maximum age", "retired", "8 passed good-standing", facts(standing=at(age=DAY))),
    ("8: a second older", "unavailable", "8 unavailable stale",
     facts(standing=at(age=DAY + 1)) | {"members": ["block"]}),
    ("8: trouble, a second older", "unavailable", "8 unavailable stale",
     facts(standing=segments(INVALIDATED) | at(age=DAY + 1))),
    ("8: further in the future", "unavailable", "8 unavailable stale", facts(standing=at(age=-DAY - 1))),
    ("8: exactly so far in the future", "retired", "8 passed good-standing", facts(standing=at(age=-DAY))),
    ("8: a shorter maximum age", "unavailable", "8 unavailable stale", {"maxAge": 59}),
    ("8: trouble, not final", "pending", "8 pending not-final", facts(standing=segments(INVALIDATED) | NOT_FINAL)),
    ("8: stale and not final", "unavailable", "8 unavailable stale", facts(standing=at(age=DAY + 1, final=False))),
    ("8: trouble, and something unread", "compromised", "8 failed suspended",
     facts(standing=segments(SUSPENDED), report=UNREAD)),
    ("8: trouble of a void claim", "invalid", "8 failed suspended",
     facts(standing=segments(SUSPENDED), marks=value(claimed_grams=0))),
    ("9: covers exactly", "retired", "9 passed confirmed", facts(marks=value(confirmed=3))),
    ("9: a credit short", "pending", "9 pending not-confirmed",
     facts(marks=value(confirmed=2)) | {"members": ["attestedBy"]}),
    ("9: covers exactly a credit that ends exactly", "retired", "9 passed confirmed",
     {"bundle": "to the end of a credit"} | facts(marks=value(confirmed=3))),
    ("9: two of three credits", "pending", "9 pending not-confirmed", both(THREE, facts(marks=value(confirmed=4)))),
    ("9: covers, at exactly the maximum age", "retired", "9 passed confirmed", facts(marks=at(age=DAY))),
    ("9: covers, a second older", "unavailable", "9 unavailable stale", facts(marks=at(age=DAY + 1))),
    ("9: covers, the project unread", "unavailable", "9 passed confirmed", facts(project=UNREAD)),
    ("9: does not cover, the project unread", "unavailable", "9 unavailable not-read",
     facts(project=UNREAD, marks=value(confirmed=0))),
    ("9: no such project, not bridged", "pending", "9 pending not-confirmed",
     facts(project=value(status="none", bridged=False), marks=value(confirmed=0))),
    ("9: native, marks that do not cover", "retired", "9 passed native",
     native(marks=value(confirmed=0)) | {"members": ["attestedBy"]}),
    ("9: native, marks stale", "retired", "9 passed native", native(marks=at(age=10**8))),
    ("9: native, marks unread", "unavailable", "9 passed native", native(marks=UNREAD)),
    ("9: native, the project read long ago", "retired", "9 passed native", native(project=at(age=10**8))),
    ("9: native, the project not final", "pending", "9 pending not-final", native(project=NOT_FINAL)),
    ("9: does not cover, not final", "pending", "9 pending not-final", facts(marks=value(confirmed=0) | NOT_FINAL)),
]  # fmt: skip

UNREADS = {"anchor": "4", "lot": "3", "marks": "5", "batch": "6", "standing": "8", "report": "7", "project": "7"}
BASIS: list[Row] = [
    *((f"not read: {name}", "unavailable", f"{n} unavailable not-read",
       facts(**{name: UNREAD}) | {"members": ["attestedBy", "serials"]})
      for name, n in UNREADS.items()),
    ("not read: history", "retired", "4 passed anchor", facts(history=UNREAD) | {"members": ["historyHash"]}),
    ("the lowest level and the lowest block count", "retired", "4 passed anchor",
     facts(anchor=at(3, 90), lot=at(3, 120), report=at(1, 95), standing=at(2, 110)) | {"members": ["block"]}),
    ("the owner's reading counts for the level only with 5 and 6", "retired", "3 passed named",
     facts(lot=at(1, 130)) | {"members": ["block"]}),
    ("what is unavailable does not count for level and block", "unavailable", "8 unavailable stale",
     facts(standing=at(1, 7, 10**8)) | {"members": ["block"]}),
    ("everything at a block that is not final", "pending", "4 pending not-final",
     facts(**dict.fromkeys(FACTS, NOT_FINAL)) | {"members": ["serials", "attestedBy", "block"]}),
    ("attested by nobody", "retired", "7 passed recorded",
     facts(report=value(attestor=NOBODY), project=value(registrar=NOBODY), batch=value(registrar=NOBODY),
           marks=value(confirmed_by=None)) | {"members": ["attestedBy"]}),
    ("attested by accounts that nobody named, and by the operator", "retired", "7 passed verified",
     native(report=value(attestor=hx(OWNER)), marks=value(confirmed_by=hx(b"\x33" * 20)),
            project=value(registrar=hx(b"\5" * 20))) | {"members": ["attestedBy"]}),
    ("a verifier by its organisation alone", "retired", "7 passed verified",
     native(report=value(attestor="0x" + "0" * 40))
     | {"members": ["attestedBy"]}),
    ("a verifier by its account alone", "pending", "7 pending not-independent", native(report=value(verifier=0))
     | {"members": ["attestedBy"]}),
    ("two registrars", "retired", "7 passed recorded",
     facts(report=value(attestor=hx(VERIFIER))) | {"members": ["attestedBy"]}),
    ("an issuer of no batch", "invalid", "6 failed outside-batch",
     facts(batch=value(count=0)) | {"members": ["attestedBy"]}),
    ("the name that this registry file pins, of a demonstration", "retired", "4 passed anchor",
     {"registry": {"names": {hx(CUSTODIAN): "Another name"}, "demo": True}, "members": ["attestedBy", "demo"]}),
]  # fmt: skip

CASES = [*FILE, *ANCHOR, *LOT, *ORIGIN, *BASIS]


if __name__ == "__main__":
    PATH.write_text(written(), encoding="utf-8")
