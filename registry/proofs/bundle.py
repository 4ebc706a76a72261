"""The bundle, `bundle/1`: the one file of a certificate that travels. It cannot vouch for itself.

Chain, contracts and nodes come from the pinned registry file, never from here. Schema: `docs/spec/bundle.schema.json`.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from registry.domain.errors import InvalidInput
from registry.domain.hexes import HASH_BYTES, hex0x, parse_hash, shorten
from registry.domain.lots import MAX_LOT, parse_lot
from registry.domain.members import require_bytes, require_integer, require_list, require_object, require_string
from registry.domain.units import MAX_GRAMS, MAX_U32
from registry.proofs.canonical import canonical_bytes, parse_strict
from registry.proofs.disclosure import MAX_DISCLOSURE
from registry.proofs.evidence import Evidence, parse_evidence, require_distinct
from registry.proofs.sumtree import Siblings, Sum, SumTree

VERSION = "bundle/1"
MAX_BUNDLE = 1_048_576
MAX_DOCUMENT = 65_536
MAX_DISCLOSURES = 8
MAX_PATH = 53


@dataclass(frozen=True, slots=True)
class Leaf:
    """The certificate's place in its tranche and the grams it claims there."""

    index: int
    grams: int

    def __post_init__(self) -> None:
        require_integer(self.index, "leaf.index", 0, MAX_GRAMS)
        require_integer(self.grams, "leaf.grams", 1, MAX_GRAMS)


@dataclass(frozen=True, slots=True)
class Tranche:
    """What was anchored: `total` grams from gram `start` of the lot, for `leaf_count` certificates under `root`."""

    start: int
    total: int
    leaf_count: int
    root: bytes

    def __post_init__(self) -> None:
        require_integer(self.start, "tranche.start", 0, MAX_GRAMS - 1)
        require_integer(self.total, "tranche.total", 1, MAX_GRAMS - self.start)
        require_integer(self.leaf_count, "tranche.leafCount", 1, self.total)
        require_bytes(self.root, "tranche.root", HASH_BYTES, HASH_BYTES)


@dataclass(frozen=True, slots=True)
class AnchorPlace:
    """Where the anchor is said to stand: tranche number `tranche` of lot `lot`."""

    lot: int
    tranche: int

    def __post_init__(self) -> None:
        require_integer(self.lot, "anchor.lot", 0, MAX_LOT)
        require_integer(self.tranche, "anchor.tranche", 0, MAX_U32)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A certificate with its path to an anchor.

    `document` is the certificate's exact text. It is None only inside the library, for a leaf whose document nobody
    published; then `known_hash` (32 bytes) is the leaf's certificate hash, there are no disclosures, and `to_json`
    refuses. `path` may be given as any sequence of `Sum`. Raises InvalidInput for values out of range; whether they
    agree is for the ten checks to say.
    """

    document: str | None
    disclosures: tuple[str, ...]
    leaf: Leaf
    path: Siblings
    tranche: Tranche
    anchor: AnchorPlace
    known_hash: bytes | None = None
    evidence: tuple[Evidence, ...] = ()
    certificate_hash: bytes = field(init=False, compare=False, repr=False)
    """What people look up (32 bytes)."""

    def __post_init__(self) -> None:
        if self.document is None:
            certificate_hash = require_bytes(self.known_hash, "certificateHash", HASH_BYTES, HASH_BYTES)
        elif self.known_hash is not None:
            raise InvalidInput("a document and a hash", expected="one of them", place="document")
        else:
            _require_encodable(self.document, "document", MAX_DOCUMENT)
            certificate_hash = self.hash_of(self.document)
        object.__setattr__(self, "certificate_hash", certificate_hash)
        most = 0 if self.document is None else MAX_DISCLOSURES
        require_integer(len(self.disclosures), "number of disclosures", 0, most)
        for disclosure in self.disclosures:
            _require_encodable(disclosure, "disclosures", MAX_DISCLOSURE)
        object.__setattr__(self, "path", Siblings.of(self.path))
        require_integer(len(self.path), "length of path", 0, MAX_PATH)
        require_distinct(self.evidence)

    @staticmethod
    def hash_of(document: str) -> bytes:
        """The certificate hash of a document's text: SHA-256 of its UTF-8 bytes."""
        return sha256(document.encode("utf-8")).digest()

    @classmethod
    def build(
        cls,
        *,
        document: str,
        disclosures: tuple[str, ...],
        tree: SumTree,
        index: int,
        start: int,
        lot: int,
        tranche: int,
    ) -> "Bundle":
        """The bundle of leaf `index` of a tree that is, or will be, anchored as `tranche` of `lot` at gram `start`."""
        return cls(
            document=document,
            disclosures=disclosures,
            leaf=Leaf(index, tree.grams(index)),
            path=tree.path(index),
            tranche=Tranche(start, tree.total, len(tree), tree.root),
            anchor=AnchorPlace(lot, tranche),
        )

    def to_value(self) -> dict[str, object]:
        """The bundle as a JSON value; raises InvalidInput without a document."""
        if self.document is None:
            raise InvalidInput(
                "a bundle without its document",
                expected="the document's text",
                hint="ask the holder of the certificate for the file",
                place="document",
            )
        return {
            "version": VERSION,
            "document": self.document,
            "disclosures": list(self.disclosures),
            "leaf": {"index": self.leaf.index, "grams": self.leaf.grams},
            "path": [
                {"hash": hex0x(hash_), "grams": grams}
                for hash_, grams in zip(self.path.hashes, self.path.grams, strict=True)
            ],
            "tranche": {
                "start": self.tranche.start,
                "total": self.tranche.total,
                "leafCount": self.tranche.leaf_count,
                "root": hex0x(self.tranche.root),
            },
            "anchor": {"lot": str(self.anchor.lot), "tranche": self.anchor.tranche},
            "evidence": [entry.to_value() for entry in self.evidence],
        }

    def to_json(self) -> bytes:
        """The file: JCS bytes, so that one bundle has one spelling."""
        return canonical_bytes(self.to_value())


