"""Judging certificates from the mirror: by hash, by short number, or by the file that carries everything."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from registry.domain.errors import InvalidInput, OffsetproofError, Unavailable
from registry.domain.hexes import hex0x
from registry.domain.numbers import ShortNumber
from registry.domain.strict_json import parse_strict
from registry.proofs.bundle import Bundle
from registry.proofs.compact import MAGIC
from registry.proofs.facts import Block, Seen
from registry.proofs.verdict import (
    COMPROMISED,
    FAILED,
    INVALID,
    PENDING,
    RETIRED,
    UNAVAILABLE_VERDICT,
    UNKNOWN,
    UNKNOWN_REGISTRY,
    Verdict,
    unavailable_verdict,
    unknown_verdict,
)
from registry.proofs.verify import verify
from registry.store.bundles import bundle_of, require_led, unfolded_bundle
from registry.store.claims import Claim, document_of
from registry.store.lots import LotState
from registry.store.mirror import read_progress
from registry.store.place_queries import hashes_between, places_of
from registry.store.published_leaves import PublishedLeaf, leaves_of
from registry.store.session import Session
from registry.workflows.reading import read_certificate
from verifier_api.bodies import PDF
from verifier_api.known import KnownTranche
from verifier_api.problems import Problem
from verifier_api.reading import block_value
from verifier_api.services import Services
from verifier_api.stated import disclosed, read_document, stated_value
from verifier_api.tape import Tape, draw_tape
from verifier_api.values import Value

BEST_FIRST = (RETIRED, PENDING, COMPROMISED, UNAVAILABLE_VERDICT, UNKNOWN, UNKNOWN_REGISTRY, INVALID)
MOST_PLACES = 10
"""Places of one hash that are judged. Those in the lot that the document names come first, so that anchoring a hash
elsewhere many times hides nothing."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with what a page needs beside it. `others`: verdicts on other places of the hash, best first."""

    verdict: Verdict
    bundle: Bundle | None
    behind: int | None
    """How many blocks the mirror lacks; None if that is not known."""
    lot: LotState | None = None
    others: tuple["Judged", ...] = ()
    mirror_block: Value | None = None
    disclosures: tuple[str, ...] = field(default=())

    @property
    def tape(self) -> Tape | None:
        """The lot as a tape with the certificate marked, where the anchor stands."""
        lot, position = self.lot, self.verdict.position
        if position is None or not self.verdict.serials or lot is None:
            return None
        marked = (position.start_gram, position.end_gram)
        return draw_tape(lot.count, lot.retired, lot.claimed_grams, lot.withdrawn, marked)

    @property
    def status(self) -> int:
        """The HTTP status: 200 whatever the verdict says, 404 for `unknown` at the chain's head, 503 for an outage."""
        if self.verdict.verdict == UNAVAILABLE_VERDICT:
            return 503
        return 404 if self.verdict.verdict == UNKNOWN and self.behind == 0 else 200

    def to_value(self) -> Value:
        """The verdict's JSON with the place judged, what the document states, and the other places."""
        value: Value = self.verdict.to_value()
        if value["block"] is None:
            value["block"] = self.mirror_block
        bundle = self.bundle
        value["claim"] = (
            {"lot": str(bundle.anchor.lot), "tranche": bundle.anchor.tranche, "index": bundle.leaf.index}
            if bundle
            else None
        )
        document = self.verdict.certificate  # only of one that holds the statements are worth showing
        value["stated"] = stated_value(document, disclosed(self.disclosures)) if document else None
        value["others"] = [other.to_value() for other in self.others]
        return value


def judge_bundle(services: Services, data: bytes) -> Judged:
    """Judge a certificate's file: JSON, CBOR, a PDF that carries it, or the text of its code; no pictures.

    Raises Problem 422 for strict JSON, PDF or CBOR that is no certificate, 400 for anything else.
    """
    try:
        bundle = read_certificate(data, pictures=False)
    except InvalidInput as error:
        found = (error.message, error.expected, error.found, error.hint, error.place)
        raise Problem(422 if _is_of_a_kind(data) else 400, "not-a-bundle", *found) from None
    with services.store.read() as session:
        return _judge(services, session, bundle)


