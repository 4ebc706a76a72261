"""How vectors spell long texts and bent files, how they say where one is refused, and how the files are laid out."""

import copy
import json
from collections.abc import Callable
from typing import Any

from registry.domain.errors import InvalidInput
from registry.proofs.canonical import canonical_bytes, parse_strict, require_canonical

Case = dict[str, Any]


def spelled(text: str | list[Any]) -> str:
    """The text: itself, or the parts of a list joined, where `[part, count]` is a part so many times."""
    if isinstance(text, str):
        return text
    return "".join(part if isinstance(part, str) else part[0] * part[1] for part in text)


def canonical(value: object) -> str:
    """The canonical text, also of integers too wide for JSON that is strict."""
    try:
        return canonical_bytes(value).decode("utf-8")
    except InvalidInput:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def text_of(case: Case, base: object) -> str:
    """The text of a case: `text`, or the canonical text of `base` with `member` set to `value` or left out."""
    if "text" in case:
        return spelled(case["text"])
    value = copy.deepcopy(base)
    target: Any = value
    *way, last = [int(step) if step.isdigit() else step for step in case["member"].split(".")]
    for step in way:
        target = target[step]
    if "value" in case:
        target[last] = case["value"]
    elif "spelled" in case:
        target[last] = spelled(case["spelled"])
    else:
        del target[last]
    return canonical(value)


def bends(table: dict[str, list[Any]]) -> list[Case]:
    """A case for each value of each member; `GONE` leaves the member out, long texts are spelled by their parts."""
    cases = []
    for member, values in table.items():
        for value in values:
            case: Case = {"why": f"{member}: {_told(value)}", "member": member}
            if isinstance(value, str) and len(value) > 40 and value == value[0] * len(value):
                case["spelled"] = [[value[0], len(value)]]
            elif value is not GONE:
                case["value"] = value
            cases.append(case)
    return cases


GONE = object()


def _told(value: object) -> str:
    if value is GONE:
        return "left out"
    if isinstance(value, str) and len(value) > 40:
        return f"{len(value)} characters" if not value.startswith("0x") else f"0x and {len(value) - 2} digits"
    return ascii(value)[:60]


def refused_at(text: str | bytes, read: Callable[[Any], object], *, must_be_canonical: bool = False) -> str:
    """Where a text is refused: `json`, `canonical`, or the member; empty if it is not refused."""
    try:
        parse_strict(text)
    except InvalidInput:
        return "json"
    if must_be_canonical:
        try:
            require_canonical(text)
        except InvalidInput:
            return "canonical"
    try:
        read(text)
    except InvalidInput as error:
        return error.place
    return ""


def lines(value: Case) -> str:
    """JSON with one case a line: short files, readable differences."""

    def laid_out(part: Any, depth: str) -> str:
        if isinstance(part, list) and part and isinstance(part[0], dict):
            return (
                "[\n" + ",\n".join(f"{depth} {json.dumps(case, ensure_ascii=False)}" for case in part) + f"\n{depth}]"
            )
        if isinstance(part, dict) and len(depth) < 3 and any(isinstance(inner, list | dict) for inner in part.values()):
            inner = (f"{depth} {json.dumps(key)}: {laid_out(below, depth + ' ')}" for key, below in part.items())
            return "{\n" + ",\n".join(inner) + f"\n{depth}}}"
        return json.dumps(part, ensure_ascii=False)

    return laid_out(value, "") + "\n"
