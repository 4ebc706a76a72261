"""A chain of our own retirement events, 100 a block: made once on anvil, then loaded from its dumped state.

One batch is split into lots of 200 credits; each block retires one credit of each of 100 lots, in one multicall, in an
order that jumps between lots as real retirements do.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from registry.chain.contracts import NO_HINT, CreditRegistry, ProjectRegistry
from registry.chain.deploy import deploy
from registry.chain.rpc import HttpRpc, Rpc
from registry.chain.send import Patience, Sender
from registry.domain.registry_file import Finality, RegistryFile, parse_registry_file
from tests.support.anvil import anvil, anvil_signers

CACHE = Path(__file__).parents[2] / ".cache" / "bench"
IN_BLOCK = 100
IN_LOT = 200
FIRST_LOT = 1 << 32
EVIDENCE = b"\xee" * 32
GAS = hex(16_000_000)
"""A transaction may take 16.7 million; 100 retirements take about 1.5 million."""
PATIENCE = 180
"""Seconds: the dumped state of 2,000 such blocks has more than a gigabyte."""
KEEP_STATES = ("--preserve-historical-states",)
"""Without old states an indexer can compare the contracts' history hash at the head only."""


@contextmanager
def retirement_chain(events: int) -> Iterator[tuple[HttpRpc, RegistryFile]]:
    """An anvil with `events` retirements (at least 100, rounded down to hundreds), and its registry file."""
    blocks = max(1, events // IN_BLOCK)
    state, pinned = CACHE / f"retirements-{blocks}.state.json", CACHE / f"retirements-{blocks}.registry.json"
    if not (state.exists() and pinned.exists()):
        CACHE.mkdir(parents=True, exist_ok=True)
        partial = state.with_suffix(f".{os.getpid()}")
        with anvil(*KEEP_STATES, "--dump-state", str(partial), patience=PATIENCE) as rpc:
            registry = live(rpc, blocks)
        pinned.write_text(json.dumps(registry.to_value(), indent=2), "utf-8")
        partial.rename(state)
    registry = parse_registry_file(pinned.read_text("utf-8"))
    with anvil(*KEEP_STATES, "--load-state", str(state), patience=PATIENCE) as rpc:
        yield rpc, registry


def live(rpc: Rpc, blocks: int) -> RegistryFile:
    """Retire in so many blocks, after issuing what is retired; the registry file."""
    sender = Sender(rpc, anvil_signers()[0], patience=Patience(poll=0.01))
    me = sender.address
    registry = deploy(
        sender, registrar=me, operator=me, pauser=me, name="Bench", finality=Finality("depth", 2), demo=True
    )
    projects = ProjectRegistry(sender, registry.project_registry.address)
    credit_registry = CreditRegistry(sender, registry.credit_registry.address)
    lots = -(-blocks * IN_BLOCK // IN_LOT)
    lots += -lots % IN_BLOCK
    projects.add_programme(b"VCS".ljust(32, b"\0"), True, EVIDENCE)
    projects.record_project(1, "191", EVIDENCE)
    projects.record_external(1, 18_000, 18_365, lots * IN_LOT, EVIDENCE, NO_HINT)
    credit_registry.register_series("VCS-191")
    credit_registry.issue(1, 1, 1, lots * IN_LOT, me, EVIDENCE, NO_HINT)
    for first in range(0, lots - 1, IN_BLOCK):
        numbers = range(first, min(first + IN_BLOCK, lots - 1))
        _multicall(
            rpc, credit_registry, [_call(credit_registry, "split", FIRST_LOT + n * IN_LOT, IN_LOT) for n in numbers]
        )
    retire = credit_registry.calldata("retire", FIRST_LOT, 0, 1)[:4]
    for block in range(blocks):
        calls = []
        for n in range(block * IN_BLOCK, (block + 1) * IN_BLOCK):
            lot, credit = n * 617 % lots, n // lots
            first_index = lot * IN_LOT + credit
            words = (FIRST_LOT + lot * IN_LOT, first_index, 1)
            calls.append(retire + b"".join(word.to_bytes(32, "big") for word in words))
        _multicall(rpc, credit_registry, calls)
    return registry


def _call(contract: CreditRegistry, function: str, *arguments: int) -> bytes:
    return contract.calldata(function, *arguments)


def _multicall(rpc: Rpc, contract: CreditRegistry, calls: Sequence[bytes]) -> None:
    data = "0x" + contract.calldata("multicall", list(calls)).hex()
    sender = "0x" + contract.sender.address.hex()
    transaction = {"from": sender, "to": "0x" + contract.address.hex(), "data": data, "gas": GAS}
    receipt = rpc.request("eth_sendTransactionSync", [transaction])
    assert receipt["status"] == "0x1", "a retirement of the bench's chain was refused"
