"""Lots and positions. A lot's id is `batch << 32 | index of its first credit in the batch`.

The same arithmetic in Solidity: `contracts/CreditRegistry.sol`.
"""

from dataclasses import dataclass

from registry.domain.members import parse_decimal, require_integer
from registry.domain.units import GRAMS_PER_CREDIT, MAX_GRAMS, MAX_U32, MAX_U64

MAX_LOT = (MAX_U64 << 32) | MAX_U32


def lot_id(batch: int, index: int) -> int:
    """The id of the lot whose first credit is credit `index` of `batch`."""
    return require_integer(batch, "batch", 0, MAX_U64) << 32 | require_integer(index, "index", 0, MAX_U32)


def lot_batch(lot: int) -> int:
    """The batch that the lot's credits come from."""
    return require_integer(lot, "lot", 0, MAX_LOT) >> 32


def lot_index(lot: int) -> int:
    """The index, in its batch, of the lot's first credit."""
    return require_integer(lot, "lot", 0, MAX_LOT) & MAX_U32


def parse_lot(text: object, place: str = "lot") -> int:
    """A lot id from its decimal string; raises InvalidInput."""
    return parse_decimal(text, place, 0, MAX_LOT)


@dataclass(frozen=True, slots=True)
class Position:
    """The exact grams of a lot that a certificate claims: `[start_gram, end_gram)`, counted from the lot's start."""

    start_gram: int
    grams: int

    def __post_init__(self) -> None:
        require_integer(self.start_gram, "position.start", 0, MAX_GRAMS)
        require_integer(self.grams, "position.grams", 1, MAX_GRAMS)
        require_integer(self.end_gram, "position.end", 1, MAX_GRAMS)

    @property
    def end_gram(self) -> int:
        """The first gram after the position."""
        return self.start_gram + self.grams

    @property
    def credits_needed(self) -> int:
        """Credits from the start of the lot up to and with the last one touched."""
        return -(-self.end_gram // GRAMS_PER_CREDIT)

    def credit_range(self, lot: int) -> tuple[int, int]:
        """The credits that the position touches, whole or in part, as indexes `(first, end)` in the lot's batch."""
        first = lot_index(lot)
        return first + self.start_gram // GRAMS_PER_CREDIT, first + self.credits_needed
