"""Reading a stretch of the chain from a node so that it is one chain: headers that link, logs that are of them, and a
history that ends where the contracts say."""

from collections.abc import Mapping, Sequence

from registry.chain.blocks import Header, RawLog
from registry.chain.node import Node
from registry.chain.rpc import RpcError
from registry.domain.errors import Unavailable
from registry.domain.hexes import ZERO_HASH, hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.history import genesis
from registry.store.mirror import Histories
from registry.workflows.index_fold import Unfit

HISTORY_SLOT = 0


class ChainReader:
    """A node, asked only what an indexer needs."""

    def __init__(self, node: Node, registry: RegistryFile) -> None:
        self.node = node
        self.registry = registry
        self.addresses = [registry.project_registry.address, registry.credit_registry.address]
        self.keeps_old_state = True
        """False once the node has refused to read storage at an older block: then only the head can be checked."""

    def head(self) -> Header:
        """The newest block."""
        return self.node.header("latest")

    def finalized(self, head: Header) -> Header:
        """The newest final block, by the registry file's rule."""
        depth = self.registry.finality.blocks
        if depth is not None:
            return self.node.header(max(0, head.number - depth))
        return self.node.finalized_header()

    def logs(self, first: int, last: int) -> list[RawLog]:
        """All logs of our contracts in blocks `first` to `last`, inclusive."""
        return self.node.logs(first, last, self.addresses)

    def headers(self, logs: Sequence[RawLog], end: Header) -> Mapping[int, Header]:
        """The headers of the blocks that bear `logs`, by number; raises Unfit if neighbours do not link."""
        found = {number: self.node.header(number) for number in sorted({log.block_number for log in logs})}
        if found.get(end.number, end).hash != end.hash:
            raise Unfit(f"block {end.number} changed while the chain was read")
        found[end.number] = end
        for number, header in found.items():
            parent = found.get(number - 1)
            if parent is not None and parent.hash != header.parent_hash:
                raise Unfit(f"block {number} does not extend block {number - 1}: the chain changed while it was read")
        return found

    def histories(self, end: Header) -> Histories | None:
        """The contracts' own history hashes at block `end`; None if the node keeps no state that old."""
        if self.keeps_old_state:
            try:
                return self._read(end)
            except RpcError:
                pass
        head = self.head()
        if head.hash != end.hash:
            self.keeps_old_state = False
            return None
        found = self._read(None)
        if self.head().hash != end.hash:
            raise Unfit("the chain moved while its head was read")
        return found

    def require_unchanged(self, end: Header) -> None:
        """Raise Unfit if block `end` is no longer in the chain."""
        present = self.node.find_header(end.number)
        if present is None or present.hash != end.hash:
            raise Unfit(f"block {end.number} changed while the chain was read")

    def _read(self, at: Header | None) -> Histories:
        project, credit = (self._history(address, at) for address in self.addresses)
        return Histories(project, credit)

    def _history(self, address: bytes, at: Header | None) -> bytes:
        """A contract's history hash; before its deployment, the hash that its first event will extend."""
        said = self.node.storage(address, [HISTORY_SLOT], at)[0]
        return genesis(self.registry.chain_id, address) if said == ZERO_HASH else said


def require_histories(expected: Histories, found: Histories, end: Header) -> None:
    """Raise Unfit if the events folded up to block `end` do not lead to the contracts' own history hashes."""
    for name, wanted, got in (
        ("ProjectRegistry", found.project, expected.project),
        ("CreditRegistry", found.credit, expected.credit),
    ):
        if wanted != got:
            raise Unfit(
                f"up to block {end.number} the logs of the {name} lead to history {hex0x(got)}, "
                f"but the contract says {hex0x(wanted)}"
            )


def behind(head: Header, indexed: int) -> Unavailable:
    """The error for a node that is behind the mirror: wait."""
    return Unavailable(
        "the node is behind the mirror", expected=f"block {indexed} or later", found=f"head {head.number}", hint="wait"
    )
