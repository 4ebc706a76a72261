"""What the application asks beside the mirror's rows: a node for the chain's head, and the audit."""

from collections.abc import Callable, Sequence

from registry.chain.failover import Failover
from registry.chain.node import Node
from registry.chain.pinned import check_registry_file
from registry.chain.rpc import HttpRpc, RpcError
from registry.domain.errors import Contradiction, OffsetproofError, Unavailable
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.store import Store
from registry.workflows.audit import Audit
from registry.workflows.audit_apart import audit_apart
from verifier_api.heads import ReadHead
from verifier_api.reading import place_value
from verifier_api.values import Value, unpublished_value

MOST_LISTED = 200


def open_node(url: str) -> Node:
    """The node at `url`, asked with little patience: a page waits for it."""
    return Node(HttpRpc(url, timeout=5))


def node_head(nodes: Sequence[Node], registry: RegistryFile) -> ReadHead:
    """Asks a node for its newest block, after it has shown once that it is of the pinned registry: the first of `nodes`
    that answers."""
    failover = Failover(nodes)
    checked: set[Node] = set()

    def read() -> tuple[int, bytes]:
        for node in failover.in_turn():
            try:
                if node not in checked:
                    check_registry_file(node, registry)
                    checked.add(node)
                header = node.header("latest")
            except (Unavailable, Contradiction, RpcError) as error:
                failover.failed(node, error)
            else:
                failover.worked(node)
                return header.number, header.hash
        raise failover.why_none()

    return read


def run_audit(store: Store, registry: RegistryFile, node: Node | None) -> Callable[[], Value]:
    """Runs the audit, against the node too if there is one, in a process of its own where that is possible; what kept
    it from running is part of the result."""

    def run() -> Value:
        try:
            return audit_value(audit_apart(store, registry, node), with_node=node is not None)
        except OffsetproofError as error:
            return {**_nothing(), "error": str(error)}

    return run


def _nothing() -> Value:
    return {
        "ok": None,
        "withNode": False,
        "firstBadBlock": None,
        "problems": [],
        "counts": {},
        "historyHashes": {},
        "unproven": [],
        "unpublished": {"tranches": 0, "grams": 0, "items": []},
        "error": None,
        "block": None,
    }


def audit_value(found: Audit, *, with_node: bool) -> Value:
    """An audit as JSON. Lists are cut at 200 entries; their totals are whole."""
    return {
        "ok": found.ok,
        "withNode": with_node,
        "firstBadBlock": found.first_bad_block,
        "problems": [
            {"block": problem.block, "kind": problem.kind, "message": problem.message}
            for problem in found.problems[:MOST_LISTED]
        ],
        "counts": {
            "blocks": found.counts.blocks,
            "events": found.counts.events,
            "batches": found.counts.batches,
            "lots": found.counts.lots,
            "tranches": found.counts.tranches,
            "publications": found.counts.publications,
            "leaves": found.counts.leaves,
            "documents": found.counts.documents,
            "creditsIssued": found.counts.issued,
            "creditsRetired": found.counts.retired,
            "gramsClaimed": found.counts.claimed_grams,
        },
        "historyHashes": {
            "projectRegistry": hex0x(found.histories.project),
            "creditRegistry": hex0x(found.histories.credit),
        },
        "unproven": list(found.unproven),
        "unpublished": {
            "tranches": found.counts.unpublished_tranches,
            "grams": found.counts.unpublished_grams,
            "items": [unpublished_value(tranche) for tranche in found.unpublished[:MOST_LISTED]],
        },
        "error": None,
        "block": place_value(found.block) if found.block else None,
    }
