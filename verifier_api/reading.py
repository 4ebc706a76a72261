"""One read of the mirror: the block it speaks of, and the figures that many answers carry."""

from registry.domain.hexes import hex0x
from registry.store.block_queries import block_times
from registry.store.claims import totals
from registry.store.mirror import newest_block, read_progress
from registry.store.session import Session
from verifier_api.values import Value


def block_value(session: Session) -> Value | None:
    """The block that the mirror speaks of; None for an empty mirror.

    `timestamp` is that of the newest block with events at or below it, which is the mirror's own newest fact.
    """
    progress = read_progress(session)
    if progress is None:
        return None
    number = progress.indexed.number
    newest = newest_block(session, number)
    timestamp = block_times(session, [number]).get(number) or (newest.timestamp if newest else 0)
    return {"number": number, "hash": hex0x(progress.indexed.hash), "timestamp": timestamp}


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
