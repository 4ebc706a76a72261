"""The audit in a process of its own says what it says in this one, and ends with it."""

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from registry.chain.node import Node
from registry.chain.rpc import HttpRpc
from registry.domain.errors import Unavailable
from registry.store import open_store
from registry.workflows.audit import audit
from registry.workflows.audit_apart import _while_served_by, audit_apart
from scripts.benchmarks.synthetic_mirror import REGISTRY, Synthetic
from support.databases import Databases


def test_a_process_of_its_own_says_the_same(mirrors: Databases) -> None:
    store = open_store(mirrors.url())
    Synthetic(store).fill(300)
    good = audit_apart(store, REGISTRY, None)
    assert good.ok
    assert good == audit(store, REGISTRY)
    with store.write() as session:
        session.connection().execute(text("UPDATE retired SET count = 19"))
    bad = audit_apart(store, REGISTRY, None)
    assert bad.first_bad_block is not None
    assert bad == audit(store, REGISTRY)
    store.close()


def test_what_keeps_an_audit_from_running_comes_back_from_its_process(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "mirror.db"))
    Synthetic(store).fill(30)
    with pytest.raises(Unavailable, match="node"):
        audit_apart(store, REGISTRY, Node(HttpRpc("http://127.0.0.1:1")))
    store.close()


def test_a_mirror_in_memory_is_audited_where_it_is() -> None:
    store = open_store("sqlite://")
    Synthetic(store).fill(30)
    assert store.address is None
    assert audit_apart(store, REGISTRY, None).ok
    store.close()


def test_an_audit_that_nobody_waits_for_ends() -> None:
    _while_served_by(os.getppid())("blocks folded", 1, 2)
    with pytest.raises(SystemExit, match="nobody waits"):
        _while_served_by(os.getpid())("blocks folded", 1, 2)
