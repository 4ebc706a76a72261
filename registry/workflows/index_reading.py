"""Reading the chain and folding it, stretch by stretch, without asking yet whether the contracts agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from registry.chain.blocks import Header
from registry.domain.blocks import BlockId, Histories
from registry.domain.event_form import EventForm
from registry.workflows.index_pages import Folded, PageFold
from registry.workflows.index_source import ChainReader

STRETCH_PAGES = 64
"""A stretch ends after so many pages, however few events they bear."""


@dataclass(frozen=True, slots=True)
class Start:
    """From where to where to read: blocks `first` to `last`, after the mirror's block `indexed` (None: the mirror is
    empty) and the contracts' `histories` there. `events` complete a stretch."""

    forms: Sequence[EventForm]
    histories: Histories
    indexed: BlockId | None
    first: int
    last: int
    events: int


@dataclass(frozen=True, slots=True)
class Read:
    """Blocks `first` to `end` as they were read; `histories`: where the fold stands at their end; `more`: whether
    blocks are left to read."""

    first: int
    end: Header
    ends_in_logs: bool
    folded: Folded
    histories: Histories
    more: bool


class Reading(Protocol):
    """Whoever reads: this process (`ReadingHere`), or one beside it (`index_apart.ReadingApart`)."""

    def read(self) -> Read:
        """The next stretch. Raises Unfit, Unavailable, RpcError: the reading is then of no more use."""

    def go_on(self, last: int) -> None:
        """All was read: go on to block `last`."""

    def close(self) -> None:
        """Drop what is on its way."""


class ReadingHere:
    """Reads through `source`, pages ahead, in its threads."""

    def __init__(self, source: ChainReader, start: Start) -> None:
        self._source = source
        self._events = start.events
        self._fold = PageFold(source.registry, start.forms, start.histories, start.indexed)
        self._first = start.first
        self._pages = source.pages(start.first, start.last)

    def read(self) -> Read:
        """As `Reading` says."""
        first = self._first
        for taken, page in enumerate(self._pages, 1):
            self._fold.add(page)
            if self._fold.events >= self._events or taken >= STRETCH_PAGES:
                break
        self._first = page.end.number + 1
        more = not self._pages.at_end
        return Read(first, page.end, page.ends_in_logs, self._fold.take(), self._fold.histories, more)

    def go_on(self, last: int) -> None:
        """As `Reading` says."""
        self._pages = self._source.pages(self._first, last)

    def close(self) -> None:
        """As `Reading` says."""
        self._pages.close()
