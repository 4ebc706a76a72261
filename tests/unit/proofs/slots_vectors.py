"""Makes `tests/vectors/slots.json`: where the contracts keep things, and what their words mean.

Slots and words are written by hand from docs/spec/storage.md (`evidence_world.py`); the facts are what is read.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evidence_world import (
    BATCH,
    CREDITS_AT,
    PROGRAMME,
    PROJECT,
    PROJECTS_AT,
    REPORT,
    SERIES,
    address,
    at,
    be32,
    credit_storage,
    first_of,
    keccak256,
    lot_at,
    project_storage,
    text_word,
)
from example_certificate import CUSTODIAN, LOT, OWNER, REGISTRAR, TRANCHE, seen
from facts_as_json import facts_value
from vector_text import Case, lines

from registry.proofs.slots import read_facts
from registry.proofs.trie import NotProven

FOLDER = Path(__file__).parents[2] / "vectors"
NAMES = {"creditRegistry": CREDITS_AT, "projectRegistry": PROJECTS_AT}
ALL = 2**256 - 1


def hx(slot: int) -> str:
    return "0x" + be32(slot).hex()


class Words:
    """A reader of words given by contract and slot; what is not given is 0, what is `missing` cannot be read."""

    seen = seen(level=3)

    def __init__(self, words: dict[bytes, dict[int, int]], missing: Sequence[tuple[bytes, int]]) -> None:
        self._words, self._missing = words, set(missing)

    def read(self, contract: bytes, slots: Sequence[int]) -> list[int]:
        if any((contract, slot) in self._missing for slot in slots):
            raise NotProven("missing")
        return [self._words[contract].get(slot, 0) for slot in slots]


def from_case(case: Case, base: Case) -> Words:
    """The base's words with those of the case in their place."""
    words = {
        NAMES[name]: {int(slot, 16): int(word, 16) for slot, word in (of | case["words"].get(name, {})).items()}
        for name, of in base["words"].items()
    }
    return Words(words, [(NAMES[name], int(slot, 16)) for name, slot in case["missing"]])


def facts_of(case: Case, base: Case) -> Case:
    """All facts that these words give; None for unread."""
    facts = facts_value(read_facts(PROJECTS_AT, CREDITS_AT, int(base["lot"]), base["tranche"], from_case(case, base)))
    return {name: None if "unread" in fact else wide(name, fact["value"]) for name, fact in facts.items()}


def wide(name: str, value: Any) -> Any:
    """Integers that may exceed 2^53 as decimal strings where they do."""
    if not isinstance(value, dict):
        return value
    return {k: str(v) if type(v) is int and v >= 2**53 else v for k, v in value.items()}


# ------------------------------------------------------------------------------------------------------------ slots


def slots(why: str, lot: int, tranche: int, series: int, report: int, project: int, programme: int) -> Case:
    batch = lot >> 32
    base = int.from_bytes(keccak256(batch.to_bytes(28, "big") + bytes.fromhex("7d882553")), "big")
    places = {
        "lot": (base + 2 * lot) % 2**256,
        "marks": at(lot, 6),
        "anchor": at(tranche, at(lot, 7)),
        "batch": at(batch, 8),
        "standing": at(batch, 9),
        "firstSegment": first_of(at(batch, 9)),
        "series": at(series, 10),
        "seriesText": first_of(at(series, 10)),
        "sourceCancellation": at(lot, 11),
        "project": at(project, 5),
        "report": at(report, 6),
        "sourceId": at(project, 7),
        "programme": at(programme, 8),
    }
    given = {"lot": str(lot), "tranche": tranche, "series": series, "report": str(report), "project": str(project)}
    return {"why": why, **given, "programme": programme, "slots": {name: hx(slot) for name, slot in places.items()}}


def all_slots() -> list[Case]:
    u32, u64 = 2**32 - 1, 2**64 - 1
    return [
        slots("the example", LOT, TRANCHE, SERIES, REPORT, PROJECT, PROGRAMME),
        slots("all zero", 0, 0, 0, 0, 0, 0),
        slots("a lot of batch 0", 7, 1, 1, 1, 1, 1),
        slots("the greatest of each", u64 << 32 | u32, u32, u32, u64, u64, u32),
    ]


# ------------------------------------------------------------------------------------------------------------ facts


def case(
    why: str,
    credit: dict[int, int] | None = None,
    project: dict[int, int] | None = None,
    missing: Sequence[tuple[str, int]] = (),
) -> Case:
    """The base's words with some replaced, and the facts that then differ."""
    given = {"creditRegistry": credit, "projectRegistry": project}
    made: Case = {
        "why": why,
        "words": {name: words_of(of) for name, of in given.items() if of},
        "missing": [[name, hx(slot)] for name, slot in missing],
    }
    facts = facts_of(made, BASE)
    return made | {"facts": {name: fact for name, fact in facts.items() if fact != BASE["facts"][name]}}


