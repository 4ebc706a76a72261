"""The demo on a chain that others can ask, once a session; and the command line as a user runs it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from registry.chain.rpc import HttpRpc
from registry.domain.registry_file import RegistryFile, parse_registry_file
from support.anvil import anvil as start_anvil


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @cached_property
    def json(self) -> Any:
        return json.loads(self.out)


def offsetproof(*arguments: object, **environment: str) -> Ran:
    """Run the command line in a process of its own, with no settings but those given."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OFFSETPROOF_")}
    done = subprocess.run(
        [sys.executable, "-m", "registry", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        env={**clean, "NO_COLOR": "1", **environment},
        stdin=subprocess.DEVNULL,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Demo:
    """A demo that ran: its folder, its chain's address, its files."""

    folder: Path
    url: str
    rpc: HttpRpc

    @property
    def registry_path(self) -> Path:
        return self.folder / "registry.json"

    @property
    def registry(self) -> RegistryFile:
        return parse_registry_file(self.registry_path.read_text())

    @property
    def bundles(self) -> list[Path]:
        return sorted((self.folder / "bundles").glob("*.json"))

    @property
    def summary(self) -> Any:
        return json.loads((self.folder / "summary.json").read_text())


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`offsetproof demo --once` on anvil."""
    folder = tmp_path_factory.mktemp("demo") / "D"
    with start_anvil() as rpc:
        url = rpc.name
        ran = offsetproof("demo", "--once", "--out", folder, "--rpc", url)
        assert ran.code == 0, ran.err
        yield Demo(folder, url, rpc)
