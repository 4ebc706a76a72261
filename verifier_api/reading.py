"""One read of the mirror: the block it speaks of, and the figures that many answers carry."""

from registry.domain.hexes import hex0x
from registry.domain.numbers import short_number
from registry.store.claims import Totals, claims_of_tranche
from registry.store.lists import list_retirements
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


def counts_value(found: Totals) -> Value:
    """Credits issued and retired, grams claimed, tranches and certificates in the mirror."""
    return {
        "creditsIssued": found.issued,
        "creditsRetired": found.retired,
        "gramsClaimed": found.claimed_grams,
        "tranches": found.tranches,
        "tranchesPublished": found.tranches - found.unpublished_tranches,
        "certificates": found.certificates,
        "unpublished": {"tranches": found.unpublished_tranches, "grams": found.unpublished_grams},
    }


def example_number(session: Session) -> str | None:
    """The short number of a certificate to try: the first of the first retirement's lot; None if there is none."""
    page = list_retirements(session, limit=1)
    claims = claims_of_tranche(session, page.items[0].lot, 0, limit=1) if page.items else []
    return short_number(claims[0].certificate_hash) if claims else None
