"""From a node's pages of logs to rows: fold each event into its contract's history, believe nothing that does not fit.

Everything in the rows of a block comes from its header or goes through the history hash, but `tx_hash` and
`log_index`: for those there is the node's word.
"""

from binascii import unhexlify
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from registry.chain.blocks import Header
from registry.chain.pages import Page, Unfit
from registry.domain.hexes import HASH_BYTES, hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.keccak import keccak256
from registry.store.kinds import CREDIT_REGISTRY, KINDS, PROJECT_REGISTRY
from registry.store.layout import LAYOUTS, Layout, Row
from registry.store.mirror import BlockId, Histories

FoldEvent = Callable[[bytes, bytes], bytes]


def folder_of(header: Header) -> FoldEvent:
    """`proofs.history.fold` for all events of a block: from the hash so far and an event's bytes (topics ‖ data) to
    the next hash. The header's parts are checked once, here. Raises OverflowError for numbers beyond 64 bits."""
    block = header.number.to_bytes(8, "big") + header.timestamp.to_bytes(8, "big") + header.parent_hash

    def fold_event(prior: bytes, event: bytes) -> bytes:
        return sha256(b"\x03" + prior + sha256(event).digest() + block).digest()

    return fold_event


@dataclass(slots=True)
class Contract:
    """One of the two contracts while its events are folded. `layouts`: by topic 0 as the node writes it, the kinds of
    event that it has; None for those that only the other has."""

    name: str
    address: bytearray
    hash: bytes
    layouts: Mapping[str, Layout | None]
    bloom: int


@dataclass(slots=True)
class Folded:
    """Blocks and rows ready to be written; `rows` by kind's name."""

    blocks: list[Row] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def events(self) -> int:
        return sum(map(len, self.rows.values()))


