"""What the routes share: the pinned registry, the mirror, the settings, the pages. Made once by `create_app`."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any

from anyio import CapacityLimiter
from starlette.requests import Request

from registry.domain.grammars import OpaquePrefix
from registry.domain.registry_file import RegistryFile
from registry.store import Store
from registry.watch.metrics import Metrics
from verifier_api.auditing import AuditBoard
from verifier_api.evidence import EvidenceBoard
from verifier_api.heads import HeadBoard
from verifier_api.known import KnownTranches
from verifier_api.known_totals import KnownTotals
from verifier_api.printing import Press
from verifier_api.rendering import Pages
from verifier_api.settings import Settings
from verifier_api.staging import Staging


@dataclass(frozen=True, slots=True)
class Services:
    """All that a route may ask."""

    registry: RegistryFile
    registry_value: dict[str, Any]
    registry_text: bytes
    store: Store
    settings: Settings
    pages: Pages
    heads: HeadBoard
    known: KnownTranches
    totals: KnownTotals
    judges: CapacityLimiter
    """How many files are judged at once: the interpreter runs one at a time, and more get in its way."""
    audits: AuditBoard
    evidence: EvidenceBoard
    clock: Callable[[], int]
    """Seconds since 1970."""
    publishing: BoundedSemaphore
    """How many may publish at once: each holds a large body in memory."""
    staging: Staging
    """Where uploads in parts wait for the rest."""
    configured: tuple[OpaquePrefix, ...]
    """Serials of registries without a public coding rule, by their prefixes."""
    signing: tuple[str, bytes] | None
    """Name and seed of the key that signs checkpoints; None where none is set."""
    press: Press | None
    """Makes PDF and card; None where that is not installed."""
    metrics: Metrics
    trouble: Callable[[], str]
    """What keeps the mirror from following the chain, as the indexer in this process says; "" if nothing does."""


def services_of(request: Request) -> Services:
    """The services of the application that answers `request`."""
    found: Services = request.app.state.services
    return found
