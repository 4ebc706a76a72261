"""The audit: believe nothing that the mirror says of itself.

1 every value is of its type · 2 every event folds into the history that its block and its successor name · 3 every
event could follow from those before it, and all invariants hold after it · 4 the cursor fits · 5 every published leaf
leads to an anchored root, every document to its leaf · 6 with a node: every column, block and history hash is the
chain's. What only step 6 can show is listed as unproven without it.
"""

from collections.abc import Callable

from registry.chain.node import Node
from registry.domain.registry_file import RegistryFile
from registry.store.claims import UnpublishedTranche, unpublished_tranches
from registry.store.database import Store
from registry.store.session import Session
from registry.workflows.audit_chain import UNPROVEN_WITHOUT_NODE, check_chain
from registry.workflows.audit_cursor import check_cursor
from registry.workflows.audit_history import Walk, walk_history
from registry.workflows.audit_published import Published, check_published
from registry.workflows.audit_result import Audit, Counts, Findings, Problem

__all__ = ["Audit", "Problem", "audit"]


def audit(
    store: Store,
    registry: RegistryFile,
    node: Node | None = None,
    *,
    on_block: Callable[[int, int], None] | None = None,
) -> Audit:
    """Audit the mirror, against `node` too if one is given. `on_block(block, last)` tells how far that has come.

    Raises Unavailable if database or node do not answer, Contradiction if the node is of another chain. Whatever is
    wrong with the mirror is in the result, never raised.
    """
    findings = Findings()
    with store.inspect() as session:
        walk = walk_history(session, registry, findings)
        progress = check_cursor(session, registry, walk, findings)
        published = check_published(session, walk, findings)
        unproven: tuple[str, ...] = UNPROVEN_WITHOUT_NODE
        if node is not None and progress is not None:
            unproven = check_chain(session, registry, node, progress, walk, findings, on_block)
        unpublished = _unpublished(session) if progress is not None and not findings.problems else []
        return Audit(
            problems=tuple(sorted(findings.problems, key=lambda problem: problem.block)),
            block=progress.indexed if progress else None,
            histories=walk.histories,
            counts=_counts(walk, published, unpublished),
            unpublished=tuple(unpublished),
            unproven=unproven,
        )


def _unpublished(session: Session) -> list[UnpublishedTranche]:
    return unpublished_tranches(session, limit=1_000_000)


def _counts(walk: Walk, published: Published, unpublished: list[UnpublishedTranche]) -> Counts:
    lots = walk.credits.lots.values()
    return Counts(
        blocks=len(walk.blocks),
        events=walk.events,
        lots=len(lots),
        batches=len(walk.credits.batches),
        tranches=len(walk.tranches),
        publications=published.publications,
        leaves=published.leaves,
        documents=published.documents,
        issued=sum(batch.count for batch in walk.credits.batches),
        retired=sum(lot.retired for lot in lots),
        claimed_grams=sum(lot.claimed_grams for lot in lots),
        unpublished_grams=sum(tranche.grams for tranche in unpublished),
    )
