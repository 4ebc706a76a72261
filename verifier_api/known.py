"""What the mirror says of tranches, kept while it stands still: a million certificates share one tranche."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from registry.domain.lots import lot_batch
from registry.domain.registry_file import RegistryFile
from registry.proofs.facts import Facts
from registry.store.columns import MOST_IN_SQL
from registry.store.credit_events import Anchored
from registry.store.facts import facts_from_mirror
from registry.store.lots import LotState, anchored_tranche, lot_state, place_of_anchor
from registry.store.mirror import BlockId, read_progress
from registry.store.session import Session
from registry.store.tile_queries import NodeTiles

MOST = 10_000
"""Tranches remembered: a few kilobytes each."""


@dataclass(frozen=True, slots=True)
class KnownTranche:
    """A tranche as of the mirror's block: its anchor and its lot (None where there is none), and the facts that the
    checks need, up to the final block (None for an empty mirror) and, where that is another, up to the mirror's."""

    anchored: Anchored | None
    lot: LotState | None
    facts: Facts | None
    head_facts: Facts | None


@dataclass(slots=True)
class KnownTranches:
    """Remembers `most` tranches, those that were asked for last. All of it follows from the chain's events up to the
    mirror's block, so it is forgotten when that block, or the final one, is another. Safe between threads."""

    registry: RegistryFile
    most: int = MOST
    nodes: NodeTiles = field(default_factory=NodeTiles)
    _at: tuple[BlockId, BlockId] | None = None
    _known: "OrderedDict[tuple[int, int], KnownTranche]" = field(default_factory=OrderedDict)
    _places: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    """Lot and tranche by anchor, of tranches that were asked for by it."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def under(self, session: Session, anchor: bytes) -> KnownTranche | None:
        """The tranche that an anchor binds; None if it is not on the chain."""
        place = self._places.get(anchor) or place_of_anchor(session, anchor)
        known = self.of(session, *place) if place else None
        if place is None or known is None or known.anchored is None or known.anchored.anchor != anchor:
            return None
        if len(self._places) >= self.most:
            self._places.clear()
        self._places[anchor] = place
        return known

    def of(self, session: Session, lot: int, tranche: int) -> KnownTranche:
        """The tranche as the session's state of the mirror has it."""
        if lot_batch(lot) > MOST_IN_SQL:
            lot = 0  # batches begin at 1: nothing is anchored there either, and the database cannot count so far
        progress = read_progress(session)
        if progress is None:
            return KnownTranche(None, None, None, None)
        at, key = (progress.indexed, progress.finalized), (lot, tranche)
        with self._lock:
            if self._at != at:
                self._at = at
                self._known.clear()
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        known = self._read(session, lot, tranche, at)
        with self._lock:
            if self._at == at:
                self._known[key] = known
                if len(self._known) > self.most:
                    self._known.popitem(last=False)
        return known

    def _read(self, session: Session, lot: int, tranche: int, at: tuple[BlockId, BlockId]) -> KnownTranche:
        indexed, finalized = at
        facts = facts_from_mirror(session, self.registry, lot, tranche, finalized.number)
        return KnownTranche(
            anchored=anchored_tranche(session, lot, tranche),
            lot=lot_state(session, lot),
            facts=facts,
            head_facts=facts_from_mirror(session, self.registry, lot, tranche) if indexed != finalized else None,
        )
