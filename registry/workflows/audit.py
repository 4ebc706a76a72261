"""The audit: believe nothing that the mirror says of itself.

1 every value is of its type · 2 every event folds into the history that its block and its successor name · 3 every
event could follow from those before it, and all invariants hold after it · 4 the cursor fits · 5 every published leaf
leads to an anchored root, every document to its leaf · 6 with a node: every column, block and history hash is the
chain's. What only step 6 can show is listed as unproven without it.

Rows are read as they are needed, and of what was read only the books are kept: under 200 bytes a lot.
"""

from registry.chain.node import Node
from registry.domain.registry_file import RegistryFile
from registry.store.claims import unpublished_tranches
from registry.store.database import Store
from registry.workflows.audit_chain import UNPROVEN_WITHOUT_NODE, check_chain
from registry.workflows.audit_cursor import check_cursor
from registry.workflows.audit_history import Walk, walk_history
from registry.workflows.audit_published import Published, check_published
from registry.workflows.audit_result import MOST_UNPUBLISHED, Audit, Counts, Findings, OnProgress, Problem

__all__ = ["Audit", "Problem", "audit"]


def audit(
    store: Store,
    registry: RegistryFile,
    node: Node | None = None,
    *,
    progress: OnProgress = lambda what, done, total: None,
) -> Audit:
    """Audit the mirror, against `node` too if one is given.

    Raises Unavailable if database or node do not answer, Contradiction if the node is of another chain. Whatever is
    wrong with the mirror is in the result, never raised.
    """
    findings = Findings()
    with store.inspect() as session:
        walk = walk_history(session, registry, findings, progress)
        cursor = check_cursor(session, registry, walk, findings)
        published = check_published(session, walk.newest, findings, progress)
        unproven: tuple[str, ...] = UNPROVEN_WITHOUT_NODE
        if node is not None and cursor is not None:
            unproven = check_chain(session, registry, node, cursor, walk, findings, progress)
        whole = cursor is not None and not findings.problems
        unpublished = unpublished_tranches(session, limit=MOST_UNPUBLISHED) if whole else []
    return Audit(
        problems=tuple(sorted(findings.problems, key=lambda problem: problem.block)),
        block=cursor.indexed if cursor else None,
        histories=walk.histories,
        counts=_counts(walk, published, whole),
        unpublished=tuple(unpublished),
        unproven=unproven,
    )


def _counts(walk: Walk, published: Published, whole: bool) -> Counts:
    credits_ = walk.credits
    return Counts(
        blocks=walk.blocks,
        events=walk.events,
        lots=len(credits_.lots),
        batches=len(credits_.batches),
        tranches=credits_.tranches,
        publications=published.publications,
        leaves=published.leaves,
        documents=published.documents,
        issued=sum(batch.count for batch in credits_.batches),
        retired=credits_.retired,
        claimed_grams=credits_.claimed_grams,
        # Of a mirror that is not whole, what is published and what was anchored need not fit together.
        unpublished_tranches=credits_.tranches - published.publications if whole else 0,
        unpublished_grams=credits_.claimed_grams - published.grams if whole else 0,
    )
