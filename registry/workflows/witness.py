"""Facts from JSON-RPC nodes: one node reports (level 1), k nodes that agree at one block hash witness (level 2).

Every node must first be of the pinned chain and hold the pinned code. Whether two nodes have different operators is for
the user to judge; the same address given twice counts once.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from registry.chain.blocks import Header
from registry.chain.node import Node
from registry.chain.pinned import check_registry_file
from registry.chain.rpc import HttpRpc, RpcError
from registry.domain.errors import Contradiction, InvalidInput, Unavailable
from registry.domain.registry_file import RegistryFile
from registry.proofs.facts import Block, Facts, Seen
from registry.proofs.header import BlockHeader
from registry.proofs.slots import read_facts


@dataclass(frozen=True)
class Witnesses:
    """Nodes of the pinned chain, `quorum` of which must agree. `silent` says which others were asked in vain."""

    registry: RegistryFile
    nodes: tuple[Node, ...]
    quorum: int
    silent: tuple[str, ...] = ()

    def close(self) -> None:
        """Close the connections."""
        for node in self.nodes:
            if isinstance(node.rpc, HttpRpc):
                node.rpc.close()

    def __enter__(self) -> "Witnesses":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def facts(self, lot: int, tranche: int) -> Facts:
        """Facts at the newest block that a quorum holds as final. Raises Unavailable or Contradiction."""
        block, nodes = self._final_block()
        return self._facts(nodes, block, lot, tranche, final=True)

    def head_facts(self, lot: int, tranche: int) -> Facts:
        """Facts at the head of the first node, which may still be undone."""
        node = self.nodes[0]
        return self._facts((node,), node.header("latest"), lot, tranche, final=False)

    def vouch(self, header: BlockHeader) -> Seen | None:
        """How a header from elsewhere is known to the nodes: as a final block of theirs, or None without a quorum.

        Nodes of the pinned chain vouch at level 1 or 2; they never make a header trusted.
        """
        votes = 0
        for node in self.nodes:
            try:
                final = node.finalized_header(self.registry.finality.blocks)
                votes += header.number <= final.number and node.header(header.number).hash == header.hash
            except (Unavailable, RpcError):
                continue
        if votes < self.quorum:
            return None
        return Seen(2 if self.quorum > 1 else 1, header.block, True, self._sources(self.quorum, self.nodes[0]))

    def _sources(self, need: int, node: Node) -> str:
        return f"{need} of {len(self.nodes) + len(self.silent)} nodes" if need > 1 else node.name

    def _facts(self, nodes: Sequence[Node], block: Header, lot: int, tranche: int, *, final: bool) -> Facts:
        need = min(self.quorum, len(nodes))
        reader = _Reader(
            nodes,
            need,
            block,
            Seen(
                level=2 if need > 1 else 1,
                block=Block(block.number, block.hash, block.timestamp),
                final=final,
                sources=self._sources(need, nodes[0]),
            ),
        )
        return read_facts(
            self.registry.project_registry.address, self.registry.credit_registry.address, lot, tranche, reader
        )

    def _final_block(self) -> tuple[Header, tuple[Node, ...]]:
        heights = []
        for node in self.nodes:
            try:
                heights.append((node.finalized_header(self.registry.finality.blocks), node))
            except (Unavailable, RpcError):
                continue
        if len(heights) < self.quorum:
            raise Unavailable(
                "too few nodes answered", expected=f"{self.quorum} that agree", found=f"{len(heights)} of those given"
            )
        heights.sort(key=lambda pair: pair[0].number, reverse=True)
        number = heights[self.quorum - 1][0].number
        able = [node for final, node in heights if final.number >= number]
        headers = [(node.header(number), node) for node in able]
        best, votes = Counter(header.hash for header, _ in headers).most_common(1)[0]
        if votes < self.quorum:
            raise Contradiction(
                f"the nodes disagree on final block {number}",
                expected=f"{self.quorum} nodes with one hash",
                found=", ".join(f"0x{header.hash.hex()} from {node.name}" for header, node in headers),
                hint="find out which of them is on the chain that you mean",
            )
        agreeing = [(header, node) for header, node in headers if header.hash == best]
        return agreeing[0][0], tuple(node for _, node in agreeing)


class _Reader:
    """The storage words that at least `need` of the nodes give at one block."""

    def __init__(self, nodes: Sequence[Node], need: int, block: Header, seen: Seen) -> None:
        self._nodes = nodes
        self._need = need
        self._block = block
        self.seen = seen

    def read(self, contract: bytes, slots: Sequence[int]) -> list[int]:
        answers: list[tuple[int, ...]] = []
        failures: list[str] = []
        for node in self._nodes:
            try:
                words = node.storage(contract, slots, self._block)
            except (Unavailable, RpcError) as error:
                failures.append(str(error))
                continue
            answers.append(tuple(int.from_bytes(word, "big") for word in words))
        counts = Counter(answers).most_common()
        if counts and counts[0][1] >= self._need:
            return list(counts[0][0])
        if len(counts) > 1:
            raise Contradiction(
                "the nodes disagree on storage at one block",
                expected=f"{self._need} equal answers",
                found=f"{len(counts)} different ones",
            )
        raise Unavailable(
            "too few nodes answered", expected=f"{self._need} that agree", found="; ".join(failures) or "none"
        )


def connect(urls: Sequence[str], registry: RegistryFile, quorum: int | None = None) -> Witnesses:
    """The nodes at `urls` that answer, checked against the pinned registry file.

    `quorum` is 2 by default if several addresses are given, else 1. Raises InvalidInput for a quorum that cannot be
    met, Unavailable if too few answer, and Contradiction if one of them is of another chain or holds other code.
    """
    distinct = list(dict.fromkeys(url.rstrip("/") for url in urls))
    need = quorum if quorum is not None else min(2, len(distinct))
    if not 1 <= need <= len(distinct):
        raise InvalidInput(
            "the quorum cannot be met",
            expected=f"1 to {len(distinct)}, the number of different addresses given",
            found=str(need),
        )
    nodes: list[Node] = []
    silent: list[str] = []
    reasons: list[str] = []
    for url in distinct:
        rpc = HttpRpc(url)
        node = Node(rpc)
        try:
            check_registry_file(node, registry)
        except (Unavailable, RpcError) as error:
            rpc.close()
            silent.append(node.name)
            reasons.append(str(error))
        except Contradiction:
            Witnesses(registry, (*nodes, node), need).close()
            raise
        else:
            nodes.append(node)
    if len(nodes) < need:
        Witnesses(registry, tuple(nodes), need).close()
        raise Unavailable(
            "too few nodes answered",
            expected=f"{need} of {len(distinct)}",
            found=f"{len(nodes)}: {'; '.join(reasons)}",
            hint="again later, or name other nodes with --rpc",
        )
    return Witnesses(registry, tuple(nodes), need, tuple(silent))
