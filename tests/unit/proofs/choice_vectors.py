"""Makes `tests/vectors/choice.json`: several readings of each fact, and which of them counts.

The choices are written here by hand from docs/spec/evidence.md. Run this file to rewrite the vectors.
"""

from pathlib import Path
from typing import Any

from vector_text import Case, lines

FOLDER = Path(__file__).parents[2] / "vectors"
NOW, DAY = 1_795_000_000, 86_400
NAMES = ("anchor", "lot", "marks", "batch", "standing", "report", "project", "history")
SHARED: Case = {
    "anchor": "0x" + "ab" * 32,
    "lot": {"owner": "0x" + "aa" * 20, "count": 20, "retired": 7, "withdrawal_requested": False, "withdrawn": False},
    "marks": {"claimed_grams": 6_000_000, "tranches": 3, "confirmed": 5, "confirmed_by": None},
    "batch": {"series": "VCS-42", "first_serial": 1000, "count": 40, "report": 9, "registrar": "0x" + "bb" * 20},
    "standing": [],
    "report": {"project": 5, "from_day": 1, "end_day": 2, "tonnes": 40, "status": "recorded", "verifier": 0,
               "attestor": "0x" + "bb" * 20},
    "project": {"programme_code": "VCS", "source_id": "1", "status": "recorded", "bridged": True, "proponent": 0,
                "validator": 0, "registrar": "0x" + "bb" * 20},
    "history": "0x" + "77" * 32,
}  # fmt: skip


def source(level: int, number: int, age: int = 60, **changes: Any) -> Case:
    """A source that read everything at one block; `changes` are values, `None` for what it did not read."""
    made: Case = {"level": level, "number": number, "age": age}
    return made | ({"values": changes} if changes else {})


def trouble(first: int, end: int, kind: str) -> Case:
    return {"first": first, "end": end, "trouble": kind}


def case(why: str, chosen: int | dict[str, int | None], *sources: Case) -> Case:
    """`chosen`: the source of every fact, or `all` and those that differ."""
    all_from = chosen if isinstance(chosen, int) else chosen["all"]
    each: dict[str, int | None] = dict.fromkeys(NAMES, all_from)
    if isinstance(chosen, dict):
        each |= {name: at for name, at in chosen.items() if name != "all"}
    return {"why": why, "sources": list(sources), "chosen": each}


ZERO = "0x" + "0" * 64
OLD = DAY + 1
SUSPENDED, INVALIDATED = [trouble(12, 20, "suspended")], [trouble(12, 20, "invalidated")]
HALVES = [trouble(12, 15, "invalidated"), trouble(15, 20, "suspended")]


