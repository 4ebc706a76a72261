"""From claims to certificates: allot grams, write the plan, anchor, write the bundles.

The plan, with every document and salt, is on disk before the transaction goes out, and the contract accepts a tranche
only at the number and gram that the plan names. So a run that dies anywhere is finished by the same command again, and
nothing is ever anchored twice.
"""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from registry.domain.certificates import Certificate, Digest, Issuer
from registry.domain.errors import Contradiction, InvalidInput
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.anchor import anchor_hash
from registry.proofs.bundle import Bundle, parse_bundle
from registry.proofs.canonical import canonical_bytes
from registry.proofs.disclosure import disclose
from registry.proofs.sumtree import SumTree
from registry.workflows.claims import Claim

PLAN = "plan.json"
OUTCOME = "outcome.json"
BUNDLES = "bundles"


@dataclass(frozen=True, slots=True)
class Room:
    """Retired grams of a lot that nobody has claimed yet: `[start, start + grams)`; they get the number `tranche`."""

    lot: int
    tranche: int
    start: int
    grams: int


@dataclass(frozen=True, slots=True)
class Tranche:
    """Certificates to be anchored together, in the order of their grams."""

    lot: int
    number: int
    start: int
    bundles: tuple[Bundle, ...]
    anchor: bytes

    @property
    def total(self) -> int:
        return self.bundles[0].tranche.total

    @property
    def root(self) -> bytes:
        return self.bundles[0].tranche.root


class Anchoring(Protocol):
    """The two calls of the CreditRegistry that certifying needs."""

    def anchor_of(self, lot: int, tranche: int) -> bytes: ...

    def anchor(self, lot: int, tranche: int, start: int, leaf_count: int, total: int, root: bytes) -> object: ...


def draw_plan(
    claims: Iterable[Claim],
    rooms: Sequence[Room],
    issuer: Issuer,
    registry: RegistryFile,
    *,
    salt: Callable[[], bytes],
    platform: str | None = None,
) -> list[Tranche]:
    """One tranche a lot, claims in order. A claim that crosses lots becomes one certificate in each, of one claim id.

    `salt` gives 16 fresh random bytes a call. Raises InvalidInput when the claims exceed the rooms.
    """
    parts = allot(list(claims), rooms)
    tranches = []
    for room in rooms:
        of_lot = [(claim, grams) for lot, claim, grams in parts if lot == room.lot]
        if of_lot:
            tranches.append(_tranche(of_lot, room, issuer, registry, salt, platform))
    return tranches


def allot(claims: Sequence[Claim], rooms: Sequence[Room]) -> list[tuple[int, Claim, int]]:
    """(lot, claim, grams) in order, filling the rooms one after the other."""
    claimed, free = sum(c.grams for c in claims), sum(r.grams for r in rooms)
    if not claims:
        raise InvalidInput("no claims", expected="at least one row")
    if claimed > free:
        raise InvalidInput(
            "more is claimed than is retired",
            expected=f"at most {free} g retired and not yet claimed in the lots given",
            found=f"{claimed} g in {len(claims)} claims",
            hint="retire more credits, add a lot with --lot, or certify fewer claims",
        )
    parts: list[tuple[int, Claim, int]] = []
    left = {room.lot: room.grams for room in rooms}
    if len(left) != len(rooms):
        raise InvalidInput("a lot is named twice", expected="each lot once")
    order = iter(rooms)
    room = next(order)
    for claim in claims:
        grams = claim.grams
        while grams:
            while not left[room.lot]:
                room = next(order)
            part = min(grams, left[room.lot])
            parts.append((room.lot, claim, part))
            left[room.lot] -= part
            grams -= part
    return parts


def _tranche(
    parts: list[tuple[Claim, int]],
    room: Room,
    issuer: Issuer,
    registry: RegistryFile,
    salt: Callable[[], bytes],
    platform: str | None,
) -> Tranche:
    documents = [_document(claim, grams, room.lot, issuer, registry, salt, platform) for claim, grams in parts]
    hashes = [Bundle.hash_of(text) for text, _ in documents]
    tree = SumTree([(grams, cert_hash) for (_, grams), cert_hash in zip(parts, hashes, strict=True)])
    bundles = tuple(
        Bundle.build(
            document=text,
            disclosures=disclosures,
            tree=tree,
            index=index,
            start=room.start,
            lot=room.lot,
            tranche=room.tranche,
        )
        for index, (text, disclosures) in enumerate(documents)
    )
    anchor = anchor_hash(
        registry.chain_id,
        registry.credit_registry.address,
        room.lot,
        room.tranche,
        room.start,
        tree.total,
        len(documents),
        tree.root,
    )
    return Tranche(room.lot, room.tranche, room.start, bundles, anchor)


