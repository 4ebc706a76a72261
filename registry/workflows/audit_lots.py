"""The lots as the audit rebuilds them. There may be millions: all but those lately touched lie packed."""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import Any

from registry.domain.hexes import ZERO_ADDRESS
from registry.domain.units import MAX_U32
from registry.workflows.audit_roles import Broken

MOST_OPEN = 20_000

_STATE = Struct("<20sQQQQQ??20s")
"""A lot as it is packed: the members of `LotBook` in their order, without its number."""


@dataclass(slots=True)
class LotBook:
    """A lot: claimed grams ≤ retired credits; confirmed ≤ retired ≤ count; no mark ever shrinks."""

    lot: int
    owner: bytes
    count: int
    retired: int = 0
    claimed_grams: int = 0
    tranches: int = 0
    confirmed: int = 0
    requested: bool = False
    withdrawn: bool = False
    claimant: bytes = ZERO_ADDRESS

    @property
    def first_index(self) -> int:
        return self.lot & MAX_U32


class Lots:
    """All lots by number. Open is a lot that was lately touched, 300 to 400 bytes; packed, a lot costs 140 to 180 bytes
    of memory, the dictionary included."""

    def __init__(self) -> None:
        self._open: dict[int, LotBook] = {}
        self._packed: dict[int, bytes] = {}

    def __getitem__(self, number: int) -> LotBook:
        """The lot, open until the next `close_old`; raises Broken if there is none."""
        lot = self._open.get(number)
        if lot is None:
            packed = self._packed.pop(number, None)
            if packed is None:
                raise Broken(f"lot {number} does not exist")
            lot = self._open[number] = LotBook(number, *_whole(packed))
        return lot

    def __contains__(self, number: int) -> bool:
        return number in self._open or number in self._packed

    def __len__(self) -> int:
        return len(self._open) + len(self._packed)

    def add(self, lot: LotBook) -> None:
        """Add a new lot."""
        self._open[lot.lot] = lot

    def close_old(self) -> None:
        """Pack the open lots if they are many. Whoever holds one must ask for it again."""
        if len(self._open) > MOST_OPEN:
            self._pack()

    def _pack(self) -> None:
        for number, lot in self._open.items():
            self._packed[number] = _packed(lot)
        self._open.clear()

    def in_order(self) -> Iterator[tuple[int, int, int, int]]:
        """Number, count, retired credits and claimed grams of each lot, by number."""
        self._pack()
        for number in sorted(self._packed):
            _, count, retired, claimed_grams, *_ = _whole(self._packed[number])
            yield number, count, retired, claimed_grams


def _packed(lot: LotBook) -> bytes:
    # What a lot has not yet is zero and stands at the end, where it costs nothing.
    return _STATE.pack(
        lot.owner,
        lot.count,
        lot.retired,
        lot.claimed_grams,
        lot.tranches,
        lot.confirmed,
        lot.requested,
        lot.withdrawn,
        lot.claimant,
    ).rstrip(b"\0")


def _whole(packed: bytes) -> tuple[Any, ...]:
    return _STATE.unpack(packed.ljust(_STATE.size, b"\0"))
