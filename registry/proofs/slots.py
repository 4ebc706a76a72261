"""Where the contracts keep what checks 4 to 9 need, and how to read it: the storage layout of docs/spec/storage.md.

Everything a verdict rests on is a storage slot, so one JSON-RPC node, several nodes that agree, or a storage proof
under a trusted block header can all answer the same questions through the one `SlotReader`.
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from registry.domain.errors import Contradiction, Unavailable
from registry.domain.lots import lot_batch
from registry.proofs.facts import (
    BatchFact,
    Facts,
    LotFact,
    MarksFact,
    ProjectFact,
    Reading,
    ReportFact,
    Seen,
    SegmentFact,
    Unread,
)
from registry.proofs.keccak import keccak256

HISTORY = 0

# CreditRegistry
MARKS, ANCHORS, BATCHES, SEGMENTS, SERIES, CONFIRMED_BY = 6, 7, 8, 9, 10, 11
# ProjectRegistry
PROJECTS, REPORTS, SOURCE_IDS, PROGRAMMES = 5, 6, 7, 8

MOST_SEGMENTS = 64
MOST_TEXT = 64

_LOT_SEED = bytes.fromhex("7d882553")
_REQUESTED, _WITHDRAWN = 1, 2
_TROUBLES = ("none", "suspended", "invalidated")
_PROJECT_STATUSES = ("none", "proposed", "validated", "registered", "recorded", "deregistered")
_REPORT_STATUSES = ("none", "filed", "verified", "rejected", "recorded")

_T = TypeVar("_T")


class SlotReader(Protocol):
    """Reads storage words of a contract, all at the one block that `seen` names."""

    @property
    def seen(self) -> Seen: ...

    def read(self, contract: bytes, slots: Sequence[int]) -> list[int]:
        """The 256-bit words at `slots`, in that order. Raises Unavailable, or Contradiction if sources disagree."""
        ...


def member(key: int, slot: int) -> int:
    """Slot of `mapping[key]` for a mapping with integer keys at `slot`."""
    return int.from_bytes(keccak256(key.to_bytes(32, "big") + slot.to_bytes(32, "big")), "big")


def elements(slot: int) -> int:
    """First slot of the elements of a dynamic array, or of a long string, whose length stands at `slot`."""
    return int.from_bytes(keccak256(slot.to_bytes(32, "big")), "big")


def lot_slot(lot: int) -> int:
    """Slot of a lot's owner and tape: the ERC-721 ownership slot, which ids of one batch share as a base."""
    base = keccak256((lot >> 32).to_bytes(28, "big") + _LOT_SEED)
    return (int.from_bytes(base, "big") + 2 * lot) % 2**256


def anchor_slot(lot: int, tranche: int) -> int:
    """Slot of the 32 bytes that bind a tranche."""
    return member(tranche, member(lot, ANCHORS))


def lot_from_word(word: int) -> LotFact:
    """Owner 160 bits, credits 32, retired 32, flags 32, from the lowest bit."""
    flags = word >> 224
    return LotFact(
        owner=_address(word),
        count=_bits(word, 160, 32),
        retired=_bits(word, 192, 32),
        withdrawal_requested=bool(flags & _REQUESTED),
        withdrawn=bool(flags & _WITHDRAWN),
    )


def read_facts(project_registry: bytes, credit_registry: bytes, lot: int, tranche: int, reader: SlotReader) -> Facts:
    """What checks 4 to 9 need for one tranche of one lot; what could not be read is `Unread` with the reason.

    `project_registry` and `credit_registry` are the pinned addresses (20 bytes); nothing else says where to look.
    """
    read = _Reading(reader)
    batch_id = lot_batch(lot)
    batch_at, segments_at = member(batch_id, BATCHES), member(batch_id, SEGMENTS)
    first = read.words(
        credit_registry,
        [
            anchor_slot(lot, tranche),
            lot_slot(lot),
            member(lot, MARKS),
            member(lot, CONFIRMED_BY),
            batch_at,
            batch_at + 1,
            segments_at,
            HISTORY,
        ],
    )
    if isinstance(first, Unread):
        return Facts(first, first, first, first, first, first, first, first)
    anchor, lot_word, marks, confirmed_by, batch0, batch1, segment_count, history = first

    report_id = _bits(batch0, 192, 64)
    report, project = _read_path(read, project_registry, report_id)
    return Facts(
        anchor=read.found(anchor.to_bytes(32, "big")),
        lot=read.found(lot_from_word(lot_word)),
        marks=read.found(
            MarksFact(
                claimed_grams=_bits(marks, 0, 64),
                tranches=_bits(marks, 64, 32),
                confirmed=_bits(marks, 96, 32),
                confirmed_by=_address(confirmed_by) if confirmed_by else None,
            )
        ),
        batch=_read_batch(read, credit_registry, batch0, batch1),
        standing=_read_standing(read, credit_registry, segments_at, segment_count),
        report=report,
        project=project,
        history=read.found(history.to_bytes(32, "big")),
    )


