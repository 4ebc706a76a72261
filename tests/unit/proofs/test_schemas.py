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
import registry_vectors
from example_certificate import BUNDLE, CERTIFICATE, DISCLOSURE, NATIVE, REGISTRY, judge
from vector_text import canonical, text_of

from registry.domain.certificates import Certificate
from registry.domain.errors import InvalidInput
from registry.domain.registry_file import parse_registry_file
from registry.proofs.bundle import parse_bundle
from registry.proofs.disclosure import parse_disclosure
from registry.proofs.header_trust import parse_checkpoints
from registry.proofs.verdict import unavailable_verdict, unknown_verdict, unregistered_verdict

SPEC = Path(__file__).parents[3] / "docs" / "spec"
VECTORS = Path(__file__).parents[2] / "vectors"
KINDS: dict[str, tuple[dict[str, Any], Callable[[Any], object]]] = {
    "certificate": (CERTIFICATE.to_value(), Certificate.from_value),
    "bundle": (BUNDLE.to_value(), lambda value: parse_bundle(json.dumps(value))),
    "registry": (registry_vectors.BASE, lambda value: parse_registry_file(json.dumps(value))),
    "disclosure": (json.loads(DISCLOSURE), lambda value: parse_disclosure(canonical(value))),
    "checkpoints": (
        registry_vectors.CHECKPOINTS,
        lambda value: parse_checkpoints(json.dumps(value), parse_registry_file(json.dumps(registry_vectors.BASE))),
    ),
}
TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: type(v) is int,
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}


def whole(pattern: str) -> str:
    """The pattern of a schema as Python reads it: there `$` also stands before a last line feed."""
    return pattern.replace("$", r"\Z")


def holds(schema: dict[str, Any], value: Any) -> bool:
    rules: dict[str, Callable[[Any], bool]] = {
        "$schema": lambda _: True,
        "title": lambda _: True,
        "description": lambda _: True,
        "type": lambda s: TYPES[s](value),
        "const": lambda s: bool(value == s),
        "enum": lambda s: value in s,
        "oneOf": lambda s: sum(holds(one, value) for one in s) == 1,
        "required": lambda s: isinstance(value, dict) and set(s) <= set(value),
        "properties": lambda s: isinstance(value, dict) and all(holds(s[k], v) for k, v in value.items() if k in s),
        "additionalProperties": lambda s: all(
            s is not False and holds(s, v) for k, v in value.items() if k not in schema.get("properties", {})
        ),
        "propertyNames": lambda s: all(holds(s, k) for k in value),
        "minProperties": lambda s: len(value) >= s,
        "maxProperties": lambda s: len(value) <= s,
        "prefixItems": lambda s: all(holds(one, v) for one, v in zip(s, value, strict=False)),
        "minItems": lambda s: len(value) >= s,
        "uniqueItems": lambda s: s is False or len({json.dumps(v) for v in value}) == len(value),
        "items": lambda s: all(holds(s, v) for v in value),
        "maxItems": lambda s: len(value) <= s,
        "pattern": lambda s: isinstance(value, str) and re.search(whole(s), value) is not None,
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
    beyond = {("tranche", "total"), ("tranche", "leafCount"), ("tranche", "start"), ("chainId",), ("genesisHash",)}
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
    for member in schema.get("properties", {}):
        short = {key: value for key, value in good.items() if key != member}
        assert holds(schema, short) is accepted(read, short) is (member not in schema["required"]), member


def test_the_schemas_agree_with_the_vectors_as_far_as_they_speak() -> None:
    vectors = {name: json.loads((VECTORS / f"{name}.json").read_text("utf-8")) for name in ("document", "registry")}
    kinds = {
        "certificate": vectors["document"],
        **{name: vectors["registry"][name] for name in ("registry", "checkpoints")},
    }
    refused = 0
    for name, cases in kinds.items():
        schema = json.loads((SPEC / f"{name}.schema.json").read_text(encoding="utf-8"))
        for case in cases["good"]:
            assert holds(schema, json.loads(text_of(case, cases["base"]))), case["why"]
        refused += sum(
            not holds(schema, with_member(case, cases["base"])) for case in cases["refuse"] if "member" in case
        )
    # Beyond a schema: days that do not exist, numbers above 2^256 and 2^96, and blocks of another chain.
    silent = sum("member" in case for cases in kinds.values() for case in cases["refuse"]) - refused
    assert silent <= 10


def with_member(case: dict[str, Any], base: Any) -> Any:
    return json.loads(text_of(case, base))


def test_every_verdict_is_as_the_schema_says() -> None:
    schema = json.loads((SPEC / "verdict.schema.json").read_text(encoding="utf-8"))
    verdicts = json.loads((VECTORS / "verdict.json").read_text("utf-8"))["verdicts"]
    assert all(holds(schema, case["expected"]) for case in verdicts)
    sought = bytes(32)
    for verdict in (
        judge(),
        judge(chain=NATIVE),
        judge(chain=None),
        judge(registry=None),
        unknown_verdict(sought, REGISTRY, unpublished_tranches=2, unpublished_grams=5),
        unavailable_verdict(sought, REGISTRY, "no answer"),
        unregistered_verdict(),
    ):
        value = verdict.to_value()
        assert holds(schema, value)
        for name in value:
            assert not holds(schema, {k: v for k, v in value.items() if k != name})
