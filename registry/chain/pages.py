"""Logs of a stretch of blocks, page by page in order, with the next pages already on their way.

A page is asked for in as many blocks as make about a megabyte of JSON, and in fewer where a node refuses (too many
logs, too wide a range, too slow: each provider words it otherwise, so any refusal of a range counts). Its headers come
in the same breath, in batches. Logs stay as the node's JSON: who folds them decodes only what it needs.

However dense the chain becomes, what is held is so many pages of so many logs; only a single block may have more.
"""

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from registry.chain.blocks import Header
from registry.chain.node import Node
from registry.chain.rpc import Overburdened, RpcError
from registry.domain.errors import Unavailable

LOGS = 1_400
"""Logs a page: about a megabyte of JSON."""
MOST_LOGS = 4 * LOGS
"""An answer with more is dropped, and fewer blocks are asked for."""
LEAST_AHEAD, MOST_AHEAD = 2, 16
"""Pages on their way at once: from a near node two, from one far away more."""
_FIRST_WIDTH = 16
_RECOVERY = 16
"""Answers without a refusal before a page wider by a quarter is tried."""
_ONE_BLOCK_TRIES = 3


class Unfit(Exception):
    """An answer of a node that cannot be right, or no longer is: dropped, added, altered or reordered logs, or a chain
    that changed while it was read. Worth asking again; the message says what does not fit."""


@dataclass(frozen=True, slots=True)
class Page:
    """Blocks `first` to `last`: all logs of the contracts as the node's JSON, and by number the headers of the blocks
    that bear them and of `last`."""

    first: int
    last: int
    logs: list[dict[str, Any]]
    headers: Mapping[int, Header]

    @property
    def end(self) -> Header:
        return self.headers[self.last]

    @property
    def ends_in_logs(self) -> bool:
        """Whether the last block bears logs."""
        return bool(self.logs) and int(self.logs[-1]["blockNumber"], 16) == self.last


