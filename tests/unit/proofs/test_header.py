"""Block headers, the blocks that a verifier trusts, and its file of checkpoints."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from evidence_world import World
from example_certificate import REGISTRY
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x
from registry.proofs.header import BlockHeader, parse_header
from registry.proofs.header_trust import TrustedBlock, is_trusted, parse_checkpoints, parse_trusted_block

FULL = os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full"
VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "header.json").read_text("utf-8"))
GOOD = World(neighbours=0).header


def raw(text: str) -> bytes:
    return bytes.fromhex(text[2:])


@pytest.mark.parametrize("case", VECTORS["good"], ids=lambda c: c["why"])
def test_a_header_of_any_fork_gives_what_the_vector_says(case: dict[str, Any]) -> None:
    header = parse_header(raw(case["rlp"]))
    assert header == BlockHeader(
        raw(case["hash"]), raw(case["parentHash"]), raw(case["stateRoot"]), case["number"], case["timestamp"]
    )
    assert (header.block.number, header.block.hash, header.block.timestamp) == (
        case["number"], raw(case["hash"]), case["timestamp"],
    )  # fmt: skip


@pytest.mark.parametrize("case", VECTORS["refuse"], ids=lambda c: c["why"])
def test_what_is_no_header_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        parse_header(raw(case["rlp"]))


def test_a_truncated_header_is_refused_wherever_it_ends() -> None:
    for end in range(len(GOOD)):
        with pytest.raises(InvalidInput):
            parse_header(GOOD[:end])


@settings(max_examples=30_000 if FULL else 200)
@given(at=st.integers(0, len(GOOD) - 1), new=st.binary(max_size=3), width=st.integers(0, 3))
def test_no_mutated_header_has_a_trusted_hash(at: int, new: bytes, width: int) -> None:
    mutated = GOOD[:at] + new + GOOD[at + width :]
    trusted = [TrustedBlock(parse_header(GOOD).hash)]
    try:
        header = parse_header(mutated)
    except InvalidInput:
        return
    assert is_trusted(header, trusted) == (mutated == GOOD)


@given(st.binary(max_size=600))
def test_any_bytes_are_a_header_or_invalid_input(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_header(data)


def test_a_trusted_block_is_a_hash_with_or_without_its_number() -> None:
    header = parse_header(GOOD)
    name = hex0x(header.hash)
    assert parse_trusted_block(name) == TrustedBlock(header.hash)
    assert parse_trusted_block(f"100:{name.upper().replace('0X', '0x')}") == TrustedBlock(header.hash, 100)
    assert is_trusted(header, [parse_trusted_block(name)])
    assert is_trusted(header, [parse_trusted_block(f"100:{name}")])
    assert not is_trusted(header, [parse_trusted_block(f"101:{name}")])
    assert not is_trusted(header, [])


@pytest.mark.parametrize(
    "text",
    ["", "100", "0x12", ":" + "0x" + "11" * 32, "-1:0x" + "11" * 32, "0x64:0x" + "11" * 32, "01:0x" + "11" * 32,
     "1:2:0x" + "11" * 32, "0x" + "11" * 32 + ":100", "9007199254740992:0x" + "11" * 32],
)  # fmt: skip
def test_another_spelling_of_a_trusted_block_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_trusted_block(text)


CHECKPOINTS: dict[str, Any] = {
    "version": "checkpoints/1",
    "chainId": str(REGISTRY.chain_id),
    "genesisHash": hex0x(REGISTRY.genesis_hash),
    "blocks": [{"number": 100, "hash": "0x" + "11" * 32}, {"number": 7, "hash": "0x" + "22" * 32}],
}


def test_a_checkpoints_file_gives_its_blocks() -> None:
    expected = (TrustedBlock(b"\x11" * 32, 100), TrustedBlock(b"\x22" * 32, 7))
    assert parse_checkpoints(json.dumps(CHECKPOINTS), REGISTRY) == expected
    assert parse_checkpoints(json.dumps(CHECKPOINTS | {"blocks": []}), REGISTRY) == ()


def test_checkpoints_of_another_chain_are_refused() -> None:
    text = json.dumps(CHECKPOINTS)
    for other in (replace(REGISTRY, chain_id=1), replace(REGISTRY, genesis_hash=b"\x09" * 32)):
        with pytest.raises(InvalidInput, match="checkpoints of another chain"):
            parse_checkpoints(text, other)


@pytest.mark.parametrize(
    "change",
    [
        {"version": "checkpoints/2"}, {"chainId": 31337}, {"genesisHash": "0x01"}, {"blocks": {}}, {"more": 1},
        {"blocks": [{"number": 1}]}, {"blocks": [{"number": "1", "hash": "0x" + "11" * 32}]},
        {"blocks": [{"number": 1, "hash": "0x" + "AA" * 32}]}, {"blocks": [{"number": -1, "hash": "0x" + "11" * 32}]},
        {"blocks": [{"number": 1, "hash": "0x" + "11" * 32, "trusted": True}]}, {"blocks": ["0x" + "11" * 32]},
    ],
)  # fmt: skip
def test_a_bad_checkpoints_file_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        parse_checkpoints(json.dumps(CHECKPOINTS | change), REGISTRY)