class PageFold:
    """Folds page after page. `last`: the block that the first page follows, None for the mirror's first."""

    def __init__(self, registry: RegistryFile, histories: Histories, last: BlockId | None) -> None:
        self._project = _contract(PROJECT_REGISTRY, registry.project_registry.address, histories.project)
        self._credit = _contract(CREDIT_REGISTRY, registry.credit_registry.address, histories.credit)
        self._contracts = {hex0x(bytes(contract.address)): contract for contract in (self._project, self._credit)}
        self._before: tuple[int, bytes] | None = (last.number, last.hash) if last else None
        self._open: tuple[Header, Histories] | None = None
        self.folded = Folded()

    @property
    def histories(self) -> Histories:
        return Histories(self._project.hash, self._credit.hash)

    def take(self) -> Folded:
        """What was folded since it was last taken."""
        taken, self.folded = self.folded, Folded()
        return taken

    def add(self, page: Page) -> None:
        """Fold one page. Raises Unfit; the fold is then of no more use."""
        try:
            self._add(page)
        except (KeyError, TypeError, AttributeError, IndexError, ValueError, OverflowError) as error:
            raise Unfit(f"blocks {page.first} to {page.last}: a malformed log ({error!r})") from error
        self._follow(page.end)

    def _add(self, page: Page) -> None:
        contracts, rows = self._contracts, self.folded.rows
        number_text = hash_text = transaction_text = address_text = topic_text = ""
        transaction = bytearray()
        fold_event: FoldEvent = _no_block
        number = index = -1
        contract, layout, kept = self._credit, None, list[Row]()
        for log in page.logs:
            if log["blockHash"] != hash_text or log["blockNumber"] != number_text:
                self._end_block()
                header = _header_of(log, page, number)
                hash_text, number_text = log["blockHash"], log["blockNumber"]
                number, index = header.number, -1
                self._begin_block(header)
                fold_event = folder_of(header)
            at = int(log["logIndex"], 16)
            if at <= index:
                raise Unfit(f"block {number}: log {at} came twice or out of order")
            index = at
            if log.get("removed"):
                raise Unfit(f"block {number}: a log of a block that is no longer in the chain")
            topics = log["topics"]
            topic = topics[0] if topics else ""
            if topic != topic_text or log["address"] != address_text:
                topic_text, address_text = topic, log["address"]
                contract = contracts.get(address_text) or contracts[address_text.lower()]
                layout = contract.layouts.get(topic) or _layout_of(contract, topic, number)
                kept = rows.setdefault(layout.kind.name, []) if layout else []
            if layout is None:
                continue
            if log["transactionHash"] != transaction_text:
                transaction_text = log["transactionHash"]
                transaction = bytearray(unhexlify(transaction_text[2:]))
                if len(transaction) != HASH_BYTES:
                    raise Unfit(f"block {number}, log {at}: a transaction hash of {len(transaction)} bytes")
            event, row = layout.read(number, at, transaction, contract.address, topics, log["data"])
            if layout.carries_prior and row[-1] != contract.hash:
                raise Unfit(
                    f"block {number}, log {at}: {layout.kind.name} extends history {hex0x(row[-1])}, "
                    f"but the logs before it lead to {hex0x(contract.hash)}"
                )
            contract.hash = fold_event(contract.hash, event)
            kept.append(row)
        self._end_block()

    def _follow(self, header: Header) -> None:
        """Raise Unfit unless the block comes after the one before, and extends it if it is the next."""
        if self._before is not None:
            number, block_hash = self._before
            if header.number == number + 1 and header.parent_hash != block_hash:
                raise Unfit(f"block {header.number} does not extend block {number}: the chain changed meanwhile")
            if header.number == number and header.hash != block_hash:
                raise Unfit(f"block {number} changed while the chain was read")
        self._before = (header.number, header.hash)

    def _begin_block(self, header: Header) -> None:
        self._follow(header)
        self._open = (header, self.histories)

    def _end_block(self) -> None:
        """Keep the block if it bears events of ours. Raises Unfit if its bloom filter says that it cannot."""
        if self._open is None:
            return
        header, before = self._open
        self._open = None
        after = self.histories
        if after == before:
            return
        for contract, was in ((self._project, before.project), (self._credit, before.credit)):
            if header.bloom and contract.hash != was and header.bloom & contract.bloom != contract.bloom:
                raise Unfit(f"block {header.number}: logs of the {contract.name} that its bloom filter excludes")
        block = (header.number, header.hash, header.parent_hash, header.timestamp, after.project, after.credit)
        self.folded.blocks.append(block)


def _contract(name: str, address: bytes, history: bytes) -> Contract:
    layouts = {hex0x(kind.topic0): LAYOUTS[kind.name] if name in kind.contracts else None for kind in KINDS}
    return Contract(name, bytearray(address), history, layouts, bloom_of(address))


def bloom_of(address: bytes) -> int:
    """The three bits that a log of this contract sets in its block's bloom filter of 2,048 bits."""
    digest = keccak256(address)
    return sum({1 << (int.from_bytes(digest[at : at + 2], "big") % 2048) for at in (0, 2, 4)})


def _header_of(log: dict[str, Any], page: Page, after: int) -> Header:
    """The header of the block that a log says it is in. Raises Unfit if they do not agree or the order is wrong."""
    number = int(log["blockNumber"], 16)
    header = page.headers[number]
    if unhexlify(log["blockHash"][2:]) != header.hash:
        raise Unfit(f"block {number}: a log of block {log['blockHash']!r:.80}, not {hex0x(header.hash)}")
    if number <= after:
        raise Unfit(f"block {number}: its logs came twice or out of order")
    return header


def _layout_of(contract: Contract, topic: str, number: int) -> Layout | None:
    """The layout of a log in a rarer spelling; None if it is not mirrored (approvals, admin schedules). Raises Unfit
    for an event that only the other contract has."""
    topic0 = topic.lower()
    if topic0 not in contract.layouts:
        return None
    layout = contract.layouts[topic0]
    if layout is None:
        raise Unfit(f"block {number}: the {contract.name} logged an event of the other contract")
    return layout


def _no_block(prior: bytes, event: bytes) -> bytes:
    raise AssertionError("no block yet")
