"""The two contracts as Python classes with one typed method for each function, backed by the checked-in artifacts."""

from registry.chain.credit_registry import Batch, CreditRegistry, Lot, Marks, Segment
from registry.chain.project_registry import Project, ProjectRegistry, Report
from registry.proofs.keccak import keccak256

DEFAULT_ADMIN_ROLE = bytes(32)
REGISTRAR_ROLE = keccak256(b"REGISTRAR_ROLE")
OPERATOR_ROLE = keccak256(b"OPERATOR_ROLE")
PAUSER_ROLE = keccak256(b"PAUSER_ROLE")
NO_HINT = 2**256 - 1
"""For `hint` arguments: nothing comes before; for `block_at`: the head of the series' list."""

__all__ = [
    "DEFAULT_ADMIN_ROLE",
    "NO_HINT",
    "OPERATOR_ROLE",
    "PAUSER_ROLE",
    "REGISTRAR_ROLE",
    "Batch",
    "CreditRegistry",
    "Lot",
    "Marks",
    "Project",
    "ProjectRegistry",
    "Report",
    "Segment",
]
