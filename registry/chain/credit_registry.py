"""Typed bindings of CreditRegistry, written by `scripts/build` from its ABI: do not edit.

Addresses are 20 bytes, hashes 32 bytes. The manual of the functions is contracts/interfaces/ICreditRegistry.sol.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.chain.binding import Binding
from registry.chain.send import Receipt


@dataclass(frozen=True, slots=True)
class Batch:
    first_serial: int
    count: int
    series: int
    report: int
    registrar: bytes


@dataclass(frozen=True, slots=True)
class Lot:
    owner: bytes
    count: int
    retired: int
    withdrawal_requested: bool
    withdrawn: bool
    claimant: bytes


@dataclass(frozen=True, slots=True)
class Marks:
    claimed_grams: int
    tranches: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class Segment:
    first: int
    end: int
    trouble: int


class CreditRegistry(Binding):
    ARTIFACT = "CreditRegistry"

    def default_admin_role(self) -> bytes:
        value: bytes = self._read("DEFAULT_ADMIN_ROLE")[0]
        return value

    def operator_role(self) -> bytes:
        value: bytes = self._read("OPERATOR_ROLE")[0]
        return value

    def pauser_role(self) -> bytes:
        value: bytes = self._read("PAUSER_ROLE")[0]
        return value

    def registrar_role(self) -> bytes:
        value: bytes = self._read("REGISTRAR_ROLE")[0]
        return value

    def accept_default_admin_transfer(self) -> Receipt:
        return self._send("acceptDefaultAdminTransfer")

    def anchor(
        self, lot: int, expected_tranche: int, expected_start: int, leaf_count: int, total: int, root: bytes
    ) -> Receipt:
        return self._send("anchor", lot, expected_tranche, expected_start, leaf_count, total, root)

    def anchor_of(self, lot: int, tranche: int) -> bytes:
        value: bytes = self._read("anchorOf", lot, tranche)[0]
        return value

    def approve(self, account: bytes, id_: int) -> Receipt:
        return self._send("approve", account, id_)

    def balance_of(self, owner: bytes) -> int:
        value: int = self._read("balanceOf", owner)[0]
        return value

    def batch_of(self, batch: int) -> Batch:
        return Batch(*self._read("batchOf", batch)[0])

    def begin_default_admin_transfer(self, new_admin: bytes) -> Receipt:
        return self._send("beginDefaultAdminTransfer", new_admin)

    def block_at(self, series: int, serial: int) -> tuple[bool, int, int, int]:
        value_0, value_1, value_2, value_3 = self._read("blockAt", series, serial)
        return value_0, value_1, value_2, value_3

    def cancel_default_admin_transfer(self) -> Receipt:
        return self._send("cancelDefaultAdminTransfer")

    def cancel_withdrawal(self, lot: int) -> Receipt:
        return self._send("cancelWithdrawal", lot)

    def change_default_admin_delay(self, new_delay: int) -> Receipt:
        return self._send("changeDefaultAdminDelay", new_delay)

    def close(self, successor: bytes) -> Receipt:
        return self._send("close", successor)

    def closed(self) -> bool:
        value: bool = self._read("closed")[0]
        return value

    def confirm_source_cancellation(self, lot: int, expected_first_index: int, count: int, evidence: bytes) -> Receipt:
        return self._send("confirmSourceCancellation", lot, expected_first_index, count, evidence)

    def confirm_withdrawal(self, lot: int, evidence: bytes) -> Receipt:
        return self._send("confirmWithdrawal", lot, evidence)

    def confirmed_by(self, lot: int) -> bytes:
        value: bytes = self._read("confirmedBy", lot)[0]
        return value

    def default_admin(self) -> bytes:
        value: bytes = self._read("defaultAdmin")[0]
        return value

    def default_admin_delay(self) -> int:
        value: int = self._read("defaultAdminDelay")[0]
        return value

    def default_admin_delay_increase_wait(self) -> int:
        value: int = self._read("defaultAdminDelayIncreaseWait")[0]
        return value

    def force_withdraw(self, lot: int, evidence: bytes) -> Receipt:
        return self._send("forceWithdraw", lot, evidence)

    def get_approved(self, id_: int) -> bytes:
        value: bytes = self._read("getApproved", id_)[0]
        return value

    def get_role_admin(self, role: bytes) -> bytes:
        value: bytes = self._read("getRoleAdmin", role)[0]
        return value

    def grant_role(self, role: bytes, account: bytes) -> Receipt:
        return self._send("grantRole", role, account)

    def has_role(self, role: bytes, account: bytes) -> bool:
        value: bool = self._read("hasRole", role, account)[0]
        return value

    def history_hash(self) -> bytes:
        value: bytes = self._read("historyHash")[0]
        return value

    def invalidate(self, batch: int, first_index: int, end_index: int, evidence: bytes) -> Receipt:
        return self._send("invalidate", batch, first_index, end_index, evidence)

    def is_approved_for_all(self, owner: bytes, operator: bytes) -> bool:
        value: bool = self._read("isApprovedForAll", owner, operator)[0]
        return value

    def issue(
        self, report: int, series: int, first_serial: int, count: int, to: bytes, evidence: bytes, hint: int
    ) -> Receipt:
        return self._send("issue", report, series, first_serial, count, to, evidence, hint)

    def issued_of(self, report: int) -> int:
        value: int = self._read("issuedOf", report)[0]
        return value

    def lot_of(self, lot: int) -> Lot:
        return Lot(*self._read("lotOf", lot)[0])

    def marks_of(self, lot: int) -> Marks:
        return Marks(*self._read("marksOf", lot)[0])

    def multicall(self, data: Sequence[bytes]) -> Receipt:
        return self._send("multicall", data)

    def name(self) -> str:
        value: str = self._read("name")[0]
        return value

    def name_claimant(self, lot: int, claimant: bytes) -> Receipt:
        return self._send("nameClaimant", lot, claimant)

    def owner(self) -> bytes:
        value: bytes = self._read("owner")[0]
        return value

    def owner_of(self, id_: int) -> bytes:
        value: bytes = self._read("ownerOf", id_)[0]
        return value

    def pause(self) -> Receipt:
        return self._send("pause")

    def paused(self) -> bool:
        value: bool = self._read("paused")[0]
        return value

    def pending_default_admin(self) -> tuple[bytes, int]:
        value_0, value_1 = self._read("pendingDefaultAdmin")
        return value_0, value_1

    def pending_default_admin_delay(self) -> tuple[int, int]:
        value_0, value_1 = self._read("pendingDefaultAdminDelay")
        return value_0, value_1

    def projects(self) -> bytes:
        value: bytes = self._read("projects")[0]
        return value

    def register_series(self, id_: str) -> Receipt:
        return self._send("registerSeries", id_)

    def reinstate(self, batch: int, first_index: int, end_index: int, evidence: bytes) -> Receipt:
        return self._send("reinstate", batch, first_index, end_index, evidence)

    def renounce_role(self, role: bytes, account: bytes) -> Receipt:
        return self._send("renounceRole", role, account)

    def request_withdrawal(self, lot: int) -> Receipt:
        return self._send("requestWithdrawal", lot)

    def retire(self, lot: int, expected_first_index: int, count: int) -> Receipt:
        return self._send("retire", lot, expected_first_index, count)

    def revoke_role(self, role: bytes, account: bytes) -> Receipt:
        return self._send("revokeRole", role, account)

    def rollback_default_admin_delay(self) -> Receipt:
        return self._send("rollbackDefaultAdminDelay")

    def safe_transfer_from(self, from_: bytes, to: bytes, id_: int) -> Receipt:
        return self._send("safeTransferFrom(address,address,uint256)", from_, to, id_)

    def safe_transfer_from_with_data(self, from_: bytes, to: bytes, id_: int, data: bytes) -> Receipt:
        return self._send("safeTransferFrom(address,address,uint256,bytes)", from_, to, id_, data)

    def segments_of(self, batch: int) -> list[Segment]:
        return [Segment(*item) for item in self._read("segmentsOf", batch)[0]]

    def series_number(self, id_: str) -> int:
        value: int = self._read("seriesNumber", id_)[0]
        return value

    def series_of(self, series: int) -> str:
        value: str = self._read("seriesOf", series)[0]
        return value

    def set_approval_for_all(self, operator: bytes, is_approved: bool) -> Receipt:
        return self._send("setApprovalForAll", operator, is_approved)

    def split(self, lot: int, count: int) -> Receipt:
        return self._send("split", lot, count)

    def split_to(self, lot: int, tail_count: int, to: bytes, retire_them: bool) -> Receipt:
        return self._send("splitTo", lot, tail_count, to, retire_them)

    def supports_interface(self, interface_id: bytes) -> bool:
        value: bool = self._read("supportsInterface", interface_id)[0]
        return value

    def suspend(self, batch: int, first_index: int, end_index: int, evidence: bytes) -> Receipt:
        return self._send("suspend", batch, first_index, end_index, evidence)

    def symbol(self) -> str:
        value: str = self._read("symbol")[0]
        return value

    def token_uri(self, lot: int) -> str:
        value: str = self._read("tokenURI", lot)[0]
        return value

    def transfer_from(self, from_: bytes, to: bytes, id_: int) -> Receipt:
        return self._send("transferFrom", from_, to, id_)

    def unpause(self) -> Receipt:
        return self._send("unpause")
