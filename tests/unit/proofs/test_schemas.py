"""The JSON Schemas of docs/spec say what the strict readers do: same members, same limits.

The few keywords that the schemas use are checked by the few lines below; an unknown keyword fails the test.
"""

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from example_certificate import BUNDLE, CERTIFICATE, REGISTRY

from registry.domain.certificates import Certificate
from registry.domain.errors import InvalidInput
from registry.domain.registry_file import parse_registry_file
from registry.proofs.bundle import parse_bundle

SPEC = Path(__file__).parents[3] / "docs" / "spec"
KINDS: dict[str, tuple[dict[str, Any], Callable[[Any], object]]] = {
    "certificate": (CERTIFICATE.to_value(), Certificate.from_value),
    "bundle": (BUNDLE.to_value(), lambda value: parse_bundle(json.dumps(value))),
    "registry": (REGISTRY.to_value(), lambda value: parse_registry_file(json.dumps(value))),
}
TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: type(v) is int,
    "boolean": lambda v: isinstance(v, bool),
}


def holds(schema: dict[str, Any], value: Any) -> bool:
    rules: dict[str, Callable[[Any], bool]] = {
        "$schema": lambda _: True,
        "title": lambda _: True,
        "description": lambda _: True,
        "type": lambda s: TYPES[s](value),
        "const": lambda s: bool(value == s),
        "oneOf": lambda s: sum(holds(one, value) for one in s) == 1,
        "required": lambda s: isinstance(value, dict) and set(s) <= set(value),
        "properties": lambda s: isinstance(value, dict) and all(holds(s[k], v) for k, v in value.items() if k in s),
        "additionalProperties": lambda s: all(
            s is not False and holds(s, v) for k, v in value.items() if k not in schema.get("properties", {})
        ),
        "propertyNames": lambda s: all(holds(s, k) for k in value),
        "maxProperties": lambda s: len(value) <= s,
        "items": lambda s: all(holds(s, v) for v in value),
        "maxItems": lambda s: len(value) <= s,
        "pattern": lambda s: isinstance(value, str) and re.search(s, value) is not None,
        "minLength": lambda s: len(value) >= s,
        "maxLength": lambda s: len(value) <= s,
        "minimum": lambda s: value >= s,
        "maximum": lambda s: value <= s,
    }
    # The type first: the other keywords may then take it for granted.
    return all(rules[key](schema[key]) for key in sorted(schema, key=lambda key: key != "type"))


def accepted(read: Callable[[Any], object], value: Any) -> bool:
    try:
        read(value)
    except InvalidInput:
        return False
    return True


def bends(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every member removed, added to, and replaced by values of every type and by limits."""
    yield place, None
    for junk in (
        True,
        0,
        1,
        -1,
        2**53 - 1,
        2**53,
        2**32,
        19,
        "",
        "x",
        "0",
        "01",
        "0x",
        "a" * 501,
        [],
        [0],
        {},
        {"x": 1},
    ):
        yield place, junk
    if isinstance(value, dict):
        yield (*place, "unknown"), 1
        for name, member in value.items():
            yield from bends(member, (*place, name))
    elif isinstance(value, list) and value:
        yield from bends(value[0], (*place, 0))


def with_bend(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    bent = copy.deepcopy(value)
    target = bent
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = new
    return bent


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_schema_accepts_what_the_reader_accepts_and_refuses_what_it_refuses(name: str) -> None:
    schema = json.loads((SPEC / f"{name}.schema.json").read_text(encoding="utf-8"))
    good, read = KINDS[name]
    assert holds(schema, good)
    # What a schema cannot say: relations between members, and text that is a document.
    beyond = {("tranche", "total"), ("tranche", "leafCount"), ("tranche", "start")}
    for place, new in bends(good):
        bent = with_bend(good, place, new)
        if holds(schema, bent):
            assert place in beyond or accepted(read, bent), (place, new)
        else:
            assert not accepted(read, bent), (place, new)


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_required_member_is_required_by_schema_and_reader(name: str) -> None:
    schema = json.loads((SPEC / f"{name}.schema.json").read_text(encoding="utf-8"))
    good, read = KINDS[name]
    for member in schema["properties"]:
        short = {key: value for key, value in good.items() if key != member}
        assert holds(schema, short) is accepted(read, short) is (member not in schema["required"]), member
