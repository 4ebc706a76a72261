"""From block to answer: how long after a block with a retirement stands on the chain the API answers it.

`offsetproof index --follow` and `offsetproof serve --no-index` run as an operator runs them, on anvil. A retirement is
sent at a random moment; the clock starts when the node has mined it, and stops when `/v1/retirements/{key}` is 200.
Then the same with blocks of 1,000 retirements: the last of them must be answered.
"""

import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from registry.chain.contracts import NO_HINT, CreditRegistry
from registry.chain.rpc import Rpc
from scripts.benchmarks.measure import Measured
from tests.support.anvil import anvil, anvil_signers
from tests.support.chains import EVIDENCE, Chain, deployed, with_report

POLL = "0.5"
"""Seconds between the indexer's looks at the head."""
BUSY_BLOCKS, BUSY_EVENTS, IN_CALL = 8, 1_000, 500
LOT = 1 << 32
LOOK = 0.005
PATIENCE = 60


def run(size: int) -> Measured:
    """`size` blocks with one retirement each, then some with 1,000."""
    chance = random.Random(20261124)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        rpc = stack.enter_context(anvil())
        chain = Chain("anvil", rpc, anvil_signers())
        registry = deployed(chain)
        contract, report, series = with_report(chain.sender(), registry)
        count = size + BUSY_BLOCKS * BUSY_EVENTS + 1
        contract.issue(report, series, 1, min(count, 10_000), chain.signers[0].address, EVIDENCE, NO_HINT)
        pinned = folder / "registry.json"
        pinned.write_text(json.dumps(registry.to_value()), "utf-8")
        settings = {
            "OFFSETPROOF_REGISTRY": str(pinned),
            "OFFSETPROOF_RPC_URL": rpc.url,
            "OFFSETPROOF_DATABASE_URL": f"sqlite:///{folder / 'mirror.db'}",
            "OFFSETPROOF_HEAD_SECONDS": "0",
        }
        stack.enter_context(_command(["index", "--follow", "--poll", POLL], settings))
        port = _free_port()
        stack.enter_context(_command(["serve", "--no-index", "--port", str(port)], settings))
        client = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False))
        _wait_until_ready(client)
        retired = 0
        single, busy = [], []
        for _ in range(size):
            time.sleep(chance.uniform(0, float(POLL)))
            single.append(_seconds(rpc, client, contract, retired, 1))
            retired += 1
        for _ in range(BUSY_BLOCKS):
            time.sleep(chance.uniform(0, float(POLL)))
            busy.append(_seconds(rpc, client, contract, retired, BUSY_EVENTS))
            retired += BUSY_EVENTS
        answered = _all_retirements(client)
    assert answered == retired, f"{retired} retirements on chain, {answered} answered"
    return Measured(
        "follow",
        statistics.median(single),
        float(POLL),
        "s",
        "Median from block to answer by the API",
        "poll interval of the indexer",
        less_is_better=True,
        sizes={"blocks": size, "busy_blocks": BUSY_BLOCKS, "events_in_a_busy_block": BUSY_EVENTS, "retired": retired},
        more={
            "seconds": _spread(single),
            "seconds_of_busy_blocks": _spread(busy),
            "answered": answered,
        },
    )


def _seconds(rpc: Rpc, client: httpx.Client, contract: CreditRegistry, first: int, count: int) -> float:
    """Retire `count` credits one by one in one block; seconds from the block to the answer about the last."""
    calls = [contract.calldata("retire", LOT, first + n, 1) for n in range(count)]
    sender, to = "0x" + contract.sender.address.hex(), "0x" + contract.address.hex()
    rpc.request("evm_setAutomine", [False])
    for start in range(0, count, IN_CALL):
        data = "0x" + contract.calldata("multicall", calls[start : start + IN_CALL]).hex()
        sent = rpc.request(
            "eth_sendTransaction", [{"from": sender, "to": to, "data": data, "gas": hex(30_000 * IN_CALL)}]
        )
    rpc.request("evm_mine")
    begun = time.perf_counter()
    rpc.request("evm_setAutomine", [True])
    receipt = rpc.request("eth_getTransactionReceipt", [sent])
    assert receipt["status"] == "0x1", "a retirement of the bench was refused"
    last = receipt["logs"][-1]
    key = f"{int(last['blockNumber'], 16)}-{int(last['logIndex'], 16)}"
    while client.get(f"/v1/retirements/{key}").status_code != 200:
        assert time.perf_counter() - begun < PATIENCE, f"retirement {key} was not answered"
        time.sleep(LOOK)
    return time.perf_counter() - begun


def _all_retirements(client: httpx.Client) -> int:
    """How many retirements the API lists."""
    found, after = 0, ""
    while True:
        page = client.get("/v1/retirements", params={"limit": 500, "after": after}).json()
        found += len(page["items"])
        if page["next"] is None:
            return found
        after = page["next"]


def _spread(seconds: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(seconds), 4),
        "least": round(min(seconds), 4),
        "most": round(max(seconds), 4),
    }


@contextmanager
def _command(arguments: list[str], settings: dict[str, str]) -> Iterator[None]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OFFSETPROOF_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "registry", *arguments],
        env={**clean, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_ready(client: httpx.Client) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            ready: Any = client.get("/readyz")
            if ready.status_code == 200:
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < deadline, "the server is not ready"
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
