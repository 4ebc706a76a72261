"""Books of the CreditRegistry, rebuilt event by event. Each event must be one that the contract would have allowed."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from registry.domain.hexes import ZERO_ADDRESS, hex0x
from registry.domain.units import GRAMS_PER_CREDIT, MAX_U32
from registry.store.standing import SUSPENDED, Change, Segment, apply_change
from registry.workflows.audit_ranges import Ranges
from registry.workflows.audit_roles import ADMIN, OPERATOR, REGISTRAR, Broken, RoleBooks, require

MOST_SEGMENTS = 64


@dataclass(slots=True)
class LotBook:
    """A lot: claimed grams ≤ retired credits; confirmed ≤ retired ≤ count; no mark ever shrinks."""

    lot: int
    owner: bytes
    count: int
    retired: int = 0
    requested: bool = False
    withdrawn: bool = False
    claimant: bytes = ZERO_ADDRESS
    claimed_grams: int = 0
    tranches: int = 0
    confirmed: int = 0

    @property
    def first_index(self) -> int:
        return self.lot & MAX_U32


@dataclass(slots=True)
class BatchBook:
    count: int
    segments: list[Segment] = field(default_factory=list)


class CreditBooks:
    """Series, batches, lots. `issuable` asks the other contract's books; `anchor_of` computes an anchor's 32 bytes."""

    def __init__(self, issuable: Callable[[int], int], anchor_of: Callable[[Any], bytes]) -> None:
        self.roles = RoleBooks()
        self.closed = False
        self.series: list[str] = []
        self.serials: dict[int, Ranges] = defaultdict(Ranges)
        self.batches: list[BatchBook] = []
        self.issued: dict[int, int] = defaultdict(int)
        self.lots: dict[int, LotBook] = {}
        self._issuable = issuable
        self._anchor_of = anchor_of
        self._to_mint: LotBook | None = None
        self._splitter = ZERO_ADDRESS  # owner of the lot whose tail is to be minted
        self._moved: tuple[int, bytes] | None = None  # lot and mover of the Transfer just before

    def apply(self, kind: str, event: Any) -> None:
        """Take the next event of the contract; raises Broken if it cannot be the next."""
        moved, self._moved = self._moved, None
        minted = self._to_mint
        if minted is not None:
            self._to_mint = None
            require(kind == "Transfer" and event.lot == minted.lot, f"lot {minted.lot} was made but never minted")
            self._mint(minted, event)
            return
        if self.roles.apply(kind, event):
            return
        match kind:
            case "SeriesRegistered":
                self._by(REGISTRAR, event, running=True)
                require(event.series == len(self.series) + 1, f"series {event.series} follows {len(self.series)}")
                require(event.id not in self.series, f"series {event.id} is registered twice")
                self.series.append(event.id)
            case "Issued":
                self._issue(event)
            case "Transfer":
                self._move(event)
            case "LotSplit":
                self._split(event)
            case "Retired":
                self._retire(event, moved)
            case "Anchored":
                self._anchor(event)
            case "SourceCancellationConfirmed":
                self._by(OPERATOR, event)
                lot = self._lot(event.lot)
                require(event.first_index == lot.first_index + lot.confirmed, "a confirmation leaves a gap or repeats")
                require(event.count > 0, "a confirmation of no credits")
                lot.confirmed += event.count
                require(lot.confirmed <= lot.retired, f"lot {lot.lot}: more credits confirmed than retired")
            case "ClaimantNamed":
                lot = self._lot(event.lot)
                require(not lot.withdrawn, "a claimant is named for a withdrawn lot")
                lot.claimant = event.claimant
            case "Suspended" | "Reinstated" | "Invalidated":
                self._standing(kind, event)
            case "Closed":
                self._by(ADMIN, event)
                require(not self.closed, "closed twice")
                self.closed = True
            case _:
                self._withdrawal(kind, event)

    def end(self) -> None:
        """No more events; raises Broken if one is missing for certain, or if lots do not tile their batches."""
        require(self._to_mint is None, "a lot was made but never minted")
        next_lot = 0
        for lot in sorted(self.lots):
            require(next_lot in (0, lot), f"lot {lot} does not begin where the lot before it ends")
            next_lot = lot + self.lots[lot].count
            if next_lot & MAX_U32 >= self.batches[(lot >> 32) - 1].count:
                next_lot = 0

    def _issue(self, event: Any) -> None:
        self._by(REGISTRAR, event, running=True)
        require(event.batch == len(self.batches) + 1, f"batch {event.batch} follows batch {len(self.batches)}")
        require(0 < event.series <= len(self.series), f"series {event.series} does not exist")
        require(event.count > 0, "a batch of no credits")
        self.serials[event.series].add(event.first_serial, event.first_serial + event.count, "serial numbers")
        self.issued[event.report] += event.count
        require(
            self.issued[event.report] <= self._issuable(event.report),
            f"report {event.report}: more issued than verified",
        )
        self.batches.append(BatchBook(event.count))
        self._to_mint = LotBook(event.batch << 32, event.owner, event.count)

    def _split(self, event: Any) -> None:
        lot = self._lot(event.lot)
        require(not lot.withdrawn, "a withdrawn lot is split")
        require(event.tail == event.lot + event.count, "a tail does not begin where its head ends")
        require(max(1, lot.retired) <= event.count < lot.count, "a split cuts retired credits or leaves an empty part")
        self._to_mint = LotBook(event.tail, ZERO_ADDRESS, lot.count - event.count)
        self._splitter = lot.owner
        lot.count, lot.requested = event.count, False

    def _mint(self, lot: LotBook, event: Any) -> None:
        require(event.from_account == ZERO_ADDRESS, "a new lot comes from somebody")
        require(event.to_account != ZERO_ADDRESS, "a new lot goes to nobody")
        require(lot.owner in (ZERO_ADDRESS, event.to_account), "a batch goes to another than its owner")
        require(lot.lot not in self.lots, f"lot {lot.lot} is made twice")
        self._moved = (lot.lot, self._splitter if lot.owner == ZERO_ADDRESS else ZERO_ADDRESS)
        lot.owner = event.to_account
        self.lots[lot.lot] = lot

    def _move(self, event: Any) -> None:
        self._open()
        lot = self._lot(event.lot)
        self._resting(lot)
        require(lot.owner == event.from_account, f"lot {lot.lot} leaves {hex0x(event.from_account)}, not its owner")
        require(event.to_account != ZERO_ADDRESS, "a lot is burnt")
        require(lot.retired == 0, f"lot {lot.lot} moves with retired credits")
        lot.owner, lot.claimant = event.to_account, ZERO_ADDRESS
        self._moved = (lot.lot, event.from_account)

    def _retire(self, event: Any, moved: tuple[int, bytes] | None) -> None:
        self._open()
        lot = self._lot(event.lot)
        self._resting(lot)
        entitled = event.account in (lot.owner, lot.claimant) or moved == (lot.lot, event.account)
        require(entitled, f"lot {lot.lot} is retired by {hex0x(event.account)}, who may not")
        require(event.first_index == lot.first_index + lot.retired, "a retirement leaves a gap or repeats credits")
        require(event.count > 0, "a retirement of no credits")
        self._good(lot, event.first_index, event.first_index + event.count)
        lot.retired += event.count
        require(lot.retired <= lot.count, f"lot {lot.lot}: more credits retired than it has")

    def _anchor(self, event: Any) -> None:
        self.roles.require_running()
        lot = self._lot(event.lot)
        require(event.account in (lot.owner, lot.claimant), f"lot {lot.lot} is claimed by one who may not")
        require(
            event.tranche == lot.tranches, f"tranche {event.tranche} of lot {lot.lot} follows {lot.tranches} others"
        )
        require(event.start == lot.claimed_grams, "a tranche leaves a gap or claims grams twice")
        require(1 <= event.leaf_count <= event.total, "a tranche with no leaves or with empty leaves")
        end = event.start + event.total
        require(end <= lot.retired * GRAMS_PER_CREDIT, f"lot {lot.lot}: more grams claimed than retired")
        first = lot.first_index + event.start // GRAMS_PER_CREDIT
        self._good(lot, first, lot.first_index + -(-end // GRAMS_PER_CREDIT), suspended_only=True)
        require(event.anchor == self._anchor_of(event), "the anchor is not the hash of its tranche")
        lot.claimed_grams, lot.tranches = end, event.tranche + 1

    def _withdrawal(self, kind: str, event: Any) -> None:
        match kind:
            case "WithdrawalRequested":
                self._open()
                lot = self._lot(event.lot)
                self._resting(lot)
                require(lot.retired == 0, "a withdrawal of retired credits is asked for")
                self._good(lot, lot.first_index, lot.first_index + lot.count)
                lot.requested = True
            case "WithdrawalCancelled":
                lot = self._lot(event.lot)
                require(lot.requested, "a withdrawal is cancelled that nobody asked for")
                lot.requested = False
            case "Withdrawn":
                self._by(OPERATOR, event)
                lot = self._lot(event.lot)
                require(lot.requested, "a withdrawal is confirmed that nobody asked for")
                self._good(lot, lot.first_index, lot.first_index + lot.count)
                self._take_out(lot)
            case "ForceWithdrawn":
                self._by(REGISTRAR, event)
                head, lot = self._lot(event.lot), self._lot(event.withdrawn_lot)
                require(not lot.withdrawn and lot.retired == 0, "a lot is withdrawn twice or with retired credits")
                require(0 < event.count == lot.count, "a forced withdrawal takes another number of credits")
                if event.retired:
                    require(head.lot + head.count == lot.lot, "a forced withdrawal takes another lot's tail")
                    require(event.retired == head.retired == head.count, "a forced withdrawal leaves live credits")
                else:
                    require(head is lot, "a forced withdrawal splits an untouched lot")
                self._take_out(lot)
            case _:
                raise Broken(f"the CreditRegistry has no event {kind}")

    def _take_out(self, lot: LotBook) -> None:
        lot.withdrawn, lot.requested, lot.claimant = True, False, ZERO_ADDRESS

    def _standing(self, kind: str, event: Any) -> None:
        self._by(REGISTRAR, event)
        require(0 < event.batch <= len(self.batches), f"batch {event.batch} does not exist")
        batch = self.batches[event.batch - 1]
        require(event.end_index <= batch.count, "a range of credits beyond the batch")
        try:
            apply_change(batch.segments, Change(kind, event.first_index, event.end_index))
        except ValueError as error:
            raise Broken(str(error)) from error
        require(len(batch.segments) <= MOST_SEGMENTS, f"batch {event.batch} has too many segments")

    def _lot(self, lot: int) -> LotBook:
        require(lot in self.lots, f"lot {lot} does not exist")
        return self.lots[lot]

    def _good(self, lot: LotBook, first: int, end: int, *, suspended_only: bool = False) -> None:
        for s in self.batches[(lot.lot >> 32) - 1].segments:
            if suspended_only and s.trouble != SUSPENDED:
                continue
            require(end <= s.first or s.end <= first, f"credits {first}–{end} of lot {lot.lot} are {s.trouble}")

    def _resting(self, lot: LotBook) -> None:
        require(not lot.withdrawn, f"lot {lot.lot} is withdrawn")
        require(not lot.requested, f"lot {lot.lot} awaits its withdrawal")

    def _open(self) -> None:
        self.roles.require_running()
        require(not self.closed, "new business after closing")

    def _by(self, role: bytes, event: Any, *, running: bool = False) -> None:
        self.roles.require_role(role, event.account)
        if running:
            self._open()
