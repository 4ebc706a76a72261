"""Publishing a tranche: its leaves, so that its certificates are found by hash, and on purpose their documents.

Nobody needs an account to publish, because nothing is believed: leaves are accepted only if they lead to the root that
is anchored, documents only if they hash to a leaf. A document with personal text in the clear is refused unless the
publisher says that this is meant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from registry.domain.certificates import Certificate, Digest
from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x, parse_hash, shorten
from registry.domain.members import require_bool, require_integer, require_object
from registry.domain.registry_file import RegistryFile
from registry.domain.units import MAX_GRAMS
from registry.proofs.bundle import Bundle
from registry.proofs.canonical import require_canonical
from registry.proofs.sumtree import SumTree
from registry.store.database import Store
from registry.store.lots import anchored_tranche
from registry.store.publications import add_documents, add_leaves, is_published

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


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did. `new`: the leaves were not known before."""

    anchor: bytes
    certificates: int
    new: bool
    new_documents: int


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


def publish(store: Store, registry: RegistryFile, lot: int, tranche: int, upload: Upload) -> Published:
    """Check an upload against what the mirror knows as anchored and add it, all or nothing. Doing it again is harmless.

    Raises InvalidInput if no such tranche is anchored, or if leaves or documents do not belong to it.
    """
    tree = SumTree(upload.leaves)
    documents = _checked_documents(upload, registry, lot)
    with store.write() as session:
        anchored = anchored_tranche(session, lot, tranche)
        if anchored is None:
            raise InvalidInput(
                f"tranche {tranche} of lot {lot} is not anchored, as far as this mirror has come",
                hint="publish after the anchoring transaction is indexed",
                place="lot",
            )
        for what, expected, found in (
            ("leaves", anchored.leaf_count, len(upload.leaves)),
            ("grams", anchored.total, tree.total),
            ("root", hex0x(anchored.root), hex0x(tree.root)),
        ):
            if expected != found:
                raise InvalidInput(
                    f"these leaves are not those of tranche {tranche} of lot {lot}",
                    expected=f"{what} {expected}",
                    found=str(found),
                    hint="send all leaves, in the order of their index",
                    place="upload.leaves",
                )
        new = not is_published(session, anchored.anchor)
        if new:
            add_leaves(session, anchored.anchor, anchored.start, upload.leaves)
        return Published(anchored.anchor, len(upload.leaves), new, add_documents(session, anchored.anchor, documents))


def _checked_documents(upload: Upload, registry: RegistryFile, lot: int) -> dict[bytes, str]:
    leaves = {certificate_hash: grams for grams, certificate_hash in upload.leaves}
    checked: dict[bytes, str] = {}
    for i, text in enumerate(upload.documents):
        place = f"upload.documents[{i}]"
        certificate = Certificate.from_value(require_canonical(text, what=place))
        certificate_hash = sha256(text.encode("utf-8")).digest()
        if leaves.get(certificate_hash) != certificate.grams:
            raise InvalidInput(
                "this document belongs to no leaf of the tranche",
                expected="a document that hashes to a leaf and names its grams",
                found=f"{hex0x(certificate_hash)} with {certificate.grams} g",
                place=place,
            )
        home = (registry.chain_id, registry.credit_registry.address, lot)
        if (certificate.chain_id, certificate.credit_registry, certificate.lot) != home:
            raise InvalidInput(
                "this document names another registry or lot",
                expected=f"lot {lot} of {hex0x(registry.credit_registry.address)}",
                found=f"lot {certificate.lot} of {hex0x(certificate.credit_registry)}",
                place=place,
            )
        if not upload.personal and not isinstance(certificate.beneficiary, Digest):
            raise InvalidInput(
                "this document names its beneficiary in the clear",
                expected="a salted digest",
                found=shorten(certificate.beneficiary, 20),
                hint='publish the leaves only, or say "publishPersonal": true if that person agreed',
                place=f"{place}.beneficiary",
            )
        checked[certificate_hash] = text
    return checked
