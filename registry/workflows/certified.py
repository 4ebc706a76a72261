"""A certified folder: any certificate's bundle from its hash, its place or its claim id, in a few file accesses."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from struct import error as StructError
from struct import unpack

from registry.domain.errors import Contradiction, InvalidInput
from registry.domain.hexes import hex0x, parse_hash
from registry.proofs.bundle import AnchorPlace, Bundle, Leaf, Tranche
from registry.proofs.sumtree import Sum, fold_path
from registry.workflows.certify import BUNDLES, OUTCOME, write_whole
from registry.workflows.documents import KEY_BYTES
from registry.workflows.drawing import BY_CLAIM, BY_HASH, DOCUMENTS, PLACES, PRIVATE, TILES
from registry.workflows.lookup import look_up
from registry.workflows.placing import ORDINAL_BITS, PLACE_BYTES
from registry.workflows.plan import Plan, Planned, read_plan
from registry.workflows.tile_store import TileReader
from registry.workflows.uploads import Upload

_TOGETHER = 1 << 14
ALL_BUNDLES = 10_000
"""Up to so many certificates, every bundle is also written as a file of its own."""


class Certified:
    """The folder that `certify` wrote. Raises InvalidInput if it holds no plan."""

    def __init__(self, out: Path) -> None:
        plan = read_plan(out)
        if plan is None:
            raise InvalidInput(f"{out} holds no plan", expected="plan.json, as offsetproof certify writes it")
        self.out, self.plan = out, plan
        self._tiles = [
            TileReader(out / TILES / f"{tranche.lot}/{tranche.number}", tranche.leaf_count) for tranche in plan.tranches
        ]

    def at(self, ordinal: int, index: int) -> Bundle:
        """The bundle of leaf `index` of the plan's tranche `ordinal`, checked against the planned root.

        Raises InvalidInput if there is none, Contradiction if the folder is damaged.
        """
        if not 0 <= ordinal < len(self.plan.tranches):
            raise InvalidInput("no such tranche in this plan", expected=f"0 to {len(self.plan.tranches) - 1}")
        tranche, tiles = self.plan.tranches[ordinal], self._tiles[ordinal]
        leaf, path = tiles.leaf_and_path(index)
        document, *disclosures = self._record(tranche, index)
        bundle = Bundle(
            document=document,
            disclosures=tuple(disclosures),
            leaf=Leaf(index, leaf.grams),
            path=path,
            tranche=Tranche(tranche.start, tranche.total, tranche.leaf_count, tranche.root),
            anchor=AnchorPlace(tranche.lot, tranche.number),
        )
        certificate = bundle.certificate_hash
        folded = fold_path(index, tranche.leaf_count, leaf.grams, certificate, path)
        if (folded.root, folded.total) != (tranche.root, tranche.total):
            raise Contradiction(
                f"the files of tranche {tranche.number} of lot {tranche.lot} are damaged",
                expected=f"root {hex0x(tranche.root)}",
                found=f"{hex0x(folded.root)} from leaf {index}",
            )
        return bundle

    def by_hash(self, certificate_hash: bytes) -> list[Bundle]:
        """The bundle with this hash, in a list that is empty if there is none."""
        key = certificate_hash[:8]
        found = (self._place(value) for value in look_up(self.out / PRIVATE / BY_HASH, key, key))
        return [bundle for bundle in found if bundle.certificate_hash == certificate_hash]

    def by_claim(self, claim_id: str) -> list[Bundle]:
        """The bundles of a claim, several if it crossed lots."""
        key = blake2b(claim_id.encode("utf-8"), digest_size=KEY_BYTES, key=self.plan.seed).digest()[:8]
        homes = (self.out / PRIVATE / f"{t.lot}/{t.number}" / BY_CLAIM for t in self.plan.tranches)
        found = (self._place(value) for home in homes for value in look_up(home, key, key))
        return [bundle for bundle in found if json.loads(str(bundle.document))["claimId"] == claim_id]

    def find(self, which: str, ordinal: int = 0) -> list[Bundle]:
        """The bundles that a certificate hash, a claim id, or else an index in the tranche `ordinal` names.

        Raises InvalidInput if there are none.
        """
        if which.startswith("0x") and len(which) == 66:
            found = self.by_hash(parse_hash(which, any_case=True))
        else:
            found = self.by_claim(which)
            if not found and which.isascii() and which.isdigit() and len(which) < 17:
                found = [self.at(ordinal, int(which))]
        if not found:
            raise InvalidInput("no such certificate in this folder", found=which[:100])
        return found

    def leaves(self, ordinal: int) -> Iterator[Sum]:
        """Certificate hash and grams of every leaf of a tranche, in order."""
        for first in range(0, self.plan.tranches[ordinal].leaf_count, _TOGETHER):
            yield from self._tiles[ordinal].leaves(
                range(first, min(first + _TOGETHER, self.plan.tranches[ordinal].leaf_count))
            )

    def all(self, ordinal: int) -> Iterator[Bundle]:
        """The bundles of one tranche, by index."""
        return (self.at(ordinal, index) for index in range(self.plan.tranches[ordinal].leaf_count))

    def uploads(self, ordinal: int, *, leaves_only: bool, most: int) -> Iterator[Upload]:
        """A tranche for publication: its leaves and documents, `most` of them at a time; disclosures never."""
        tranche, tiles = self.plan.tranches[ordinal], self._tiles[ordinal]
        for first in range(0, tranche.leaf_count, most):
            indexes = range(first, min(first + most, tranche.leaf_count))
            leaves = tiles.leaves(indexes)
            documents = () if leaves_only else tuple(self._record(tranche, index)[0] for index in indexes)
            yield Upload(tuple((leaf.grams, leaf.hash) for leaf in leaves), documents)

    def write_bundles(self) -> list[Path]:
        """One file a certificate, named by its hash."""
        folder, paths = self.out / BUNDLES, []
        folder.mkdir(exist_ok=True)
        for ordinal in range(len(self.plan.tranches)):
            for bundle in self.all(ordinal):
                path = folder / f"{hex0x(bundle.certificate_hash)}.json"
                write_whole(path, bundle.to_json().decode("utf-8"), sync=False)
                paths.append(path)
        return paths

    def _place(self, value: int) -> Bundle:
        return self.at(value >> ORDINAL_BITS, value & ((1 << ORDINAL_BITS) - 1))

    def forget(self, bundle: Bundle) -> None:
        """Destroy what opens a certificate's personal fields: salts and texts. The certificate itself stays valid.

        In `documents.tsv` they become spaces, and a file of the bundle is written anew without them.
        """
        ordinal = [(t.lot, t.number) for t in self.plan.tranches].index((bundle.anchor.lot, bundle.anchor.tranche))
        offset, length = self._line_of(self.plan.tranches[ordinal], bundle.leaf.index)
        kept = len(str(bundle.document).encode("utf-8"))
        with (self.out / PRIVATE / DOCUMENTS).open("r+b") as documents:
            documents.seek(offset + kept)
            documents.write(b" " * (length - kept - 1))
            documents.flush()
            os.fsync(documents.fileno())
        path = self.out / BUNDLES / f"{hex0x(bundle.certificate_hash)}.json"
        if path.exists():
            write_whole(path, replace(bundle, disclosures=()).to_json().decode("utf-8"))

    def _record(self, tranche: Planned, index: int) -> list[str]:
        """Document and disclosures of a leaf."""
        offset, length = self._line_of(tranche, index)
        try:
            with (self.out / PRIVATE / DOCUMENTS).open("rb") as documents:
                documents.seek(offset)
                line, end, after = documents.read(length).partition(b"\n")
            if len(line) + 1 != length or not end or after:
                raise ValueError
            return line.decode("utf-8").rstrip(" ").split("\t")
        except (OSError, ValueError) as error:
            raise self._damaged(index, error) from None

    def _line_of(self, tranche: Planned, index: int) -> tuple[int, int]:
        """Where a leaf's line stands among the documents, and its length."""
        try:
            with (self.out / PRIVATE / f"{tranche.lot}/{tranche.number}" / PLACES).open("rb") as places:
                places.seek(PLACE_BYTES * index)
                offset, length = unpack(">QI", places.read(PLACE_BYTES))
                return offset, length
        except (OSError, ValueError, StructError) as error:
            raise self._damaged(index, error) from None

    def _damaged(self, index: int, error: Exception) -> Contradiction:
        return Contradiction(f"{self.out / PRIVATE} is damaged", found=f"leaf {index}: {type(error).__name__}")


def write_outcome(out: Path, plan: Plan) -> None:
    """`outcome.json`: what stands anchored. It is written when all of it does."""
    value = {
        "version": "outcome/2",
        "anchored": [
            {
                "lot": str(t.lot),
                "tranche": t.number,
                "start": t.start,
                "grams": t.total,
                "certificates": t.leaf_count,
                "anchor": hex0x(t.anchor),
            }
            for t in plan.tranches
        ],
        "certificates": plan.certificates,
        "setAside": plan.set_aside,
    }
    write_whole(out / OUTCOME, json.dumps(value, indent=2))
