"""Publishing a tranche: its leaves, so that its certificates are found by hash, and on purpose their documents.

Nobody needs an account to publish, because nothing is believed: leaves are accepted only if they lead to the root that
is anchored, documents only if they hash to a leaf. A document with personal text in the clear is refused unless the
publisher says that this is meant.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from registry.domain.certificates import Certificate, Digest
from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x, shorten
from registry.domain.registry_file import RegistryFile
from registry.proofs.canonical import parse_strict, require_canonical
from registry.store.database import Store
from registry.store.publications import Part, publish_parts
from registry.store.publications import publish as add_publication
from registry.store.publications import require_anchored as anchored_event
from registry.workflows.uploads import Upload, parse_upload

__all__ = ["Published", "Upload", "parse_upload", "publish", "publish_files", "require_anchored"]


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    certificates: int
    new_documents: int


def publish(store: Store, registry: RegistryFile, lot: int, tranche: int, upload: Upload) -> Published:
    """Check an upload against what the mirror knows as anchored and add it, all or nothing. Doing it again is harmless.

    Raises InvalidInput if leaves or documents do not belong to the tranche, Unavailable if none is anchored there as
    far as the mirror has come.
    """
    documents = _checked_documents(upload, registry, lot)
    with store.write() as session:
        new = add_publication(session, lot, tranche, upload.leaves, documents)
    return Published(len(upload.leaves), new)


def publish_files(
    store: Store, registry: RegistryFile, lot: int, tranche: int, files: Sequence[Path], most_bytes: int
) -> Published:
    """The same for an upload in parts, one file each, in order; memory for one part.

    The root is checked before anything is added, and all of it becomes visible at once.
    """
    certificates = 0

    def parts(with_documents: bool) -> Iterator[Part]:
        nonlocal certificates
        certificates = 0
        for file in files:
            upload = parse_upload(parse_strict(file.read_bytes(), max_bytes=most_bytes, what="upload"))
            certificates += len(upload.leaves)
            yield upload.leaves, _checked_documents(upload, registry, lot) if with_documents else {}

    passes = iter((False, True))
    with store.write() as session:
        new = publish_parts(session, lot, tranche, lambda: parts(next(passes)))
    return Published(certificates, new)


def require_anchored(store: Store, lot: int, tranche: int) -> int:
    """How many leaves the anchored tranche has; raises Unavailable if none is anchored there."""
    with store.primary.read() as session:
        return anchored_event(session, lot, tranche).leaf_count


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