def _is_of_a_kind(data: bytes) -> bool:
    """Whether these bytes are of a kind that certificates come in, whatever they hold."""
    if data.startswith((PDF, MAGIC)):
        return True
    try:
        parse_strict(data, what="bundle")
    except InvalidInput:
        return False
    return True


def judge_sought(services: Services, sought: bytes | ShortNumber) -> Judged:
    """Judge every place of a hash or short number. Raises Problem 300 if a number fits several certificates."""
    (judged,) = judge_together(services, [sought])
    if isinstance(judged, Exception):
        raise judged
    return judged


def judge_together(services: Services, sought: Sequence[bytes | ShortNumber]) -> list[Judged | Exception]:
    """Judge several in one state of the mirror, in their order. What went wrong with one stands in its place, and
    concerns no other: if the database fails at a row of one of them, each is asked for by itself."""
    try:
        with services.store.read() as session:
            hashes = [one for one in sought if isinstance(one, bytes)]
            leaves = leaves_of(session, hashes) if hashes else {}
            return [
                _judge_one(services, session, one, leaves.get(one) if isinstance(one, bytes) else None)
                for one in sought
            ]
    except Unavailable as error:
        return [_unavailable(services, one, error) for one in sought]
    except Exception as error:
        if len(sought) == 1:
            return [error]
        return [judged for one in sought for judged in judge_together(services, [one])]


def _judge_one(
    services: Services, session: Session, sought: bytes | ShortNumber, leaf: PublishedLeaf | None
) -> Judged | Exception:
    """`leaf`: the only one of this hash, where that is known already."""
    try:
        if leaf is not None and (known := services.known.under(session, leaf.anchor)) is not None:
            return _judge_leaf(services, session, leaf, known)
        if places := find_places(session, sought):
            return _best(services, session, places)
        return _absent(services, session, sought)
    except Unavailable as error:
        return _unavailable(services, sought, error)
    except (OffsetproofError, Problem) as error:
        return error


def _judge_leaf(services: Services, session: Session, leaf: PublishedLeaf, known: KnownTranche) -> Judged:
    anchored = known.anchored
    assert anchored is not None  # or nobody knew it by its anchor
    bundle = unfolded_bundle(session, anchored, leaf, services.known.nodes)
    judged = _judge(services, session, bundle, known)
    if judged.verdict.checks[1].status == FAILED:
        require_led(anchored, bundle)
    return judged


def _unavailable(services: Services, sought: bytes | ShortNumber, error: Unavailable) -> Judged:
    return Judged(unavailable_verdict(sought, services.registry, str(error)), None, None)


def find_places(session: Session, sought: bytes | ShortNumber) -> list[Claim]:
    """The places to judge, those in the lot that the published document names first."""
    hashes = hashes_between(session, *sought.bounds(), MOST_PLACES) if isinstance(sought, ShortNumber) else [sought]
    if len(hashes) > 1:
        raise Problem(
            300,
            "several",
            "several certificates begin with this number",
            expected="a full hash",
            found=", ".join(map(hex0x, hashes)),
        )
    found = places_of(session, hashes[0], MOST_PLACES) if hashes else []
    if len(found) < MOST_PLACES:
        return found
    document = read_document(document_of(session, hashes[0]))
    if document is not None:
        home = places_of(session, hashes[0], MOST_PLACES, lot=document.lot)
        found = list({(c.lot, c.tranche, c.index): c for c in (*home, *found)}.values())
    return found[:MOST_PLACES]


