"""The registry file: strict, since it is the root of all trust."""

import copy
import json
from typing import Any

import pytest

from registry.domain.errors import InvalidInput
from registry.domain.registry_file import Finality, RegistryFile, parse_registry_file

FILE: dict[str, Any] = {
    "version": "registry/1",
    "name": "Example registry",
    "chainId": "31337",
    "genesisHash": "0x" + "01" * 32,
    "firstBlock": 5,
    "contracts": {
        "projectRegistry": {"address": "0x" + "11" * 20, "codeHash": "0x" + "02" * 32},
        "creditRegistry": {"address": "0x" + "22" * 20, "codeHash": "0x" + "03" * 32},
    },
    "operator": {"name": "Operator", "account": "0x" + "33" * 20},
    "finality": {"rule": "depth", "blocks": 12},
    "demo": True,
    "names": {"0x" + "bb" * 20: "Registrar"},
}


def bent(place: str, new: Any) -> str:
    value = copy.deepcopy(FILE)
    *way, last = place.split(".")
    target = value
    for step in way:
        target = target[step]
    target[last] = new
    return json.dumps(value)


def test_a_registry_file_reads_back_as_it_was() -> None:
    registry = parse_registry_file(json.dumps(FILE, indent=2))
    assert registry.to_value() == FILE
    assert registry.chain_id == 31337
    assert registry.credit_registry.address == b"\x22" * 20
    assert registry.finality == Finality("depth", 12)
    assert parse_registry_file(bent("finality", {"rule": "tag"}).encode()).finality == Finality("tag")


def test_names_are_those_of_the_file_and_the_operators() -> None:
    registry: RegistryFile = parse_registry_file(json.dumps(FILE))
    assert registry.name_of(b"\xbb" * 20) == "Registrar"
    assert registry.name_of(b"\x33" * 20) == "Operator"
    assert registry.name_of(b"\x44" * 20) is None
    with pytest.raises(TypeError):
        registry.names[b"\x44" * 20] = "Impostor"  # type: ignore[index]


@pytest.mark.parametrize("name", sorted(FILE))
def test_a_missing_member_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match=name):
        parse_registry_file(json.dumps({key: value for key, value in FILE.items() if key != name}))


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("version", "registry/2"),
        ("extra", 1),
        ("name", ""),
        ("chainId", 31337),
        ("chainId", "0"),
        ("genesisHash", "0x01"),
        ("firstBlock", "5"),
        ("firstBlock", -1),
        ("contracts.marketplace", {}),
        ("contracts.creditRegistry", "0x" + "22" * 20),
        ("contracts.creditRegistry.address", "0x" + "AA" * 20),
        ("contracts.creditRegistry.codeHash", "0x" + "02" * 31),
        ("operator.account", None),
        ("finality", {"rule": "hope"}),
        ("finality", {"rule": "tag", "blocks": 3}),
        ("finality", {"rule": "depth"}),
        ("finality", {"rule": "depth", "blocks": "3"}),
        ("finality", {"rule": "tag", "blocks": None}),
        ("demo", "true"),
        ("demo", 1),
        ("names", []),
        ("names", {"Registrar": "0x" + "bb" * 20}),
        ("names", {"0x" + "BB" * 20: "Registrar"}),
        ("names", {"0x" + "bb" * 20: ""}),
        ("names", {"0x" + "bb" * 20: 5}),
    ],
)
def test_a_wrong_member_is_refused(place: str, wrong: Any) -> None:
    with pytest.raises(InvalidInput):
        parse_registry_file(bent(place, wrong))


def test_a_member_that_stands_twice_is_refused() -> None:
    text = json.dumps(FILE).replace('"chainId"', '"chainId": "1", "chainId"')
    with pytest.raises(InvalidInput, match="twice"):
        parse_registry_file(text)
