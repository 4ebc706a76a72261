"""The demo's story on chain: real records become batches, retirements, certificates and confirmed cancellations.

Project and issuance enter as the source registry recorded them: the records name no validator, and none is invented.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from registry.chain.contracts import NO_HINT, CreditRegistry, ProjectRegistry
from registry.chain.events import Issued, ProgrammeAdded, ProjectRecorded, ReportRecorded, SeriesRegistered
from registry.domain.certificates import Issuer, Price
from registry.domain.lots import lot_index
from registry.domain.registry_file import RegistryFile
from registry.domain.units import GRAMS_PER_CREDIT
from registry.workflows.certify import Room, Tranche, draw_plan
from registry.workflows.claims import Claim
from registry.workflows.records import ClaimRecord, MintedBlock, Records, RetirementRecord

PROGRAMME = "VCS"
NO_PURPOSE = "No purpose stated"
MOST_EXPONENT = 18

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, how many there are."""


@dataclass(frozen=True)
class Cast:
    """Who acts: each binding signs for its own account."""

    registrar_projects: ProjectRegistry
    registrar_credits: CreditRegistry
    operator_credits: CreditRegistry
    platform_credits: CreditRegistry
    platform: bytes
    platform_name: str


@dataclass(frozen=True)
class Told:
    """What the story left on chain: the lot of each minted block, and the tranches in the order of retirements."""

    lots: dict[str, int]
    tranches: tuple[Tranche, ...]


def tell(records: Records, cast: Cast, registry: RegistryFile, progress: Progress) -> Told:
    """Tell the whole story. Raises Refused if a contract refuses any part of it."""
    report = _record_project(records, cast)
    progress("project and report recorded", 1, 1)

    first = cast.registrar_credits.register_series(records.blocks[0].series)
    series = first.event(SeriesRegistered).series
    lots: dict[str, int] = {}
    hint = NO_HINT
    for done, block in enumerate(records.blocks, 1):
        lots[block.key] = _issue(block, report, series, hint, cast)
        hint = block.serials.first
        progress("blocks issued by serial number", done, len(records.blocks))

    claims = {claim.claim_id: claim for claim in records.claims}
    tranches = []
    retirements = sorted(records.retirements, key=lambda r: (r.retired_on, r.serials.first))
    for done, retirement in enumerate(retirements, 1):
        block = next(b for b in records.blocks if b.key == retirement.block)
        tranches.append(_retire_and_claim(retirement, block, lots[block.key], records, claims, cast, registry))
        progress("retirements, claimed and confirmed", done, len(retirements))
    return Told(lots, tuple(tranches))


def evidence(record: str) -> bytes:
    """The hash that stands on chain for a record: SHA-256 of its line as found."""
    return sha256(record.encode("utf-8")).digest()


def _record_project(records: Records, cast: Cast) -> int:
    projects = cast.registrar_projects
    proof = evidence(records.project_record)
    programme = projects.add_programme(PROGRAMME.encode().ljust(32, b"\0"), True, proof).event(ProgrammeAdded)
    recorded = projects.record_project(programme.programme, records.project_id, proof).event(ProjectRecorded)
    first, last = (_day(text) for text in records.vintage)
    report = projects.record_external(
        recorded.project, first, last + 1, records.vintage_tonnes, evidence(records.vintage_record), NO_HINT
    )
    return report.event(ReportRecorded).report


def _issue(block: MintedBlock, report: int, series: int, hint: int, cast: Cast) -> int:
    receipt = cast.registrar_credits.issue(
        report, series, block.serials.first, block.serials.width, cast.platform, evidence(block.record), hint
    )
    return receipt.event(Issued).batch << 32


def _retire_and_claim(
    retirement: RetirementRecord,
    block: MintedBlock,
    lot: int,
    records: Records,
    claims: dict[str, ClaimRecord],
    cast: Cast,
    registry: RegistryFile,
) -> Tranche:
    """Retire the very serials that the record names, claim them for its fills, confirm the source's cancellation."""
    index = lot_index(lot) + retirement.serials.first - block.serials.first
    count = retirement.serials.width
    platform = cast.platform_credits
    marks = platform.marks_of(lot)
    platform.retire(lot, index, count)

    rows = [_claim(claims[fill.claim], fill.grams, retirement) for fill in records.fills_of(retirement.certificate_id)]
    room = Room(lot, marks.tranches, marks.claimed_grams, count * GRAMS_PER_CREDIT)
    issuer = Issuer(cast.platform_name, cast.platform)
    (tranche,) = draw_plan(rows, [room], issuer, registry, salt=lambda: secrets.token_bytes(16))
    platform.anchor(tranche.lot, tranche.number, tranche.start, len(tranche.bundles), tranche.total, tranche.root)

    cast.operator_credits.confirm_source_cancellation(lot, index, count, evidence(retirement.record))
    return tranche


def _claim(claim: ClaimRecord, grams: int, retirement: RetirementRecord) -> Claim:
    return Claim(
        claim_id=claim.claim_id,
        grams=grams,
        beneficiary=claim.recipient,
        purpose=claim.memo or NO_PURPOSE,
        activity=None,
        price=_price(claim) if grams == claim.grams else None,
        issued_at=f"{retirement.retired_on}T00:00:00Z",
    )


def _price(claim: ClaimRecord) -> Price | None:
    """What was paid, where it was paid in money; a swap of one carbon token for another states no price."""
    if claim.asset != "USDC":
        return None
    exponent = -int(claim.paid.as_tuple().exponent)
    return Price("USDC", exponent, int(claim.paid.scaleb(exponent))) if 0 <= exponent <= MOST_EXPONENT else None


def _day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days
