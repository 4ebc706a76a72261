"""Reading a stretch of the chain from a node so that it is one chain: pages that link, and a history that ends where
the contracts say."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from registry.chain.blocks import Header, RawLog
from registry.chain.node import Node
from registry.chain.pages import PageReader, Pages, Unfit
from registry.chain.rpc import RpcError
from registry.domain.blocks import BlockId, Histories
from registry.domain.errors import Contradiction, Unavailable
from registry.domain.hexes import ZERO_HASH, hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.history import genesis
from registry.workflows.index_pages import bloom_of

T = TypeVar("T")

HISTORY_SLOT = 0
SPAN = 2_000


class Behind(Unavailable):
    """The node is behind the mirror, or went back since it was asked before: wait, or ask another."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What a node says of the last block of a stretch: the contracts' own history hashes, and its head by now."""

    histories: Histories
    head: Header


class ChainReader:
    """A node, asked only what an indexer needs. `span`: the most blocks that one question may cover."""

    def __init__(self, node: Node, registry: RegistryFile, span: int = SPAN) -> None:
        self.node = node
        self.registry = registry
        self.addresses = [registry.project_registry.address, registry.credit_registry.address]
        self.keeps_old_state = True
        """False once the node has refused to read storage at an older block: then only the head can be checked."""
        self._blooms = [bloom_of(address) for address in self.addresses]
        self.span = span
        self._reader: PageReader | None = None
        self._final: Header | None = None

    def close(self) -> None:
        """End the threads that read ahead, if there are any."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def head(self) -> Header:
        """The newest block."""
        return self.node.header("latest")

    def finalized(self, head: Header) -> Header:
        """The newest final block, by the registry file's rule."""
        depth = self.registry.finality.blocks
        if depth is not None:
            return self.node.header(max(0, head.number - depth))
        return self.node.finalized_header()

    def final_up_to(self, end: Header, head: Header) -> Header:
        """The newest final block not above `end`. What is final stays so: the node is asked near the head only."""
        if self._final is None or self._final.number < end.number:
            final = self.finalized(head)
            # Nothing that is folded vouches for these two, and what is called final is never undone: ask again.
            if final != self._final and self.node.find_headers([final.hash, head.number]) != [final, head]:
                raise Unfit(f"the node gives its head {head.number} or its final block {final.number} differently now")
            self._final = final
        return end if self._final.number >= end.number else self._final

    def pages(self, first: int, last: int) -> Pages:
        """The logs of our contracts in blocks `first` to `last`, page by page."""
        return Pages(self._open_reader(), first, last)

    def submit(self, do: Callable[[], T]) -> "Future[T]":
        """Do something beside, in one of the threads that read."""
        return self._open_reader().pool.submit(do)

    def _open_reader(self) -> PageReader:
        if self._reader is None:
            self._reader = PageReader(self.node, self.addresses, self.span)
        return self._reader

    def logs(self, first: int, last: int) -> list[RawLog]:
        """All logs of our contracts in blocks `first` to `last`, inclusive."""
        return self.node.logs(first, last, self.addresses)

    def ending(self, end: Header, indexed: BlockId | None) -> Ending | None:
        """The contracts' histories at block `end`; None if the node keeps no state that old.

        Raises Unfit if `end` or the mirror's block is not in the chain (any more), Behind if the node has not got them.
        """
        histories = self.histories(end)
        if histories is None:
            return None
        # In one request, so that one node answers: behind a balancer each could be of another chain. Where nothing has
        # been folded yet, only its first block tells a chain from one that knows nothing of the contracts.
        refs = [end.number, *([indexed.number] if indexed else [])]
        first, *present, head = self.node.find_headers([0, *refs, "latest"])
        if first is not None and first.hash != self.registry.genesis_hash:
            raise Contradiction(
                f"the node at {self.node.name} is not on the registry's chain any more: another genesis hash",
                expected=hex0x(self.registry.genesis_hash),
                found=hex0x(first.hash),
                hint="do not trust its answers; name another node (--rpc)",
            )
        for number, found in zip([0, *refs], [first, *present], strict=True):
            if found is None or head is None:
                raise behind(head.number if head else 0, number)
        assert head is not None
        # All of the end's header is compared: nothing else vouches for the time of a block without events.
        if present[0] != end:
            raise Unfit(f"block {end.number} changed while the chain was read")
        if indexed is not None and present[1] is not None and present[1].hash != indexed.hash:
            raise Unfit(f"block {indexed.number} changed while the chain was read")
        if head.number < end.number:
            raise behind(head.number, end.number)
        return Ending(histories, head)

    def require_no_hidden_logs(self, end: Header) -> None:
        """Raise Unfit if block `end`, for which no log came, bears some. Its bloom filter may say that it does not; if
        it cannot, the block is asked for by its hash, since a filter also says yes for others' logs."""
        if any(end.bloom & bloom == bloom for bloom in self._blooms) and self._has_logs(end):
            raise Unfit(f"block {end.number} has logs that were left out")

    def histories(self, end: Header) -> Histories | None:
        """The contracts' own history hashes at block `end`; None if the node keeps no state that old."""
        try:
            return self._read(end)
        except RpcError:
            if self.head().hash != end.hash:
                self.keeps_old_state = False
                return None
        found = self._read(None)
        if self.head().hash != end.hash:
            raise Unfit("the chain moved while its head was read")
        return found

    def head_after(self, end: Header) -> int:
        """The number of the newest block, when the chain has moved on from `end`. Raises Unfit if it has not."""
        number = self.head().number
        if number <= end.number:
            raise Unfit(f"block {end.number} changed while the chain was read")
        return number

    def _has_logs(self, block: Header) -> bool:
        try:
            return bool(self.node.logs_of_block(block.hash, self.addresses))
        except RpcError as refusal:
            raise Unfit(f"block {block.number} changed while the chain was read") from refusal

    def _read(self, at: Header | None) -> Histories:
        """A contract's history hash; before its deployment, the hash that its first event will extend."""
        words = self.node.words([(address, HISTORY_SLOT) for address in self.addresses], at)
        return Histories(
            *(
                genesis(self.registry.chain_id, address) if word == ZERO_HASH else word
                for address, word in zip(self.addresses, words, strict=True)
            )
        )


def require_histories(expected: Histories, found: Histories, end: Header) -> None:
    """Raise Unfit if the events folded up to block `end` do not lead to the contracts' own history hashes."""
    for name, wanted, got in (
        ("ProjectRegistry", found.project, expected.project),
        ("CreditRegistry", found.credit, expected.credit),
    ):
        if wanted != got:
            raise Unfit(
                f"up to block {end.number} the logs of the {name} lead to history {hex0x(got)}, "
                f"but the contract says {hex0x(wanted)}"
            )


def behind(head: int, wanted: int) -> Behind:
    """The error for a node that is behind the mirror: wait."""
    return Behind(
        "the node is behind the mirror", expected=f"block {wanted} or later", found=f"head {head}", hint="wait"
    )