class _Reading:
    """A reader whose failures become `Unread`, so that one missing word spoils only what needs it."""

    def __init__(self, reader: SlotReader) -> None:
        self._reader = reader

    def words(self, contract: bytes, slots: Sequence[int]) -> list[int] | Unread:
        try:
            words = self._reader.read(contract, slots)
        except Unavailable as error:
            return Unread(str(error), retryable=True)
        except Contradiction as error:
            return Unread(str(error), retryable=False)
        if len(words) != len(slots):
            return Unread(f"expected {len(slots)} storage words, found {len(words)}")
        return words

    def text(self, contract: bytes, slot: int) -> str | Unread:
        """A Solidity string: up to 31 bytes in place, longer ones from `elements(slot)` on."""
        head = self.words(contract, [slot])
        if isinstance(head, Unread):
            return head
        word = head[0]
        if word & 1 == 0:
            length, raw = (word & 0xFF) >> 1, word.to_bytes(32, "big")
        else:
            length = word >> 1
            if not 32 <= length <= MOST_TEXT:
                return Unread(f"expected a text of at most {MOST_TEXT} bytes in storage, found {length}", False)
            rest = self.words(contract, [elements(slot) + i for i in range((length + 31) // 32)])
            if isinstance(rest, Unread):
                return rest
            raw = b"".join(w.to_bytes(32, "big") for w in rest)
        try:
            return raw[:length].decode("ascii")
        except UnicodeDecodeError:
            return Unread("expected ASCII text in storage, found other bytes", False)

    def found(self, value: _T) -> Reading[_T]:
        return Reading(value, self._reader.seen)


def _read_batch(read: _Reading, contract: bytes, word0: int, word1: int) -> Reading[BatchFact] | Unread:
    series = read.text(contract, member(_bits(word0, 160, 32), SERIES))
    if isinstance(series, Unread):
        return series
    return read.found(
        BatchFact(
            series=series,
            first_serial=_bits(word0, 0, 128),
            count=_bits(word0, 128, 32),
            report=_bits(word0, 192, 64),
            registrar=_address(word1),
        )
    )


def _read_standing(read: _Reading, contract: bytes, slot: int, count: int) -> Reading[tuple[SegmentFact, ...]] | Unread:
    if count > MOST_SEGMENTS:
        return Unread(f"expected at most {MOST_SEGMENTS} segments, found {count}", False)
    words = read.words(contract, [elements(slot) + i for i in range(count)]) if count else []
    if isinstance(words, Unread):
        return words
    segments = []
    for word in words:
        trouble = _named(_TROUBLES, _bits(word, 64, 8), "trouble")
        if isinstance(trouble, Unread):
            return trouble
        segments.append(SegmentFact(first=_bits(word, 0, 32), end=_bits(word, 32, 32), trouble=trouble))
    return read.found(tuple(segments))


def _read_path(
    read: _Reading, contract: bytes, report_id: int
) -> tuple[Reading[ReportFact] | Unread, Reading[ProjectFact] | Unread]:
    at = member(report_id, REPORTS)
    words = read.words(contract, [at, at + 1])
    if isinstance(words, Unread):
        return words, words
    project_id = _bits(words[0], 0, 64)
    status = _named(_REPORT_STATUSES, _bits(words[0], 160, 8), "report status")
    if isinstance(status, Unread):
        return status, status
    report = read.found(
        ReportFact(
            project=project_id,
            from_day=_bits(words[0], 64, 32),
            end_day=_bits(words[0], 96, 32),
            tonnes=_bits(words[0], 128, 32),
            status=status,
            verifier=_bits(words[0], 168, 32),
            attestor=_address(words[1]),
        )
    )
    return report, _read_project(read, contract, project_id)


def _read_project(read: _Reading, contract: bytes, project_id: int) -> Reading[ProjectFact] | Unread:
    at = member(project_id, PROJECTS)
    words = read.words(contract, [at, at + 1])
    if isinstance(words, Unread):
        return words
    status = _named(_PROJECT_STATUSES, _bits(words[0], 32, 8), "project status")
    if isinstance(status, Unread):
        return status
    source_id = read.text(contract, member(project_id, SOURCE_IDS))
    if isinstance(source_id, Unread):
        return source_id
    code = read.words(contract, [member(_bits(words[0], 0, 32), PROGRAMMES)])
    if isinstance(code, Unread):
        return code
    return read.found(
        ProjectFact(
            programme_code=code[0].to_bytes(32, "big").rstrip(b"\0").decode("ascii", "replace"),
            source_id=source_id,
            status=status,
            bridged=bool(_bits(words[0], 40, 8)),
            proponent=_bits(words[0], 48, 32),
            validator=_bits(words[0], 80, 32),
            registrar=_address(words[1]),
        )
    )


def _named(names: Sequence[str], number: int, what: str) -> str | Unread:
    if number >= len(names):
        return Unread(f"expected a {what} below {len(names)}, found {number}", False)
    return names[number]


def _bits(word: int, offset: int, width: int) -> int:
    return (word >> offset) & ((1 << width) - 1)


def _address(word: int) -> bytes:
    return _bits(word, 0, 160).to_bytes(20, "big")
