"""Checks 1, 2, 10 and the file's part of 3: what a bundle says about itself. Nothing here asks the chain."""

from typing import NamedTuple

from registry.domain.certificates import Certificate, Digest
from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x
from registry.domain.lots import Position
from registry.domain.registry_file import RegistryFile
from registry.proofs.bundle import MAX_DOCUMENT, Bundle
from registry.proofs.canonical import require_canonical
from registry.proofs.disclosure import PERSONAL_FIELDS, open_fields
from registry.proofs.sumtree import fold_path
from registry.proofs.verdict import FAILED, OTHER_REGISTRY, PASSED, UNREAD, Check


class FilePart(NamedTuple):
    """What the file alone decides. `named` is check 3 as far as the file goes: None if nothing is wrong so far."""

    document: Check
    certificate: Certificate | None
    path: Check
    position: Position | None
    named: Check | None
    disclosed: Check

    @property
    def broken(self) -> Check | None:
        """The first check that makes it pointless to ask the chain about this place."""
        candidates = (self.document, self.path, self.named)
        return next((check for check in candidates if check is not None and check.status == FAILED), None)


def check_file(bundle: Bundle, registry: RegistryFile | None) -> FilePart:
    """Checks 1, 2, 3 (in part) and 10."""
    document, certificate = check_document(bundle)
    path, position = check_path(bundle)
    return FilePart(
        document=document,
        certificate=certificate,
        path=path,
        position=position,
        named=_check_named(bundle, certificate, registry),
        disclosed=check_disclosures(bundle, certificate),
    )


def check_document(bundle: Bundle) -> tuple[Check, Certificate | None]:
    """1: document is canonical and hashes to the certificate hash."""
    if bundle.document is None:
        return Check(1, UNREAD, "unpublished", "the document is not published; give the file"), None
    try:
        value = require_canonical(bundle.document, max_bytes=MAX_DOCUMENT, what="document")
        certificate = Certificate.from_value(value)
    except InvalidInput as error:
        return Check(1, FAILED, "document-malformed", str(error)), None
    return Check(1, PASSED, "document", f"canonical, hash {hex0x(bundle.certificate_hash)}"), certificate


def check_path(bundle: Bundle) -> tuple[Check, Position | None]:
    """2: leaf and path lead to the tranche's root and total. Gives the position, in grams of the lot."""
    leaf, tranche = bundle.leaf, bundle.tranche
    try:
        folded = fold_path(leaf.index, tranche.leaf_count, leaf.grams, bundle.certificate_hash, bundle.path)
        if folded.total != tranche.total:
            raise InvalidInput(
                "the sums lead to another total", expected=f"{tranche.total} g", found=f"{folded.total} g"
            )
        if folded.root != tranche.root:
            raise InvalidInput(
                "the hashes lead to another root", expected=hex0x(tranche.root), found=hex0x(folded.root)
            )
    except InvalidInput as error:
        return Check(2, FAILED, "path", str(error)), None
    position = Position(tranche.start + folded.left_grams, leaf.grams)
    text = (
        f"leaf {leaf.index} of {tranche.leaf_count}, grams {position.start_gram} to {position.end_gram - 1} of the lot"
    )
    return Check(2, PASSED, "path", text), position


def _check_named(bundle: Bundle, certificate: Certificate | None, registry: RegistryFile | None) -> Check | None:
    """3, without the chain: the document names this lot, these grams and the pinned registry."""
    if certificate is not None:
        if certificate.lot != bundle.anchor.lot:
            reason = f"the document names lot {certificate.lot}, the anchor lot {bundle.anchor.lot}"
            return Check(3, FAILED, "lot-differs", reason)
        if certificate.grams != bundle.leaf.grams:
            reason = f"the document claims {certificate.grams} g, the leaf {bundle.leaf.grams} g"
            return Check(3, FAILED, "grams-differ", reason)
    if registry is None:
        return Check(3, FAILED, OTHER_REGISTRY, "no registry file is pinned; give the one you trust")
    if certificate is None:
        return None
    pinned = (registry.chain_id, registry.credit_registry.address)
    if (certificate.chain_id, certificate.credit_registry) != pinned:
        reason = (
            f"the document names registry {hex0x(certificate.credit_registry)} on chain {certificate.chain_id}; "
            f"pinned is {hex0x(pinned[1])} on chain {pinned[0]}"
        )
        return Check(3, FAILED, OTHER_REGISTRY, reason)
    return None


def check_disclosures(bundle: Bundle, certificate: Certificate | None) -> Check:
    """10: disclosed personal fields match their digests. Fields that stay closed are nobody's business."""
    if certificate is None:
        return Check(10, UNREAD, "not-checked", "not checked: the document could not be read")
    try:
        opened = open_fields(certificate, bundle.disclosures)
    except InvalidInput as error:
        return Check(10, FAILED, "disclosure", str(error))
    closed = [name for name in PERSONAL_FIELDS if isinstance(getattr(certificate, name), Digest) and name not in opened]
    opened_text = ", ".join(opened) if opened else "none"
    closed_text = f"; not disclosed: {', '.join(closed)}" if closed else ""
    return Check(10, PASSED, "disclosures", f"disclosed: {opened_text}{closed_text}")
