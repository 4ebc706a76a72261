"""Events that both contracts have: the pause and the roles. `address` says whose they are."""

from dataclasses import dataclass
from typing import ClassVar

from registry.chain.event_base import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(Event):
    """New business is stopped for now."""

    SIGNATURE: ClassVar[str] = "Paused(address account, bytes32 prior)"
    account: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaused(Event):
    """Business goes on."""

    SIGNATURE: ClassVar[str] = "Unpaused(address account, bytes32 prior)"
    account: bytes
    prior: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(Event):
    """OpenZeppelin's own event. `role` is keccak-256 of its name, zero for the administrator."""

    SIGNATURE: ClassVar[str] = "RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)"
    role: bytes
    account: bytes
    sender: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRevoked(Event):
    """OpenZeppelin's own event."""

    SIGNATURE: ClassVar[str] = "RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)"
    role: bytes
    account: bytes
    sender: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAdminChanged(Event):
    """OpenZeppelin's own event; these contracts never emit it."""

    SIGNATURE: ClassVar[str] = (
        "RoleAdminChanged(bytes32 indexed role, bytes32 indexed previousAdminRole, bytes32 indexed newAdminRole)"
    )
    role: bytes
    previous_admin_role: bytes
    new_admin_role: bytes