class Width:
    """How many blocks to ask for at once. Learned from answers and refusals; safe between threads."""

    def __init__(self, most: int) -> None:
        self._most = max(1, most)
        self._bearable = self._most
        self._blocks = min(self._most, _FIRST_WIDTH)
        self._well = 0
        self._lock = threading.Lock()

    @property
    def blocks(self) -> int:
        return self._blocks

    def went_well(self, blocks: int, logs: int) -> None:
        """The node answered: grow to twice as many blocks at most, towards full pages."""
        with self._lock:
            self._well += 1
            if self._well % _RECOVERY == 0:
                self._bearable = min(self._most, self._bearable * 5 // 4 + 1)
            full = max(1, blocks * LOGS // max(logs, 1))
            self._blocks = min(full, max(self._blocks, 2 * blocks), self._bearable)

    def was_refused(self, blocks: int) -> None:
        """The node refused so many blocks: half as many, and only slowly more again."""
        with self._lock:
            self._well = 0
            self._bearable = max(1, min(self._bearable, blocks // 2))
            self._blocks = min(self._blocks, self._bearable)


class PageReader:
    """Pages of one node's logs of some contracts. `most_blocks`: the widest page."""

    def __init__(self, node: Node, addresses: Sequence[bytes], most_blocks: int) -> None:
        self._node = node
        self._addresses = ["0x" + address.hex() for address in addresses]
        self.pool = ThreadPoolExecutor(MOST_AHEAD + 2, "pages")
        """Its threads; two are left for who works on the pages."""
        self.width = Width(most_blocks)

    def close(self) -> None:
        """End the threads; pages on their way are dropped."""
        self.pool.shutdown(wait=False, cancel_futures=True)

    def read(self, first: int, last: int) -> Page:
        """The page of blocks `first` to `last`, or of as many of them from `first` as the node hands over at once.

        Raises Unavailable, RpcError, or Unfit.
        """
        logs, last = self._logs(first, last)
        numbers = self._numbers(logs, first, last) | {last}
        headers = self._node.find_headers(sorted(numbers))
        found = {header.number: header for header in headers if header is not None}
        missing = numbers - set(found)
        if missing:
            raise Unavailable(
                f"the node at {self._node.name} does not have a block that it spoke of",
                expected=f"block {min(missing)}",
                found="none",
                hint="again later: the node may be behind",
            )
        return Page(first, last, logs, found)

    def _logs(self, first: int, last: int) -> tuple[list[dict[str, Any]], int]:
        """Logs from block `first` on, and the last block that they cover."""
        while True:
            blocks = last - first + 1
            try:
                logs = self._ask(first, last, self._addresses)
            except (RpcError, Overburdened) as refusal:
                self.width.was_refused(blocks)
                if blocks == 1:
                    return self._logs_of_one(first, refusal), last
                last = first + blocks // 2 - 1
            else:
                self.width.went_well(blocks, len(logs))
                if blocks == 1 or len(logs) <= MOST_LOGS:
                    return logs, last
                last = first + max(1, blocks * LOGS // len(logs)) - 1
                del logs  # not held while fewer are on their way

    def _logs_of_one(self, block: int, refusal: Exception) -> list[dict[str, Any]]:
        """One block cannot be halved: ask for one contract after the other, and a few times."""
        logs: list[dict[str, Any]] = []
        for address in self._addresses:
            for attempt in range(_ONE_BLOCK_TRIES):
                try:
                    logs += self._ask(block, block, [address])
                    break
                except (RpcError, Overburdened) as again:
                    if attempt + 1 == _ONE_BLOCK_TRIES:
                        raise Unavailable(
                            f"the node at {self._node.name} does not hand over the logs of block {block}",
                            found=str(refusal) or str(again),
                            hint="again later, or another node (--rpc)",
                        ) from again
        return sorted(logs, key=lambda log: self._node.quantity(log.get("logIndex"), "a log's logIndex"))

    def _ask(self, first: int, last: int, addresses: Sequence[str]) -> list[dict[str, Any]]:
        query = {"fromBlock": hex(first), "toBlock": hex(last), "address": list(addresses)}
        answer = self._node.rpc.request("eth_getLogs", [query])
        if not isinstance(answer, list) or not all(isinstance(log, dict) for log in answer):
            raise self._node.malformed("a list of logs", f"a {type(answer).__name__}")
        return answer

    def _numbers(self, logs: list[dict[str, Any]], first: int, last: int) -> set[int]:
        """The blocks that bear logs: few texts, each read once."""
        try:
            texts = {log.get("blockNumber") for log in logs}
        except TypeError:
            raise self._node.malformed("a log's blockNumber as 0x…", "something else") from None
        numbers = {self._node.quantity(text, "a log's blockNumber") for text in texts}
        if numbers and not first <= min(numbers) <= max(numbers) <= last:
            raise Unfit(f"a log of block {max(numbers)} in an answer about blocks {first} to {last}")
        return numbers


class Pages:
    """The pages of blocks `first` to `last`, in order, each once: an iterator that reads ahead."""

    def __init__(self, reader: PageReader, first: int, last: int) -> None:
        self._reader = reader
        self._last = last
        self._unasked: deque[tuple[int, int]] = deque([(first, last)])
        """Ranges of blocks, in order: what comes next, and behind pages that came short."""
        self._coming: dict[int, tuple[int, Future[Page]]] = {}
        """By first block: the last block that was asked for, and the page."""
        self._ahead = LEAST_AHEAD
        self.reached = first - 1
        """The last block of the pages taken so far."""

    @property
    def at_end(self) -> bool:
        """Whether all pages were taken."""
        return self.reached >= self._last

    def __iter__(self) -> "Pages":
        return self

    def __next__(self) -> Page:
        """The next page. Raises what reading it raised: the pages are then of no more use."""
        self._fill()
        if self.reached + 1 not in self._coming:
            raise StopIteration
        asked, coming = self._coming.pop(self.reached + 1)
        # Who has to wait asks for more at once (the node is far away); who finds pages piled up asks for fewer.
        if not coming.done():
            self._ahead = min(MOST_AHEAD, self._ahead + 1)
        elif sum(page.done() for _, page in self._coming.values()) >= LEAST_AHEAD:
            self._ahead = max(LEAST_AHEAD, self._ahead - 1)
        page = coming.result()
        self.reached = page.last
        if page.last < asked:
            self._unasked.appendleft((page.last + 1, asked))
        self._fill()
        return page

    def close(self) -> None:
        """Drop what is on its way."""
        for _, page in list(self._coming.values()):
            page.cancel()
        self._coming.clear()
        self._unasked.clear()

    def _fill(self) -> None:
        while self._unasked and (len(self._coming) < self._ahead or self.reached + 1 not in self._coming):
            first, last = self._unasked.popleft()
            end = min(last, first + self._reader.width.blocks - 1)
            self._coming[first] = end, self._reader.pool.submit(self._reader.read, first, end)
            if end < last:
                self._unasked.appendleft((end + 1, last))
