"""Stretches of the chain, folded and compared with the contracts, one ahead of whoever writes them."""

from concurrent.futures import Future
from dataclasses import dataclass

from registry.chain.blocks import Header
from registry.domain.blocks import BlockId
from registry.workflows.index_pages import Folded
from registry.workflows.index_reading import Read, Reading
from registry.workflows.index_source import ChainReader, Ending, require_histories

STRETCH_EVENTS = 10_000
"""A stretch ends with the page that completes so many events."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Blocks `first` to `end`, ready to be written.

    `ending` and `final` (the newest final block not above `end`) are None if the node keeps no state of `end`: nothing
    of this stretch may then be committed before a later one has been compared.
    """

    first: int
    end: Header
    folded: Folded
    ending: Ending | None
    final: Header | None


class Stretches:
    """All stretches that `reading` reads, in order, each compared with the contracts as `source` tells them. `indexed`:
    the block before the first, None at the start. While one is compared and written, the next is being read."""

    def __init__(self, source: ChainReader, reading: Reading, indexed: BlockId | None, first: int) -> None:
        self._source = source
        self._reading = reading
        self._indexed = indexed
        self._coming: Future[Read] | None = None
        self.reached = first - 1
        """The last block of the stretches taken so far."""
        self.at_end = False
        """Whether all stretches were taken."""

    def take(self) -> Stretch:
        """The next stretch, compared with the contracts. Raises what reading it raised, Unfit above all: the stretches
        are then of no more use."""
        coming = self._coming or self._source.submit(self._reading.read)
        read = coming.result()
        self._coming = self._source.submit(self._reading.read) if read.more else None
        stretch = self._compared(read)
        self.reached = stretch.end.number
        return stretch

    def close(self) -> None:
        """Drop what is on its way."""
        if self._coming is not None:
            self._coming.cancel()
        self._reading.close()

    def _compared(self, read: Read) -> Stretch:
        end = read.end
        ending = final = None
        if self._source.keeps_old_state or not read.more:
            ending = self._source.ending(end, self._indexed)
        if ending is not None:
            require_histories(read.histories, ending.histories, end)
            if not read.ends_in_logs:
                self._source.require_no_hidden_logs(end)
            final = self._source.final_up_to(end, ending.head)
            self._indexed = BlockId(end.number, end.hash, end.timestamp)
            self.at_end = not read.more
        elif not read.more:
            # A node without old state can only tell at its head, and that has moved on: go on until there.
            self._reading.go_on(self._source.head_after(end))
        return Stretch(read.first, end, read.folded, ending, final)
