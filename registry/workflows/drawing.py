"""From sorted claims to documents, disclosures and tiles: a stream with bounded memory, one certificate at a time.

The documents are put together from parts, several times as fast as by way of `Certificate`; a test holds that the bytes
are the same. Salts are HMAC-SHA-256 of the certificate's place under a secret that is never written down.
"""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from struct import pack
from typing import BinaryIO

from registry.domain.certificates import VERSION, Activity, Issuer, Price
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.proofs.anchor import anchor_hash
from registry.proofs.canonical import canonical_bytes
from registry.workflows.certify import Room
from registry.workflows.claims import Claim
from registry.workflows.lookup import LookupWriter
from registry.workflows.tile_store import TileWriter

TILES, PRIVATE = "tiles", "private"
DOCUMENTS, OFFSETS = "documents.tsv", "documents.idx"
BY_HASH, BY_CLAIM = "by-hash.idx", "by-claim.idx"
ORDINAL_BITS = 40
"""A value in the lookup files: place of the tranche in the plan `<< 40 |` index of the leaf."""
_FLUSH = 1024

_quoted = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Planned:
    """A tranche as planned: what will be anchored, and by which 32 bytes one knows that it is."""

    lot: int
    number: int
    start: int
    total: int
    leaf_count: int
    root: bytes
    anchor: bytes


def row_of(claim: Claim) -> bytes:
    """What a claim brings to its document, as one line; the lot, the grams there and the salts come later."""
    parts = (
        str(claim.grams),
        _quoted(claim.claim_id),
        _quoted(claim.beneficiary),
        "" if claim.activity is None else _activity(claim.activity),
        claim.issued_at,
        "" if claim.price is None else _price(claim.price),
        _quoted(claim.purpose),
    )
    return "\t".join(parts).encode("utf-8")


