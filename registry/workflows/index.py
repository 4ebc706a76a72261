"""The indexer: follows the chain into the mirror, and undoes what a reorganisation took back.

A step reads a stretch of blocks, folds its events into the history hashes, compares them with each event's `prior` and
with the contracts' own hashes, and only then writes: rows, blocks and cursor in one transaction. A mirror is so either
right as of its block or not moved, whatever the node says and whenever the process dies.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from registry.chain.blocks import Header
from registry.chain.node import Node
from registry.chain.pinned import check_registry_file
from registry.domain.errors import Contradiction, InvalidInput, Unavailable
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.store.database import Store
from registry.store.mirror import (
    BlockId,
    Progress,
    append,
    blocks_down,
    newest_block,
    read_progress,
    undo_above,
    write_progress,
)
from registry.store.publications import drop_dangling, has_dangling
from registry.store.session import Session
from registry.store.writer import Writer
from registry.workflows.index_fold import HistoryFold, Unfit, fold_logs
from registry.workflows.index_identity import registry_identity
from registry.workflows.index_source import ChainReader, behind, require_histories
from registry.workflows.index_status import IndexStatus, status

__all__ = ["IndexStatus", "Indexer", "Step", "status"]

T = TypeVar("T")

SPAN = 2_000
"""Blocks a step, unless the node keeps no old state: then a step reaches to the head, where it can be checked."""
TRIES = 5


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did: "indexed" blocks `first … last`, "undone" all above `last`, or "idle" at the head."""

    did: Literal["indexed", "undone", "idle"]
    first: int
    last: int
    events: int
    head: int


