"""One read of the mirror: the block it speaks of, and the figures that many answers carry."""

from registry.domain.hexes import hex0x
from registry.store.claims import totals
from registry.store.mirror import BlockId, newest_block, read_progress
from registry.store.session import Session
from verifier_api.values import Value


def block_value(session: Session) -> Value | None:
    """The block that the mirror speaks of; None for an empty mirror."""
    progress = read_progress(session)
    return place_value(progress.indexed) if progress else None


def place_value(block: BlockId) -> Value:
    """A block by number, hash and time."""
    return {"number": block.number, "hash": hex0x(block.hash), "timestamp": block.timestamp}


def histories_value(session: Session) -> dict[str, str]:
    """The history hash of each contract, as the mirror folds it."""
    newest = newest_block(session)
    if newest is None:
        return {}
    return {
        "projectRegistry": hex0x(newest.histories.project),
        "creditRegistry": hex0x(newest.histories.credit),
    }


def counts_value(session: Session) -> Value:
    """Credits issued and retired, grams claimed, tranches and certificates in the mirror."""
    found = totals(session)
    return {
        "creditsIssued": found.issued,
        "creditsRetired": found.retired,
        "gramsClaimed": found.claimed_grams,
        "tranches": found.tranches,
        "tranchesPublished": found.tranches - found.unpublished_tranches,
        "certificates": found.certificates,
        "unpublished": {"tranches": found.unpublished_tranches, "grams": found.unpublished_grams},
    }
