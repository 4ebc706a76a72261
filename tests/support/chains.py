"""What tests on a chain share: the chain, a registry with a report to issue from, a node whose answers bend."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from registry.chain.contracts import NO_HINT, CreditRegistry, ProjectRegistry
from registry.chain.deploy import deploy
from registry.chain.events import ProgrammeAdded, ProjectRecorded, ReportRecorded, SeriesRegistered
from registry.chain.keys import LocalSigner
from registry.chain.rpc import Call, Rpc
from registry.chain.send import Patience, Sender
from registry.domain.registry_file import Finality, RegistryFile

EVIDENCE = b"\xee" * 32
VCS = b"VCS".ljust(32, b"\0")

# Blocks come at once on both chains: look often, and give up soon.
QUICK = Patience(poll=0.02, stuck=1.0, total=15.0)


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain to test on, with signers for funded accounts."""

    name: str
    rpc: Rpc
    signers: list[LocalSigner]

    def sender(self, number: int = 0) -> Sender:
        return Sender(self.rpc, self.signers[number], patience=QUICK)

    def mine(self, blocks: int) -> None:
        self.rpc.request("anvil_mine", [hex(blocks)])


class Through:
    """An `Rpc` that passes on to another, and lets a test bend single answers."""

    def __init__(self, inner: Rpc, **bent: Callable[..., Any]) -> None:
        self.inner = inner
        self.bent = bent
        self.asked: list[Call] = []

    @property
    def name(self) -> str:
        return f"{self.inner.name}, bent"

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        self.asked.append((method, params))
        if method in self.bent:
            return self.bent[method](*params)
        return self.inner.request(method, params)

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        return [self.request(method, params) for method, params in calls]

    def count(self, method: str) -> int:
        return sum(asked == method for asked, _ in self.asked)


def deployed(chain: Chain, finality: Finality | None = None) -> RegistryFile:
    account = chain.signers[0].address
    return deploy(
        chain.sender(),
        registrar=account,
        operator=account,
        pauser=account,
        name="Test registry",
        finality=finality or Finality("depth", 2),
        demo=True,
    )


def with_report(sender: Sender, registry: RegistryFile) -> tuple[CreditRegistry, int, int]:
    """The credit registry, a recorded report of 10,000 t, and a series."""
    projects = ProjectRegistry(sender, registry.project_registry.address)
    credits_ = CreditRegistry(sender, registry.credit_registry.address)
    programme = projects.add_programme(VCS, True, EVIDENCE).event(ProgrammeAdded).programme
    project = projects.record_project(programme, "191", EVIDENCE).event(ProjectRecorded).project
    recorded = projects.record_external(project, 18_000, 18_365, 10_000, EVIDENCE, NO_HINT).event(ReportRecorded)
    series = credits_.register_series("VCS-191").event(SeriesRegistered).series
    return credits_, recorded.report, series