def cases() -> list[Case]:
    def standing(why: str, at: int, *sources: Case) -> Case:
        return case(why, {"all": 0, "standing": at}, *sources)

    def aged(why: str, at: int, *older: Case, **values: Any) -> Case:
        """A fresh reading of level 1 beside older ones of higher levels, of which source 1 is the highest."""
        return case(why, {"all": 1, "marks": 0, "standing": at}, source(1, 200, **values), *older)

    return [
        case("one source", 0, source(1, 100)),
        case("one source, not fresh", 0, source(1, 100, OLD)),
        case("the higher level", 1, source(1, 200), source(3, 100)),
        case("of one level the later block", 1, source(2, 100), source(2, 101)),
        case("of equal readings the first source", 0, source(2, 100), source(2, 100, 61)),
        case("fresh before level, for marks and standing", {"all": 0, "marks": 1, "standing": 1},
             source(3, 100, OLD), source(1, 200)),
        case("exactly the maximum age is fresh", 0, source(3, 100, DAY), source(1, 200)),
        case("further in the future than that is not", {"all": 0, "marks": 1, "standing": 1},
             source(3, 100, -OLD), source(1, 200)),
        case("an anchor that is not zero before a higher level", {"all": 1, "standing": 0, "history": 0},
             source(3, 100, anchor=ZERO), source(1, 200)),
        case("zero at every source: the higher level", 0, source(3, 100, anchor=ZERO), source(1, 200, anchor=ZERO)),
        case("what was read before the chosen anchor gives way", {"all": 1, "standing": 0, "history": 0},
             source(3, 90, anchor=None), source(1, 100)),
        case("at the anchor's own block is not before it", {"all": 0, "anchor": 1},
             source(3, 100, anchor=None), source(1, 100)),
        case("no anchor read: nothing is before it", {"all": 0, "anchor": None},
             source(3, 90, anchor=None), source(1, 100, anchor=None)),
        case("marks before the anchor give way though they alone are fresh", {"all": 1, "standing": 0, "history": 1},
             source(1, 90, 60, anchor=None), source(3, 100, OLD)),
        case("each fact where it was read", {"all": 0, "lot": 1, "batch": 2, "history": None},
             source(3, 100, lot=None, batch=None, history=None), source(2, 101, batch=None, history=None),
             source(1, 102, history=None)),
        standing("a later reading of lower level with trouble", 1, source(3, 100), source(1, 200, standing=SUSPENDED)),
        standing("an earlier reading of lower level with trouble does not count", 0, source(3, 200),
                 source(1, 100, standing=SUSPENDED)),
        standing("of the same block it does not count", 0, source(3, 100), source(1, 100, standing=SUSPENDED)),
        standing("a later reading that is not fresh does not count", 0, source(3, 100),
                 source(1, 200, OLD, standing=INVALIDATED)),
        standing("trouble that is known already does not replace", 0, source(3, 100, standing=SUSPENDED),
                 source(1, 200, standing=SUSPENDED)),
        standing("a suspension is told by an invalidation of the same credits", 0, source(3, 100, standing=INVALIDATED),
                 source(1, 200, standing=SUSPENDED)),
        standing("an invalidation is not told by a suspension", 1, source(3, 100, standing=SUSPENDED),
                 source(1, 200, standing=INVALIDATED)),
        standing("a suspension told by two segments together", 0, source(3, 100, standing=HALVES),
                 source(1, 200, standing=SUSPENDED)),
        standing("an invalidation of which one credit is only suspended", 1, source(3, 100, standing=HALVES),
                 source(1, 200, standing=INVALIDATED)),
        standing("one credit more", 1, source(3, 100, standing=SUSPENDED),
                 source(1, 200, standing=[trouble(12, 21, "suspended")])),
        standing("one credit before", 1, source(3, 100, standing=SUSPENDED),
                 source(1, 200, standing=[trouble(11, 20, "suspended")])),
        standing("a gap of one credit", 1,
                 source(3, 100, standing=[trouble(12, 15, "suspended"), trouble(16, 20, "suspended")]),
                 source(1, 200, standing=SUSPENDED)),
        standing("segments in another order, overlapping", 0,
                 source(3, 100, standing=[trouble(15, 25, "suspended"), trouble(10, 16, "suspended")]),
                 source(1, 200, standing=SUSPENDED)),
        standing("an empty segment is no trouble", 0, source(3, 100),
                 source(1, 200, standing=[trouble(12, 12, "suspended")])),
        standing("trouble 0 is trouble", 1, source(3, 100), source(1, 200, standing=[trouble(12, 20, "none")])),
        standing("the last of several later ones that tells something new", 2, source(3, 100),
                 source(1, 200, standing=SUSPENDED), source(2, 300, standing=INVALIDATED)),
        standing("a later one without trouble does not clear it", 1, source(3, 100), source(1, 200, standing=SUSPENDED),
                 source(1, 300)),
        standing("of one later block the first source that tells something new", 1,
                 source(3, 100), source(1, 200, standing=SUSPENDED), source(1, 200, standing=INVALIDATED)),
        aged("an old invalidation of a higher level", 1, source(3, 100, OLD, standing=INVALIDATED)),
        aged("an old suspension of a higher level can be over", 0, source(3, 100, OLD, standing=SUSPENDED)),
        aged("an old invalidation of a higher level that is told already", 0,
             source(3, 100, OLD, standing=INVALIDATED), standing=INVALIDATED),
        aged("two old invalidations of higher levels: the first by block", 2,
             source(3, 150, OLD, standing=[trouble(0, 2, "invalidated")]), source(3, 100, OLD, standing=INVALIDATED)),
        aged("the choice is over then, though the other is of a higher level and tells more", 2,
             source(3, 150, OLD, standing=[trouble(0, 40, "invalidated")]),
             source(2, 100, OLD, standing=INVALIDATED)),
    ]  # fmt: skip


def written() -> str:
    about = (
        "Several sources of facts (docs/spec/evidence.md), and for each fact the number of the source that counts, "
        "from 0; null: unread. A source is everything of shared, read at one block of this number and age in seconds "
        "before now, final, with values in place of those shared (null: not read). The block's hash is its number "
        "as 32 bytes."
    )
    return lines({"about": about, "now": NOW, "maxAge": DAY, "shared": SHARED, "cases": cases()})


def facts_in(one: Case, now: int, shared: Case) -> Case:
    """The facts of a source, in the form of README.md."""
    block = {"number": one["number"], "hash": f"0x{one['number']:064x}", "timestamp": now - one["age"]}
    seen = {"level": one["level"], "block": block, "final": True, "sources": "a source"}
    values = shared | one.get("values", {})
    return {
        name: {"unread": f"no {name}"} if value is None else {"value": value, "seen": seen}
        for name, value in values.items()
    }


if __name__ == "__main__":
    (FOLDER / "choice.json").write_text(written(), encoding="utf-8")
