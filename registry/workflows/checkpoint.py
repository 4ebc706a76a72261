"""A mirror's checkpoint: as of its final block, signed by who runs it, held against other mirrors or the chain."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from registry.chain.node import Node
from registry.chain.pinned import check_registry_file
from registry.domain.errors import Contradiction, InvalidInput, Unavailable
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.history import genesis
from registry.proofs.mirror_checkpoint import MirrorCheckpoint, parse_mirror_checkpoint, tranches_digest
from registry.proofs.signed_note import SEED_BYTES, NoteKey, open_note
from registry.store.checkpoints import published_anchors
from registry.store.mirror import Histories, newest_block, read_progress
from registry.store.session import Session
from registry.workflows.index_source import ChainReader


def checkpoint_of(session: Session, registry: RegistryFile) -> MirrorCheckpoint:
    """What the mirror commits to as of its final block. Raises Unavailable for an empty mirror."""
    progress = read_progress(session)
    if progress is None:
        raise Unavailable("the mirror is empty", hint="offsetproof index")
    block = progress.finalized
    histories = histories_at(session, registry, block.number)
    count, digest = tranches_digest(published_anchors(session, block.number))
    return MirrorCheckpoint(
        chain_id=registry.chain_id,
        credit_registry=registry.credit_registry.address,
        project_registry=registry.project_registry.address,
        block_number=block.number,
        block_hash=block.hash,
        block_time=block.timestamp,
        credit_history=histories.credit,
        project_history=histories.project,
        tranches=count,
        tranches_digest=digest,
    )


def histories_at(session: Session, registry: RegistryFile, number: int) -> Histories:
    """Both history hashes after block `number`; before any event, what the first will extend."""
    newest = newest_block(session, number)
    if newest is not None:
        return newest.histories
    return Histories(
        genesis(registry.chain_id, registry.project_registry.address),
        genesis(registry.chain_id, registry.credit_registry.address),
    )


def open_checkpoint(
    note: str, keys: Sequence[NoteKey], registry: RegistryFile
) -> tuple[MirrorCheckpoint, list[NoteKey]]:
    """A signed checkpoint of the pinned registry, and who of `keys` signed it.

    Raises InvalidInput for what is none, or is not signed by them; Contradiction if it is of another registry.
    """
    text, signed = open_note(note, list(keys))
    found = parse_mirror_checkpoint(text)
    pinned = (registry.chain_id, registry.credit_registry.address, registry.project_registry.address)
    if (found.chain_id, found.credit_registry, found.project_registry) != pinned:
        raise Contradiction(
            "this checkpoint is of another registry",
            expected=f"{hex0x(pinned[1])} on chain {pinned[0]}",
            found=f"{hex0x(found.credit_registry)} on chain {found.chain_id}",
        )
    return found, signed


def against_mirror(found: MirrorCheckpoint, session: Session, registry: RegistryFile) -> list[str]:
    """What of a checkpoint this mirror contradicts, in words; empty if nothing.

    The published tranches may rightly differ: others may have published elsewhere. Raises Unavailable if this mirror
    has not come that far.
    """
    progress = read_progress(session)
    if progress is None or progress.indexed.number < found.block_number:
        raise Unavailable("this mirror has not come to the checkpoint's block", expected=f"block {found.block_number}")
    return _differences(found, histories_at(session, registry, found.block_number))


def against_node(found: MirrorCheckpoint, node: Node, registry: RegistryFile) -> list[str]:
    """What of a checkpoint a node of the pinned chain contradicts. Raises Unavailable if it cannot know."""
    check_registry_file(node, registry)
    header = node.find_header(found.block_number)
    if header is None:
        raise Unavailable("the node has not come to the checkpoint's block", expected=f"block {found.block_number}")
    if header.hash != found.block_hash:
        return [f"block {found.block_number} has hash {hex0x(header.hash)}, not {hex0x(found.block_hash)}"]
    histories = ChainReader(node, registry).histories(header)
    if histories is None:
        raise Unavailable(
            "the node keeps no state of the checkpoint's block", hint="an archive node, or another mirror"
        )
    return _differences(found, histories)


def _differences(found: MirrorCheckpoint, histories: Histories) -> list[str]:
    pairs = (
        ("credits", found.credit_history, histories.credit),
        ("projects", found.project_history, histories.project),
    )
    return [
        f"up to block {found.block_number} the history of {name} is {hex0x(ours)}, the checkpoint says {hex0x(said)}"
        for name, said, ours in pairs
        if said != ours
    ]


def new_seed_file(path: Path) -> bytes:
    """A fresh signing key in a file that its owner alone may read. Raises InvalidInput rather than replace one."""
    seed = secrets.token_bytes(SEED_BYTES)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(seed.hex() + "\n")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be made", found=type(error).__name__, hint="a name that is free") from None
    return seed


def read_seed_file(path: Path) -> bytes:
    """The signing key in a file of `new_seed_file`. What it holds is never part of an error."""
    try:
        seed = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise InvalidInput(f"the signing key {path} cannot be read", found=type(error).__name__) from None
    if len(seed) != SEED_BYTES:
        raise InvalidInput(f"{path} is no signing key", expected=f"{SEED_BYTES} bytes in hex")
    return seed
