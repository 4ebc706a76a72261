"""Verifying a certificate's file with whatever the user has: nothing, trusted blocks, nodes, or a verifier API.

A level is never raised by what the file or the API says: the registry file, the trusted blocks and the nodes are the
user's.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

import httpx

from registry.chain.rpc import RpcError
from registry.domain.errors import Contradiction, InvalidInput, Unavailable
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.bundle import Bundle, parse_bundle
from registry.proofs.facts import Facts, Reading, Unread
from registry.proofs.header_trust import TrustedBlock, is_trusted
from registry.proofs.proven import PROVEN, proven_facts, read_evidence
from registry.proofs.proven_choice import choose_facts, trusted_facts
from registry.proofs.slots import unread_facts
from registry.proofs.verdict import Note, Verdict
from registry.proofs.verify import verify
from registry.workflows.proving import fetch_trusted
from registry.workflows.witness import Witnesses, connect

MOST_ANSWER = 4 * 1_048_576
DAY = 86_400


def verify_alone(bundle: Bundle, registry: RegistryFile | None, *, now: int) -> Verdict:
    """Level 0: whether the file agrees with itself and with the pinned registry. Never more than `unavailable`."""
    return verify(bundle, registry, None, now=now)


def verify_with_evidence(
    bundle: Bundle, registry: RegistryFile, trusted: Sequence[TrustedBlock], *, now: int, max_age: int = DAY
) -> Verdict:
    """Level 3 without asking anybody: checks 4 to 9 from the file's own evidence, as far as it rests on trusted blocks.

    What is not proven so is `unavailable`; a header that came with the file alone raises nothing.
    """
    facts = trusted_facts(bundle, registry, trusted, now=now, max_age=max_age)
    return verify(bundle, registry, facts, now=now, max_age=max_age)


def verify_with_nodes(
    bundle: Bundle,
    registry: RegistryFile,
    urls: Sequence[str],
    *,
    quorum: int | None = None,
    now: int,
    max_age: int = DAY,
    trusted: Sequence[TrustedBlock] = (),
) -> Verdict:
    """Checks 4 to 9 from the nodes' storage at a final block (level 1 or 2); at the head too if nothing is final yet.

    With `trusted` blocks, level 3 too: from the file's evidence, else from proofs that a node gives under such a block.
    Evidence under other headers counts as much as the nodes that name the same header.

    A node of another chain, or one that holds other code at the pinned addresses, raises Contradiction, and so do nodes
    that disagree, unless something is proven already; then a note says so.
    """
    lot, tranche = bundle.anchor.lot, bundle.anchor.tranche
    sources = proven_facts(bundle.evidence, registry, lot, tranche, trusted)
    head: Facts | None = None
    troubles: list[str] = []
    try:
        with connect(urls, registry, quorum) as witnesses:
            for entry in bundle.evidence:
                if not is_trusted(entry.header, trusted) and (seen := witnesses.vouch(entry.header)):
                    sources.append(read_evidence(entry, registry, lot, tranche, seen))
            if trusted and not any(_is_proven(facts) for facts in sources):
                proven, reason = _prove(witnesses, lot, tranche, trusted)
                sources += proven
                troubles += reason
            facts = witnesses.facts(lot, tranche)
            sources.append(facts)
            if not isinstance(facts.anchor, Unread) and not any(facts.anchor.value):
                head = witnesses.head_facts(lot, tranche)
    except (Unavailable, Contradiction) as error:
        if any(_is_proven(facts) for facts in sources):
            troubles.append(f"the nodes added nothing: {error}")
        elif isinstance(error, Unavailable):
            sources.append(unread_facts(str(error)))
        else:
            raise
    chosen = choose_facts(sources, now=now, max_age=max_age)
    verdict = verify(bundle, registry, chosen, now=now, max_age=max_age, head_facts=head)
    return replace(verdict, notes=(*verdict.notes, *(Note("not-proven", text) for text in troubles)))


def _prove(
    witnesses: Witnesses, lot: int, tranche: int, trusted: Sequence[TrustedBlock]
) -> tuple[list[Facts], list[str]]:
    """Facts under a trusted block from the first node that proves them, or why there are none."""
    reasons: list[str] = []
    for node in witnesses.nodes:
        try:
            return [fetch_trusted(node, witnesses.registry, lot, tranche, trusted)], []
        except (Unavailable, RpcError) as error:
            reasons.append(str(error))
    return [], reasons


def _is_proven(facts: Facts) -> bool:
    return isinstance(facts.anchor, Reading) and facts.anchor.seen.level == PROVEN


def verify_with_api(bundle: Bundle, registry: RegistryFile, url: str, *, now: int) -> dict[str, object]:
    """Level 1 at most: the file's own checks here, the rest as the API at `url` reports it, as verdict JSON.

    What the file discloses about persons is not sent. Raises Unavailable if the API gives no usable answer, and
    Contradiction if it speaks of another registry.
    """
    own = verify(bundle, registry, None, now=now)
    if own.verdict != "unavailable":
        return own.to_value()
    body = replace(bundle, disclosures=(), evidence=()).to_json()
    reported = _ask(f"{url}/v1/verify", body)
    require_same_registry(url, reported, registry)
    if reported.get("certificateHash") != hex0x(bundle.certificate_hash):
        raise Contradiction(
            f"the API at {url} answered about another certificate",
            expected=hex0x(bundle.certificate_hash),
            found=str(reported.get("certificateHash"))[:80],
        )
    return reported


def require_same_registry(url: str, reported: dict[str, object], registry: RegistryFile) -> None:
    """Raise Contradiction unless the API's verdict speaks of the pinned chain and contract."""
    pinned = {"chainId": str(registry.chain_id), "creditRegistry": hex0x(registry.credit_registry.address)}
    said = reported.get("registry")
    if not isinstance(said, dict) or any(said.get(name) != value for name, value in pinned.items()):
        raise Contradiction(
            f"the API at {url} speaks of another registry", expected=json.dumps(pinned), found=json.dumps(said)[:300]
        )


