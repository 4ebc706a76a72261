"""The long-running commands as processes: started, watched, told to end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """A command that runs until it is told to end. Its standard error goes to a file."""

    def __init__(self, arguments: list[str], errors: Path, **environment: str) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("OFFSETPROOF_")}
        self.errors = errors
        with errors.open("wb") as out:
            self.popen = subprocess.Popen(
                arguments,
                stdout=subprocess.DEVNULL,
                stderr=out,
                stdin=subprocess.DEVNULL,
                env={**clean, "NO_COLOR": "1", **environment},
            )

    def lines(self) -> list[Any]:
        """The log, each line as JSON; fails if one is not."""
        return [json.loads(line) for line in self.errors.read_text().splitlines()]

    def wait_for(self, holds: Callable[[], bool], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert self.popen.poll() is None, self.errors.read_text()
            assert time.monotonic() < deadline, self.errors.read_text()
            time.sleep(0.05)

    def wait_for_answer(self, url: str, status: int = 200) -> None:
        self.wait_for(lambda: answers(url) == status)

    def end(self, seconds: float = 30, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Tell it to end; gives its exit code, and how many seconds it took."""
        begun = time.monotonic()
        self.popen.send_signal(number)
        code = self.popen.wait(seconds)
        return code, time.monotonic() - begun


def answers(url: str) -> int:
    """The status of what is there; 0 for nothing."""
    try:
        return httpx.get(url, trust_env=False, timeout=5).status_code
    except httpx.HTTPError:
        return 0


@contextmanager
def running(arguments: list[str], errors: Path, **environment: str) -> Iterator[Process]:
    process = Process(arguments, errors, **environment)
    try:
        yield process
    finally:
        if process.popen.poll() is None:
            process.popen.kill()
            process.popen.wait()


@contextmanager
def offsetproof_runs(*arguments: object, errors: Path, **environment: str) -> Iterator[Process]:
    """`offsetproof` with these arguments."""
    command = [sys.executable, "-m", "registry", *map(str, arguments)]
    with running(command, errors, **environment) as process:
        yield process