def _document(
    claim: Claim,
    grams: int,
    lot: int,
    issuer: Issuer,
    registry: RegistryFile,
    salt: Callable[[], bytes],
    platform: str | None,
) -> tuple[str, tuple[str, ...]]:
    """The document, its personal field as a salted digest, and the disclosure that opens it."""
    disclosure, digest = disclose("beneficiary", claim.beneficiary, salt())
    certificate = Certificate(
        chain_id=registry.chain_id,
        credit_registry=registry.credit_registry.address,
        lot=lot,
        issuer=issuer,
        claim_id=claim.claim_id,
        grams=grams,
        beneficiary=Digest(digest),
        purpose=claim.purpose,
        issued_at=claim.issued_at,
        salt=salt(),
        activity=claim.activity,
        price=claim.price,
        platform=platform,
    )
    return canonical_bytes(certificate.to_value()).decode("utf-8"), (disclosure,)


# ---------------------------------------------------------------------------------------------- on disk and on chain


def write_plan(tranches: Sequence[Tranche], claims_digest: str, out: Path) -> None:
    """Write `plan.json` whole or not at all. It holds salts and names: readable by its owner only."""
    value = {
        "version": "plan/1",
        "claims": claims_digest,
        "tranches": [
            {
                "lot": str(t.lot),
                "tranche": t.number,
                "start": t.start,
                "anchor": hex0x(t.anchor),
                "bundles": [json.loads(b.to_json()) for b in t.bundles],
            }
            for t in tranches
        ],
    }
    _write_whole(out / PLAN, json.dumps(value, ensure_ascii=False), private=True)


def read_plan(out: Path, claims_digest: str) -> list[Tranche] | None:
    """The plan that an earlier run left in `out`, or None. Raises Contradiction if it was drawn for other claims."""
    path = out / PLAN
    if not path.exists():
        return None
    value = json.loads(path.read_text("utf-8"))
    if value["claims"] != claims_digest:
        raise Contradiction(
            f"{path} was drawn for other claims",
            expected=f"claims with SHA-256 {claims_digest}",
            found=value["claims"],
            hint="give the same claims file to finish that run, or another --out to begin a new one",
        )
    return _tranches_of(value)


def read_any_plan(out: Path) -> list[Tranche]:
    """The plan in `out`, whatever claims it was drawn for; raises InvalidInput if there is none."""
    path = out / PLAN
    if not path.exists():
        raise InvalidInput(f"{out} holds no plan", expected=f"{PLAN}, as offsetproof certify writes it")
    return _tranches_of(json.loads(path.read_text("utf-8")))


def _tranches_of(value: Any) -> list[Tranche]:
    return [
        Tranche(
            int(t["lot"]),
            t["tranche"],
            t["start"],
            tuple(parse_bundle(json.dumps(b, ensure_ascii=False)) for b in t["bundles"]),
            bytes.fromhex(t["anchor"][2:]),
        )
        for t in value["tranches"]
    ]


def anchor_plan(tranches: Sequence[Tranche], registry: Anchoring) -> list[Tranche]:
    """Anchor what is not anchored yet; returns the tranches that this call anchored.

    Raises Contradiction when a place in a lot was taken by another tranche since the plan was drawn.
    """
    standing = [registry.anchor_of(t.lot, t.number) for t in tranches]
    for tranche, found in zip(tranches, standing, strict=True):
        if any(found) and found != tranche.anchor:
            raise Contradiction(
                f"tranche {tranche.number} of lot {tranche.lot} was anchored by somebody else meanwhile",
                expected=hex0x(tranche.anchor),
                found=hex0x(found),
                hint="begin again with another --out; of this plan, the tranches before it stand",
            )
    anchored = []
    for tranche, found in zip(tranches, standing, strict=True):
        if not any(found):
            registry.anchor(
                tranche.lot, tranche.number, tranche.start, len(tranche.bundles), tranche.total, tranche.root
            )
            anchored.append(tranche)
    return anchored


def write_bundles(tranches: Sequence[Tranche], out: Path) -> list[Path]:
    """One file a certificate, named by its hash, and `outcome.json` at the end."""
    folder = out / BUNDLES
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for tranche in tranches:
        for bundle in tranche.bundles:
            path = folder / f"{hex0x(bundle.certificate_hash)}.json"
            _write_whole(path, bundle.to_json().decode("utf-8"))
            paths.append(path)
    outcome = {
        "version": "outcome/1",
        "anchored": [
            {"lot": str(t.lot), "tranche": t.number, "start": t.start, "grams": t.total, "anchor": hex0x(t.anchor)}
            for t in tranches
        ],
        "certificates": [p.stem for p in paths],
    }
    _write_whole(out / OUTCOME, json.dumps(outcome, indent=2))
    return paths


def _write_whole(path: Path, text: str, *, private: bool = False) -> None:
    """A reader sees the old file or the new one, also after a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    mode = 0o600 if private else 0o644
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
