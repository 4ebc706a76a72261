"""The audit in a process of its own, so that a server goes on answering: Python runs one thread at a time, and each
answer would wait for the audit at every row that it reads.
"""

import gc
import os
import sys
from dataclasses import dataclass

from registry.chain.node import Node
from registry.chain.rpc import HttpRpc
from registry.domain.registry_file import RegistryFile, parse_registry_file
from registry.proofs.canonical import canonical_bytes
from registry.store.database import Store, open_store
from registry.workflows.audit import audit
from registry.workflows.audit_result import Audit, OnProgress
from registry.workflows.crew import Crew

_NICE = 10


@dataclass(frozen=True, slots=True)
class _Task:
    """What the other process needs: where the mirror is, the registry file's text, and where the node is."""

    database: str
    registry: bytes
    rpc: str | None


def audit_apart(store: Store, registry: RegistryFile, node: Node | None) -> Audit:
    """`audit` in a process of its own with little claim on the processors, which ends with this one.

    A mirror in memory or a chain in this process is audited here. Raises what `audit` raises.
    """
    rpc = node.rpc if node else None
    if store.address is None or not (rpc is None or isinstance(rpc, HttpRpc)):
        return audit(store, registry, node)
    task = _Task(store.address, canonical_bytes(registry.to_value()), rpc.url if rpc else None)
    with Crew(1, apart=True) as crew:
        (found,) = crew.map(_audit, [task])
    return found


def _audit(task: _Task) -> Audit:
    gc.enable()  # which the crew's short tasks do without
    os.nice(_NICE)
    store = open_store(task.database, must_exist=True)
    try:
        node = Node(HttpRpc(task.rpc)) if task.rpc else None
        return audit(store, parse_registry_file(task.registry), node, progress=_while_served_by(os.getppid()))
    finally:
        store.close()


def _while_served_by(parent: int) -> OnProgress:
    """Ends this process once `parent`, which wanted the result, is gone."""

    def told(what: str, done: int, total: int) -> None:
        if os.getppid() != parent:
            sys.exit("nobody waits for this audit any more")

    return told
