"""Walk the mirror's blocks and events in the chain's order: fold them, and rebuild all state from them."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from registry.domain.event_form import CREDIT_REGISTRY, PROJECT_REGISTRY
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.anchor import anchor_under, contract_part
from registry.proofs.history import FOLD, block_part, genesis
from registry.store.event_stream import Event, raw_blocks, raw_events
from registry.store.kinds import KINDS
from registry.store.mirror import Histories
from registry.store.mirror_tables import Block
from registry.store.raw_tables import row_count
from registry.store.session import Session
from registry.workflows.audit_credits import CreditBooks
from registry.workflows.audit_projects import ProjectBooks
from registry.workflows.audit_result import Findings, OnProgress
from registry.workflows.audit_roles import Broken


def walk_history(session: Session, registry: RegistryFile, findings: Findings, progress: OnProgress) -> "Walk":
    """Go through every block and event once; note what does not follow from what came before."""
    walk = Walk(registry, raw_blocks(session, findings.add_fault), findings)
    total = row_count(session, Block)
    with _no_collections():
        for events in raw_events(session, findings.add_fault):
            walk.take(events)
            progress("blocks folded", walk.blocks, total)
        walk.end()
    return walk


@contextmanager
def _no_collections() -> Iterator[None]:
    """The walk makes no cycles: what it drops is gone at once. The collector would find nothing, again and again, while
    the books grow."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


@dataclass(slots=True)
class Emitter:
    """One of the two contracts: which events it logs, by name, and its history hash so far."""

    name: str
    emits: frozenset[str]
    history: bytes


class Walk:
    """One walk through the mirror. It leaves behind the history hash of each contract, the books, and counts; `newest`
    is the number of the newest block, 0 if there is none.
    """

    def __init__(self, registry: RegistryFile, blocks: Iterator[Any], findings: Findings) -> None:
        self.events = self.blocks = self.newest = 0
        self.projects = ProjectBooks()
        under = contract_part(registry.chain_id, registry.credit_registry.address)
        self.credits = CreditBooks(
            self.projects.issuable,
            lambda e: anchor_under(under, e.lot, e.tranche, e.start, e.total, e.leaf_count, e.root),
        )
        self._findings = findings
        project, credit = registry.project_registry.address, registry.credit_registry.address
        self._project = _emitter("ProjectRegistry", PROJECT_REGISTRY, genesis(registry.chain_id, project))
        self._credit = _emitter("CreditRegistry", CREDIT_REGISTRY, genesis(registry.chain_id, credit))
        self._emitters = {project: self._project, credit: self._credit}
        self._coming = blocks
        self._block: Any = None
        self._timestamp, self._part = 0, b""
        self._bare, self._last_log = True, -1
        self._begin()

    @property
    def histories(self) -> Histories:
        """The history hashes after the last block."""
        return Histories(project=self._project.history, credit=self._credit.history)

    def take(self, events: Sequence[Event]) -> None:
        """Take the next events, in the chain's order; notes what does not follow from what came before."""
        emitters, credit, findings = self._emitters, self._credit, self._findings
        self.events += len(events)
        number, last_log = -1, self._last_log
        for block_number, log_index, kind, contract, named_prior, digest, event in events:
            if block_number != number:
                number = block_number
                here = self._go_to(number)
                timestamp, part, last_log = self._timestamp, self._part, self._last_log
            if not here:
                continue
            if log_index == last_log:
                findings.add(number, "row", f"two events at log {log_index}")
            last_log = log_index
            name, emitter = kind.name, emitters.get(contract)
            if emitter is None or name not in emitter.emits:
                findings.add(number, "row", f"a {name} of contract {hex0x(contract)}")
                continue
            prior = emitter.history
            if named_prior != prior and named_prior is not None:
                message = f"{name} at log {log_index} extends {hex0x(named_prior)}, not {hex0x(prior)}"
                findings.add(number, "history", message)
                prior = named_prior
            emitter.history = sha256(b"".join((FOLD, prior, digest, part))).digest()
            try:
                if emitter is credit:
                    self.credits.apply(name, event)
                else:
                    self.projects.apply(name, event, timestamp)
            except Broken as broken:
                findings.add(number, "state", f"{name} at log {log_index}: {broken}")
        self._last_log = last_log
        self.credits.lots.close_old()

    def end(self) -> None:
        """No more events."""
        while self._block is not None:
            self._next_block()
        try:
            self.credits.end()
        except Broken as broken:
            self._findings.add(self.newest, "state", str(broken))

    def _go_to(self, number: int) -> bool:
        """Leave all blocks before `number` behind; whether that block is here."""
        while self._block is not None and self._block.number < number:
            self._next_block()
        if self._block is None or self._block.number != number:
            self._findings.add(number, "block", "events of a block that the mirror does not have")
            return False
        self._bare = False
        return True

    def _next_block(self) -> None:
        before = self._block
        if self._bare:
            self._findings.add(before.number, "block", "a block that bears no event of this registry")
        if self._project.history != before.project_history:
            self._note_history(self._project, before.project_history)
        if self._credit.history != before.credit_history:
            self._note_history(self._credit, before.credit_history)
        block = self._begin()
        if block is None:
            return
        if before.timestamp > block.timestamp:
            self._findings.add(block.number, "block", "a block older than its parents")
        if before.number == block.number - 1 and before.hash != block.parent_hash:
            self._findings.add(block.number, "block", "a block that does not extend the one before it")

    def _begin(self) -> Any:
        """Begin the next block, None after the last."""
        block = self._block = next(self._coming, None)
        self._bare, self._last_log = True, -1
        if block is not None:
            self.blocks, self.newest = self.blocks + 1, block.number
            self._timestamp, self._part = block.timestamp, block_part(block.number, block.timestamp, block.parent_hash)
        return block

    def _note_history(self, emitter: Emitter, said: bytes) -> None:
        found = f"the events of the {emitter.name} lead to history {hex0x(emitter.history)}"
        self._findings.add(self._block.number, "history", f"{found}, the block says {hex0x(said)}")
        # Go on from what the block says, so that one broken block does not make every later one look broken.
        emitter.history = said


def _emitter(name: str, contract: str, history: bytes) -> Emitter:
    return Emitter(name, frozenset(kind.name for kind in KINDS if contract in kind.contracts), history)
