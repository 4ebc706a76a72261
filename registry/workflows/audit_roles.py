"""Books of one contract's roles and pause, as the audit rebuilds them from events."""

from typing import Any

from registry.domain.hexes import ZERO_HASH, hex0x
from registry.proofs.keccak import keccak256

ADMIN = ZERO_HASH
REGISTRAR = keccak256(b"REGISTRAR_ROLE")
OPERATOR = keccak256(b"OPERATOR_ROLE")
PAUSER = keccak256(b"PAUSER_ROLE")

_NAMES = {ADMIN: "administrator", REGISTRAR: "registrar", OPERATOR: "operator", PAUSER: "pauser"}


class Broken(Exception):
    """An event that could not follow from the events before it; the message says why."""


def require(condition: bool, message: str) -> None:
    """Raise Broken with `message` unless `condition` holds."""
    if not condition:
        raise Broken(message)


class RoleBooks:
    """Who holds which role, and whether new business is stopped."""

    def __init__(self) -> None:
        self.held: set[tuple[bytes, bytes]] = set()
        self.paused = False

    def apply(self, kind: str, event: Any) -> bool:
        """Take a role or pause event; False for any other kind."""
        match kind:
            case "RoleGranted":
                require((event.role, event.account) not in self.held, "a role is granted that was held")
                self.held.add((event.role, event.account))
            case "RoleRevoked":
                require((event.role, event.account) in self.held, "a role is revoked that was not held")
                self.held.discard((event.role, event.account))
            case "Paused":
                self.require_role(PAUSER, event.account)
                require(not self.paused, "paused twice")
                self.paused = True
            case "Unpaused":
                self.require_role(ADMIN, event.account)
                require(self.paused, "unpaused without a pause")
                self.paused = False
            case _:
                return False
        return True

    def require_role(self, role: bytes, account: bytes) -> None:
        """Raise Broken unless `account` holds `role` now."""
        if (role, account) not in self.held:
            raise Broken(f"{hex0x(account)} acts as {_NAMES[role]} without that role")

    def require_running(self) -> None:
        """Raise Broken while the contract is paused."""
        if self.paused:
            raise Broken("new business while paused")
