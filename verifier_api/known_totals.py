"""The registry's figures, added up once for each state of the mirror: pages and each unknown hash ask for them."""

import threading
from dataclasses import dataclass, field

from registry.store.claims import Totals, totals
from registry.store.mirror import BlockId, read_progress
from registry.store.publications import publication_count
from registry.store.session import Session


@dataclass(slots=True)
class KnownTotals:
    """Remembers the last totals. They follow from the chain's events up to the mirror's block and from which tranches
    are published: only publishing adds one, and only a new final block takes some away. Safe between threads."""

    _at: tuple[BlockId, BlockId, int] | None = None
    _totals: Totals | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, session: Session) -> Totals:
        """The totals as the session's state of the mirror has them. Raises Unavailable for an empty mirror."""
        progress = read_progress(session)
        if progress is None:
            return totals(session)
        at = progress.indexed, progress.finalized, publication_count(session)
        with self._lock:  # who waits for the sums has them then
            if self._totals is None or self._at != at:
                self._at, self._totals = at, totals(session)
            return self._totals
