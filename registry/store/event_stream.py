"""All events of a mirror in the chain's order, and its blocks, as the audit reads them: a few thousand rows at a time.

The events lie in one table a kind. Each table is read in the chain's order; up to the place that all of them have
reached nothing is missing, so that far their events are sorted together and handed on.
"""

from bisect import bisect_right
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from hashlib import sha256
from itertools import repeat
from operator import itemgetter
from typing import Any

from sqlalchemy import Table
from sqlmodel import Session

from registry.store.event_bytes import packing
from registry.store.fetching import fetched, in_key_order
from registry.store.kinds import KINDS, Kind
from registry.store.mirror_tables import Block
from registry.store.raw import RawRow, table_of
from registry.store.sound import SoundReader

Event = tuple[int, int, Kind, bytes, bytes | None, bytes, Any]
"""Block number, log index, kind, contract, prior (None if the kind carries none), SHA-256 of topics and data, and the
row's values by the names of its columns."""
OnFault = Callable[[RawRow], None]
Place = tuple[int, int]
"""Block number and log index."""

place_of: Callable[[Event], Place] = itemgetter(0, 1)
_BEGINNING, _END = (-1, -1), (2**64, 0)


def raw_events(session: Session, on_fault: OnFault) -> Iterator[list[Event]]:
    """The sound events, some at a time; `on_fault` is told of rows that are not sound, as they come up."""
    streams = [_Stream(session, kind, on_fault) for kind in KINDS]
    reached = _BEGINNING
    while streams:
        for stream in streams:
            if stream.reach <= reached:
                stream.fill()
        reached = min(stream.reach for stream in streams)
        found: list[Event] = []
        for stream in streams:
            found += stream.take(reached)
        found.sort(key=place_of)
        yield found
        streams = [stream for stream in streams if stream.reach < _END]


def raw_blocks(session: Session, on_fault: OnFault) -> Iterator[Any]:
    """The sound blocks in ascending order, their values by the names of the columns of `Block`."""
    table = table_of(Block)
    reader, record = SoundReader(table), _record(table)
    for rows in fetched(session, in_key_order(table)):
        yield from map(record, zip(*reader.columns(rows, on_fault), strict=True))


class _Stream:
    """The events of one kind. `reach`: all up to there were read, and wait to be taken."""

    def __init__(self, session: Session, kind: Kind, on_fault: OnFault) -> None:
        self.reach = _BEGINNING
        self._kind = kind
        self._rows = fetched(session, in_key_order(kind.table))
        self._reader = SoundReader(kind.table)
        self._pack = packing(kind)
        self._record = _record(kind.table)
        self._on_fault = on_fault
        self._waiting: list[Event] = []

    def fill(self) -> None:
        """Read some rows more."""
        rows = next(self._rows, None)
        if rows is None:
            self.reach = _END
            return
        columns = self._reader.columns(rows, self._on_fault)
        numbers, log_indexes, _, contracts, *members = columns
        priors = members[-1] if self._kind.carries_prior else repeat(None)
        digests = [digest.digest() for digest in map(sha256, self._pack(columns))]
        records = map(self._record, zip(*columns, strict=True))
        self._waiting += zip(numbers, log_indexes, repeat(self._kind), contracts, priors, digests, records)
        if self._waiting:
            self.reach = place_of(self._waiting[-1])

    def take(self, reached: Place) -> list[Event]:
        """The waiting events up to and including the place `reached`."""
        end = bisect_right(self._waiting, reached, key=place_of)
        taken, self._waiting = self._waiting[:end], self._waiting[end:]
        return taken


def _record(table: Table) -> Callable[[Iterable[Any]], Any]:
    """Makes a row's values into a tuple that knows the names of their columns."""
    return partial(tuple.__new__, namedtuple(table.name, table.columns.keys()))
