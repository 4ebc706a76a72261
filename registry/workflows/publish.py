"""Publishing a tranche: its leaves, so that its certificates are found by hash, and on purpose their documents.

Nobody needs an account to publish, because nothing is believed: leaves are accepted only if they lead to the root that
is anchored, documents only if they hash to a leaf. A document with personal text in the clear is refused unless the
publisher says that this is meant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from registry.domain.certificates import Certificate, Digest
from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x, shorten
from registry.domain.registry_file import RegistryFile
from registry.proofs.canonical import require_canonical
from registry.store.database import Store
from registry.store.publications import Part, pack_leaves, publish_rooted, require_rooted
from registry.store.publications import require_anchored as anchored_event
from registry.workflows.staged_part import read_entries, read_part
from registry.workflows.uploads import Upload, parse_upload

__all__ = ["Published", "Upload", "check_part", "parse_upload", "publish", "publish_files", "require_anchored"]


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
    part = check_part(registry, lot, upload)
    with store.primary.read() as session:
        rooted = require_rooted(anchored_event(session, lot, tranche), [part.entries])
    with store.write() as session:
        new = publish_rooted(session, lot, tranche, rooted, [part])
    return Published(part.leaf_count, new)


def check_part(registry: RegistryFile, lot: int, upload: Upload) -> Part:
    """All that can be said of an upload by itself, a whole tranche or a part of one: its documents are those of its
    leaves, name this registry and lot, and nobody who did not agree. Raises InvalidInput."""
    return Part(pack_leaves(upload.leaves), _checked_documents(upload, registry, lot))


def publish_files(store: Store, lot: int, tranche: int, files: Sequence[Path]) -> Published:
    """Publish a tranche that came in parts, one file of `staged_part` each, in order; memory for one part.

    The root is checked first, while others may write to the mirror; then all of it becomes visible at once.
    """
    with store.primary.read() as session:
        anchored = anchored_event(session, lot, tranche)
    rooted = require_rooted(anchored, map(read_entries, files))
    with store.write() as session:
        new = publish_rooted(session, lot, tranche, rooted, map(read_part, files))
    return Published(anchored.leaf_count, new)


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