class Drawing:
    """Rows in, the folder of a plan out: tiles, documents, lookups. One tranche is open at a time."""

    def __init__(
        self,
        folder: Path,
        rooms: Sequence[Room],
        issuer: Issuer,
        registry: RegistryFile,
        secret: bytes,
        platform: str | None = None,
    ) -> None:
        self._folder, self._rooms, self._registry = folder, iter(rooms), registry
        self._salts_of = hmac_sha256(secret)
        home = {"chainId": str(registry.chain_id), "creditRegistry": hex0x(registry.credit_registry.address)}
        self._issuer = _member("issuer", {"name": issuer.name, "account": hex0x(issuer.account)})
        self._platform = "" if platform is None else _member("platform", {"name": platform})
        self._home = _member("registry", home)
        (folder / PRIVATE).mkdir(mode=0o700, parents=True)
        self._by_hash = LookupWriter(folder / PRIVATE / BY_HASH)
        self._by_claim = LookupWriter(folder / PRIVATE / BY_CLAIM)
        self._room: Room | None = None
        self._left = 0
        self._planned: list[Planned] = []
        self._files = ExitStack()

    def add(self, rows: Iterable[bytes]) -> None:
        """Certify rows as `ClaimSort` gives them. The caller has seen to it that the rooms hold them all."""
        block: list[tuple[int, list[str]]] = []
        for row in rows:
            fields = row.decode("utf-8").split("\t")
            grams = int(fields[2])
            while grams:
                if not self._left:
                    self._certify(block)
                    block = []
                    self._next_room()
                part = min(grams, self._left)
                block.append((part, fields))
                self._left -= part
                grams -= part
            if len(block) >= _FLUSH:
                self._certify(block)
                block = []
        self._certify(block)

    def finish(self) -> list[Planned]:
        """Close the files; returns the tranches in the order of the rooms."""
        self._close_room()
        self._by_hash.finish()
        self._by_claim.finish()
        return self._planned

    def _next_room(self) -> None:
        self._close_room()
        self._room = room = next(room for room in self._rooms if room.grams)
        self._left = room.grams
        place = f"{room.lot}/{room.tranche}"
        self._tiles = TileWriter(self._folder / TILES / place)
        private = self._folder / PRIVATE / place
        private.mkdir(mode=0o700, parents=True)
        self._documents = self._files.enter_context(_private(private / DOCUMENTS))
        self._offsets = self._files.enter_context(_private(private / OFFSETS))
        self._offsets.write(bytes(8))
        self._end, self._index = 0, 0

    def _close_room(self) -> None:
        room = self._room
        if room is None:
            return
        self._files.close()
        rooted = self._tiles.finish()
        contract = self._registry.credit_registry.address
        place = (room.lot, room.tranche, room.start, rooted.total, rooted.leaf_count, rooted.root)
        self._planned.append(Planned(*place, anchor_hash(self._registry.chain_id, contract, *place)))
        self._room = None

    def _certify(self, block: list[tuple[int, list[str]]]) -> None:
        room = self._room
        if room is None or not block:
            return
        place = room.lot.to_bytes(32, "big") + room.tranche.to_bytes(4, "big")
        ordinal = len(self._planned) << ORDINAL_BITS
        lot_and_platform = f',{self._issuer},"lot":"{room.lot}",' + (f"{self._platform}," if self._platform else "")
        home, end, index, salts_of = self._home, self._end, self._index, self._salts_of
        entries, lines, ends, by_hash, by_claim = [], [], [], [], []
        for grams, (key, _, _, claim_id, beneficiary, activity, moment, price, purpose) in block:
            salts = salts_of(place + index.to_bytes(8, "big")).hex()
            disclosure = f'["0x{salts[:32]}","beneficiary",{beneficiary}]'.encode()
            document = (
                f'{{{activity}"beneficiary":{{"digest":"0x{sha256(disclosure).hexdigest()}"}},"claimId":{claim_id}'
                f',"grams":{grams},"issuedAt":"{moment}"{lot_and_platform}{price}"purpose":{purpose},{home}'
                f',"salt":"0x{salts[32:]}","version":"{VERSION}"}}'
            ).encode()
            certificate = sha256(document).digest()
            entries.append(certificate + grams.to_bytes(8, "big"))
            line = document + b"\t" + disclosure + b"\n"
            lines.append(line)
            end += len(line)
            ends.append(end)
            value = (ordinal | index).to_bytes(8, "big")
            by_hash.append(certificate[:8] + value)
            by_claim.append(bytes.fromhex(key[:16]) + value)
            index += 1
        self._by_hash.add(by_hash)
        self._by_claim.add(by_claim)
        self._documents.write(b"".join(lines))
        self._offsets.write(pack(f">{len(ends)}Q", *ends))
        self._tiles.add(b"".join(entries))
        self._end, self._index = end, index


def hmac_sha256(key: bytes) -> Callable[[bytes], bytes]:
    """HMAC-SHA-256 (RFC 2104) under a key of at most 64 bytes, hashed once: a third of what `hmac.digest` takes."""
    padded = key.ljust(64, b"\0")
    inner, outer = (sha256(bytes(byte ^ pad for byte in padded)) for pad in (0x36, 0x5C))

    def digest(message: bytes) -> bytes:
        within, around = inner.copy(), outer.copy()
        within.update(message)
        around.update(within.digest())
        return around.digest()

    return digest


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _member(name: str, value: object) -> str:
    """`"name":{…}` as it stands in a JCS object."""
    return canonical_bytes({name: value}).decode("utf-8")[1:-1]


@lru_cache(4096)
def _activity(activity: Activity) -> str:
    factor = {} if activity.factor is None else {"factor": activity.factor}
    stated = {"kind": activity.kind, "quantity": activity.quantity, "unit": activity.unit, "grams": activity.grams}
    return _member("activity", stated | factor) + ","


@lru_cache(4096)
def _price(price: Price) -> str:
    fees = {"agencyFee": price.agency_fee, "serviceFee": price.service_fee}
    stated = {"currency": price.currency, "exponent": price.exponent, "units": price.units}
    return _member("price", stated | {name: fee for name, fee in fees.items() if fee is not None}) + ","
