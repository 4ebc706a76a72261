"""Where the contracts keep what checks 4 to 9 need, and how to read it: the storage layout of docs/spec/storage.md.

Everything a verdict rests on is a storage slot, so one JSON-RPC node, several nodes that agree, or a storage proof
under a trusted block header can all answer the same questions through the one `SlotReader`.
"""

from collections.abc import Callable, Sequence
from itertools import islice
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
from registry.proofs.trie import NotProven

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
    """Reads storage words of a contract, all at the one block that `seen` names.

    A reader that may know some slots and not others raises NotProven (an Unavailable) for those it does not know; it is
    then asked for each fact by itself.
    """

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
    # One question for all, since a question may be a round trip; the facts fail one by one.
    anchor, lot_word, marks, batch, segment_count, history = read.groups(
        credit_registry,
        [
            [anchor_slot(lot, tranche)],
            [lot_slot(lot)],
            [member(lot, MARKS), member(lot, CONFIRMED_BY)],
            [batch_at, batch_at + 1],
            [segments_at],
            [HISTORY],
        ],
    )
    report, project = _read_path(read, project_registry, batch)
    return Facts(
        anchor=read.found(lambda words: words[0].to_bytes(32, "big"), anchor),
        lot=read.found(lambda words: lot_from_word(words[0]), lot_word),
        marks=read.found(_marks_from_words, marks),
        batch=_read_batch(read, credit_registry, batch),
        standing=_read_standing(read, credit_registry, segments_at, segment_count),
        report=report,
        project=project,
        history=read.found(lambda words: words[0].to_bytes(32, "big"), history),
    )


def unread_facts(reason: str, *, retryable: bool = True) -> Facts:
    """Facts of which none was read."""
    unread = Unread(reason, retryable)
    return Facts(unread, unread, unread, unread, unread, unread, unread, unread)


class _Reading:
    """A reader whose failures become `Unread`, so that one missing word spoils only what needs it."""

    def __init__(self, reader: SlotReader) -> None:
        self._reader = reader

    def words(self, contract: bytes, slots: Sequence[int]) -> list[int] | Unread:
        try:
            return self._read(contract, slots)
        except Unavailable as error:
            return Unread(str(error), retryable=True)
        except Contradiction as error:
            return Unread(str(error), retryable=False)

    def groups(self, contract: bytes, groups: Sequence[Sequence[int]]) -> list[list[int] | Unread]:
        """The words of several groups of slots; a group of which one is not proven is unread, the others are not."""
        try:
            words = iter(self._read(contract, [slot for group in groups for slot in group]))
        except NotProven:
            return [self.words(contract, group) for group in groups]
        except (Unavailable, Contradiction) as error:
            return [Unread(str(error), retryable=isinstance(error, Unavailable))] * len(groups)
        return [list(islice(words, len(group))) for group in groups]

    def _read(self, contract: bytes, slots: Sequence[int]) -> list[int]:
        words = self._reader.read(contract, slots)
        if len(words) != len(slots):
            raise Unavailable("too few storage words", expected=str(len(slots)), found=str(len(words)))
        return words

    def text(self, contract: bytes, slot: int) -> str | Unread:
        """A Solidity string: up to 31 bytes in place, longer ones from `elements(slot)` on."""
        head = self.words(contract, [slot])
        if isinstance(head, Unread):
            return head
        word = head[0]
        if word & 1 == 0:
            length, raw = (word & 0xFF) >> 1, word.to_bytes(32, "big")
            if length > 31:
                return Unread(f"expected a text of at most 31 bytes in its own word, found {length}", False)
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

    def found(self, decode: Callable[[list[int]], _T], words: list[int] | Unread) -> Reading[_T] | Unread:
        return words if isinstance(words, Unread) else Reading(decode(words), self._reader.seen)

    def known(self, value: _T) -> Reading[_T]:
        return Reading(value, self._reader.seen)


def _marks_from_words(words: list[int]) -> MarksFact:
    marks, confirmed_by = words
    return MarksFact(
        claimed_grams=_bits(marks, 0, 64),
        tranches=_bits(marks, 64, 32),
        confirmed=_bits(marks, 96, 32),
        confirmed_by=_address(confirmed_by) if confirmed_by else None,
    )


def _read_batch(read: _Reading, contract: bytes, words: list[int] | Unread) -> Reading[BatchFact] | Unread:
    if isinstance(words, Unread):
        return words
    word0, word1 = words
    series = read.text(contract, member(_bits(word0, 160, 32), SERIES))
    if isinstance(series, Unread):
        return series
    return read.known(
        BatchFact(
            series=series,
            first_serial=_bits(word0, 0, 128),
            count=_bits(word0, 128, 32),
            report=_bits(word0, 192, 64),
            registrar=_address(word1),
        )
    )


def _read_standing(
    read: _Reading, contract: bytes, slot: int, length: list[int] | Unread
) -> Reading[tuple[SegmentFact, ...]] | Unread:
    if isinstance(length, Unread):
        return length
    count = length[0]
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
    return read.known(tuple(segments))


def _read_path(
    read: _Reading, contract: bytes, batch: list[int] | Unread
) -> tuple[Reading[ReportFact] | Unread, Reading[ProjectFact] | Unread]:
    if isinstance(batch, Unread):
        return batch, batch
    at = member(_bits(batch[0], 192, 64), REPORTS)
    words = read.words(contract, [at, at + 1])
    if isinstance(words, Unread):
        return words, words
    project_id = _bits(words[0], 0, 64)
    status = _named(_REPORT_STATUSES, _bits(words[0], 160, 8), "report status")
    if isinstance(status, Unread):
        return status, status
    report = read.known(
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
    return read.known(
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
