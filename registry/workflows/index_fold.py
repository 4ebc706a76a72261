"""From a node's logs to rows: fold each event into its contract's history, believe nothing that does not fit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from registry.chain.blocks import Header, RawLog
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.history import event_digest, fold, genesis
from registry.store.kinds import CREDIT_REGISTRY, KIND_BY_TOPIC, PROJECT_REGISTRY, Kind
from registry.store.mirror import BlockRow, Histories


class Unfit(Exception):
    """An answer of a node that cannot be right, or no longer is: dropped, added, altered or reordered logs, or a chain
    that changed while it was read. Worth asking again; the message says what does not fit."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Blocks and rows ready to be written, and the history hashes after them. `rows` by kind's name."""

    blocks: list[BlockRow]
    rows: dict[str, list[dict[str, object]]]
    histories: Histories
    events: int


@dataclass(slots=True)
class HistoryFold:
    """The running history hash of each contract, by address."""

    registry: RegistryFile
    hashes: dict[bytes, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.hashes = {
            contract.address: genesis(self.registry.chain_id, contract.address)
            for contract in (self.registry.project_registry, self.registry.credit_registry)
        }

    @property
    def histories(self) -> Histories:
        return Histories(
            project=self.hashes[self.registry.project_registry.address],
            credit=self.hashes[self.registry.credit_registry.address],
        )

    def resume(self, histories: Histories | None) -> None:
        """Continue from where a mirror ends; None: from the start."""
        if histories is not None:
            self.hashes[self.registry.project_registry.address] = histories.project
            self.hashes[self.registry.credit_registry.address] = histories.credit

    def extend(self, contract: bytes, topics: Sequence[bytes], data: bytes, header: Header) -> None:
        """Fold one event of `contract` that stands in the block of `header`."""
        digest = event_digest(topics, data)
        self.hashes[contract] = fold(self.hashes[contract], digest, header.number, header.timestamp, header.parent_hash)


def kind_of(log: RawLog, registry: RegistryFile) -> Kind | None:
    """The kind of event in a log; None for what is not folded and not mirrored (approvals, admin schedules)."""
    kind = KIND_BY_TOPIC.get(log.topics[0]) if log.topics else None
    if kind is None:
        return None
    name = CREDIT_REGISTRY if log.address == registry.credit_registry.address else PROJECT_REGISTRY
    if name not in kind.contracts:
        raise Unfit(f"block {log.block_number}: the {name} logged a {kind.name}, which it cannot")
    return kind


def row_of(kind: Kind, log: RawLog) -> dict[str, object]:
    """The row that mirrors a log. Raises Unfit if the log is not exactly an event of that kind."""
    try:
        members = kind.values(log.topics, log.data)
    except ValueError as error:
        raise Unfit(f"block {log.block_number}, log {log.log_index}: {error}") from error
    return {
        "block_number": log.block_number,
        "log_index": log.log_index,
        "tx_hash": log.tx_hash,
        "contract": log.address,
        **members,
    }


def in_order(logs: Sequence[RawLog]) -> Sequence[RawLog]:
    """The logs, if they stand in the chain's order, each once, none undone; raises Unfit otherwise."""
    for before, log in pairwise(logs):
        if (before.block_number, before.log_index) >= (log.block_number, log.log_index):
            raise Unfit(f"block {log.block_number}: log {log.log_index} came twice or out of order")
    for log in logs:
        if log.removed:
            raise Unfit(f"block {log.block_number}: a log of a block that is no longer in the chain")
    return logs


def fold_logs(folding: HistoryFold, logs: Sequence[RawLog], headers: Mapping[int, Header]) -> Folded:
    """Fold `logs` onto `folding`; `headers` by number, for every block that bears one of them. Raises Unfit."""
    blocks: list[BlockRow] = []
    rows: dict[str, list[dict[str, object]]] = {}
    count = 0
    for number, of_block in groupby(in_order(logs), key=lambda log: log.block_number):
        header = headers[number]
        folded = 0
        for kind, log in _ours(of_block, folding.registry):
            if log.block_hash != header.hash:
                raise Unfit(f"block {number}: a log of block {hex0x(log.block_hash)}, not {hex0x(header.hash)}")
            row = row_of(kind, log)
            prior = folding.hashes[log.address]
            if kind.carries_prior and row["prior"] != prior:
                raise Unfit(
                    f"block {number}, log {log.log_index}: {kind.name} extends history {hex0x(log.data[-32:])}, "
                    f"but the logs before it lead to {hex0x(prior)}"
                )
            folding.extend(log.address, log.topics, log.data, header)
            rows.setdefault(kind.name, []).append(row)
            folded += 1
        if folded:
            blocks.append(BlockRow(number, header.hash, header.parent_hash, header.timestamp, folding.histories))
        count += folded
    return Folded(blocks, rows, folding.histories, count)


def _ours(logs: Iterator[RawLog], registry: RegistryFile) -> Iterator[tuple[Kind, RawLog]]:
    for log in logs:
        kind = kind_of(log, registry)
        if kind is not None:
            yield kind, log
