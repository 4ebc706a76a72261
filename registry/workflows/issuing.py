"""Finding the place of a new block of serials in the contract's sorted list, so that issuing costs least."""

from typing import Protocol

from registry.chain.contracts import NO_HINT

MOST_STEPS = 100_000


class Blocks(Protocol):
    def block_at(self, series: int, serial: int) -> tuple[bool, int, int, int]: ...


def find_hint(issued: Blocks, series: int, first_serial: int) -> int:
    """First serial of the issued block nearest below `first_serial`, or NO_HINT if there is none."""
    hint = NO_HINT
    for _ in range(MOST_STEPS):
        following = issued.block_at(series, hint)[3]
        if following == NO_HINT or following > first_serial:
            return hint
        hint = following
    return hint
