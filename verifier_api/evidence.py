"""Storage proofs for certificates' files, fetched from this server's own node: one at a time, remembered, and only so
many may wait.

They let a holder check at level 3 under a block hash known from elsewhere. Nothing that this server itself says rests
on them: its verdicts stay at level 1.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from threading import BoundedSemaphore, Lock

from registry.chain.blocks import Header
from registry.chain.node import Node
from registry.chain.pinned import check_registry_file, final_header
from registry.domain.errors import Contradiction, OffsetproofError, Unavailable
from registry.domain.registry_file import RegistryFile
from registry.proofs.bundle import MAX_BUNDLE, Bundle
from registry.proofs.evidence import Evidence
from registry.proofs.facts import Reading
from registry.proofs.proven import proven_at, read_evidence
from registry.store.credit_events import Anchored
from registry.workflows.proving import fetch_evidence
from verifier_api.problems import Problem

MOST_WAITING = 4
MOST_KEPT = 64
"""Of some 50 kB each."""
FINAL_SECONDS = 60
"""How long one final block serves: proofs for all who ask meanwhile rest on the same one."""


class EvidenceBoard:
    """Evidence by lot, tranche and block."""

    def __init__(self, node: Node | None, registry: RegistryFile, clock: Callable[[], float] = time.monotonic) -> None:
        self._node, self._registry, self._clock = node, registry, clock
        self._waiting, self._working = BoundedSemaphore(MOST_WAITING), Lock()
        self._kept: OrderedDict[tuple[int, int, bytes], Evidence] = OrderedDict()
        self._final: Header | None = None
        self._asked_at = clock()
        self._checked = False

    def add_to(self, bundle: Bundle, anchored: Anchored) -> Bundle:
        """The bundle with proofs under a final block for its anchor. Raises Problem 503 if there are none to give."""
        if self._node is None:
            raise _none("this server has no node to fetch storage proofs from")
        if not self._waiting.acquire(blocking=False):
            raise _none("others have storage proofs fetched right now", retry_after=10)
        try:
            with self._working:
                entry = self._entry(self._node, anchored)
        except OffsetproofError as error:
            found = error.found.replace(f" at {self._node.name}", "")  # its address is nobody's business
            raise _none("this server's node gave no storage proofs", found=found) from None
        finally:
            self._waiting.release()
        proven = replace(bundle, evidence=(entry,))
        if len(proven.to_json()) > MAX_BUNDLE:
            raise _none("the file with its proofs would be too large")
        return proven

    def _entry(self, node: Node, anchored: Anchored) -> Evidence:
        final = self._final_block(node, anchored.block_number)
        key = (anchored.lot, anchored.tranche, final.hash)
        if key not in self._kept:
            entry = fetch_evidence(node, self._registry, anchored.lot, anchored.tranche, final.hash)
            facts = read_evidence(entry, self._registry, anchored.lot, anchored.tranche, proven_at(entry.header))
            if not isinstance(facts.anchor, Reading) or facts.anchor.value != anchored.anchor:
                raise Contradiction(
                    "mirror and node know different anchors", found="another chain, or a reorganisation"
                )
            self._kept[key] = entry
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]

    def _final_block(self, node: Node, needed: int) -> Header:
        """A final block not below block `needed`; a remembered one, if it is young and high enough."""
        if not self._checked:
            check_registry_file(node, self._registry)
            self._checked = True
        now = self._clock()
        if self._final is None or now - self._asked_at >= FINAL_SECONDS or self._final.number < needed:
            self._final, self._asked_at = final_header(node, self._registry.finality), now
        if self._final.number < needed:
            raise Unavailable(
                "the anchor is not final yet",
                found=f"anchored in block {needed}, final is block {self._final.number}",
                hint="again when its block is final",
            )
        return self._final


def _none(what: str, *, found: str = "", retry_after: int = 60) -> Problem:
    hint, headers = "offsetproof prove adds proofs from a node of your own", {"retry-after": str(retry_after)}
    return Problem(503, "unavailable", what, found=found, hint=hint, headers=headers)
