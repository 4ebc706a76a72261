"""Walk the mirror's blocks and events in the chain's order: fold them, and rebuild all state from them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from registry.chain.blocks import Header
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.anchor import anchor_hash
from registry.store.kinds import CREDIT_REGISTRY, PROJECT_REGISTRY
from registry.store.mirror import Histories
from registry.store.raw import RawRow, raw_blocks, raw_events
from registry.store.session import Session
from registry.workflows.audit_credits import CreditBooks
from registry.workflows.audit_projects import ProjectBooks
from registry.workflows.audit_result import Findings
from registry.workflows.audit_roles import Broken
from registry.workflows.index_fold import HistoryFold


@dataclass(slots=True)
class Walk:
    """What the walk leaves behind: hashes by block, books, and the tranches by anchor."""

    folding: HistoryFold
    projects: ProjectBooks
    credits: CreditBooks
    blocks: dict[int, dict[str, Any]] = field(default_factory=dict)
    tranches: dict[bytes, Any] = field(default_factory=dict)
    events: int = 0

    @property
    def histories(self) -> Histories:
        return self.folding.histories


def walk_history(session: Session, registry: RegistryFile, findings: Findings) -> Walk:
    """Go through every block and event once; note what does not follow from what came before."""
    projects = ProjectBooks()
    credit_books = CreditBooks(projects.issuable, lambda event: _anchor_of(registry, event))
    walk = Walk(HistoryFold(registry), projects, credit_books)
    blocks = {}
    for row in raw_blocks(session):
        if row.fault:
            findings.add(_name(row.values.get("number")), "row", row.fault)
        if "number" in row.values:
            blocks[row.block_number] = row.values
    walk.blocks = blocks
    _check_links(blocks, findings)
    seen = set()
    for number, rows in groupby(raw_events(session), key=lambda row: row.block_number):
        seen.add(number)
        block = blocks.get(number)
        if block is None:
            findings.add(_name(number), "block", "events of a block that the mirror does not have")
        _walk_block(walk, number, block, rows, findings)
    for number in sorted(blocks.keys() - seen):
        findings.add(number, "block", "a block that bears no event of this registry")
    try:
        credit_books.end()
    except Broken as broken:
        findings.add(max(blocks, default=0), "state", str(broken))
    return walk


def _walk_block(
    walk: Walk, number: int, block: dict[str, Any] | None, rows: Iterator[RawRow], findings: Findings
) -> None:
    header = _header(block)
    positions = set()
    for row in rows:
        walk.events += 1
        if row.fault:
            findings.add(_name(number), "row", row.fault)
            continue
        findings.check(row.log_index not in positions, number, "row", f"two events at log {row.log_index}")
        positions.add(row.log_index)
        if header is not None:
            _take(walk, row, header, findings)
    if block is None or header is None:
        return
    for name, found, column in (
        ("ProjectRegistry", walk.histories.project, "project_history"),
        ("CreditRegistry", walk.histories.credit, "credit_history"),
    ):
        said = block[column]
        findings.check(
            found == said,
            number,
            "history",
            f"the events of the {name} lead to history {hex0x(found)}, the block says {hex0x(said)}",
        )
    # Go on from what the block says, so that one broken block does not make every later one look broken.
    walk.folding.resume(Histories(block["project_history"], block["credit_history"]))


def _take(walk: Walk, row: RawRow, header: Header, findings: Findings) -> None:
    kind, values, number = row.kind, row.values, header.number
    assert kind is not None
    registry = walk.folding.registry
    contract = {
        registry.credit_registry.address: CREDIT_REGISTRY,
        registry.project_registry.address: PROJECT_REGISTRY,
    }.get(values["contract"])
    if contract not in kind.contracts:
        findings.add(number, "row", f"a {kind.name} of contract {hex0x(values['contract'])}")
        return
    prior = walk.folding.hashes[values["contract"]]
    if kind.carries_prior and values["prior"] != prior:
        message = f"{kind.name} at log {row.log_index} extends {hex0x(values['prior'])}, not {hex0x(prior)}"
        findings.add(number, "history", message)
        walk.folding.hashes[values["contract"]] = values["prior"]
    walk.folding.extend(values["contract"], *kind.topics_and_data(values), header)
    event = SimpleNamespace(**values)
    if kind.name == "Anchored":
        walk.tranches[event.anchor] = event
    try:
        if contract == PROJECT_REGISTRY:
            walk.projects.apply(kind.name, event, header.timestamp)
        else:
            walk.credits.apply(kind.name, event)
    except Broken as broken:
        findings.add(number, "state", f"{kind.name} at log {row.log_index}: {broken}")


def _check_links(blocks: dict[int, dict[str, Any]], findings: Findings) -> None:
    before: dict[str, Any] = {}
    for number in sorted(blocks):
        block = blocks[number]
        if before and "timestamp" in before and "timestamp" in block:
            findings.check(before["timestamp"] <= block["timestamp"], number, "block", "a block older than its parents")
        if before.get("number") == number - 1 and before.get("hash") != block.get("parent_hash"):
            findings.add(number, "block", "a block that does not extend the one before it")
        before = block


def _header(block: dict[str, Any] | None) -> Header | None:
    needed = ("number", "hash", "parent_hash", "timestamp", "project_history", "credit_history")
    if block is None or any(name not in block for name in needed):
        return None
    return Header(block["number"], block["hash"], block["parent_hash"], block["timestamp"])


def _anchor_of(registry: RegistryFile, event: Any) -> bytes:
    contract = registry.credit_registry.address
    return anchor_hash(
        registry.chain_id, contract, event.lot, event.tranche, event.start, event.total, event.leaf_count, event.root
    )


def _name(number: object) -> int:
    return number if isinstance(number, int) and number < 2**63 else 0
