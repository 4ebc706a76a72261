"""The bundle in CBOR, for QR codes: the same certificate in half the bytes. Specification: `docs/spec/compact.md`.

One bundle has one compact form: the heads are the shortest (RFC 8949, 4.2.1), the array has a fixed shape, and the
reader accepts no other spelling. It is read with the few rules below rather than by a general CBOR library, because a
general one also builds what tags ask for (big numbers, regular expressions) before anybody can say no.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

import cbor2

from registry.domain.errors import InvalidInput
from registry.domain.hexes import HASH_BYTES, hex0x, shorten
from registry.domain.lots import lot_batch, lot_index
from registry.proofs.bundle import MAX_BUNDLE, MAX_DISCLOSURES, MAX_PATH, VERSION, Bundle, parse_bundle
from registry.proofs.canonical import canonical_bytes, parse_strict

MAGIC = b"\xd9\xd9\xf7"
"""The tag of self-described CBOR, 55799: every compact bundle begins with it."""

FRAGMENT = "#bundle="
"""What stands before the text form, in a QR code or at the end of a page's address."""

_FORM = 1
_MEMBERS = 15
_UNSIGNED, _BYTES, _TEXT, _ARRAY = 0, 2, 3, 4
_KINDS = {_UNSIGNED: "an integer", _BYTES: "bytes", _TEXT: "text", _ARRAY: "an array"}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def to_compact(bundle: Bundle) -> bytes:
    """The compact form; raises InvalidInput for a bundle without its document."""
    value = bundle.to_value()
    members = [
        _FORM,
        value["document"],
        list(bundle.disclosures),
        bundle.leaf.index,
        bundle.leaf.grams,
        b"".join(bundle.path.hashes),
        list(bundle.path.grams),
        bundle.tranche.start,
        bundle.tranche.total,
        bundle.tranche.leaf_count,
        bundle.tranche.root,
        lot_batch(bundle.anchor.lot),
        lot_index(bundle.anchor.lot),
        bundle.anchor.tranche,
        canonical_bytes(value["evidence"]).decode("utf-8"),
    ]
    return MAGIC + cbor2.dumps(members)


def parse_compact(data: bytes) -> Bundle:
    """The bundle of a compact form; raises InvalidInput, and nothing else, for every other input."""
    if len(data) > MAX_BUNDLE:
        raise InvalidInput(
            "too large", expected=f"at most {MAX_BUNDLE} bytes", found=str(len(data)), place="compact bundle"
        )
    reader = _Reader(bytes(data))
    members = reader.members()
    path_hashes, path_grams = members[5], members[6]
    if len(path_hashes) != HASH_BYTES * len(path_grams):
        raise InvalidInput(
            "hashes and sums of the path differ in number",
            expected=f"{len(path_grams)} hashes of 32 bytes",
            found=f"{len(path_hashes)} bytes",
            place="compact bundle, path",
        )
    hashes = [path_hashes[at : at + HASH_BYTES] for at in range(0, len(path_hashes), HASH_BYTES)]
    value: dict[str, object] = {
        "version": VERSION,
        "document": members[1],
        "disclosures": members[2],
        "leaf": {"index": members[3], "grams": members[4]},
        "path": [{"hash": hex0x(raw), "grams": grams} for raw, grams in zip(hashes, path_grams, strict=True)],
        "tranche": {
            "start": members[7],
            "total": members[8],
            "leafCount": members[9],
            "root": hex0x(members[10]),
        },
        "anchor": {"lot": str(members[11] << 32 | members[12]), "tranche": members[13]},
        "evidence": parse_strict(members[14], max_bytes=MAX_BUNDLE, what="compact bundle, evidence"),
    }
    # One reader decides what a bundle is; here is only another spelling of it.
    bundle = parse_bundle(canonical_bytes(value))
    if canonical_bytes(value["evidence"]).decode("utf-8") != members[14] or members[12] >= 2**32:
        raise InvalidInput("another spelling of a bundle", expected="its one compact form", place="compact bundle")
    return bundle