def words_of(words: dict[int, int]) -> dict[str, str]:
    return {hx(slot): hex(word) for slot, word in words.items()}


BASE: Case = {
    "lot": str(LOT),
    "tranche": TRANCHE,
    "words": {"creditRegistry": words_of(credit_storage()), "projectRegistry": words_of(project_storage())},
}
BASE["facts"] = facts_of({"words": {}, "missing": []}, BASE)


def long_text(slot: int, raw: bytes, length: int | None = None) -> dict[int, int]:
    pieces = [raw[i : i + 32].ljust(32, b"\0") for i in range(0, len(raw), 32)]
    head = 2 * (len(raw) if length is None else length) + 1
    return {slot: head} | {first_of(slot) + i: int.from_bytes(piece, "big") for i, piece in enumerate(pieces)}


def standing(*segments: int, length: int | None = None) -> dict[int, int]:
    slot = at(BATCH, 9)
    words = {first_of(slot) + i: word for i, word in enumerate(segments)}
    return {slot: len(segments) if length is None else length} | words


def segment(first: int, end: int, trouble: int, more: int = 0) -> int:
    return first | end << 32 | trouble << 64 | more << 72


def report_word(status: int = 4, more: int = 0) -> dict[int, int]:
    return {at(REPORT, 6): PROJECT | 18000 << 64 | 18365 << 96 | 40 << 128 | status << 160 | more}


def project_word(status: int = 4, bridged: int = 1, more: int = 0) -> dict[int, int]:
    return {at(PROJECT, 5): PROGRAMME | status << 32 | bridged << 40 | more}


