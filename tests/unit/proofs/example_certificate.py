"""One good certificate with everything around it, for tests that then bend one thing at a time."""

from dataclasses import dataclass, replace
from typing import Any

from registry.domain.certificates import Activity, Certificate, Digest, Issuer, Price
from registry.domain.lots import lot_id
from registry.domain.registry_file import Finality, Operator, PinnedContract, RegistryFile
from registry.proofs.anchor import anchor_hash
from registry.proofs.bundle import Bundle
from registry.proofs.canonical import canonical_bytes
from registry.proofs.disclosure import disclose
from registry.proofs.facts import (
    BatchFact,
    Block,
    Facts,
    LotFact,
    MarksFact,
    ProjectFact,
    Reading,
    ReportFact,
    Seen,
)
from registry.proofs.sumtree import SumTree
from registry.proofs.verdict import Verdict
from registry.proofs.verify import verify

NOW = 1_795_000_000
LOT = lot_id(3, 10)
TRANCHE = 2
START = 1_500_000
OWNER = bytes.fromhex("aa" * 20)
REGISTRAR = bytes.fromhex("bb" * 20)
VERIFIER = bytes.fromhex("cc" * 20)
CUSTODIAN = bytes.fromhex("dd" * 20)

REGISTRY = RegistryFile(
    name="Example registry",
    chain_id=31337,
    genesis_hash=bytes.fromhex("01" * 32),
    first_block=1,
    project_registry=PinnedContract(bytes.fromhex("11" * 20), bytes.fromhex("02" * 32)),
    credit_registry=PinnedContract(bytes.fromhex("22" * 20), bytes.fromhex("03" * 32)),
    operator=Operator("Operator", bytes.fromhex("33" * 20)),
    finality=Finality("tag"),
    demo=False,
    names={REGISTRAR: "Registrar", VERIFIER: "Verifier", CUSTODIAN: "Source registry"},
)

DISCLOSURE, DIGEST = disclose("beneficiary", "Zhang San 张三", bytes.fromhex("0f" * 16))

CERTIFICATE = Certificate(
    chain_id=31337,
    credit_registry=bytes.fromhex("22" * 20),
    lot=LOT,
    issuer=Issuer("Platform", OWNER),
    claim_id="ride-2026-000001",
    grams=432,
    beneficiary=Digest(DIGEST),
    purpose="Metro ride, 10 km",
    issued_at="2026-11-22T08:00:00Z",
    salt=bytes.fromhex("0a" * 16),
    activity=Activity("metro", "10", "km", 432, "cpcd-metro-cn@1"),
    price=Price("CNY", 2, 2, 0, 0),
    platform="Platform",
    buyer_nonce=bytes.fromhex("0b" * 16),
)


def document(certificate: Certificate = CERTIFICATE) -> str:
    return canonical_bytes(certificate.to_value()).decode("utf-8")


OTHER_GRAMS = (300_000, 700_000, 999_000, 1_001_000)
"""Grams of leaves 0, 1, 3 and 4; the example is leaf 2 of 5, so it has siblings on both sides."""


def tree(certificate_hash: bytes | None = None, grams: int = 432) -> SumTree:
    middle = Bundle.hash_of(document()) if certificate_hash is None else certificate_hash
    others = [(g, bytes([i]) * 32) for i, g in enumerate(OTHER_GRAMS)]
    return SumTree([*others[:2], (grams, middle), *others[2:]])


def bundle_of(text: str, disclosures: tuple[str, ...] = (), grams: int = 432, **place: int) -> Bundle:
    where = {"start": START, "lot": LOT, "tranche": TRANCHE} | place
    return Bundle.build(
        document=text,
        disclosures=disclosures,
        tree=tree(Bundle.hash_of(text), grams),
        index=2,
        **where,
    )


BUNDLE = bundle_of(document(), (DISCLOSURE,))


def anchor_of(bundle: Bundle, registry: RegistryFile = REGISTRY) -> bytes:
    return anchor_hash(
        registry.chain_id,
        registry.credit_registry.address,
        bundle.anchor.lot,
        bundle.anchor.tranche,
        bundle.tranche.start,
        bundle.tranche.total,
        bundle.tranche.leaf_count,
        bundle.tranche.root,
    )


def seen(level: int = 2, number: int = 100, timestamp: int = NOW - 60, final: bool = True) -> Seen:
    return Seen(level, Block(number, bytes([number % 256]) * 32, timestamp), final, "2 of 2 nodes")


@dataclass(frozen=True)
class Chain:
    """Facts of a good bridged credit. `change(lot={...})` bends members of one fact, `at(standing=seen)` its place."""

    facts: Facts

    def change(self, **changes: dict[str, Any]) -> "Chain":
        changed = {}
        for name, members in changes.items():
            reading = getattr(self.facts, name)
            changed[name] = Reading(replace(reading.value, **members), reading.seen)
        return Chain(replace(self.facts, **changed))

    def put(self, **values: Any) -> "Chain":
        """Replace whole values (or Unread) of facts."""
        changed = {
            name: value if not isinstance(value, bytes | tuple) else Reading(value, getattr(self.facts, name).seen)
            for name, value in values.items()
        }
        return Chain(replace(self.facts, **changed))

    def at(self, **places: Seen) -> "Chain":
        changed = {name: Reading(getattr(self.facts, name).value, where) for name, where in places.items()}
        return Chain(replace(self.facts, **changed))

    def everywhere(self, where: Seen) -> "Chain":
        names = ("anchor", "lot", "marks", "batch", "standing", "report", "project")
        return self.at(**dict.fromkeys(names, where))


def chain_for(bundle: Bundle, where: Seen | None = None) -> Chain:
    where = where or seen()
    return Chain(
        Facts(
            anchor=Reading(anchor_of(bundle), where),
            lot=Reading(LotFact(OWNER, 20, 7, False, False), where),
            marks=Reading(MarksFact(6_000_000, 3, 5, CUSTODIAN), where),
            batch=Reading(BatchFact("VCS-42", 1000, 40, 9, REGISTRAR), where),
            standing=Reading((), where),
            report=Reading(ReportFact(5, 18000, 18365, 40, "recorded", 0, REGISTRAR), where),
            project=Reading(ProjectFact("VCS", "1234", "recorded", True, 0, 0, REGISTRAR), where),
            history=Reading(bytes.fromhex("77" * 32), where),
        )
    )


CHAIN = chain_for(BUNDLE)
NATIVE = CHAIN.change(
    report={"status": "verified", "verifier": 7, "attestor": VERIFIER},
    project={"status": "registered", "bridged": False, "proponent": 4, "validator": 6, "programme_code": "CCER-2023"},
)


def judge(bundle: Bundle = BUNDLE, chain: Chain | None = CHAIN, **options: Any) -> Verdict:
    registry = options.pop("registry", REGISTRY)
    return verify(bundle, registry, chain.facts if chain else None, **({"now": NOW} | options))


def status(verdict: Verdict, n: int) -> str:
    return verdict.checks[n - 1].status


def code(verdict: Verdict, n: int) -> str:
    return verdict.checks[n - 1].code
