"""The kinds of event: each table read back as the Solidity event that it mirrors, topics and data included.

An event's bytes can so be rebuilt from its row alone, which is what its history hash is checked with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Table

from registry.domain.event_form import CREDIT_REGISTRY, PROJECT_REGISTRY, EventForm
from registry.proofs.keccak import keccak256
from registry.store import credit_events as credit
from registry.store import governance_events as governance
from registry.store import project_events as project
from registry.store.event_row import COMMON, EventRow
from registry.store.texts import bytes_of, text_of

CREDIT_TABLES: tuple[type[EventRow], ...] = (
    credit.SeriesRegistered, credit.Issued, credit.LotSplit, credit.Retired, credit.Anchored, credit.ClaimantNamed,
    credit.WithdrawalRequested, credit.WithdrawalCancelled, credit.Withdrawn, credit.ForceWithdrawn,
    credit.SourceCancellationConfirmed, credit.Suspended, credit.Reinstated, credit.Invalidated, credit.Closed,
    credit.Transfer,
)  # fmt: skip
PROJECT_TABLES: tuple[type[EventRow], ...] = (
    project.ProgrammeAdded, project.OrganisationAdded, project.MemberSet, project.Accredited,
    project.AccreditationWithdrawn, project.ProjectProposed, project.ProjectValidated, project.ProjectRegistered,
    project.ProjectRecorded, project.ProjectDeregistered, project.ReportFiled, project.ReportVerified,
    project.ReportRejected, project.ReportRecorded,
)  # fmt: skip
SHARED_TABLES: tuple[type[EventRow], ...] = (
    governance.RoleGranted, governance.RoleRevoked, governance.Paused, governance.Unpaused,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an event: its column, its Solidity type, whether it is a topic."""

    column: str
    abi: str
    indexed: bool


@dataclass(frozen=True)
class Kind:
    """One kind of event. `contracts`: which of the two contracts emit it."""

    name: str
    table: Table
    members: tuple[Member, ...]
    contracts: frozenset[str]

    @cached_property
    def topic0(self) -> bytes:
        """keccak-256 of the signature, 32 bytes."""
        return keccak256(f"{self.name}({','.join(m.abi for m in self.members)})".encode())

    @cached_property
    def carries_prior(self) -> bool:
        """Whether the event names the history hash that it extends (the base contracts' events do not)."""
        return self.members[-1].column == "prior"

    @cached_property
    def form(self) -> EventForm:
        """What folding it takes."""
        indexed = sum(member.indexed for member in self.members)
        has_text = any(member.abi == "string" for member in self.members)
        words = len(self.members) - indexed
        return EventForm(self.name, self.topic0, indexed, words, has_text, self.carries_prior, self.contracts)

    def topics_and_data(self, values: Mapping[str, object]) -> tuple[list[bytes], bytes]:
        """The event as it was logged: topics of 32 bytes, and ABI-encoded data. `values` by column name."""
        topics = [self.topic0] + [_static(m.abi, values[m.column]) for m in self.members if m.indexed]
        words = [m for m in self.members if not m.indexed]
        head, tail = bytearray(), bytearray()
        for member in words:
            value = values[member.column]
            if member.abi == "string":
                raw = bytes_of(str(value))
                head += (32 * len(words) + len(tail)).to_bytes(32, "big")
                tail += len(raw).to_bytes(32, "big") + raw + bytes(-len(raw) % 32)
            else:
                head += _static(member.abi, value)
        return topics, bytes(head + tail)

    def values(self, topics: Sequence[bytes], data: bytes) -> dict[str, object]:
        """The members by column name. Raises ValueError unless topics and data are exactly such an event's."""
        indexed = [m for m in self.members if m.indexed]
        words = [m for m in self.members if not m.indexed]
        if len(topics) != 1 + len(indexed) or topics[0] != self.topic0 or len(data) < 32 * len(words):
            raise ValueError(f"not an event {self.name}")
        found: dict[str, object] = {
            m.column: _value(m.abi, topic) for m, topic in zip(indexed, topics[1:], strict=True)
        }
        for at, member in enumerate(words):
            word = data[32 * at : 32 * at + 32]
            if member.abi == "string":
                offset = int.from_bytes(word, "big")
                length = int.from_bytes(data[offset : offset + 32], "big")
                found[member.column] = text_of(data[offset + 32 : offset + 32 + length])
            else:
                found[member.column] = _value(member.abi, word)
        if self.topics_and_data(found) != (list(topics), bytes(data)):
            raise ValueError(f"not the one encoding of an event {self.name}")
        return {m.column: found[m.column] for m in self.members}


def _value(abi: str, word: bytes) -> object:
    if abi == "bytes32":
        return word
    if abi == "address":
        return word[12:]
    number = int.from_bytes(word, "big")
    if abi == "bool":
        return bool(number)
    if number >> int(abi.removeprefix("uint")):
        raise ValueError(f"a number that is no {abi}")
    return number


def _static(abi: str, value: object) -> bytes:
    if abi == "bytes32":
        return _raw(value, 32)
    if abi == "address":
        return bytes(12) + _raw(value, 20)
    if not isinstance(value, int):
        raise ValueError("not a number")
    return int(value).to_bytes(32, "big")


def _raw(value: object, length: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != length:
        raise ValueError(f"not {length} bytes")
    return value


def _kind(model: type[EventRow], contracts: frozenset[str]) -> Kind:
    table: Table = model.__table__  # type: ignore[attr-defined]
    members = tuple(
        Member(column.name, column.info["abi"], column.info["indexed"])
        for column in table.columns
        if column.name not in COMMON
    )
    return Kind(model.__name__, table, members, contracts)


KINDS: tuple[Kind, ...] = (
    *(_kind(model, frozenset({CREDIT_REGISTRY})) for model in CREDIT_TABLES),
    *(_kind(model, frozenset({PROJECT_REGISTRY})) for model in PROJECT_TABLES),
    *(_kind(model, frozenset({CREDIT_REGISTRY, PROJECT_REGISTRY})) for model in SHARED_TABLES),
)
KIND_BY_TOPIC: dict[bytes, Kind] = {kind.topic0: kind for kind in KINDS}
KIND_BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}
FORMS: tuple[EventForm, ...] = tuple(kind.form for kind in KINDS)
