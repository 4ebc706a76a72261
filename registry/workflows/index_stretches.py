"""Stretches of the chain, folded and compared with the contracts, one ahead of whoever writes them."""

from concurrent.futures import Future
from dataclasses import dataclass

from registry.chain.blocks import Header
from registry.domain.registry_file import RegistryFile
from registry.store.mirror import BlockId, Histories
from registry.workflows.index_pages import Folded, PageFold
from registry.workflows.index_source import ChainReader, Ending, require_histories

STRETCH_EVENTS = 10_000
"""A stretch ends with the page that completes so many events."""
STRETCH_PAGES = 64
"""A stretch ends after so many pages, however few events they bear."""


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


@dataclass(frozen=True, slots=True)
class _Read:
    """Blocks `first` to `end` as they were read; `histories`: where the fold stands at their end."""

    first: int
    end: Header
    ends_in_logs: bool
    folded: Folded
    histories: Histories


class Stretches:
    """All stretches from block `first` to the head at `head`, in order. `indexed`: the block before, None at the start;
    `histories`: the contracts' there. While one is compared and written, the next is being read and folded."""

    def __init__(
        self,
        source: ChainReader,
        registry: RegistryFile,
        histories: Histories,
        indexed: BlockId | None,
        first: int,
        head: int,
        events: int,
    ) -> None:
        self._source = source
        self._events = events
        self._fold = PageFold(registry, histories, indexed)
        self._indexed = indexed
        self._first = first
        self._pages = source.pages(first, head)
        self._coming: Future[_Read] | None = None
        self.reached = first - 1
        """The last block of the stretches taken so far."""
        self.at_end = False
        """Whether all stretches were taken."""

    def take(self) -> Stretch:
        """The next stretch, compared with the contracts. Raises what reading it raised, Unfit above all: the stretches
        are then of no more use."""
        coming = self._coming or self._source.submit(self._read)
        read = coming.result()
        more = not self._pages.at_end
        self._coming = self._source.submit(self._read) if more else None
        stretch = self._compared(read, more)
        self.reached = stretch.end.number
        self.at_end = not more and self._pages.at_end
        return stretch

    def close(self) -> None:
        """Drop what is on its way."""
        if self._coming is not None:
            self._coming.cancel()
        self._pages.close()

    def _read(self) -> _Read:
        """Read and fold, beside whoever compares and writes what was read before."""
        first = self._first
        for taken, page in enumerate(self._pages, 1):
            self._fold.add(page)
            if self._fold.folded.events >= self._events or taken >= STRETCH_PAGES:
                break
        self._first = page.end.number + 1
        return _Read(first, page.end, page.ends_in_logs, self._fold.take(), self._fold.histories)

    def _compared(self, read: _Read, more: bool) -> Stretch:
        end = read.end
        ending = final = None
        if self._source.keeps_old_state or not more:
            ending = self._source.ending(end, self._indexed)
        if ending is not None:
            require_histories(read.histories, ending.histories, end)
            if not read.ends_in_logs:
                self._source.require_no_hidden_logs(end)
            final = self._source.final_up_to(end, ending.head)
            self._indexed = BlockId(end.number, end.hash, end.timestamp)
        elif not more:
            # A node without old state can only tell at its head, and that has moved on: go on until there.
            self._pages = self._source.pages(end.number + 1, self._source.head_after(end))
        return Stretch(read.first, end, read.folded, ending, final)
