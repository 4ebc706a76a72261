"""Certificates of metro rides, as many as asked for: the same each time, without keeping them."""

from collections.abc import Iterator
from hashlib import sha256

from registry.domain.certificates import Activity, Certificate, Digest, Issuer, Price
from registry.domain.registry_file import RegistryFile
from registry.proofs.canonical import canonical_bytes
from registry.proofs.sumtree import pack_entry
from registry.proofs.tiles import Rooted, TileStream
from registry.store.publications import Part

PART = 20_000
_SALT, _DIGEST, _CLAIM = bytes(range(16)), sha256(b"somebody").digest(), "ride-2026-00000000"


class Rides:
    """`size` certificates of 1 g each, of one lot and its owner."""

    def __init__(self, registry: RegistryFile, lot: int, account: bytes, size: int) -> None:
        self.lot, self.account, self.size = lot, account, size
        self._text = canonical_bytes(
            Certificate(
                registry.chain_id, registry.credit_registry.address, lot, Issuer("Metro", account), _CLAIM, 1,
                Digest(_DIGEST), "Metro ride, 10 km", "2026-11-22T08:00:00Z", _SALT,
                Activity("metro", "10", "km", 432, "cpcd-metro-cn@1"), Price("CNY", 2, 2, 0, 0),
            ).to_value()
        ).decode()  # fmt: skip

    def document(self, index: int) -> str:
        """The document of certificate `index`: one text, with another salt, digest and claim id each time."""
        random_hex = sha256(index.to_bytes(8, "big")).hexdigest()
        text = self._text.replace(_SALT.hex(), random_hex[:32]).replace(_DIGEST.hex(), random_hex)
        return text.replace(_CLAIM, f"ride-2026-{index:08d}")

    def hash(self, index: int) -> bytes:
        """The certificate hash of `index`."""
        return sha256(self.document(index).encode()).digest()

    def parts(self) -> Iterator[Part]:
        """All of them with their documents, as they are published."""
        for first in range(0, self.size, PART):
            texts = [self.document(index) for index in range(first, min(first + PART, self.size))]
            documents = {sha256(text.encode()).digest(): text for text in texts}
            yield Part(b"".join([pack_entry(certificate, 1) for certificate in documents]), documents)

    def rooted(self) -> Rooted:
        """Root and total of the tree over all of them."""
        stream = TileStream(lambda *_: None)
        for part in self.parts():
            stream.add(part.entries)
        return stream.finish()