def parse_bundle(data: bytes | str) -> Bundle:
    """The bundle in a file: strict JSON of any layout, at most 1 MiB.

    Raises InvalidInput, and nothing else, for every input that is not a bundle.
    """
    members = require_object(
        parse_strict(data, max_bytes=MAX_BUNDLE, what="bundle"),
        "bundle",
        ("version", "document", "disclosures", "leaf", "path", "tranche", "anchor", "evidence"),
    )
    if members["version"] != VERSION:
        raise InvalidInput("unknown version", expected=VERSION, found=shorten(members["version"]), place="version")
    leaf = require_object(members["leaf"], "leaf", ("index", "grams"))
    tranche = require_object(members["tranche"], "tranche", ("start", "total", "leafCount", "root"))
    anchor = require_object(members["anchor"], "anchor", ("lot", "tranche"))
    start = require_integer(tranche["start"], "tranche.start", 0, MAX_GRAMS - 1)
    return Bundle(
        document=require_string(members["document"], "document", MAX_DOCUMENT),
        disclosures=tuple(
            require_string(entry, f"disclosures[{i}]", MAX_DISCLOSURE)
            for i, entry in enumerate(require_list(members["disclosures"], "disclosures", MAX_DISCLOSURES))
        ),
        leaf=Leaf(
            require_integer(leaf["index"], "leaf.index", 0, MAX_GRAMS),
            require_integer(leaf["grams"], "leaf.grams", 1, MAX_GRAMS),
        ),
        path=_path(require_list(members["path"], "path", MAX_PATH)),
        tranche=Tranche(
            start,
            require_integer(tranche["total"], "tranche.total", 1, MAX_GRAMS),
            require_integer(tranche["leafCount"], "tranche.leafCount", 1, MAX_GRAMS),
            _hash(tranche["root"], "tranche.root"),
        ),
        anchor=AnchorPlace(
            parse_lot(anchor["lot"], "anchor.lot"),
            require_integer(anchor["tranche"], "anchor.tranche", 0, MAX_U32),
        ),
        evidence=parse_evidence(members["evidence"]),
    )


def _path(entries: list[Any]) -> Siblings:
    """All in one go while all is well; one by one to name the first that is not."""
    hashes, grams = [], []
    try:
        for entry in entries:
            spelled = entry["hash"]
            raw = bytes.fromhex(spelled[2:])
            if len(entry) != 2 or "0x" + raw.hex() != spelled:
                raise ValueError
            hashes.append(raw)
            grams.append(entry["grams"])
        return Siblings(tuple(hashes), tuple(grams))
    except (InvalidInput, KeyError, TypeError, ValueError):
        return Siblings.of([_node(entry, f"path[{i}]") for i, entry in enumerate(entries)])


def _node(value: object, place: str) -> Sum:
    members = require_object(value, place, ("hash", "grams"))
    return Sum(
        _hash(members["hash"], f"{place}.hash"), require_integer(members["grams"], f"{place}.grams", 1, MAX_GRAMS)
    )


def _hash(value: object, place: str) -> bytes:
    return parse_hash(require_string(value, place, 2 + 2 * HASH_BYTES), place=place)


def _require_encodable(text: str, place: str, most: int) -> None:
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError:
        raise InvalidInput("a lone surrogate", expected="Unicode text", place=place) from None
    if size > most:
        raise InvalidInput("too large", expected=f"at most {most} bytes", found=str(size), place=place)
