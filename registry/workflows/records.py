"""The real records that the demo runs on, as values: blocks of Verra credits, retirements, consumer claims.

Source: stellarcarbon/sc-data (MIT), kept as found in `registry/data/stellarcarbon`. Tonnes there are decimal numbers to
the kilogram; here they are grams.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files

from registry.domain.errors import InvalidInput
from registry.domain.grammars import parse_serials
from registry.domain.serials import SerialRange
from registry.domain.units import GRAMS_PER_CREDIT

_FOLDER = files("registry.data") / "stellarcarbon"


@dataclass(frozen=True, slots=True)
class MintedBlock:
    """Credits that the platform brought in, `serials` of `series`; `record` is the line as found."""

    key: str
    series: str
    serials: SerialRange
    record: str


@dataclass(frozen=True, slots=True)
class RetirementRecord:
    """Credits retired in the source registry on the day `retired_on` (ISO); `record` is the line as found."""

    certificate_id: int
    retired_on: str
    block: str
    series: str
    serials: SerialRange
    record: str


@dataclass(frozen=True, slots=True)
class Fill:
    """Grams of one claim that one retirement fills."""

    claim: str
    certificate_id: int
    grams: int


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """What a consumer asked to have cancelled. `paid` is an exact decimal amount of `asset`."""

    claim_id: str
    recipient: str
    grams: int
    memo: str
    asset: str
    paid: Decimal
    at: str


@dataclass(frozen=True, slots=True)
class Records:
    project_id: str
    project_name: str
    vintage_tonnes: int
    vintage: tuple[str, str]
    vintage_record: str
    project_record: str
    blocks: tuple[MintedBlock, ...]
    retirements: tuple[RetirementRecord, ...]
    claims: tuple[ClaimRecord, ...]
    fills: tuple[Fill, ...]

    def fills_of(self, certificate_id: int) -> list[Fill]:
        """In the order in which the claims were made."""
        return [f for f in self.fills if f.certificate_id == certificate_id]

    def filled_grams(self, claim_id: str) -> int:
        return sum(f.grams for f in self.fills if f.claim == claim_id)


def load_records() -> Records:
    """All records, blocks and retirements by serial number, claims and fills by time.

    The vintage's tonnes are the larger of the two totals that the retirement records print, with that record.
    """
    project_line, project = next(_rows("vcs_projects"))
    blocks = sorted((_block(line, row) for line, row in _rows("minted_blocks")), key=lambda block: block.serials.first)
    block_of = {row[0]: row[1] for _, row in _rows("retirement_from_block")}
    retirement_rows = list(_rows("retirements"))
    widest_line, widest = max(retirement_rows, key=lambda pair: pair[1][11])
    retirements = sorted(
        (_retirement(line, row, block_of) for line, row in retirement_rows), key=lambda r: r.serials.first
    )
    claims = sorted((_claim(row) for _, row in _rows("sinking_txs")), key=lambda claim: claim.at)
    order = {claim.claim_id: i for i, claim in enumerate(claims)}
    fills = sorted(
        (Fill(row[0], row[1], grams_of_tonnes(row[2])) for _, row in _rows("sink_status")),
        key=lambda fill: order[fill.claim],
    )
    return Records(
        project_id=f"VCS{project[0]}",
        project_name=project[1],
        vintage_tonnes=widest[11],
        vintage=(widest[9][:10], widest[10][:10]),
        vintage_record=widest_line,
        project_record=project_line,
        blocks=tuple(blocks),
        retirements=tuple(retirements),
        claims=tuple(claims),
        fills=tuple(fills),
    )


def grams_of_tonnes(tonnes: Decimal) -> int:
    """Exact grams of a decimal number of tonnes; raises InvalidInput below a gram."""
    grams = Decimal(tonnes) * GRAMS_PER_CREDIT
    if grams != grams.to_integral_value() or grams < 0:
        raise InvalidInput("not a whole number of grams", expected="tonnes with at most 6 decimals", found=str(tonnes))
    return int(grams)


def _rows(name: str) -> Iterator[tuple[str, list]]:  # type: ignore[type-arg]
    for line in (_FOLDER / f"{name}.ndjson").read_text("utf-8").splitlines():
        yield line, json.loads(line, parse_float=Decimal)


def _block(line: str, row: list) -> MintedBlock:  # type: ignore[type-arg]
    printed = parse_serials(row[4])
    return MintedBlock(key=row[0], series=printed.series, serials=printed.range, record=line)


def _retirement(line: str, row: list, block_of: dict[int, str]) -> RetirementRecord:  # type: ignore[type-arg]
    printed = parse_serials(row[2])
    return RetirementRecord(
        certificate_id=row[0],
        retired_on=row[3][:10],
        block=block_of[row[0]],
        series=printed.series,
        serials=printed.range,
        record=line,
    )


def _claim(row: list) -> ClaimRecord:  # type: ignore[type-arg]
    return ClaimRecord(
        claim_id=row[0],
        recipient=row[4],
        grams=grams_of_tonnes(row[5]),
        memo=row[14] or "",
        asset=row[9],
        paid=Decimal(row[11]),
        at=row[1] + "Z",
    )
