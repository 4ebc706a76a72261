"""Whom one must trust beside the code: the accounts that attested, by name, and whether they are different ones."""

from functools import lru_cache

from registry.domain.hexes import ZERO_ADDRESS, hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.facts import Facts, Reading
from registry.proofs.verdict import Attestation, Note


def attestations(facts: Facts, registry: RegistryFile, credits_needed: int) -> tuple[Attestation, ...]:
    """Who attested what this certificate rests on, as far as it was read.

    `credits_needed`: source cancellation counts only if it covers that many credits of the lot.
    """
    found: list[Attestation] = []

    def add(role: str, account: bytes | None, organisation: int = 0) -> None:
        if account == ZERO_ADDRESS:
            account = None
        if account is None and not organisation:
            return
        name = registry.name_of(account) if account is not None else None
        attestation = Attestation(role, account, name, organisation or None)
        if attestation not in found:
            found.append(attestation)

    project = facts.project.value if isinstance(facts.project, Reading) else None
    report = facts.report.value if isinstance(facts.report, Reading) else None
    if project is not None:
        add("validator", None, project.validator)
    if report is not None and report.status == "verified":
        add("verifier", report.attestor, report.verifier)
    if project is not None:
        add("registrar", project.registrar)
    if report is not None and report.status == "recorded":
        add("registrar", report.attestor)
    if isinstance(facts.batch, Reading) and facts.batch.value.count:
        add("issuer", facts.batch.value.registrar)
    if isinstance(facts.marks, Reading) and facts.marks.value.confirmed >= credits_needed:
        add("sourceCancellation", facts.marks.value.confirmed_by)
    return tuple(found)


@lru_cache(maxsize=1_024)
def same_attestors(attested: tuple[Attestation, ...]) -> tuple[Note, ...]:
    """A note for each group of attestations that share an account, a name or an organisation, also through others."""
    groups: list[list[Attestation]] = []
    for one in attested:
        joined = [group for group in groups if any(_same(one, other) for other in group)]
        rest = [group for group in groups if group not in joined]
        groups = [*rest, [*(other for group in joined for other in group), one]]
    notes = []
    for group in groups:
        roles = sorted({one.role for one in group})
        if len(roles) > 1:
            who = " / ".join(dict.fromkeys(map(_told, group)))
            notes.append(Note("same-attestor", f"{', '.join(roles)} are not independent: all are {who}"))
    return tuple(notes)


def _told(one: Attestation) -> str:
    return one.name or (hex0x(one.account) if one.account is not None else f"organisation {one.organisation}")


def _same(one: Attestation, other: Attestation) -> bool:
    return (
        (one.account is not None and one.account == other.account)
        or (one.organisation is not None and one.organisation == other.organisation)
        or (one.name is not None and one.name == other.name)
    )
