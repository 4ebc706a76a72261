"""The events' declarations agree with the compiled contracts, and decode to exactly what was logged."""

from dataclasses import replace
from typing import Any

import pytest
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st

from registry.chain.abi import canonical_type, load_artifact
from registry.chain.blocks import RawLog
from registry.chain.events import (
    CREDIT_EVENTS,
    EVENTS,
    IGNORED_SIGNATURES,
    PROJECT_EVENTS,
    SHAPES,
    SHARED_EVENTS,
    Event,
    Ignored,
    Issued,
    SeriesRegistered,
    Unknown,
    decode_log,
)
from registry.domain.errors import Contradiction
from registry.proofs.keccak import keccak256

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "uint8": st.integers(0, 2**8 - 1),
    "uint32": st.integers(0, 2**32 - 1),
    "uint64": st.integers(0, 2**64 - 1),
    "uint128": st.integers(0, 2**128 - 1),
    "uint256": st.integers(0, 2**256 - 1),
    "bytes32": st.binary(min_size=32, max_size=32),
    "address": st.binary(min_size=20, max_size=20),
    "bool": st.booleans(),
    "string": st.text(max_size=100),
}


def log_of(kind: type[Event], values: list[Any]) -> RawLog:
    """The log that Solidity writes for the event, by an encoder that is not ours."""
    parameters = list(zip(SHAPES[kind].parameters, values, strict=True))
    topics = [SHAPES[kind].topic0, *(encode([p.abi], [v]) for p, v in parameters if p.indexed)]
    words = [(p.abi, v) for p, v in parameters if not p.indexed]
    data = encode([abi for abi, _ in words], [value for _, value in words])
    return RawLog(7, b"\1" * 32, b"\2" * 32, 3, 4, b"\3" * 20, tuple(topics), data)


def example(kind: type[Event]) -> RawLog:
    fill = {"bytes32": b"\x0a" * 32, "address": b"\x0b" * 20, "bool": True, "string": "VCS-191"}
    return log_of(kind, [fill.get(p.abi, n + 1) for n, p in enumerate(SHAPES[kind].parameters)])


@pytest.mark.parametrize(
    ("contract", "kinds"),
    [("CreditRegistry", CREDIT_EVENTS + SHARED_EVENTS), ("ProjectRegistry", PROJECT_EVENTS + SHARED_EVENTS)],
)
def test_the_declarations_are_those_of_the_compiled_contract(contract: str, kinds: tuple[type[Event], ...]) -> None:
    compiled = {
        entry["name"]: [(i["name"], canonical_type(i), i["indexed"]) for i in entry["inputs"]]
        for entry in load_artifact(contract).abi
        if entry["type"] == "event"
    }
    ignored = {signature.split("(")[0] for signature in IGNORED_SIGNATURES}
    declared = {k.__name__: [(p.name, p.abi, p.indexed) for p in SHAPES[k].parameters] for k in kinds}
    assert {name: event for name, event in compiled.items() if name not in ignored} == declared


def test_the_ignored_events_are_events_of_the_contracts_as_spelled() -> None:
    compiled = {
        f"{entry['name']}({','.join(canonical_type(i) for i in entry['inputs'])})"
        for contract in ("CreditRegistry", "ProjectRegistry")
        for entry in load_artifact(contract).abi
        if entry["type"] == "event"
    }
    assert compiled >= IGNORED_SIGNATURES


@given(st.data())
@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_decode_gives_back_every_value_that_was_encoded(kind: type[Event], data: st.DataObject) -> None:
    values = [data.draw(VALUES[p.abi]) for p in SHAPES[kind].parameters]
    event = decode_log(log_of(kind, values))
    assert type(event) is kind
    assert [getattr(event, p.field) for p in SHAPES[kind].parameters] == values
    assert (event.block_number, event.block_hash, event.tx_hash) == (7, b"\1" * 32, b"\2" * 32)
    assert (event.tx_index, event.log_index, event.address) == (3, 4, b"\3" * 20)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_decode_rejects_a_log_that_is_cut_lengthened_or_lacks_a_topic(kind: type[Event]) -> None:
    log = example(kind)
    bent = [replace(log, data=log.data + b"\0" * 32), replace(log, data=log.data + b"\0")]
    bent += [replace(log, data=log.data[:-1]), replace(log, data=log.data[:-32])] if log.data else []
    bent += [replace(log, topics=log.topics[:-1])] if len(log.topics) > 1 else []
    bent += [replace(log, topics=(*log.topics, b"\0" * 32))] if len(log.topics) < 4 else []
    for one in bent:
        with pytest.raises(Contradiction):
            decode_log(one)


def test_decode_rejects_a_number_wider_than_its_type_an_unclean_address_and_an_odd_truth() -> None:
    log = example(Issued)
    with pytest.raises(Contradiction, match="no uint32"):
        decode_log(replace(log, topics=(*log.topics[:3], b"\1" + log.topics[3][1:])))
    with pytest.raises(Contradiction, match="no uint128"):
        decode_log(replace(log, data=b"\1" + log.data[1:]))
    with pytest.raises(Contradiction, match="no address"):
        decode_log(replace(log, data=log.data[:64] + b"\1" + log.data[65:]))


@pytest.mark.parametrize("at", [31, 127, 136])
def test_decode_rejects_a_string_elsewhere_too_long_or_padded_with_something(at: int) -> None:
    log = example(SeriesRegistered)
    data = bytearray(log.data)
    data[at] ^= 0xFF
    with pytest.raises(Contradiction):
        decode_log(replace(log, data=bytes(data)))


def test_decode_rejects_a_string_that_is_no_text() -> None:
    log = example(SeriesRegistered)
    with pytest.raises(Contradiction):
        decode_log(replace(log, data=log.data.replace(b"VCS", b"\xff\xff\xff")))


def test_decode_rejects_a_removed_log() -> None:
    with pytest.raises(Contradiction, match="removed"):
        decode_log(replace(example(Issued), removed=True))


@pytest.mark.parametrize("signature", sorted(IGNORED_SIGNATURES))
def test_decode_ignores_approvals_and_schedules(signature: str) -> None:
    log = replace(example(Issued), topics=(keccak256(signature.encode()),))
    assert decode_log(log) == Ignored(log)


def test_decode_calls_a_foreign_log_unknown() -> None:
    foreign = replace(example(Issued), topics=(b"\x07" * 32,))
    nameless = replace(example(Issued), topics=())
    assert decode_log(foreign) == Unknown(foreign)
    assert decode_log(nameless) == Unknown(nameless)
