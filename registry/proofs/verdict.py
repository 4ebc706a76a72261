"""The verdict: the answer to "is this certificate good", with the ten checks that lead to it.

`decide` is the rule which check decides; docs/spec/verification.md says it in prose, with the same order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from registry.domain.certificates import Certificate
from registry.domain.hexes import hex0x
from registry.domain.lots import Position
from registry.domain.numbers import ShortNumber, short_number
from registry.domain.registry_file import RegistryFile
from registry.proofs.facts import Block, Seen

RETIRED = "retired"
PENDING = "pending"
COMPROMISED = "compromised"
INVALID = "invalid"
UNKNOWN = "unknown"
UNKNOWN_REGISTRY = "unknown registry"
UNAVAILABLE_VERDICT = "unavailable"

EXIT_CODES = {
    RETIRED: 0,
    INVALID: 1,
    COMPROMISED: 1,
    UNKNOWN: 1,
    PENDING: 3,
    UNAVAILABLE_VERDICT: 3,
    UNKNOWN_REGISTRY: 3,
}

LEVEL_NAMES = ("consistent", "reported", "witnessed", "proven")

PASSED = "passed"
FAILED = "failed"
WAITING = "pending"
UNREAD = "unavailable"

CHECK_NAMES = {
    1: "document is canonical and hashes to the certificate hash",
    2: "leaf and path lead to the tranche's root and total",
    3: "the anchor recomputes, and the document names this registry, lot and account",
    4: "the anchor stands on chain",
    5: "the tranche lies within retired credits",
    6: "position names serials of the batch",
    7: "the batch comes from a registered project and a verified report",
    8: "these credits are in good standing",
    9: "the source registry's cancellation is attested (or the programme is native)",
    10: "disclosed personal fields match their digests",
}

ANCHOR_ABSENT = "anchor-absent"
INDEX_BEHIND = "index-behind"
NOT_YET_FINAL = "anchor-not-final"
OTHER_NOT_FINAL = "other-anchor-not-final"
OTHER_REGISTRY = "other-registry"


class Check(NamedTuple):
    """One numbered step. `code` names the reason for programs and translators, `reason` says it in English.

    `level` and `block` tell what a check that read the chain rests on: the lowest level and the oldest block among its
    readings. They are 0 and None for what the file alone decides and for what was not read.
    """

    n: int
    status: str
    code: str
    reason: str
    level: int = 0
    block: Block | None = None

    @property
    def name(self) -> str:
        return CHECK_NAMES[self.n]

    def to_value(self) -> dict[str, object]:
        return {
            "n": self.n,
            "name": self.name,
            "status": self.status,
            "code": self.code,
            "level": self.level,
            "reason": self.reason,
            "block": self.block.to_value() if self.block else None,
        }


@dataclass(frozen=True, slots=True)
class Attestation:
    """Who attested in `role`: validator, verifier, registrar, issuer (of the credits) or sourceCancellation.

    `account` is 20 bytes, or None where the chain keeps only the organisation; `name` is the one that the registry
    file pins for the account; `organisation` is the registry's number for it.
    """

    role: str
    account: bytes | None
    name: str | None
    organisation: int | None

    def to_value(self) -> dict[str, object]:
        return {
            "role": self.role,
            "account": hex0x(self.account) if self.account is not None else None,
            "name": self.name,
            "organisation": self.organisation,
        }


@dataclass(frozen=True, slots=True)
class SerialsNamed:
    """Serial numbers `first` to `last`, both inclusive, of a series: whole credits and those touched in part."""

    series: str
    first: int
    last: int

    def to_value(self) -> dict[str, object]:
        return {"series": self.series, "first": str(self.first), "last": str(self.last)}


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader should know that decides nothing. `code` is for programs and translators."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. Amount, position and serials come from leaf and chain, never from the document.

    `level` is the lowest among the checks 4 to 9 that a reading decided (0: none); `block` is the oldest of their
    blocks. `unpublished` is (tranches, grams) anchored without published leaves, where `unknown` has to say so.
    """

    verdict: str
    level: int = 0
    certificate_hash: bytes | None = None
    number: str | None = None
    grams: int | None = None
    position: Position | None = None
    serials: tuple[SerialsNamed, ...] = ()
    checks: tuple[Check, ...] = ()
    attested_by: tuple[Attestation, ...] = ()
    block: Block | None = None
    history_hash: bytes | None = None
    registry: RegistryFile | None = None
    notes: tuple[Note, ...] = field(default=())
    unpublished: tuple[int, int] | None = None
    certificate: Certificate | None = field(default=None, repr=False, compare=False)
    """The document as check 1 read it; None if that did not pass."""

    @property
    def level_name(self) -> str:
        return LEVEL_NAMES[self.level]

    @property
    def demo(self) -> bool:
        """Whether the registry says that it is a demonstration."""
        return self.registry is not None and self.registry.demo

    @property
    def exit_code(self) -> int:
        """0 good, 1 a negative answer, 3 not decided."""
        return EXIT_CODES[self.verdict]

    def to_value(self) -> dict[str, object]:
        """The verdict as JSON (docs/spec/verification.md)."""
        return {
            "verdict": self.verdict,
            "level": self.level,
            "levelName": self.level_name,
            "certificateHash": hex0x(self.certificate_hash) if self.certificate_hash is not None else None,
            "number": self.number,
            "grams": self.grams,
            "position": (
                {"startGram": self.position.start_gram, "endGram": self.position.end_gram} if self.position else None
            ),
            "serials": [serials.to_value() for serials in self.serials],
            "checks": [check.to_value() for check in self.checks],
            "attestedBy": [attestation.to_value() for attestation in self.attested_by],
            "block": self.block.to_value() if self.block else None,
            "historyHash": hex0x(self.history_hash) if self.history_hash is not None else None,
            "registry": _registry_value(self.registry),
            "demo": self.demo,
            "notes": [note.text for note in self.notes],
            "unpublished": (
                {"tranches": self.unpublished[0], "grams": self.unpublished[1]} if self.unpublished else None
            ),
        }


