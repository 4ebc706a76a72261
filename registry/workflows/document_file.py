"""The documents of a whole claims file, written in its order while others make them."""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from registry.domain.errors import InvalidInput
from registry.workflows.certify import Room
from registry.workflows.claim_chunks import Chunk, ClaimsFile
from registry.workflows.crew import Crew
from registry.workflows.documents import Letterhead, Record, Space, Task, Written, certify_chunk

_ENDLESS = 1 << 62


class DocumentFile:
    """Lines of documents, in one file; where the lines of each chunk begin; and which room is being filled.

    The rooms are filled one after the other. What the last cannot hold is written all the same; `beyond` says how much.
    """

    rows: int
    """Claims that stay."""
    grams: int
    """What they claim together."""
    beyond: int
    """Grams more than the last room holds, if positive."""

    def __init__(self, path: Path, rooms: Sequence[Room], *, shuffled: bool) -> None:
        self.chunk_offsets: list[int] = []
        self.rows = self.grams = 0
        self.beyond = -sum(room.grams for room in rooms)
        self._rooms, self._ordinal, self._left = rooms, 0, rooms[0].grams
        self._shuffled, self._end = shuffled, 0
        self._file = open_private(path)

    def write(self, claims: ClaimsFile, letterhead: Letterhead, crew: Crew) -> Iterator[tuple[int, Written]]:
        """Certify every chunk, in order; yields how many bytes of the file are done, and what the chunk gave.

        A chunk is begun before it is known how many grams those before it take, as if its room held them all. One that
        turns out to cross into the next room is done again, and one that ends inside a row is joined to the next.
        """
        chunks, at, work = list(claims.chunks), 0, partial(certify_chunk, letterhead)
        while at < len(chunks):
            begun = (self._task(claims, chunks[n], n, self._this_room()) for n in range(at, len(chunks)))
            results = crew.map(work, begun)
            for written in results:
                if written.runs_over and at + 1 < len(chunks):
                    chunks[at : at + 2] = [chunks[at].joined(chunks[at + 1])]
                    break
                if written.runs_over:
                    written.fatal = InvalidInput("not CSV", found="a quoted cell that does not end")
                crosses = written.grams > self._left and self._ordinal + 1 < len(self._rooms)
                if crosses:
                    written = work(self._task(claims, chunks[at], at, self._rooms_from_here()))
                self._add(written)
                yield chunks[at].offset + chunks[at].length, written
                at += 1
                if crosses:
                    break
            results.close()

    def leave_out(self, records: Sequence[tuple[int, Record]]) -> None:
        """Take back a claim, given by ordinal and record of each of its certificates: their lines become spaces."""
        self.rows -= 1
        for ordinal, (_, _, grams, _, chunk, offset, length) in records:
            self.grams -= grams
            if ordinal + 1 == len(self._rooms):
                self.beyond -= grams
            self._file.seek(self.chunk_offsets[chunk] + offset)
            self._file.write(b" " * (length - 1))

    def sync(self) -> None:
        """Return when everything written so far is on the disk."""
        self._file.flush()
        os.fdatasync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def _task(self, claims: ClaimsFile, chunk: Chunk, number: int, spaces: tuple[Space, ...]) -> Task:
        keep_order = not self._shuffled
        return Task(claims.path, claims.is_json, chunk, number, spaces, keep_order=keep_order, parts=claims.parts)

    def _this_room(self) -> tuple[Space, ...]:
        return (Space(self._ordinal, self._rooms[self._ordinal].lot, _ENDLESS),)

    def _rooms_from_here(self) -> tuple[Space, ...]:
        free = [self._left, *(room.grams for room in self._rooms[self._ordinal + 1 : -1]), _ENDLESS]
        return tuple(
            Space(ordinal, self._rooms[ordinal].lot, grams)
            for ordinal, grams in enumerate(free, self._ordinal)
            if grams
        )

    def _add(self, written: Written) -> None:
        self.chunk_offsets.append(self._end)
        self._file.write(written.lines)
        self._end += len(written.lines)
        self.rows, self.grams = self.rows + written.rows, self.grams + written.grams
        self.beyond += written.grams
        self._left -= written.grams
        while self._left <= 0 and self._ordinal + 1 < len(self._rooms):
            self._ordinal += 1
            self._left += self._rooms[self._ordinal].grams


def open_private(path: Path) -> BinaryIO:
    """A new file that its owner alone may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
