"""The mirror against a node: what history hashes cannot prove, and that the mirror is of this chain at all."""

from collections.abc import Callable, Iterator
from typing import Any

from registry.chain.blocks import Header, RawLog
from registry.chain.node import Node
from registry.chain.pinned import check_registry_file
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.store.kinds import KIND_BY_NAME
from registry.store.mirror import Progress
from registry.store.raw import RawRow, raw_events
from registry.store.session import Session
from registry.workflows.audit_cursor import named_blocks
from registry.workflows.audit_history import Walk
from registry.workflows.audit_result import Findings
from registry.workflows.index_fold import Unfit, kind_of, row_of
from registry.workflows.index_source import ChainReader, require_histories

SPAN = 2_000

UNPROVEN_WITHOUT_NODE = (
    "*.tx_hash",
    "*.log_index",
    "block.hash",
    "cursor.indexed_number, indexed_hash, indexed_timestamp",
    "cursor.finalized_number, finalized_hash, finalized_timestamp",
    "cursor.head_number, head_hash, head_timestamp",
    "that no event follows the mirror's last one",
)


def check_chain(
    session: Session,
    registry: RegistryFile,
    node: Node,
    progress: Progress,
    walk: Walk,
    findings: Findings,
    on_block: Callable[[int, int], None] | None,
) -> tuple[str, ...]:
    """Compare everything with `node`; returns what it could not confirm. Raises Unavailable if it does not answer,
    Contradiction if it is of another chain.
    """
    check_registry_file(node, registry)
    source = ChainReader(node, registry)
    head = source.head()
    for name, block in named_blocks(progress):
        found = node.find_header(block.number)
        findings.check(
            found is not None and (found.hash, found.timestamp) == (block.hash, block.timestamp),
            block.number,
            "cursor",
            f"the {name} block {block.number} is {hex0x(block.hash)}, the node has "
            f"{hex0x(found.hash) if found else 'no such block'}; if the chain moved, index first",
        )
    findings.check(
        progress.finalized.number <= source.finalized(head).number,
        progress.finalized.number,
        "cursor",
        f"block {progress.finalized.number} is held as final, which the node does not say",
    )
    _compare_blocks(node, walk, findings)
    _compare_events(session, source, progress, findings, on_block)
    return _compare_histories(source, progress, walk, head, findings)


def _compare_histories(
    source: ChainReader, progress: Progress, walk: Walk, head: Header, findings: Findings
) -> tuple[str, ...]:
    end = source.node.find_header(progress.indexed.number)
    if end is None:
        return ("the contracts' history hashes at the mirror's block",)
    try:
        said = source.histories(end)
        if said is None:
            return (f"the contracts' history hashes at block {end.number}: the node keeps no state that old",)
        require_histories(walk.histories, said, end)
    except Unfit as unfit:
        findings.add(end.number, "history", str(unfit))
    return ()


def _compare_blocks(node: Node, walk: Walk, findings: Findings) -> None:
    for number, block in sorted(walk.blocks.items()):
        found = node.find_header(number)
        if found is None:
            findings.add(number, "block", "the node has no such block")
            continue
        for column, value in (
            ("hash", found.hash),
            ("parent_hash", found.parent_hash),
            ("timestamp", found.timestamp),
        ):
            findings.check(block.get(column) == value, number, "block", f"block.{column} is not what the node has")


def _compare_events(
    session: Session,
    source: ChainReader,
    progress: Progress,
    findings: Findings,
    on_block: Callable[[int, int], None] | None,
) -> None:
    mine = raw_events(session)
    row = next(mine, None)
    for log in _logs(source, progress, on_block):
        kind = kind_of(log, source.registry)
        if kind is None:
            continue
        place = (log.block_number, log.log_index)
        while row is not None and (row.block_number, row.log_index) < place:
            _extra(row, findings)
            row = next(mine, None)
        if row is None or (row.block_number, row.log_index) != place:
            findings.add(log.block_number, "event", f"log {log.log_index}, a {kind.name}, is missing")
            continue
        while row is not None and (row.block_number, row.log_index) == place:
            _compare_event(row, kind.name, log, findings)
            row = next(mine, None)
    while row is not None:
        _extra(row, findings)
        row = next(mine, None)


def _compare_event(row: RawRow, name: str, log: RawLog, findings: Findings) -> None:
    assert row.kind is not None
    if row.kind.name != name:
        findings.add(log.block_number, "event", f"log {log.log_index} is a {name}, not a {row.kind.name}")
        return
    try:
        expected: dict[str, Any] = row_of(KIND_BY_NAME[name], log)
    except Unfit as unfit:
        findings.add(log.block_number, "event", str(unfit))
        return
    for column, value in expected.items():
        if row.values.get(column) != value:
            message = f"{row.kind.table.name}.{column} at log {log.log_index} is not what the node has"
            findings.add(log.block_number, "event", message)


def _extra(row: RawRow, findings: Findings) -> None:
    assert row.kind is not None
    number = row.block_number if row.block_number < 2**63 else 0
    findings.add(number, "event", f"{row.kind.table.name} at log {row.log_index}: the chain has no such event")


def _logs(source: ChainReader, progress: Progress, on_block: Callable[[int, int], None] | None) -> Iterator[RawLog]:
    first, last = source.registry.first_block, progress.indexed.number
    # A cursor set beyond the chain is noted above; asking for blocks that do not exist helps nobody.
    last = min(last, source.head().number)
    for start in range(first, last + 1, SPAN):
        end = min(last, start + SPAN - 1)
        yield from source.logs(start, end)
        if on_block:
            on_block(end, last)