def all_facts() -> list[Case]:
    series, source = at(SERIES, 10), at(PROJECT, 7)
    batch = at(BATCH, 8)
    ascii_64 = bytes(range(0x40, 0x80))
    cases = [
        case("the example"),
        case("nothing stands anywhere", dict.fromkeys(credit_storage(), 0), dict.fromkeys(project_storage(), 0)),
        # Values that fill their field, beside fields that are empty, and the other way round.
        case("a lot: every bit", {lot_at(): ALL}),
        case("a lot: the owner alone", {lot_at(): 2**160 - 1}),
        case("a lot: the count alone", {lot_at(): (2**32 - 1) << 160}),
        case("a lot: the retired credits alone", {lot_at(): (2**32 - 1) << 192}),
        case("a lot: withdrawal requested", {lot_at(): address(OWNER) | 1 << 224}),
        case("a lot: withdrawn, and unknown flags", {lot_at(): address(OWNER) | (2 | 0xFFFFFFF8) << 224}),
        case("marks: every bit", {at(LOT, 6): ALL}),
        case("marks: claimed grams alone", {at(LOT, 6): 2**64 - 1}),
        case("marks: tranches alone", {at(LOT, 6): (2**32 - 1) << 64}),
        case("marks: confirmed alone", {at(LOT, 6): (2**32 - 1) << 96}),
        case("a source cancellation by nobody", {at(LOT, 11): 0}),
        case("a source cancellation: bits above the account", {at(LOT, 11): address(CUSTODIAN) | 1 << 160}),
        case("a source cancellation: only bits above the account", {at(LOT, 11): 1 << 255}),
        case("an anchor: every bit", {at(TRANCHE, at(LOT, 7)): ALL}),
        case("a batch: the first serial alone", {batch: 2**128 - 1, at(0, 10): text_word("A")}, report_zero()),
        case("a batch: the count alone", {batch: (2**32 - 1) << 128, at(0, 10): text_word("A")}, report_zero()),
        case("a batch: a registrar with bits above it", {batch + 1: address(REGISTRAR) | 2**255}),
        case("a report: every number at its greatest", None, {
            at(REPORT, 6): (ALL >> 56) & ~(0xFF << 160) | 2 << 160,
            at(2**64 - 1, 5): 4 << 32,
            at(2**64 - 1, 7): text_word("1"),
        }),
        case("a report: bits above the verifier", None, report_word(more=0xFF << 200)),
        case("a project: every number at its greatest", None, project_word(5, 255, (2**64 - 1) << 48)),
        case("a project: bits above the validator", None, project_word(more=0xFF << 112)),
        # Acceptable values, and others.
        *(case(f"report status {n}", None, report_word(n)) for n in (0, 1, 2, 3, 5, 255)),
        *(case(f"project status {n}", None, project_word(n)) for n in (0, 1, 2, 3, 5, 6, 255)),
        *(case(f"bridged {n}", None, project_word(bridged=n)) for n in (0, 2, 255)),
        case("two segments", standing(segment(0, 5, 1), segment(12, 20, 2))),
        case("a segment of trouble 0", standing(segment(12, 20, 0))),
        case("a segment of trouble 3", standing(segment(0, 5, 1), segment(12, 20, 3))),
        case("a segment with bits above its trouble", standing(segment(12, 20, 1, 1))),
        case("a segment that ends where it begins", standing(segment(12, 12, 1))),
        case("a segment that ends before it begins", standing(segment(20, 12, 1))),
        case("a segment of every credit", standing(segment(0, 2**32 - 1, 2))),
        case("64 segments", standing(*(segment(2 * n, 2 * n + 1, 1) for n in range(64)))),
        case("65 segments", standing(*(segment(2 * n, 2 * n + 1, 1) for n in range(65)))),
        case("a length of 2^255", standing(length=2**255)),
        case("a series of no byte", {series: 0}),
        case("a series of 31 bytes", {series: text_word("A" * 31)}),
        case("a series of 31 bytes, and bytes in further words", {series: text_word("A" * 31), first_of(series): ALL}),
        case("a short series with other bytes behind its end", {series: text_word("VCS-42") | 0xFF << 8}),
        case("a short series that states 32 bytes", {series: text_word("A" * 31) + 2}),
        case("a short series that states 63 bytes", {series: text_word("A" * 31) & ~0xFF | 126}),
        case("a series of 32 bytes", long_text(series, b"B" * 32)),
        case("a series of 33 bytes", long_text(series, b"B" * 33)),
        case("a series of 64 bytes, of many characters", long_text(series, ascii_64)),
        case("a series of 64 bytes, and a third word", long_text(series, b"B" * 64) | {first_of(series) + 2: ALL}),
        case("a series of 65 bytes", long_text(series, b"B" * 65)),
        case("a long series that states 31 bytes", long_text(series, b"B" * 31)),
        case("a long series that states 2^254 bytes", long_text(series, b"B" * 32, 2**254)),
        case("a series with a byte of 0x80", {series: text_word("VCS-42") | 0x80 << 248}),
        case("a long series with a byte of 0x80", long_text(series, b"B" * 40 + b"\x80")),
        case("a series with a zero byte inside", {series: text_word("A\0B")}),
        case("a source id of 31 bytes", None, {source: text_word("9" * 31)}),
        case("a source id of 40 bytes", None, long_text(source, b"9" * 40)),
        case("a source id of 65 bytes", None, long_text(source, b"9" * 65)),
        case("a source id with a byte of 0xb9", None, {source: text_word("99") | 0x80 << 240}),
        case("a code of 32 bytes", None, code(b"C" * 32)),
        case("a code with zero bytes inside", None, code(b"A\0B")),
        case("a code with a byte of 0xff", None, code(b"A\xffB")),
        case("a programme that is not bridged, of a project that is", None, {at(PROGRAMME, 8) + 1: 0}),
    ]  # fmt: skip
    credit = dict.fromkeys(credit_storage(segments=((0, 5, 1), (12, 20, 2))))
    held = standing(segment(0, 5, 1), segment(12, 20, 2))
    long = long_text(series, b"B" * 64)
    cases += [
        *(case(f"missing: credits, {n}", held, None, [("creditRegistry", slot)]) for n, slot in enumerate(credit)),
        *(case(f"missing: projects, {n}", None, None, [("projectRegistry", slot)])
          for n, slot in enumerate(project_storage())),
        *(case(f"missing: word {i} of a long series", long, None, [("creditRegistry", first_of(series) + i)])
          for i in (0, 1)),
    ]  # fmt: skip
    return cases


def code(raw: bytes) -> dict[int, int]:
    return {at(PROGRAMME, 8): int.from_bytes(raw.ljust(32, b"\0"), "big")}


def report_zero() -> dict[int, int]:
    return {at(0, 6): 0, at(0, 7): text_word("")}


def written() -> str:
    about = (
        "Storage (docs/spec/storage.md). slots: where things stand for a lot, a tranche and the numbers given. facts: "
        "words by contract and slot in place of the base's, all others being 0, those of missing unreadable, and the "
        "facts that differ from the base's (null: unread), in the form of README.md."
    )
    return lines({"about": about, "slots": all_slots(), "base": BASE, "facts": all_facts()})


if __name__ == "__main__":
    (FOLDER / "slots.json").write_text(written(), encoding="utf-8")
