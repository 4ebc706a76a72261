"""Typed bindings of ProjectRegistry, written by `scripts/build` from its ABI: do not edit.

Addresses are 20 bytes, hashes 32 bytes. The manual of the functions is contracts/interfaces/IProjectRegistry.sol.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.chain.binding import Binding
from registry.chain.send import Receipt


@dataclass(frozen=True, slots=True)
class Project:
    programme: int
    status: int
    bridged: bool
    proponent: int
    validator: int
    registrar: bytes


@dataclass(frozen=True, slots=True)
class Report:
    project: int
    from_day: int
    end_day: int
    tonnes: int
    status: int
    verifier: int
    attestor: bytes


class ProjectRegistry(Binding):
    ARTIFACT = "ProjectRegistry"

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

    def accredit(self, organisation: int, kind: int, from_: int, until: int, evidence: bytes) -> Receipt:
        return self._send("accredit", organisation, kind, from_, until, evidence)

    def accreditation_of(self, organisation: int, kind: int) -> tuple[int, int]:
        value_0, value_1 = self._read("accreditationOf", organisation, kind)
        return value_0, value_1

    def add_organisation(self, evidence: bytes) -> Receipt:
        return self._send("addOrganisation", evidence)

    def add_programme(self, code: bytes, bridged: bool, evidence: bytes) -> Receipt:
        return self._send("addProgramme", code, bridged, evidence)

    def begin_default_admin_transfer(self, new_admin: bytes) -> Receipt:
        return self._send("beginDefaultAdminTransfer", new_admin)

    def cancel_default_admin_transfer(self) -> Receipt:
        return self._send("cancelDefaultAdminTransfer")

    def change_default_admin_delay(self, new_delay: int) -> Receipt:
        return self._send("changeDefaultAdminDelay", new_delay)

    def default_admin(self) -> bytes:
        value: bytes = self._read("defaultAdmin")[0]
        return value

    def default_admin_delay(self) -> int:
        value: int = self._read("defaultAdminDelay")[0]
        return value

    def default_admin_delay_increase_wait(self) -> int:
        value: int = self._read("defaultAdminDelayIncreaseWait")[0]
        return value

    def deregister(self, project: int, evidence: bytes) -> Receipt:
        return self._send("deregister", project, evidence)

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

    def issuable(self, report_id: int) -> int:
        value: int = self._read("issuable", report_id)[0]
        return value

    def multicall(self, data: Sequence[bytes]) -> Receipt:
        return self._send("multicall", data)

    def organisation_of(self, member: bytes) -> int:
        value: int = self._read("organisationOf", member)[0]
        return value

    def owner(self) -> bytes:
        value: bytes = self._read("owner")[0]
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

    def programme_of(self, programme: int) -> tuple[bytes, bool]:
        value_0, value_1 = self._read("programmeOf", programme)
        return value_0, value_1

    def project_of(self, project: int) -> Project:
        return Project(*self._read("projectOf", project)[0])

    def propose(self, programme: int, source_id: str, document: bytes) -> Receipt:
        return self._send("propose", programme, source_id, document)

    def record_external(
        self, project: int, from_day: int, end_day: int, tonnes: int, evidence: bytes, hint: int
    ) -> Receipt:
        return self._send("recordExternal", project, from_day, end_day, tonnes, evidence, hint)

    def record_project(self, programme: int, source_id: str, evidence: bytes) -> Receipt:
        return self._send("recordProject", programme, source_id, evidence)

    def register(self, project: int, document: bytes) -> Receipt:
        return self._send("register", project, document)

    def reject(self, report_id: int, document: bytes) -> Receipt:
        return self._send("reject", report_id, document)

    def renounce_role(self, role: bytes, account: bytes) -> Receipt:
        return self._send("renounceRole", role, account)

    def report(self, project: int, from_day: int, end_day: int, tonnes: int, document: bytes) -> Receipt:
        return self._send("report", project, from_day, end_day, tonnes, document)

    def report_of(self, report_id: int) -> Report:
        return Report(*self._read("reportOf", report_id)[0])

    def revoke_role(self, role: bytes, account: bytes) -> Receipt:
        return self._send("revokeRole", role, account)

    def rollback_default_admin_delay(self) -> Receipt:
        return self._send("rollbackDefaultAdminDelay")

    def set_member(self, member: bytes, organisation: int) -> Receipt:
        return self._send("setMember", member, organisation)

    def source_id_of(self, project: int) -> str:
        value: str = self._read("sourceIdOf", project)[0]
        return value

    def supports_interface(self, interface_id: bytes) -> bool:
        value: bool = self._read("supportsInterface", interface_id)[0]
        return value

    def unpause(self) -> Receipt:
        return self._send("unpause")

    def validate(self, project: int, document: bytes) -> Receipt:
        return self._send("validate", project, document)

    def verify(self, report_id: int, tonnes: int, document: bytes, hint: int) -> Receipt:
        return self._send("verify", report_id, tonnes, document, hint)

    def withdraw_accreditation(self, organisation: int, kind: int, evidence: bytes) -> Receipt:
        return self._send("withdrawAccreditation", organisation, kind, evidence)
