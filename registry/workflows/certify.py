"""From claims to certificates: allot grams, anchor, write the bundles. In memory, for a tranche of some thousands.

What a claims file of any length needs is in `planning`. Of either, what is not anchored yet is anchored by
`anchor_plan`: the contract accepts a tranche only at the number and gram that the plan names, so nothing is ever
anchored twice.
"""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from registry.domain.certificates import Certificate, Digest, Issuer
from registry.domain.errors import Contradiction, InvalidInput
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.anchor import anchor_hash
from registry.proofs.bundle import Bundle
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
    def leaf_count(self) -> int:
        return len(self.bundles)

    @property
    def root(self) -> bytes:
        return self.bundles[0].tranche.root


class Anchorable(Protocol):
    """What is anchored: a tranche in memory, or one planned on disk."""

    @property
    def lot(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def leaf_count(self) -> int: ...
    @property
    def root(self) -> bytes: ...
    @property
    def anchor(self) -> bytes: ...


P = TypeVar("P", bound=Anchorable)


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


def anchor_plan(tranches: Sequence[P], registry: Anchoring) -> list[P]:
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
            registry.anchor(tranche.lot, tranche.number, tranche.start, tranche.leaf_count, tranche.total, tranche.root)
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
            write_whole(path, bundle.to_json().decode("utf-8"))
            paths.append(path)
    outcome = {
        "version": "outcome/1",
        "anchored": [
            {"lot": str(t.lot), "tranche": t.number, "start": t.start, "grams": t.total, "anchor": hex0x(t.anchor)}
            for t in tranches
        ],
        "certificates": [p.stem for p in paths],
    }
    write_whole(out / OUTCOME, json.dumps(outcome, indent=2))
    return paths


def write_whole(path: Path, text: str, *, private: bool = False, sync: bool = True) -> None:
    """A reader sees the old file or the new one, also after a crash (of the machine, if `sync`)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    mode = 0o600 if private else 0o644
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(text)
        if sync:
            file.flush()
            os.fsync(file.fileno())
    os.replace(part, path)
