"""Several nodes of one chain, of which one is asked at a time: when it fails the next takes over, and it comes back.

Nothing here compares answers; that is for who asks. Here is only whose turn it is.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from registry.chain.node import Node
from registry.chain.rpc import HttpRpc, RpcError
from registry.domain.errors import Contradiction, InvalidInput, OffsetproofError, Unavailable

REST, LONGEST_REST = 60, 3_600
"""Seconds that a node which failed is not preferred, doubled each time it fails again, up to the longest."""
LOOK = 60
"""Seconds between looks at the other nodes' heads."""
SLACK = 10
"""Blocks that healthy nodes may differ by."""


@dataclass(slots=True)
class _Place:
    node: Node
    failures: int = 0
    rests_until: float = 0
    said: OffsetproofError | None = None


class Failover:
    """Nodes in the order in which they are preferred. `clock` tells seconds."""

    def __init__(self, nodes: Sequence[Node], *, clock: Callable[[], float] = time.monotonic) -> None:
        if not nodes:
            raise InvalidInput("no JSON-RPC node", hint="give --rpc URL or set OFFSETPROOF_RPC_URL")
        self._places = [_Place(node) for node in nodes]
        self._clock = clock
        self._looked_at: float | None = None
        self._head_then: int | None = None

    def in_turn(self) -> Iterator[Node]:
        """All nodes in the order in which to ask: the preferred one that does not rest, and at last those that do."""
        now = self._clock()
        able = [place for place in self._places if place.rests_until <= now]
        resting = sorted((p for p in self._places if p.rests_until > now), key=lambda place: place.rests_until)
        return iter([place.node for place in (*able, *resting)])

    def worked(self, node: Node) -> None:
        """The node did what was asked."""
        place = self._place(node)
        place.failures, place.rests_until, place.said = 0, 0, None

    def failed(self, node: Node, error: OffsetproofError) -> None:
        """The node did not: others come first for a while."""
        place = self._place(node)
        rest = min(LONGEST_REST, REST * 2 ** min(place.failures, 10))
        place.failures, place.rests_until, place.said = place.failures + 1, self._clock() + rest, error

    def require_not_overtaken(self, node: Node, head: int) -> None:
        """Raise Unavailable if the node, whose newest block is `head`, stands still while another's chain goes on.

        Now and then the others are asked for their heads. Some blocks less are no fault, but to gain none since the
        look before is.
        """
        now = self._clock()
        if len(self._places) == 1 or (self._looked_at is not None and now - self._looked_at < LOOK):
            return
        stands_still = head == self._head_then
        self._looked_at, self._head_then = now, head
        for place in self._places:
            other = _head(place.node) if place.node is not node and place.rests_until <= now else None
            if other is not None and other > head + (0 if stands_still else SLACK):
                raise Unavailable(
                    f"the node at {node.name} is behind another",
                    expected=f"block {other}, the head of {place.node.name}",
                    found=f"head {head}",
                    hint="see why its chain does not go on",
                )

    def why_none(self) -> OffsetproofError:
        """The error when none works: that of the only node, else one that names each with its reason. It is Unavailable
        while one of them may yet answer, Contradiction if each is wrong."""
        said = [(place.node.name, place.said) for place in self._places if place.said is not None]
        if len(self._places) == 1:
            return said[0][1]
        final = all(isinstance(error, Contradiction) for _, error in said)
        kind = Contradiction if final else Unavailable
        return kind(
            f"none of {len(self._places)} nodes can be indexed from",
            expected="one that answers, on the registry's chain",
            found="; ".join(f"{name}: {error}" for name, error in said),
            hint="another node (--rpc)" if final else "wait, or another node (--rpc)",
        )

    def _place(self, node: Node) -> _Place:
        return next(place for place in self._places if place.node is node)


def nodes_at(urls: Sequence[str], connect: Callable[[str], HttpRpc]) -> list[Node]:
    """A node for each different address, in their order."""
    return [Node(connect(url)) for url in dict.fromkeys(url.rstrip("/") for url in urls)]


def _head(node: Node) -> int | None:
    try:
        return node.header("latest").number
    except (Unavailable, Contradiction, RpcError):
        return None