def fetch_bundle(url: str, wanted: str) -> Bundle:
    """The published bundle of a certificate hash or short number from the API at `url`."""
    return parse_bundle(_fetch(f"{url}/v1/certificates/{wanted}/bundle", None)[1])


def fetch_verdict(url: str, wanted: str) -> dict[str, object]:
    """What the API at `url` says of a certificate hash or short number (level 1: as reported)."""
    return _object(url, *_fetch(f"{url}/v1/certificates/{wanted}", None))


def _ask(url: str, body: bytes) -> dict[str, object]:
    return _object(url, *_fetch(url, body))


def _object(url: str, status: int, text: bytes) -> dict[str, object]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if isinstance(value, dict) and "verdict" in value:
        return value
    detail = value.get("detail") if isinstance(value, dict) else None
    if status in (400, 413, 415, 422) and detail:
        raise InvalidInput(f"the API at {url} refused the request", found=str(detail)[:300])
    raise Unavailable(f"the API at {url} gave no verdict", expected="a verdict as JSON", found=f"HTTP status {status}")


def _fetch(url: str, body: bytes | None) -> tuple[int, bytes]:
    try:
        with (
            httpx.Client(timeout=30, trust_env=False) as client,
            client.stream(
                "GET" if body is None else "POST",
                url,
                content=body,
                headers={"accept": "application/json", "content-type": "application/json"},
            ) as response,
        ):
            received = bytearray()
            for chunk in response.iter_bytes():
                received += chunk
                if len(received) > MOST_ANSWER:
                    raise Unavailable(f"the API at {url} answered too much", expected=f"at most {MOST_ANSWER} bytes")
            return response.status_code, bytes(received)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(f"the API at {url} did not answer", found=type(error).__name__) from None
