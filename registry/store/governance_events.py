"""Events that both contracts have: roles and the pause. `contract` says whose they are."""

from registry.store.columns import topic, word
from registry.store.event_row import EventRow, latest


class RoleGranted(EventRow, table=True):
    """OpenZeppelin's own event, folded without a `prior`. `role` is keccak-256 of its name, zero for the admin."""

    __tablename__ = "role_granted"
    __table_args__ = latest("role_granted", "account", "role")
    role: bytes = topic("bytes32")
    account: bytes = topic("address")
    sender: bytes = topic("address")


class RoleRevoked(EventRow, table=True):
    """OpenZeppelin's own event, folded without a `prior`."""

    __tablename__ = "role_revoked"
    __table_args__ = latest("role_revoked", "account", "role")
    role: bytes = topic("bytes32")
    account: bytes = topic("address")
    sender: bytes = topic("address")


class Paused(EventRow, table=True):
    __tablename__ = "paused"
    account: bytes = word("address")
    prior: bytes = word("bytes32")


class Unpaused(EventRow, table=True):
    __tablename__ = "unpaused"
    account: bytes = word("address")
    prior: bytes = word("bytes32")
