"""The mirror against a node: what history hashes cannot prove, and that the mirror is of this chain at all."""

from collections.abc import Iterator
from itertools import chain

from registry.chain.blocks import Header, RawLog
from registry.chain.node import Node
from registry.chain.pages import Unfit
from registry.chain.pinned import check_registry_file
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.store.event_stream import Event, place_of, raw_blocks, raw_events
from registry.store.kinds import KIND_BY_NAME
from registry.store.mirror import Progress
from registry.store.raw import RawRow
from registry.store.session import Session
from registry.workflows.audit_cursor import named_blocks
from registry.workflows.audit_history import Walk
from registry.workflows.audit_logs import kind_of, row_of
from registry.workflows.audit_result import Findings, OnProgress
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
    cursor: Progress,
    walk: Walk,
    findings: Findings,
    progress: OnProgress,
) -> tuple[str, ...]:
    """Compare everything with `node`; returns what it could not confirm. Raises Unavailable if it does not answer,
    Contradiction if it is of another chain.
    """
    check_registry_file(node, registry)
    source = ChainReader(node, registry)
    head = source.head()
    for name, block in named_blocks(cursor):
        found = node.find_header(block.number)
        findings.check(
            found is not None and (found.hash, found.timestamp) == (block.hash, block.timestamp),
            block.number,
            "cursor",
            f"the {name} block {block.number} is {hex0x(block.hash)}, the node has "
            f"{hex0x(found.hash) if found else 'no such block'}; if the chain moved, index first",
        )
    findings.check(
        cursor.finalized.number <= source.finalized(head).number,
        cursor.finalized.number,
        "cursor",
        f"block {cursor.finalized.number} is held as final, which the node does not say",
    )
    _compare_blocks(session, node, findings, progress, walk.blocks)
    _compare_events(session, source, cursor, findings, progress)
    return _compare_histories(source, cursor, walk, head, findings)


def _compare_histories(
    source: ChainReader, cursor: Progress, walk: Walk, head: Header, findings: Findings
) -> tuple[str, ...]:
    end = source.node.find_header(cursor.indexed.number)
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


def _compare_blocks(session: Session, node: Node, findings: Findings, progress: OnProgress, total: int) -> None:
    for done, block in enumerate(raw_blocks(session, _named_before), 1):
        progress("blocks compared", done, total)
        found = node.find_header(block.number)
        if found is None:
            findings.add(block.number, "block", "the node has no such block")
            continue
        for column in ("hash", "parent_hash", "timestamp"):
            if getattr(block, column) != getattr(found, column):
                findings.add(block.number, "block", f"block.{column} is not what the node has")


def _compare_events(
    session: Session, source: ChainReader, cursor: Progress, findings: Findings, progress: OnProgress
) -> None:
    mine: Iterator[Event] = chain.from_iterable(raw_events(session, _named_before))
    event = next(mine, None)
    for log in _logs(source, cursor, progress):
        kind = kind_of(log, source.registry)
        if kind is None:
            continue
        place = (log.block_number, log.log_index)
        while event is not None and place_of(event) < place:
            _extra(event, findings)
            event = next(mine, None)
        if event is None or place_of(event) != place:
            findings.add(log.block_number, "event", f"log {log.log_index}, a {kind.name}, is missing")
            continue
        while event is not None and place_of(event) == place:
            _compare_event(event, kind.name, log, findings)
            event = next(mine, None)
    while event is not None:
        _extra(event, findings)
        event = next(mine, None)


def _compare_event(event: Event, name: str, log: RawLog, findings: Findings) -> None:
    _, log_index, kind, *_, found = event
    if kind.name != name:
        findings.add(log.block_number, "event", f"log {log_index} is a {name}, not a {kind.name}")
        return
    try:
        expected = row_of(KIND_BY_NAME[name], log)
    except Unfit as unfit:
        findings.add(log.block_number, "event", str(unfit))
        return
    for column, value in expected.items():
        if getattr(found, column) != value:
            message = f"{kind.table.name}.{column} at log {log_index} is not what the node has"
            findings.add(log.block_number, "event", message)


def _extra(event: Event, findings: Findings) -> None:
    block_number, log_index, kind, *_ = event
    findings.add(block_number, "event", f"{kind.table.name} at log {log_index}: the chain has no such event")


def _named_before(row: RawRow) -> None:
    """A row that is not sound: the walk has named it."""


def _logs(source: ChainReader, cursor: Progress, progress: OnProgress) -> Iterator[RawLog]:
    first, last = source.registry.first_block, cursor.indexed.number
    # A cursor set beyond the chain is noted above; asking for blocks that do not exist helps nobody.
    last = min(last, source.head().number)
    for start in range(first, last + 1, SPAN):
        end = min(last, start + SPAN - 1)
        yield from source.logs(start, end)
        progress("blocks fetched", end + 1 - first, last + 1 - first)
