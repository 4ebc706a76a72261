"""From a node's pages of logs to records: fold each event into its contract's history, believe nothing unfit.

Everything in the rows of a block comes from its header or goes through the history hash, but `tx_hash` and
`log_index`: for those there is the node's word.

This runs in a process of its own during a backfill (`index_apart.py`), so it knows forms of events and no tables.
"""

from binascii import unhexlify
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import error as StructError
from typing import Any

from registry.chain.blocks import Header
from registry.chain.pages import Page, Unfit
from registry.domain.blocks import BlockId, Histories
from registry.domain.event_form import CREDIT_REGISTRY, LENGTH_BYTES, PROJECT_REGISTRY, RECORD, EventForm, Records
from registry.domain.hexes import HASH_BYTES, hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.keccak import keccak256

FoldEvent = Callable[[bytes, bytes], bytes]
BlockFields = tuple[int, bytes, bytes, int, bytes, bytes]
"""Number, hash, parent's hash, time, and the history hash of each contract after it."""


def folder_of(header: Header) -> FoldEvent:
    """`proofs.history.fold` for all events of a block: from the hash so far and an event's bytes (topics ‖ data) to
    the next hash. The header's parts are checked once, here. Raises OverflowError for numbers beyond 64 bits."""
    block = header.number.to_bytes(8, "big") + header.timestamp.to_bytes(8, "big") + header.parent_hash

    def fold_event(prior: bytes, event: bytes) -> bytes:
        return sha256(b"\x03" + prior + sha256(event).digest() + block).digest()

    return fold_event


@dataclass(slots=True)
class Contract:
    """One of the two contracts while its events are folded. `forms`: by topic 0 as the node writes it, the kinds of
    event that it has; None for those that only the other has."""

    name: str
    address: bytes
    hash: bytes
    forms: Mapping[str, EventForm | None]
    bloom: int


@dataclass(frozen=True, slots=True)
class Folded:
    """Blocks and events that fit, ready to be written; `records` by kind's name."""

    blocks: list[BlockFields]
    records: dict[str, Records]

    @property
    def events(self) -> int:
        return sum(records.count for records in self.records.values())


class PageFold:
    """Folds page after page. `forms`: all kinds of event; `last`: the block that the first page follows, None for the
    mirror's first."""

    def __init__(
        self, registry: RegistryFile, forms: Sequence[EventForm], histories: Histories, last: BlockId | None
    ) -> None:
        self._project = _contract(PROJECT_REGISTRY, registry.project_registry.address, histories.project, forms)
        self._credit = _contract(CREDIT_REGISTRY, registry.credit_registry.address, histories.credit, forms)
        self._contracts = {hex0x(bytes(contract.address)): contract for contract in (self._project, self._credit)}
        self._before: tuple[int, bytes] | None = (last.number, last.hash) if last else None
        self._open: tuple[Header, Histories] | None = None
        self._blocks: list[BlockFields] = []
        self._records: dict[str, list[bytes]] = {}

    @property
    def histories(self) -> Histories:
        return Histories(self._project.hash, self._credit.hash)

    @property
    def events(self) -> int:
        """How many were folded since they were last taken."""
        return sum(map(len, self._records.values()))

    def take(self) -> Folded:
        """What was folded since it was last taken."""
        records = {name: Records(len(kept), b"".join(kept)) for name, kept in self._records.items() if kept}
        taken = Folded(self._blocks, records)
        self._blocks, self._records = [], {}
        return taken

    def add(self, page: Page) -> None:
        """Fold one page. Raises Unfit; the fold is then of no more use."""
        try:
            self._add(page)
        except (KeyError, TypeError, AttributeError, IndexError, ValueError, OverflowError, StructError) as error:
            raise Unfit(f"blocks {page.first} to {page.last}: a malformed log ({error!r})") from error
        self._follow(page.end)

    def _add(self, page: Page) -> None:
        contracts, records, pack = self._contracts, self._records, RECORD.pack
        number_text = hash_text = transaction_text = address_text = topic_text = ""
        transaction = b""
        fold_event: FoldEvent = _no_block
        number = index = -1
        contract, form, kept = self._credit, None, list[bytes]()
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
                form = contract.forms.get(topic) or _form_of(contract, topic, number)
                if form is not None:
                    kept = records.setdefault(form.name, [])
                    read, carries_prior, prior = form.read, form.carries_prior, form.prior
            if form is None:
                continue
            if log["transactionHash"] != transaction_text:
                transaction_text = log["transactionHash"]
                transaction = unhexlify(transaction_text[2:])
                if len(transaction) != HASH_BYTES:
                    raise Unfit(f"block {number}, log {at}: a transaction hash of {len(transaction)} bytes")
            event = read(topics, log["data"])
            if carries_prior and event[prior] != contract.hash:
                raise Unfit(
                    f"block {number}, log {at}: {form.name} extends history {hex0x(event[prior])}, "
                    f"but the logs before it lead to {hex0x(contract.hash)}"
                )
            contract.hash = fold_event(contract.hash, event)
            kept.append(
                pack(RECORD.size - LENGTH_BYTES + len(event), number, at, transaction, contract.address) + event
            )
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
        self._blocks.append(block)


def _contract(name: str, address: bytes, history: bytes, forms: Sequence[EventForm]) -> Contract:
    by_topic = {hex0x(form.topic0): form if name in form.contracts else None for form in forms}
    return Contract(name, address, history, by_topic, bloom_of(address))


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


def _form_of(contract: Contract, topic: str, number: int) -> EventForm | None:
    """The form of a log in a rarer spelling; None if it is not mirrored (approvals, admin schedules). Raises Unfit for
    an event that only the other contract has."""
    topic0 = topic.lower()
    if topic0 not in contract.forms:
        return None
    form = contract.forms[topic0]
    if form is None:
        raise Unfit(f"block {number}: the {contract.name} logged an event of the other contract")
    return form


def _no_block(prior: bytes, event: bytes) -> bytes:
    raise AssertionError("no block yet")