class Indexer:
    """Keeps one mirror in step with one node. Only one indexer writes a mirror at a time; another stands by."""

    def __init__(
        self,
        node: Node,
        store: Store,
        registry: RegistryFile,
        *,
        span: int = SPAN,
        tries: int = TRIES,
        pause: float = 0.2,
        on_step: Callable[[Step], None] | None = None,
        on_wait: Callable[[Unavailable], None] | None = None,
    ) -> None:
        """`span`: blocks a step. `tries`, `pause` (seconds): how often to ask a node again whose answers do not fit.

        `on_step` hears of each step, `on_wait` of what a following indexer waits for.
        """
        self._source = ChainReader(node, registry)
        self._store = store.primary
        self._writer = Writer(self._store)
        self._registry = registry
        self._identity = registry_identity(registry)
        self._span = max(1, span)
        self._tries = max(1, tries)
        self._pause = pause
        self._on_step = on_step
        self._on_wait = on_wait
        self._stop = threading.Event()
        self._checked = False
        self._drop_after: int | None = None

    def run(self, *, follow: bool = False, poll: float = 2.0, stop: threading.Event | None = None) -> None:
        """Index up to the head and return, or with `follow` go on, asking every `poll` seconds until `stop` is set.

        Raises Unavailable if the node or database does not answer or another indexer writes the mirror (with `follow`:
        waits and asks again), Contradiction if the node is of another chain, broke its history, or reorganised below a
        final block.
        """
        self._stop = stop or self._stop
        try:
            while not self._stop.is_set():
                try:
                    self._take()
                    idle = self.step().did == "idle"
                except Unavailable as unavailable:
                    if not follow:
                        raise
                    if self._on_wait:
                        self._on_wait(unavailable)
                    idle = True
                if idle and not follow:
                    return
                if idle:
                    self._stop.wait(poll)
        finally:
            self._writer.release()

    def step(self) -> Step:
        """Do one step. Raises as `run` does; the mirror is then as it was."""
        taken = self._take()
        try:
            self._check_registry()
            done = self._again(self._step)
        finally:
            if taken:
                self._writer.release()
        if self._on_step:
            self._on_step(done)
        return done

    def _take(self) -> bool:
        """Become the one writer; whether that is new. Whoever was it before may have left anything."""
        taken = self._writer.take()
        if taken:
            self._checked = False
        return taken

    def _check_registry(self) -> None:
        if self._checked:
            return
        check_registry_file(self._source.node, self._registry)
        with self._store.read() as session:
            progress = read_progress(session)
            if progress is not None and progress.registry_identity != self._identity:
                raise InvalidInput(
                    "this mirror is of another registry",
                    expected=hex0x(self._identity),
                    found=hex0x(progress.registry_identity),
                    hint="another database (--db), or the registry file it was made with (--registry)",
                )
            if progress is not None and has_dangling(session):
                self._drop_after = progress.head.number
        self._checked = True

    def _again(self, do: Callable[[], T]) -> T:
        for attempt in range(self._tries):
            try:
                return do()
            except Unfit as unfit:
                said = str(unfit)
                if attempt + 1 < self._tries:
                    self._stop.wait(self._pause * 2**attempt)
        raise Contradiction(
            "what the node says does not fit the contracts' history; nothing was written",
            found=said,
            hint="another node (--rpc); if that says the same, offsetproof audit",
        )

    def _step(self) -> Step:
        # 1. Where are we, and is that still in the chain?
        head = self._source.head()
        with self._store.read() as session:
            progress = read_progress(session)
            last_block = newest_block(session)
        if progress is not None and not self._stands(progress, head):
            return self._undo(progress, head)

        # 2. Which blocks?
        first = max(self._registry.first_block, progress.indexed.number + 1 if progress else 0)
        if first > head.number:
            return self._idle(progress, head)
        last = min(head.number, first + self._span - 1) if self._source.keeps_old_state else head.number
        end = head if last == head.number else self._source.node.header(last)

        # 3. Read and fold them.
        logs = self._source.logs(first, last)
        headers = self._source.headers(logs, end)
        after = headers.get(first)
        if progress and progress.indexed.number == first - 1 and after and after.parent_hash != progress.indexed.hash:
            raise Unfit(f"block {first} does not extend the mirror's block: the chain changed while it was read")
        folding = HistoryFold(self._registry)
        folding.resume(last_block.histories if last_block else None)
        folded = fold_logs(folding, logs, headers)

        # 4. Do the contracts agree?
        said = self._source.histories(end)
        if said is None:
            raise Unfit(f"the node keeps no state of block {end.number}; reading up to its head instead")
        require_histories(folded.histories, said, end)
        finalized = self._finalized(progress, head, end)
        self._source.require_unchanged(end)

        # 5. Write all of it, or nothing.
        moved = self._progress(_id(end), finalized, head)
        with self._writer.write() as session:
            _require_same(session, progress)
            append(session, folded.blocks, folded.rows)
            write_progress(session, moved)
        return Step("indexed", first, last, folded.events, head.number)

    def _stands(self, progress: Progress, head: Header) -> bool:
        """Whether the mirror's block is still in the chain. Raises Unavailable if the node cannot know."""
        indexed = progress.indexed
        if head.number >= indexed.number:
            present = self._source.node.find_header(indexed.number)
            if present is None:
                raise behind(head, indexed.number)
            return present.hash == indexed.hash
        # A shorter chain: behind, or another one? The newest block that both have tells.
        with self._store.read() as session:
            block = newest_block(session, head.number)
        if block is not None and block.number >= progress.finalized.number:
            present = self._source.node.find_header(block.number)
            if present is not None and present.hash != block.hash:
                return False
        raise behind(head, indexed.number)

    def _undo(self, progress: Progress, head: Header) -> Step:
        """Go back to the newest block with events that is still in the chain, never below the finalized block."""
        final = progress.finalized
        present = self._source.node.find_header(final.number)
        if present is None or present.hash != final.hash:
            raise Contradiction(
                "the chain was reorganised below a block that the mirror holds as final; nothing was undone",
                expected=f"block {final.number} with hash {hex0x(final.hash)}",
                found=hex0x(present.hash) if present else "no such block",
                hint="check the node; if the chain really changed, index into a new database",
            )
        keep = final
        with self._store.read() as session:
            for block in blocks_down(session, progress.indexed.number):
                if block.number <= final.number:
                    break
                present = self._source.node.find_header(block.number)
                if present is not None and present.hash == block.hash:
                    keep = BlockId(block.number, block.hash, block.timestamp)
                    break
        with self._writer.write() as session:
            _require_same(session, progress)
            undo_above(session, keep.number)
            write_progress(session, self._progress(keep, final, head))
        self._drop_after = max(self._drop_after or 0, progress.indexed.number)
        return Step("undone", keep.number + 1, keep.number, 0, head.number)

    def _idle(self, progress: Progress | None, head: Header) -> Step:
        if progress is None:
            raise Unavailable(
                "the chain has not come to the registry's first block",
                expected=f"block {self._registry.first_block}",
                found=f"head {head.number}",
                hint="wait, or check the registry file",
            )
        finalized = self._finalized(progress, head, head)
        moved = self._progress(progress.indexed, finalized, head)
        dropping = self._drop_after is not None and finalized.number >= self._drop_after
        if moved != progress or dropping:
            with self._writer.write() as session:
                _require_same(session, progress)
                write_progress(session, moved)
                if dropping:
                    drop_dangling(session)
                    self._drop_after = None
        return Step("idle", head.number + 1, head.number, 0, head.number)

    def _finalized(self, progress: Progress | None, head: Header, end: Header) -> BlockId:
        """The newest final block not above `end`; never older than the one the mirror knows."""
        newest = self._source.finalized(head)
        if newest.number > end.number:
            newest = end
        if progress is not None and newest.number <= progress.finalized.number:
            return progress.finalized
        return _id(newest)

    def _progress(self, indexed: BlockId, finalized: BlockId, head: Header) -> Progress:
        return Progress(
            self._registry.chain_id,
            self._registry.genesis_hash,
            self._identity,
            indexed,
            finalized,
            _id(head),
        )


def _id(header: Header) -> BlockId:
    return BlockId(header.number, header.hash, header.timestamp)


def _require_same(session: Session, progress: Progress | None) -> None:
    if read_progress(session) != progress:
        raise Unavailable("another indexer moved this mirror", hint="run only one indexer a database")
