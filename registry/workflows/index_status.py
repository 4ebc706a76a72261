"""What is indexed, what is final, and how far the chain's head is."""

from dataclasses import dataclass

from registry.domain.errors import Unavailable
from registry.domain.registry_file import RegistryFile
from registry.proofs.history import genesis
from registry.store.mirror import BlockId, BlockRow, Histories, newest_block, read_progress
from registry.store.session import Session


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """How far a mirror has come. `behind`: blocks between it and the chain's head when last seen."""

    chain_id: int
    indexed: BlockId
    finalized: BlockId
    head: BlockId
    behind: int
    histories: Histories


def status(session: Session, registry: RegistryFile) -> IndexStatus:
    """What is indexed, what is final, how far the head is. Raises Unavailable for an empty mirror."""
    progress = read_progress(session)
    if progress is None:
        raise Unavailable("the mirror is empty", hint="offsetproof index")
    return IndexStatus(
        progress.chain_id,
        progress.indexed,
        progress.finalized,
        progress.head,
        max(0, progress.head.number - progress.indexed.number),
        histories_after(newest_block(session), registry),
    )


def histories_after(block: BlockRow | None, registry: RegistryFile) -> Histories:
    """The contracts' histories after the mirror's newest block with events; None: before their first event."""
    if block is not None:
        return block.histories
    contracts = (registry.project_registry, registry.credit_registry)
    return Histories(*(genesis(registry.chain_id, contract.address) for contract in contracts))
