"""Chains that the tests share: each test finds them as the session started them, and leaves them so."""

from collections.abc import Iterator
from pathlib import Path

import index_chain
import index_scenario
import pytest

from registry.chain.embedded import Embedded, demo_key
from registry.chain.keys import LocalSigner
from registry.chain.rpc import HttpRpc
from registry.store import open_store
from registry.workflows.index import Indexer
from support.anvil import anvil as start_anvil
from support.anvil import anvil_signers
from support.chains import Chain


@pytest.fixture(scope="session")
def anvil() -> Iterator[HttpRpc]:
    """One anvil for the session."""
    with start_anvil() as rpc:
        yield rpc


@pytest.fixture
def embedded() -> Embedded:
    """A fresh embedded chain (it starts in 20 ms), with real time."""
    return Embedded()


@pytest.fixture(params=["embedded", "anvil"])
def chain(request: pytest.FixtureRequest) -> Iterator[Chain]:
    """The embedded chain and anvil in turn; what the test did is undone afterwards."""
    if request.param == "embedded":
        yield Chain("embedded", request.getfixturevalue("embedded"), [LocalSigner(demo_key(n)) for n in range(5)])
        return
    rpc: HttpRpc = request.getfixturevalue("anvil")
    snapshot = rpc.request("evm_snapshot")
    yield Chain("anvil", rpc, anvil_signers())
    rpc.request("evm_revert", [snapshot])


@pytest.fixture(scope="session")
def lived_mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mirror of a registry that has lived its whole life. For reading only."""
    path = tmp_path_factory.mktemp("lived") / "mirror.db"
    with index_chain.embedded() as (rpc, signers):
        registry = index_scenario.deploy(rpc, signers)
        index_scenario.live(registry)
        store = open_store(str(path))
        Indexer(registry.node, store, registry.file).run()
        store.close()
    return path
