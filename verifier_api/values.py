"""What the mirror knows, as JSON values: camelCase, wide integers as decimal strings, hashes in lower-case hex."""

from collections.abc import Mapping
from typing import Any

from registry.domain.hexes import ZERO_ADDRESS, hex0x
from registry.domain.numbers import short_number
from registry.store.batches import BatchState
from registry.store.claims import Claim, UnpublishedTranche
from registry.store.credit_events import Anchored
from registry.store.lists import AccountState, Retirement
from registry.store.lots import LotState
from registry.store.projects import ProjectState, ReportState
from registry.store.standing import Segment

Value = dict[str, Any]


def account_value(account: bytes | None) -> str | None:
    """An address, or None for nobody."""
    return hex0x(account) if account and account != ZERO_ADDRESS else None


def serials_value(batch: BatchState | None, first_index: int, count: int) -> Value | None:
    """The serial numbers of credits `first_index …` of a batch, both ends included."""
    if batch is None or count < 1:
        return None
    first = batch.first_serial + first_index
    return {"series": batch.series, "first": str(first), "last": str(first + count - 1)}


def lot_value(lot: LotState, batch: BatchState | None) -> Value:
    """A lot with its marks; counts in credits, `claimedGrams` in grams."""
    return {
        "lot": str(lot.lot),
        "batch": str(lot.batch),
        "firstIndex": lot.first_index,
        "count": lot.count,
        "retired": lot.retired,
        "confirmed": lot.confirmed,
        "confirmedBy": account_value(lot.confirmed_by),
        "claimedGrams": lot.claimed_grams,
        "tranches": lot.tranches,
        "owner": account_value(lot.owner),
        "claimant": account_value(lot.claimant),
        "withdrawalRequested": lot.withdrawal_requested,
        "withdrawn": lot.withdrawn,
        "serials": serials_value(batch, lot.first_index, lot.count),
    }


def batch_value(batch: BatchState, segments: tuple[Segment, ...] | None = None) -> Value:
    """An issuance; `standing` lists the serials that are suspended or invalidated (left out where not asked for)."""
    found: Value = {
        "batch": str(batch.batch),
        "report": str(batch.report),
        "count": batch.count,
        "serials": serials_value(batch, 0, batch.count),
        "registrar": account_value(batch.registrar),
        "owner": account_value(batch.owner),
        "evidence": hex0x(batch.evidence),
        "blockNumber": batch.block_number,
        "transaction": hex0x(batch.tx_hash),
    }
    if segments is not None:
        found["standing"] = [
            {
                "first": str(batch.first_serial + segment.first),
                "last": str(batch.first_serial + segment.end - 1),
                "trouble": segment.trouble,
            }
            for segment in segments
        ]
    return found


def project_value(project: ProjectState) -> Value:
    """A project; organisations by number, None for none."""
    return {
        "project": str(project.project),
        "programme": project.programme_code,
        "sourceId": project.source_id,
        "status": project.status,
        "bridged": project.bridged,
        "proponent": project.proponent or None,
        "validator": project.validator or None,
        "validatorAccount": account_value(project.validator_account),
        "registrar": account_value(project.registrar),
        "blockNumber": project.block_number,
    }


def report_value(report: ReportState) -> Value:
    """A monitoring report; days since 1970, `endDay` not included."""
    return {
        "report": str(report.report),
        "project": str(report.project),
        "fromDay": report.from_day,
        "endDay": report.end_day,
        "tonnes": report.tonnes,
        "status": report.status,
        "verifier": report.verifier or None,
        "attestor": account_value(report.attestor),
        "blockNumber": report.block_number,
    }


def retirement_key(retirement: Retirement) -> str:
    """How a retirement is named: its block and its place there."""
    return f"{retirement.block_number}-{retirement.log_index}"


def retirement_value(retirement: Retirement, batch: BatchState | None, times: Mapping[int, int]) -> Value:
    """A retirement; it names the account that signed, never a beneficiary."""
    return {
        "retirement": retirement_key(retirement),
        "lot": str(retirement.lot),
        "firstIndex": retirement.first_index,
        "count": retirement.count,
        "account": account_value(retirement.account),
        "serials": serials_value(batch, retirement.first_index, retirement.count),
        "blockNumber": retirement.block_number,
        "timestamp": times.get(retirement.block_number, 0),
        "transaction": hex0x(retirement.tx_hash),
    }


def tranche_value(tranche: Anchored, published: bool) -> Value:
    """An anchored tranche: grams `[start, start + total)` of its lot."""
    return {
        "lot": str(tranche.lot),
        "tranche": tranche.tranche,
        "start": tranche.start,
        "total": tranche.total,
        "leafCount": tranche.leaf_count,
        "root": hex0x(tranche.root),
        "anchor": hex0x(tranche.anchor),
        "account": account_value(tranche.account),
        "published": published,
        "blockNumber": tranche.block_number,
    }


def unpublished_value(tranche: UnpublishedTranche) -> Value:
    """An anchored tranche whose certificates nobody published."""
    return {
        "lot": str(tranche.lot),
        "tranche": tranche.tranche,
        "grams": tranche.grams,
        "leafCount": tranche.leaf_count,
        "anchor": hex0x(tranche.anchor),
        "blockNumber": tranche.block_number,
    }


def claim_value(claim: Claim) -> Value:
    """A certificate's place in a published tranche."""
    return {
        "certificateHash": hex0x(claim.certificate_hash),
        "number": short_number(claim.certificate_hash),
        "lot": str(claim.lot),
        "tranche": claim.tranche,
        "index": claim.index,
        "startGram": claim.start,
        "endGram": claim.start + claim.grams,
        "grams": claim.grams,
        "documented": claim.documented,
    }


def account_state_value(account: AccountState) -> Value:
    """An account and how many lots it holds now."""
    return {"account": hex0x(account.account), "lots": account.lots}
