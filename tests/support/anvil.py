"""Anvil in a process of its own, on a free port of this machine, ended by its process id."""

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from registry.chain.keys import LocalSigner
from registry.chain.rpc import HttpRpc
from registry.domain.errors import Unavailable

BINARY = Path(__file__).parents[2] / "node_modules" / ".bin" / "anvil"
# The keys that anvil prints at every start: known to everybody.
KEYS = [
    "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
    "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
    "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
    "7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
    "47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a",
]


def anvil_signers() -> list[LocalSigner]:
    """Signers for anvil's first accounts, all of them funded."""
    return [LocalSigner(bytes.fromhex(key)) for key in KEYS]


@contextmanager
def anvil(*options: str, attempts: int = 3, patience: float = 30) -> Iterator[HttpRpc]:
    """A fresh anvil; `options` as on its command line. `patience`: seconds to start, and to end, dumping its state."""
    process, rpc = _start(options, attempts, patience)
    try:
        yield rpc
    finally:
        rpc.close()
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _start(options: Sequence[str], attempts: int, patience: float) -> tuple[subprocess.Popen[bytes], HttpRpc]:
    for _ in range(attempts):
        port = free_port()
        command = [str(BINARY), "--host", "127.0.0.1", "--port", str(port), "--silent", *options]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        rpc = HttpRpc(f"http://127.0.0.1:{port}", tries=1)
        if _answers(process, rpc, patience):
            return process, rpc
        rpc.close()
        process.kill()
        process.wait()
    raise RuntimeError("anvil does not start; try: scripts/setup")


def _answers(process: subprocess.Popen[bytes], rpc: HttpRpc, patience: float) -> bool:
    """Whether it answers before `patience` seconds are over; false at once if it ended (its port was taken)."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and process.poll() is None:
        try:
            rpc.request("eth_chainId")
        except Unavailable:
            time.sleep(0.05)
        else:
            return True
    return False


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
