"""The upload of a tranche: every leaf in order, and any of the documents. Disclosures never go with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x, parse_hash
from registry.domain.members import require_bool, require_integer, require_object
from registry.domain.units import MAX_GRAMS
from registry.proofs.bundle import Bundle

MOST_LEAVES = 200_000


@dataclass(frozen=True, slots=True)
class Upload:
    """What a publisher sends: every leaf (grams, certificate hash) in order, and any of the documents."""

    leaves: tuple[tuple[int, bytes], ...]
    documents: tuple[str, ...] = ()
    personal: bool = False

    @classmethod
    def of(cls, bundles: Sequence[Bundle], *, leaves_only: bool = False) -> "Upload":
        """The upload of a whole tranche; documents go with it unless `leaves_only`, disclosures never."""
        leaves = tuple((bundle.leaf.grams, bundle.certificate_hash) for bundle in bundles)
        documents = () if leaves_only else tuple(b.document for b in bundles if b.document is not None)
        return cls(leaves, documents)

    def to_value(self) -> dict[str, object]:
        return {
            "leaves": [{"grams": grams, "certificateHash": hex0x(leaf)} for grams, leaf in self.leaves],
            "documents": list(self.documents),
            "publishPersonal": self.personal,
        }


def parse_upload(value: object) -> Upload:
    """The upload in a parsed JSON value; raises InvalidInput with the member's place."""
    members = require_object(value, "upload", ("leaves",), ("documents", "publishPersonal"))
    listed = members["leaves"]
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_LEAVES:
        raise InvalidInput("wrong leaves", expected=f"a list of 1 to {MOST_LEAVES} leaves", place="upload.leaves")
    leaves = []
    for i, item in enumerate(listed):
        leaf = require_object(item, f"upload.leaves[{i}]", ("grams", "certificateHash"))
        grams = require_integer(leaf["grams"], f"upload.leaves[{i}].grams", 1, MAX_GRAMS)
        text = leaf["certificateHash"]
        place = f"upload.leaves[{i}].certificateHash"
        leaves.append((grams, parse_hash(text if isinstance(text, str) else "", place=place)))
    documents = members.get("documents", [])
    if not isinstance(documents, list) or len(documents) > len(leaves):
        raise InvalidInput("wrong documents", expected="a list, at most one a leaf", place="upload.documents")
    for i, document in enumerate(documents):
        if not isinstance(document, str):
            raise InvalidInput("not a document", expected="a string", place=f"upload.documents[{i}]")
    personal = require_bool(members.get("publishPersonal", False), "upload.publishPersonal")
    return Upload(tuple(leaves), tuple(documents), personal)