def find_published(
    services: Services, sought: bytes | ShortNumber, *, evidence: bool = False
) -> tuple[Bundle, Value | None]:
    """A published certificate's file, of its best place, with storage proofs if asked for; and the mirror's block.

    Only a certificate that stands in several places is judged for it. Raises Problem 404 if its document is not
    published, 503 if there are no proofs to give.
    """
    with services.store.read() as session:
        places = find_places(session, sought)
        if len(places) > 1:
            bundle = _best(services, session, places).bundle
        else:
            bundle = _bundle_at(services, session, places[0]) if places else None
        bundle, block = require_published(bundle), block_value(session)
        anchored = services.known.of(session, bundle.anchor.lot, bundle.anchor.tranche).anchored if evidence else None
    return services.evidence.add_to(bundle, anchored) if anchored else bundle, block


def require_published(bundle: Bundle | None) -> Bundle:
    """The bundle; raises Problem 404 if there is none, or none with its document."""
    if bundle is None or bundle.document is None:
        what = "no such certificate is" if bundle is None else "the certificate's document is not"
        raise Problem(404, "not-found", f"{what} published here", hint="use the holder's file")
    return bundle


def judge_published(services: Services, sought: bytes | ShortNumber) -> tuple[Judged, Bundle]:
    """A published certificate's best place and its file. Raises Problem 404 if its document is not published."""
    judged = judge_sought(services, sought)
    return judged, require_published(judged.bundle)


def _best(services: Services, session: Session, places: list[Claim]) -> Judged:
    judged = []
    for place in places:
        bundle = _bundle_at(services, session, place)
        if bundle is not None:
            judged.append(_judge(services, session, bundle))
    judged.sort(key=lambda one: BEST_FIRST.index(one.verdict.verdict))
    best, others = judged[0], tuple(judged[1:])
    return Judged(best.verdict, best.bundle, best.behind, best.lot, others, best.mirror_block)


def _bundle_at(services: Services, session: Session, place: Claim) -> Bundle | None:
    anchored = services.known.of(session, place.lot, place.tranche).anchored
    return bundle_of(session, anchored, place.index, services.known.nodes)


def _judge(services: Services, session: Session, bundle: Bundle, known: KnownTranche | None = None) -> Judged:
    behind = services.heads.behind(read_progress(session))
    known = known or services.known.of(session, bundle.anchor.lot, bundle.anchor.tranche)
    verdict = verify(
        bundle,
        services.registry,
        known.facts,
        now=services.clock(),
        max_age=services.settings.max_age_seconds,
        behind=behind,
        head_facts=known.head_facts,
    )
    if verdict.verdict == UNKNOWN:
        sums = services.totals.of(session)
        verdict = _with_unpublished(verdict, sums.unpublished_tranches, sums.unpublished_grams)
    return Judged(
        verdict,
        bundle,
        behind=behind,
        lot=known.lot,
        mirror_block=block_value(session),
        disclosures=bundle.disclosures,
    )


def _absent(services: Services, session: Session, sought: bytes | ShortNumber) -> Judged:
    progress = read_progress(session)
    if progress is None:
        raise Unavailable("the mirror is empty")
    block = block_value(session)
    behind = services.heads.behind(progress)
    age = services.clock() - progress.indexed.timestamp
    if behind is None or (not services.heads.asks_a_node and age > services.settings.max_age_seconds):
        why = "how far the chain has come is not known, so that a missing certificate could be a new one"
        return Judged(unavailable_verdict(sought, services.registry, why), None, behind, mirror_block=block)
    sums, at = services.totals.of(session), progress.indexed
    final = at.number <= progress.finalized.number
    verdict = unknown_verdict(
        sought,
        services.registry,
        unpublished_tranches=sums.unpublished_tranches,
        unpublished_grams=sums.unpublished_grams,
        behind=behind,
        seen=Seen(1, Block(at.number, at.hash, at.timestamp), final, "the mirror"),
    )
    return Judged(verdict, None, behind, mirror_block=block)


def _with_unpublished(verdict: Verdict, tranches: int, grams: int) -> Verdict:
    return replace(verdict, unpublished=(tranches, grams))
