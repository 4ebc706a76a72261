"""Books of the CreditRegistry, rebuilt event by event. Each event must be one that the contract would have allowed."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from registry.domain.hexes import ZERO_ADDRESS, hex0x
from registry.domain.units import GRAMS_PER_CREDIT, MAX_U32
from registry.store.standing import SUSPENDED, Change, Segment, apply_change
from registry.workflows.audit_lots import LotBook, Lots
from registry.workflows.audit_ranges import Ranges
from registry.workflows.audit_roles import ADMIN, OPERATOR, REGISTRAR, Broken, RoleBooks, require

MOST_SEGMENTS = 64


@dataclass(slots=True)
class BatchBook:
    count: int
    segments: list[Segment] = field(default_factory=list)


class CreditBooks:
    """Series, batches, lots. `issuable` asks the other contract's books; `anchor_of` computes an anchor's 32 bytes.

    `retired` and `claimed_grams` are summed up in the end. What happens by the million (splitting, moving, retiring,
    claiming) asks `if` by `if`, so that no message is written that nobody reads; the rest asks by `require`.
    """

    def __init__(self, issuable: Callable[[int], int], anchor_of: Callable[[Any], bytes]) -> None:
        self.roles = RoleBooks()
        self.closed = False
        self.series: dict[str, int] = {}
        self.serials: dict[int, Ranges] = defaultdict(Ranges)
        self.batches: list[BatchBook] = []
        self.issued: dict[int, int] = defaultdict(int)
        self.lots = Lots()
        self.tranches = self.retired = self.claimed_grams = 0
        self._issuable = issuable
        self._anchor_of = anchor_of
        self._taken = 0
        self._to_mint: LotBook | None = None
        self._splitter = ZERO_ADDRESS  # owner of the lot whose tail is to be minted
        self._moved = (-1, 0, ZERO_ADDRESS)  # the last move: as which event, of which lot, by whom

    def apply(self, kind: str, event: Any) -> None:
        """Take the next event of the contract; raises Broken if it cannot be the next."""
        self._taken += 1
        minted = self._to_mint
        if minted is not None:
            self._to_mint = None
            if kind != "Transfer" or event.lot != minted.lot:
                raise Broken(f"lot {minted.lot} was made but never minted")
            self._mint(minted, event)
            return
        take = _TAKES.get(kind)
        if take is not None:
            take(self, event)
        elif not self.roles.apply(kind, event):
            raise Broken(f"the CreditRegistry has no event {kind}")

    def end(self) -> None:
        """No more events: sum up; raises Broken if one is missing for certain, or if lots do not tile their batches."""
        next_lot, wrong = 0, ""
        for lot, count, retired, claimed_grams in self.lots.in_order():
            self.retired += retired
            self.claimed_grams += claimed_grams
            if next_lot not in (0, lot):
                wrong = wrong or f"lot {lot} does not begin where the lot before it ends"
            next_lot = lot + count
            if next_lot & MAX_U32 >= self.batches[(lot >> 32) - 1].count:
                next_lot = 0
        require(self._to_mint is None, "a lot was made but never minted")
        require(not wrong, wrong)

    def _register_series(self, event: Any) -> None:
        self._by(REGISTRAR, event, running=True)
        require(event.series == len(self.series) + 1, f"series {event.series} follows {len(self.series)}")
        require(event.id not in self.series, f"series {event.id} is registered twice")
        self.series[event.id] = event.series

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
        lot = self.lots[event.lot]
        head = event.count
        if lot.withdrawn:
            raise Broken("a withdrawn lot is split")
        if event.tail != lot.lot + head:
            raise Broken("a tail does not begin where its head ends")
        if head < lot.retired or not 0 < head < lot.count:
            raise Broken("a split cuts retired credits or leaves an empty part")
        self._to_mint = LotBook(event.tail, ZERO_ADDRESS, lot.count - head)
        self._splitter = lot.owner
        lot.count, lot.requested = head, False

    def _mint(self, lot: LotBook, event: Any) -> None:
        if event.from_account != ZERO_ADDRESS:
            raise Broken("a new lot comes from somebody")
        if event.to_account == ZERO_ADDRESS:
            raise Broken("a new lot goes to nobody")
        if lot.owner not in (ZERO_ADDRESS, event.to_account):
            raise Broken("a batch goes to another than its owner")
        if lot.lot in self.lots:
            raise Broken(f"lot {lot.lot} is made twice")
        self._moved = (self._taken, lot.lot, self._splitter if lot.owner == ZERO_ADDRESS else ZERO_ADDRESS)
        lot.owner = event.to_account
        self.lots.add(lot)

    def _move(self, event: Any) -> None:
        lot = self._free(event.lot)
        if lot.owner != event.from_account:
            raise Broken(f"lot {lot.lot} leaves {hex0x(event.from_account)}, not its owner")
        if event.to_account == ZERO_ADDRESS:
            raise Broken("a lot is burnt")
        if lot.retired:
            raise Broken(f"lot {lot.lot} moves with retired credits")
        lot.owner, lot.claimant = event.to_account, ZERO_ADDRESS
        self._moved = (self._taken, lot.lot, event.from_account)

    def _retire(self, event: Any) -> None:
        lot = self._free(event.lot)
        if event.account not in (lot.owner, lot.claimant) and self._moved != (self._taken - 1, lot.lot, event.account):
            raise Broken(f"lot {lot.lot} is retired by {hex0x(event.account)}, who may not")
        first, count = event.first_index, event.count
        if first != lot.first_index + lot.retired:
            raise Broken("a retirement leaves a gap or repeats credits")
        if count == 0:
            raise Broken("a retirement of no credits")
        self._good(lot, first, first + count)
        lot.retired += count
        if lot.retired > lot.count:
            raise Broken(f"lot {lot.lot}: more credits retired than it has")

    def _anchor(self, event: Any) -> None:
        self.tranches += 1
        self.roles.require_running()
        lot = self.lots[event.lot]
        if event.account not in (lot.owner, lot.claimant):
            raise Broken(f"lot {lot.lot} is claimed by one who may not")
        if event.tranche != lot.tranches:
            raise Broken(f"tranche {event.tranche} of lot {lot.lot} follows {lot.tranches} others")
        start, end = event.start, event.start + event.total
        if start != lot.claimed_grams:
            raise Broken("a tranche leaves a gap or claims grams twice")
        if not 1 <= event.leaf_count <= event.total:
            raise Broken("a tranche with no leaves or with empty leaves")
        if end > lot.retired * GRAMS_PER_CREDIT:
            raise Broken(f"lot {lot.lot}: more grams claimed than retired")
        first = lot.first_index
        from_credit, to_credit = first + start // GRAMS_PER_CREDIT, first - (-end // GRAMS_PER_CREDIT)
        self._good(lot, from_credit, to_credit, suspended_only=True)
        if event.anchor != self._anchor_of(event):
            raise Broken("the anchor is not the hash of its tranche")
        lot.claimed_grams, lot.tranches = end, event.tranche + 1

    def _name_claimant(self, event: Any) -> None:
        lot = self.lots[event.lot]
        require(not lot.withdrawn, "a claimant is named for a withdrawn lot")
        lot.claimant = event.claimant

    def _confirm_source(self, event: Any) -> None:
        self._by(OPERATOR, event)
        lot = self.lots[event.lot]
        require(event.first_index == lot.first_index + lot.confirmed, "a confirmation leaves a gap or repeats")
        require(event.count > 0, "a confirmation of no credits")
        lot.confirmed += event.count
        require(lot.confirmed <= lot.retired, f"lot {lot.lot}: more credits confirmed than retired")

    def _request_withdrawal(self, event: Any) -> None:
        lot = self._free(event.lot)
        require(lot.retired == 0, "a withdrawal of retired credits is asked for")
        self._good(lot, lot.first_index, lot.first_index + lot.count)
        lot.requested = True

    def _cancel_withdrawal(self, event: Any) -> None:
        lot = self.lots[event.lot]
        require(lot.requested, "a withdrawal is cancelled that nobody asked for")
        lot.requested = False

    def _withdraw(self, event: Any) -> None:
        self._by(OPERATOR, event)
        lot = self.lots[event.lot]
        require(lot.requested, "a withdrawal is confirmed that nobody asked for")
        self._good(lot, lot.first_index, lot.first_index + lot.count)
        self._take_out(lot)

    def _force_withdrawal(self, event: Any) -> None:
        self._by(REGISTRAR, event)
        head, lot = self.lots[event.lot], self.lots[event.withdrawn_lot]
        require(not lot.withdrawn and lot.retired == 0, "a lot is withdrawn twice or with retired credits")
        require(0 < event.count == lot.count, "a forced withdrawal takes another number of credits")
        if event.retired:
            require(head.lot + head.count == lot.lot, "a forced withdrawal takes another lot's tail")
            require(event.retired == head.retired == head.count, "a forced withdrawal leaves live credits")
        else:
            require(head is lot, "a forced withdrawal splits an untouched lot")
        self._take_out(lot)

    def _take_out(self, lot: LotBook) -> None:
        lot.withdrawn, lot.requested, lot.claimant = True, False, ZERO_ADDRESS

    def _suspend(self, event: Any) -> None:
        self._change("Suspended", event)

    def _reinstate(self, event: Any) -> None:
        self._change("Reinstated", event)

    def _invalidate(self, event: Any) -> None:
        self._change("Invalidated", event)

    def _change(self, kind: str, event: Any) -> None:
        self._by(REGISTRAR, event)
        require(0 < event.batch <= len(self.batches), f"batch {event.batch} does not exist")
        batch = self.batches[event.batch - 1]
        require(event.end_index <= batch.count, "a range of credits beyond the batch")
        try:
            apply_change(batch.segments, Change(kind, event.first_index, event.end_index))
        except ValueError as error:
            raise Broken(str(error)) from error
        require(len(batch.segments) <= MOST_SEGMENTS, f"batch {event.batch} has too many segments")

    def _close(self, event: Any) -> None:
        self._by(ADMIN, event)
        require(not self.closed, "closed twice")
        self.closed = True

    def _free(self, number: int) -> LotBook:
        """A lot that may be moved, retired or taken out now."""
        if self.closed or self.roles.paused:
            self._open()
        lot = self.lots[number]
        if lot.withdrawn:
            raise Broken(f"lot {number} is withdrawn")
        if lot.requested:
            raise Broken(f"lot {number} awaits its withdrawal")
        return lot

    def _good(self, lot: LotBook, first: int, end: int, *, suspended_only: bool = False) -> None:
        for s in self.batches[(lot.lot >> 32) - 1].segments:
            if suspended_only and s.trouble != SUSPENDED:
                continue
            require(end <= s.first or s.end <= first, f"credits {first}–{end} of lot {lot.lot} are {s.trouble}")

    def _open(self) -> None:
        self.roles.require_running()
        if self.closed:
            raise Broken("new business after closing")

    def _by(self, role: bytes, event: Any, *, running: bool = False) -> None:
        self.roles.require_role(role, event.account)
        if running:
            self._open()


_TAKES: dict[str, Callable[[CreditBooks, Any], None]] = {
    "SeriesRegistered": CreditBooks._register_series,
    "Issued": CreditBooks._issue,
    "Transfer": CreditBooks._move,
    "LotSplit": CreditBooks._split,
    "Retired": CreditBooks._retire,
    "Anchored": CreditBooks._anchor,
    "ClaimantNamed": CreditBooks._name_claimant,
    "SourceCancellationConfirmed": CreditBooks._confirm_source,
    "WithdrawalRequested": CreditBooks._request_withdrawal,
    "WithdrawalCancelled": CreditBooks._cancel_withdrawal,
    "Withdrawn": CreditBooks._withdraw,
    "ForceWithdrawn": CreditBooks._force_withdrawal,
    "Suspended": CreditBooks._suspend,
    "Reinstated": CreditBooks._reinstate,
    "Invalidated": CreditBooks._invalidate,
    "Closed": CreditBooks._close,
}
