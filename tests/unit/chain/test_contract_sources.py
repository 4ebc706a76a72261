"""What the Solidity sources promise by how they are written."""

import re
from collections import Counter

from registry.chain.compile import ROOT

PLAIN = ("DepositToken.sol", "IDepositToken.sol")
"""A plain ERC-20 keeps no history: who trusts it trusts the bank behind it."""
SOURCES = {path: path.read_text() for path in sorted((ROOT / "contracts").rglob("*.sol")) if path.name not in PLAIN}
EMISSION = re.compile(r"\bemit (?P<event>\w+)\((?P<values>[^;]*)\);(?P<next>[^;]*;)")
FOLD = re.compile(r"\s+_fold\((?P<values>[^;]*)\);")


def words(text: str) -> list[str]:
    """The values of a call in order, without the calls that only join them."""
    return [word for word in re.findall(r"[\w.]+", text) if word not in ("abi.encode", "bytes.concat")]


def test_every_event_is_emitted_in_one_place_and_folded_beside_it_from_the_same_values() -> None:
    declared = {event for text in SOURCES.values() for event in re.findall(r"^    event (\w+)\(", text, re.M)}
    emitted: Counter[str] = Counter()
    for path, text in SOURCES.items():
        for emission in EMISSION.finditer(text):
            emitted[emission["event"]] += 1
            fold = FOLD.fullmatch(emission["next"])
            assert fold, f"{path.name}: {emission['event']} is not folded at once"
            expected = ["prior", f"{emission['event']}.selector", *words(emission["values"])]
            assert words(fold["values"]) == expected, f"{path.name}: {emission['event']}"
    assert len(declared) == 38
    assert emitted == dict.fromkeys(declared, 1)