def decide(checks: Sequence[Check]) -> str:
    """The verdict that the ten checks, in order, give. The first rule that applies decides."""
    statuses = {check.status for check in checks}
    failed = {check.n for check in checks if check.status == FAILED}
    named, anchored = checks[2], checks[3]
    # A. The file contradicts itself, the pinned registry or the chain.
    if failed & {1, 2, 5, 6, 10}:
        return INVALID
    if 3 in failed and named.code != OTHER_REGISTRY:
        return INVALID
    # B. It agrees with itself, but speaks of a chain or contract that nobody pinned here.
    if 3 in failed:
        return UNKNOWN_REGISTRY
    # C. The place of the anchor decides what there is to ask about.
    if 4 in failed:
        return UNKNOWN if anchored.code == ANCHOR_ABSENT else INVALID
    if anchored.code in (INDEX_BEHIND, NOT_YET_FINAL, OTHER_NOT_FINAL):
        return PENDING
    # D. It stands, but these credits are in trouble.
    if 8 in failed:
        return COMPROMISED
    # E. Something was not read: it could be worse than what is missing.
    if UNREAD in statuses:
        return UNAVAILABLE_VERDICT
    # F. All was read, and something is still missing.
    if statuses != {PASSED}:
        return PENDING
    return RETIRED


def basis_of(checks: Sequence[Check]) -> tuple[int, Block | None]:
    """The lowest level and the oldest block among the checks 4 to 9 that a reading decided."""
    read = [check for check in checks if 4 <= check.n <= 9 and check.block is not None and check.status != UNREAD]
    if not read:
        return 0, None
    blocks = [check.block for check in read if check.block is not None]
    return min(check.level for check in read), min(blocks, key=lambda block: block.number)


def unknown_verdict(
    sought: bytes | ShortNumber,
    registry: RegistryFile,
    *,
    unpublished_tranches: int,
    unpublished_grams: int,
    behind: int | None = None,
    seen: Seen | None = None,
    history_hash: bytes | None = None,
) -> Verdict:
    """A look-up by hash (32 bytes) or number found nothing: `unknown`, or `pending` while the index is `behind` blocks.

    The unpublished tranches and grams tell how much is anchored that nobody can look up.
    """
    certificate_hash, number = _sought(sought)
    notes = []
    if unpublished_tranches:
        notes.append(
            Note(
                "unpublished",
                f"{unpublished_tranches} tranches with {unpublished_grams} g are anchored whose certificates nobody "
                "published: a certificate in one of them is found only by its file",
            )
        )
    if behind:
        notes.append(Note(INDEX_BEHIND, f"the index is {behind} blocks behind the chain"))
    return Verdict(
        verdict=PENDING if behind else UNKNOWN,
        level=seen.level if seen else 0,
        certificate_hash=certificate_hash,
        number=number,
        block=seen.block if seen else None,
        history_hash=history_hash,
        registry=registry,
        notes=tuple(notes),
        unpublished=(unpublished_tranches, unpublished_grams),
    )


def unregistered_verdict(sought: bytes | ShortNumber | None = None) -> Verdict:
    """A look-up without a pinned registry file: nothing says which chain to ask."""
    certificate_hash, number = _sought(sought)
    note = Note("no-registry-file", "no registry file is pinned, so nothing says which chain and contracts to ask")
    return Verdict(UNKNOWN_REGISTRY, certificate_hash=certificate_hash, number=number, notes=(note,))


def unavailable_verdict(sought: bytes | ShortNumber, registry: RegistryFile, reason: str) -> Verdict:
    """A look-up whose source did not answer: neither a forgery nor not found."""
    certificate_hash, number = _sought(sought)
    return Verdict(
        UNAVAILABLE_VERDICT,
        certificate_hash=certificate_hash,
        number=number,
        registry=registry,
        notes=(Note("not-read", reason),),
    )


def _sought(sought: bytes | ShortNumber | None) -> tuple[bytes | None, str | None]:
    if isinstance(sought, ShortNumber):
        return None, str(sought)
    return sought, None if sought is None else short_number(sought)


def _registry_value(registry: RegistryFile | None) -> dict[str, object] | None:
    if registry is None:
        return None
    return {
        "name": registry.name,
        "chainId": str(registry.chain_id),
        "creditRegistry": hex0x(registry.credit_registry.address),
        "projectRegistry": hex0x(registry.project_registry.address),
        "operator": registry.operator.name,
    }