def to_text(bundle: Bundle) -> str:
    """The compact form as text for a QR code or a fragment: `#bundle=` and base64url without padding."""
    return FRAGMENT + urlsafe_b64encode(to_compact(bundle)).rstrip(b"=").decode("ascii")


def parse_text(text: str) -> Bundle:
    """The bundle in a text that ends in `#bundle=…`, an address before it or not. The address is not looked at."""
    _, mark, coded = text.strip(" \t\r\n").rpartition(FRAGMENT)
    if not mark or not _BASE64URL.fullmatch(coded) or len(coded) > 2 * MAX_BUNDLE:
        raise InvalidInput(
            "no bundle in this text", expected=f"{FRAGMENT} and base64url to the end", found=shorten(text)
        )
    data = urlsafe_b64decode(coded + "=" * (-len(coded) % 4)) if len(coded) % 4 != 1 else b""
    if urlsafe_b64encode(data).rstrip(b"=").decode("ascii") != coded:
        raise InvalidInput("not base64url", expected="one spelling without padding", found=shorten(coded))
    return parse_compact(data)


class _Reader:
    """Reads the fixed shape: integers, byte and text strings, arrays; definite lengths, shortest heads."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = len(MAGIC)

    def members(
        self,
    ) -> tuple[int, str, list[str], int, int, bytes, list[int], int, int, int, bytes, int, int, int, str]:
        if not self.data.startswith(MAGIC):
            raise self._wrong("the tag of self-described CBOR, d9d9f7", self.data[:3].hex(), at=0)
        if (length := self._head(_ARRAY)) != _MEMBERS:
            raise self._wrong(f"{_MEMBERS} members", str(length))
        if (form := self._head(_UNSIGNED)) != _FORM:
            raise self._wrong(f"form {_FORM}", str(form))
        number = self._number
        found = (
            _FORM,
            self._text(),
            [self._text() for _ in range(self._count(MAX_DISCLOSURES))],
            number(),
            number(),
            self._take(self._head(_BYTES)),
            [number() for _ in range(self._count(MAX_PATH))],
            number(),
            number(),
            number(),
            self._take(self._head(_BYTES)),
            number(),
            number(),
            number(),
            self._text(),
        )
        if self.at != len(self.data):
            raise self._wrong("the end", f"{len(self.data) - self.at} bytes more")
        return found

    def _number(self) -> int:
        return self._head(_UNSIGNED)

    def _count(self, most: int) -> int:
        count = self._head(_ARRAY)
        if count > most:
            raise self._wrong(f"at most {most} entries", str(count))
        return count

    def _text(self) -> str:
        start = self.at
        try:
            return self._take(self._head(_TEXT)).decode("utf-8")
        except UnicodeDecodeError:
            raise self._wrong("UTF-8", "other bytes", at=start) from None

    def _head(self, kind: int) -> int:
        """The argument of the next head, which must be of `kind` and of the shortest length."""
        start = self.at
        first = self._take(1)[0]
        if first >> 5 != kind:
            raise self._wrong(_KINDS[kind], f"byte {first:02x}", at=start)
        short = first & 31
        if short < 24:
            return short
        if short > 27:
            raise self._wrong("a definite length", f"byte {first:02x}", at=start)
        width = 1 << short - 24
        argument = int.from_bytes(self._take(width), "big")
        if argument < (24 if width == 1 else 1 << 4 * width):
            raise self._wrong("the shortest head", f"{argument} in {width} bytes", at=start)
        return argument

    def _take(self, size: int) -> bytes:
        piece = self.data[self.at : self.at + size]
        if len(piece) != size:
            raise self._wrong(f"{size} bytes more", f"{len(piece)}")
        self.at += size
        return piece

    def _wrong(self, expected: str, found: str, *, at: int | None = None) -> InvalidInput:
        where = self.at if at is None else at
        return InvalidInput(
            "not a compact bundle", expected=expected, found=found, place=f"compact bundle byte {where}"
        )
