"""Verification: one procedure of ten numbered checks. The numbers are those of docs/spec/verification.md.

Pure: chain, contracts and readings come from the caller; the clock is the argument `now`. The caller reads `facts` for
the lot and tranche that the bundle names, from the contracts that the pinned registry file names and nowhere else.
"""

from registry.domain.certificates import Certificate
from registry.domain.hexes import hex0x
from registry.domain.numbers import short_number
from registry.domain.registry_file import RegistryFile
from registry.proofs._chain_checks import (
    Question,
    check_account,
    check_anchor,
    check_path_to_project,
    check_retired,
    check_serials,
    check_source,
    check_standing,
    not_checked,
    troubles,
)
from registry.proofs._file_checks import FilePart, check_file
from registry.proofs.anchor import anchor_hash
from registry.proofs.attested import attestations, same_attestors
from registry.proofs.bundle import Bundle
from registry.proofs.facts import Facts, Reading
from registry.proofs.verdict import (
    FAILED,
    PASSED,
    UNREAD,
    WAITING,
    Attestation,
    Check,
    Note,
    SerialsNamed,
    Verdict,
    basis_of,
    decide,
)

DEFAULT_MAX_AGE = 86_400
"""Seconds: standing and source cancellation rest on a block at most a day old."""

_NO_ANCHOR = {
    FAILED: "the anchor does not stand",
    WAITING: "the anchor is pending",
    UNREAD: "the anchor could not be checked",
}
"""Why checks 5 to 9 are not made, by the status of check 4. An outage is not a negative answer."""


def verify(
    bundle: Bundle,
    registry_file: RegistryFile | None,
    facts: Facts | None,
    *,
    now: int,
    max_age: int = DEFAULT_MAX_AGE,
    behind: int | None = None,
    head_facts: Facts | None = None,
) -> Verdict:
    """The verdict on one certificate at one place. Never raises for what the bundle says.

    `facts` (None: the chain was not asked) are read at final blocks where the chain has them; `head_facts`, optionally,
    at the head, to tell "not final yet" from "unknown". `now` is seconds since 1970, `max_age` seconds; `behind` is how
    many blocks the index that found nothing is behind the chain.
    """
    file_part = check_file(bundle, registry_file)
    if registry_file is None or file_part.broken is not None or file_part.position is None:
        why = f"check {file_part.broken.n} failed" if file_part.broken is not None else "no registry file"
        return _verdict(bundle, registry_file, file_part, _without_chain(file_part, why))
    if facts is None:
        return _verdict(bundle, registry_file, file_part, _without_chain(file_part, "the chain was not asked"))

    question = Question(
        bundle=bundle,
        position=file_part.position,
        expected=_expected_anchor(bundle, registry_file),
        facts=facts,
        now=now,
        max_age=max_age,
        behind=behind,
        head_facts=head_facts,
    )
    return _ask(question, registry_file, file_part)


def _ask(question: Question, registry: RegistryFile, file_part: FilePart) -> Verdict:
    facts, bundle = question.facts, question.bundle
    three = check_account(question, file_part.certificate)
    four = check_anchor(question)
    if not question.stands:
        rest = not_checked(range(5, 10), _NO_ANCHOR[four.status])
        return _verdict(bundle, registry, file_part, [three, four, *rest], question=question)
    six, serials = check_serials(question)
    checks = [
        three,
        four,
        check_retired(question),
        six,
        check_path_to_project(question, lambda account: registry.name_of(account) or hex0x(account)),
        check_standing(question),
        check_source(question),
    ]
    attested = attestations(facts, registry, question.position.credits_needed)
    return _verdict(bundle, registry, file_part, checks, question=question, serials=serials, attested=attested)


def _expected_anchor(bundle: Bundle, registry: RegistryFile) -> bytes:
    """What must stand on chain: recomputed from the pinned chain and contract, never from what the bundle names."""
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


def _without_chain(file_part: FilePart, why: str) -> list[Check]:
    three = file_part.named
    if three is None:
        agrees = file_part.certificate is not None
        told = "lot, grams and registry agree; the account was not read" if agrees else "the document could not be read"
        three = Check(3, UNREAD, "not-checked", f"{told}: {why}")
    return [three, *not_checked(range(4, 10), why)]


def _verdict(
    bundle: Bundle,
    registry: RegistryFile | None,
    file_part: FilePart,
    chain_checks: list[Check],
    *,
    question: Question | None = None,
    serials: tuple[SerialsNamed, ...] = (),
    attested: tuple[Attestation, ...] = (),
) -> Verdict:
    checks = (file_part.document, file_part.path, *chain_checks, file_part.disclosed)
    level, block = basis_of(checks)
    history = question.facts.history if question is not None else None
    return Verdict(
        verdict=decide(checks),
        level=level,
        certificate_hash=bundle.certificate_hash,
        number=short_number(bundle.certificate_hash),
        grams=bundle.leaf.grams,
        position=file_part.position,
        serials=serials,
        checks=checks,
        attested_by=attested,
        block=block,
        history_hash=history.value if isinstance(history, Reading) else None,
        registry=registry,
        notes=(*_notes(file_part.certificate, question, checks), *same_attestors(attested)),
        certificate=file_part.certificate,
    )


def _notes(certificate: Certificate | None, question: Question | None, checks: tuple[Check, ...]) -> list[Note]:
    notes = []
    if certificate is not None and certificate.buyer_nonce is None:
        notes.append(Note("bound-to-no-person", "bound to no person: the document carries no nonce of its buyer"))
    if question is None or not question.stands:
        return notes
    project = question.facts.project
    if isinstance(project, Reading) and project.value.status == "deregistered":
        text = f"project {project.value.source_id} was deregistered later; credits issued before stand"
        notes.append(Note("deregistered", text))
    head = question.head_facts.standing if question.head_facts is not None else None
    if isinstance(head, Reading) and checks[7].status == PASSED and troubles(question, head.value):
        text = f"block {head.seen.block.number}, which is not final yet, shows these credits in trouble"
        notes.append(Note("trouble-not-final", text))
    return notes
