"""Facts in the form of `tests/vectors/verdict.json`: bytes as hex, series as text, every reading with its place."""

from dataclasses import fields
from typing import Any

from registry.proofs.facts import (
    BatchFact,
    Block,
    Facts,
    LotFact,
    MarksFact,
    ProjectFact,
    Reading,
    ReportFact,
    Seen,
    SegmentFact,
    Unread,
)

KINDS: dict[str, Any] = {
    "lot": LotFact,
    "marks": MarksFact,
    "batch": BatchFact,
    "report": ReportFact,
    "project": ProjectFact,
}


WIDE = {("marks", "claimed_grams"), ("batch", "first_serial"), ("batch", "report"), ("report", "project")}
"""Integers that may exceed 2^53: a number or a decimal string."""


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


def facts_value(facts: Facts) -> dict[str, Any]:
    made = {}
    for field in fields(facts):
        fact = getattr(facts, field.name)
        made[field.name] = (
            {"unread": fact.reason}
            if isinstance(fact, Unread)
            else {"value": _plain(fact.value), "seen": _plain(fact.seen)}
        )
    return made


def _raw(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("0x"):
        return bytes.fromhex(value[2:])
    return value


def _fact(name: str, value: Any) -> Any:
    if name in KINDS:
        wide = {key: int(member) for key, member in value.items() if (name, key) in WIDE}
        return KINDS[name](**{key: _raw(member) for key, member in value.items()} | wide)
    if name == "standing":
        return tuple(SegmentFact(**segment) for segment in value)
    return _raw(value)


def facts_from(value: dict[str, Any]) -> Facts:
    read: dict[str, Any] = {}
    for name, fact in value.items():
        if "unread" in fact:
            read[name] = Unread(fact["unread"])
            continue
        seen = fact["seen"]
        block = Block(seen["block"]["number"], _raw(seen["block"]["hash"]), seen["block"]["timestamp"])
        place = Seen(seen["level"], block, seen["final"], seen["sources"])
        read[name] = Reading(_fact(name, fact["value"]), place)
    return Facts(**read)
