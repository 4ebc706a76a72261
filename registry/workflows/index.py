"""The indexer: follows the chain into the mirror, and undoes what a reorganisation took back.

A step takes a stretch of blocks whose events were folded into the history hashes, compared with each event's `prior`
and with the contracts' own hashes, and writes it: rows, blocks and cursor in one transaction. A mirror is so either
right as of its block or not moved, whatever the node says and whenever the process dies. Meanwhile the next stretch is
being read.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from registry.chain.blocks import Header
from registry.chain.failover import Failover
from registry.chain.node import Node
from registry.chain.pages import Unfit
from registry.chain.pinned import check_registry_file
from registry.chain.rpc import HttpRpc, RpcError
from registry.domain.errors import Contradiction, InvalidInput, OffsetproofError, Unavailable
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.store.backfill import MANY, put_back, take_away
from registry.store.database import Store
from registry.store.failures import MirrorUnavailable
from registry.store.kinds import FORMS
from registry.store.mirror import (
    BlockId,
    Progress,
    append_records,
    blocks_down,
    newest_block,
    read_progress,
    undo_above,
    write_progress,
)
from registry.store.publications import drop_dangling, has_dangling
from registry.store.session import Session
from registry.store.writer import Writer
from registry.workflows.crew import processors
from registry.workflows.index_apart import ReadingApart
from registry.workflows.index_busy import busy_threads
from registry.workflows.index_identity import registry_identity
from registry.workflows.index_reading import Reading, ReadingHere, Start
from registry.workflows.index_source import SPAN, Behind, ChainReader, behind
from registry.workflows.index_status import IndexStatus, histories_after, status
from registry.workflows.index_stretches import STRETCH_EVENTS, Stretch, Stretches
from registry.workflows.worker import WorkerDied

__all__ = ["IndexStatus", "Indexer", "Step", "Turn", "status"]

T = TypeVar("T")

BACKFILL_BLOCKS = 1_000
"""A new mirror that has so many blocks to catch up with gets its indexes at the end."""
TRIES = 5


@dataclass(frozen=True, slots=True)
class Step:
    """What a step did: "indexed" blocks `first … last`, "undone" all above `last`, or "idle" at the head."""

    did: Literal["indexed", "undone", "idle"]
    first: int
    last: int
    events: int
    head: int


@dataclass(frozen=True, slots=True)
class Turn:
    """The node at `node` (named without credentials) is asked from now on. `because`: why the one before is not; None
    for the first, and for one that comes back after a rest."""

    node: str
    because: OffsetproofError | None


class Indexer:
    """Keeps one mirror in step with a chain. Only one indexer writes a mirror at a time; another stands by.

    It asks one node. When that fails, is behind or contradicts itself, the next takes over; each step rests on the
    answers of a single one.
    """

    def __init__(
        self,
        nodes: Node | Sequence[Node],
        store: Store,
        registry: RegistryFile,
        *,
        span: int = SPAN,
        step_events: int = STRETCH_EVENTS,
        tries: int = TRIES,
        pause: float = 0.2,
        apart: bool | None = None,
        on_step: Callable[[Step], None] | None = None,
        on_wait: Callable[[Unavailable], None] | None = None,
        on_turn: Callable[[Turn], None] | None = None,
    ) -> None:
        """`nodes`: in the order in which they are preferred. `span`: the most blocks that a question to a node may
        cover. `step_events`: events that complete a step. `tries`, `pause` (seconds): how often to ask a node again
        whose answers do not fit. `apart`: whether to read the chain in a process beside this one; None: while there is
        much to catch up with and more than one processor.

        `on_step` hears of each step, `on_wait` of what a following indexer waits for, `on_turn` whenever another node
        is asked.
        """
        self._nodes = Failover([nodes] if isinstance(nodes, Node) else nodes)
        self._span = span
        self._source = ChainReader(next(self._nodes.in_turn()), registry, span)
        self._asked: Node | None = None
        self._store = store.primary
        self._writer = Writer(self._store)
        self._registry = registry
        self._identity = registry_identity(registry)
        self._step_events = max(1, step_events)
        self._tries = max(1, tries)
        self._pause = pause
        self._apart = apart
        self._on_step = on_step
        self._on_wait = on_wait
        self._on_turn = on_turn
        self._stop = threading.Event()
        self._checked = False
        self._whole = False
        self._bare: set[str] | None = None
        """While a new mirror is filled: the kinds whose tables have no indexes for now."""
        self._ahead: Stretches | None = None
        """What is being read ahead, from the block after the mirror's."""
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
                    self._catch_up()
                except Unavailable as unavailable:
                    if not follow:
                        raise
                    if self._on_wait:
                        self._on_wait(unavailable)
                if not follow:
                    return
                self._stop.wait(poll)
        finally:
            self._writer.release()
            self.close()

    def _catch_up(self) -> None:
        """Step until there is nothing more to do, or `stop` is set."""
        with busy_threads:
            self._take()
            while not self._stop.is_set() and self.step().did != "idle":
                self._take()

    def close(self) -> None:
        """Stop reading ahead. The next step begins anew."""
        self._drop_ahead()
        self._source.close()

    def step(self) -> Step:
        """Do one step. Raises as `run` does; the mirror is then as it was."""
        taken = self._take()
        try:
            done = self._step_with_any_node()
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
            self._checked = self._whole = False
            self._bare = None
            self._drop_ahead()
        return taken

    def _step_with_any_node(self) -> Step:
        """Do one step with the first node that can."""
        last: OffsetproofError | None = None
        for node in self._nodes.in_turn():
            try:
                self._turn_to(node, last)
                self._check_registry()
                done = self._again(self._step)
                if done.did == "idle":
                    self._nodes.require_not_overtaken(node, done.head)
            except (MirrorUnavailable, WorkerDied):  # no fault of a node
                raise
            except (Unavailable, Contradiction) as error:
                self._nodes.failed(node, error)
                last = error
            else:
                self._nodes.worked(node)
                return done
        raise self._nodes.why_none() from last

    def _turn_to(self, node: Node, because: OffsetproofError | None) -> None:
        """Ask this node from now on. What was read ahead from another is dropped, and nothing of it was believed: the
        next stretch begins at the mirror's own block, if this node has that in its chain."""
        if self._asked is node:
            return
        self.close()
        self._source, self._asked = ChainReader(node, self._registry, self._span), node
        self._checked = False
        if self._on_turn:
            self._on_turn(Turn(node.name, because))

    def _check_registry(self) -> None:
        if self._checked:
            return
        try:
            check_registry_file(self._source.node, self._registry)
        except RpcError as refusal:
            raise self._refused(refusal) from refusal
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
            except (Unfit, Behind, Contradiction, RpcError, WorkerDied) as doubt:
                said = doubt
                self._drop_ahead()
                if attempt + 1 < self._tries:
                    self._stop.wait(self._pause * 2**attempt)
            except BaseException:
                self._drop_ahead()
                raise
        if isinstance(said, RpcError):
            raise self._refused(said) from said
        if not isinstance(said, Unfit):
            raise said
        raise Contradiction(
            f"what the node at {self._source.node.name} says does not fit the contracts' history; nothing was written",
            found=str(said),
            hint="another node (--rpc); if that says the same, offsetproof audit",
        )

    def _refused(self, refusal: RpcError) -> Unavailable:
        asked = self._source.node.name
        return Unavailable(f"the node at {asked} refuses a question", found=str(refusal), hint="another node (--rpc)")

    def _drop_ahead(self) -> None:
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None

    def _step(self) -> Step:
        with self._store.read() as session:
            progress = read_progress(session)
            last_block = newest_block(session)
        first = max(self._registry.first_block, progress.indexed.number + 1 if progress else 0)
        if self._ahead is None or self._ahead.at_end or self._ahead.reached + 1 != first:
            # Where are we, is that still in the chain, and which blocks come next?
            self._drop_ahead()
            head = self._source.head()
            if progress is not None and not self._stands(progress, head):
                return self._undo(progress, head)
            if first > head.number:
                return self._idle(progress, head)
            if progress is None and head.number - first >= BACKFILL_BLOCKS:
                self._bare = set()
            histories, indexed = histories_after(last_block, self._registry), progress.indexed if progress else None
            start = Start(FORMS, histories, indexed, first, head.number, self._step_events)
            self._ahead = Stretches(self._source, self._reading(start), indexed, first)
        return self._write(self._ahead, progress)

    def _reading(self, start: Start) -> Reading:
        """Who reads: a process beside this one where that pays, and where the node can be asked from there."""
        rpc = self._source.node.rpc
        pays = processors() > 1 and start.last - start.first >= BACKFILL_BLOCKS
        if isinstance(rpc, HttpRpc) and (pays if self._apart is None else self._apart):
            return ReadingApart(self._source, rpc, start, at_once=self._apart is True)
        return ReadingHere(self._source, start)

    def _write(self, ahead: Stretches, progress: Progress | None) -> Step:
        """Write what comes next, up to a stretch whose end was compared with the contracts: all of it, or nothing."""
        stretch = ahead.take()
        first = stretch.first
        with self._writer.write() as session:
            _require_same(session, progress)
            events = self._append(session, stretch)
            while stretch.ending is None or stretch.final is None:
                stretch = ahead.take()
                events += self._append(session, stretch)
            moved = self._progress(_id(stretch.end), _newer(stretch.final, progress), stretch.ending.head)
            write_progress(session, moved)
        return Step("indexed", first, stretch.end.number, events, stretch.ending.head.number)

    def _append(self, session: Session, stretch: Stretch) -> int:
        """Add a stretch's blocks and rows; how many events."""
        folded = stretch.folded
        if self._bare is not None:
            for kind in {kind for kind, records in folded.records.items() if records.count >= MANY} - self._bare:
                take_away(session, kind)
                self._bare.add(kind)
        try:
            append_records(session, folded.blocks, folded.records)
        except ValueError as error:
            raise Unfit(str(error)) from error
        return folded.events

    def _stands(self, progress: Progress, head: Header) -> bool:
        """Whether the mirror's block is still in the chain. Raises Unavailable if the node cannot know."""
        indexed = progress.indexed
        if head.number >= indexed.number:
            present = self._source.node.find_header(indexed.number)
            if present is None:
                raise behind(head.number, indexed.number)
            return present.hash == indexed.hash
        # A shorter chain: behind, or another one? The newest block that both have tells.
        with self._store.read() as session:
            block = newest_block(session, head.number)
        if block is not None and block.number >= progress.finalized.number:
            present = self._source.node.find_header(block.number)
            if present is not None and present.hash != block.hash:
                return False
        raise behind(head.number, indexed.number)

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
        if not self._whole:
            with self._writer.write() as session:
                put_back(session)
            self._whole, self._bare = True, None
        finalized = _newer(self._source.final_up_to(head, head), progress)
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


def _newer(final: Header, progress: Progress | None) -> BlockId:
    """The newest final block: never older than the one that the mirror knows."""
    if progress is not None and final.number <= progress.finalized.number:
        return progress.finalized
    return _id(final)


def _require_same(session: Session, progress: Progress | None) -> None:
    if read_progress(session) != progress:
        raise MirrorUnavailable("another indexer moved this mirror", hint="run only one indexer a database")
