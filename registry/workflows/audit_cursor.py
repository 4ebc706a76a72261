"""The cursor against the registry file and the blocks: what the mirror says of itself."""

from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.store.mirror import BlockId, Progress, read_progress
from registry.store.mirror_tables import Cursor
from registry.store.raw_tables import raw_block, raw_table
from registry.store.session import Session
from registry.workflows.audit_history import Walk
from registry.workflows.audit_result import Findings
from registry.workflows.index_identity import registry_identity


def check_cursor(session: Session, registry: RegistryFile, walk: Walk, findings: Findings) -> Progress | None:
    """The cursor if it is sound in itself; notes what does not fit."""
    newest = walk.newest
    rows = list(raw_table(session, Cursor))
    if len(rows) != 1 or rows[0].values.get("id") != 1:
        findings.add(newest, "cursor", f"expected one cursor, found {len(rows)}: the mirror's end is unknown")
        return None
    if rows[0].fault:
        findings.add(newest, "cursor", rows[0].fault)
        return None
    progress = read_progress(session)
    assert progress is not None
    at = progress.indexed.number
    findings.check(progress.chain_id == registry.chain_id, at, "cursor", f"a mirror of chain {progress.chain_id}")
    findings.check(
        progress.genesis_hash == registry.genesis_hash, at, "cursor", f"genesis {hex0x(progress.genesis_hash)}"
    )
    identity = registry_identity(registry)
    findings.check(
        progress.registry_identity == identity,
        at,
        "cursor",
        f"a mirror of registry {hex0x(progress.registry_identity)}, not {hex0x(identity)}",
    )
    findings.check(newest <= at, newest, "cursor", f"block {newest} lies beyond the cursor, which is at block {at}")
    findings.check(
        progress.finalized.number <= max(at, registry.first_block), at, "cursor", "more is final than is indexed"
    )
    findings.check(at <= progress.head.number, at, "cursor", "more is indexed than the chain had")
    for name, block in named_blocks(progress):
        _check_block(session, name, block, progress, findings)
    return progress


def named_blocks(progress: Progress) -> list[tuple[str, BlockId]]:
    """The blocks that a cursor names."""
    return [("indexed", progress.indexed), ("finalized", progress.finalized), ("head", progress.head)]


def _check_block(session: Session, name: str, block: BlockId, progress: Progress, findings: Findings) -> None:
    others = [(other.hash, other.timestamp) for _, other in named_blocks(progress) if other.number == block.number]
    known, child = (raw_block(session, number) for number in (block.number, block.number + 1))
    if "hash" in known and "timestamp" in known:
        others.append((known["hash"], known["timestamp"]))
    if "parent_hash" in child:
        others.append((child["parent_hash"], block.timestamp))
    findings.check(
        all(other == (block.hash, block.timestamp) for other in others),
        block.number,
        "cursor",
        f"the {name} block {block.number} is {hex0x(block.hash)}, which other rows contradict",
    )
