"""The kinds of event: each table read back as the Solidity event that it mirrors, topics and data included.

An event's bytes can so be rebuilt from its row alone, which is what its history hash is checked with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Table

from registry.proofs.keccak import keccak256
from registry.store import credit_events as credit
from registry.store import governance_events as governance
from registry.store import project_events as project
from registry.store.event_row import COMMON, EventRow

CREDIT_REGISTRY = "creditRegistry"
PROJECT_REGISTRY = "projectRegistry"

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

    @property
    def carries_prior(self) -> bool:
        """Whether the event names the history hash that it extends (the base contracts' events do not)."""
        return self.members[-1].column == "prior"

    def topics_and_data(self, values: Mapping[str, object]) -> tuple[list[bytes], bytes]:
        """The event as it was logged: topics of 32 bytes, and ABI-encoded data. `values` by column name."""
        topics = [self.topic0] + [_static(m.abi, values[m.column]) for m in self.members if m.indexed]
        words = [m for m in self.members if not m.indexed]
        head, tail = bytearray(), bytearray()
        for member in words:
            value = values[member.column]
            if member.abi == "string":
                assert isinstance(value, str)
                raw = value.encode()
                head += (32 * len(words) + len(tail)).to_bytes(32, "big")
                tail += len(raw).to_bytes(32, "big") + raw + bytes(-len(raw) % 32)
            else:
                head += _static(member.abi, value)
        return topics, bytes(head + tail)


def _static(abi: str, value: object) -> bytes:
    if abi == "bytes32":
        assert isinstance(value, bytes) and len(value) == 32
        return value
    if abi == "address":
        assert isinstance(value, bytes) and len(value) == 20
        return bytes(12) + value
    assert isinstance(value, int)
    return int(value).to_bytes(32, "big")


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
KIND_BY_NAME: dict[str, Kind] = {kind.name: kind for kind in KINDS}
