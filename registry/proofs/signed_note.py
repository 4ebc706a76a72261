"""Signed notes after C2SP signed-note: a text, an empty line, and Ed25519 signatures, each on a line of its own.

A key has a name; its id is the first 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). A verifier key is written
`name+id in hex+base64(0x01 ‖ public key)`.
"""

import base64
import re
from dataclasses import dataclass
from hashlib import sha256

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

from registry.domain.errors import InvalidInput

MOST_BYTES = 65_536
MOST_SIGNATURES = 16
SEED_BYTES = 32
_ED25519 = b"\x01"
_SIGNATURE_BYTES = 64
_NAME = re.compile(r"[^\s+\u0000-\u0020\u007f]{1,200}")
_LINE = re.compile(r"— ([^ +]+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class NoteKey:
    """Who may sign: a name, and an Ed25519 public key (32 bytes)."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InvalidInput(
                "not a key's name", expected="1 to 200 characters, no space, no plus", found=self.name[:40]
            )
        _public(self.public_key)

    @property
    def id(self) -> bytes:
        """4 bytes that tell keys of one name apart."""
        return sha256(self.name.encode("utf-8") + b"\n" + _ED25519 + self.public_key).digest()[:4]

    def __str__(self) -> str:
        encoded = base64.b64encode(_ED25519 + self.public_key).decode("ascii")
        return f"{self.name}+{self.id.hex()}+{encoded}"


def parse_note_key(text: str) -> NoteKey:
    """The key that a verifier key string names; raises InvalidInput."""
    parts = text.strip().split("+", 2)
    try:
        name, id_, encoded = parts
        raw = base64.b64decode(encoded, validate=True)
        key = NoteKey(name, raw[1:])
        fits = raw[:1] == _ED25519 and key.id.hex() == id_
    except (ValueError, InvalidInput):
        fits = False
    if not fits:
        raise InvalidInput("not a verifier key", expected="name+id+base64, of Ed25519", found=text[:100])
    return key


def note_key(name: str, seed: bytes) -> NoteKey:
    """The key whose private seed (32 bytes) is given."""
    return NoteKey(name, _private(seed).public_key().export_key(format="raw"))


def sign_note(text: str, name: str, seed: bytes) -> str:
    """The text with one signature under it. It ends with a line feed and holds no control characters but these."""
    _require_text(text)
    key, private = note_key(name, seed), _private(seed)
    signature = eddsa.new(private, "rfc8032").sign(text.encode("utf-8"))
    return f"{text}\n— {name} {base64.b64encode(key.id + signature).decode('ascii')}\n"


def open_note(note: str, keys: list[NoteKey]) -> tuple[str, list[NoteKey]]:
    """The note's text, and those of `keys` that signed it, at least one.

    Raises InvalidInput if it is no signed note, if a known key's signature is wrong, or if none of the keys signed.
    Signatures of unknown keys count for nothing.
    """
    if len(note.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise InvalidInput("the note is too large", expected=f"at most {MOST_BYTES} bytes")
    at = note.rfind("\n\n")
    if at < 0 or not note.endswith("\n"):
        raise InvalidInput("not a signed note", expected="a text, an empty line, signatures")
    text, lines = note[: at + 1], note[at + 2 : -1].split("\n")
    _require_text(text)
    if len(lines) > MOST_SIGNATURES:
        raise InvalidInput("too many signatures", expected=f"at most {MOST_SIGNATURES}", found=str(len(lines)))
    signed: list[NoteKey] = []
    for number, line in enumerate(lines, 1):
        found = _LINE.fullmatch(line)
        try:
            raw = base64.b64decode(found[2], validate=True) if found else b""
        except ValueError:
            raw = b""
        if found is None or len(raw) < 5:
            raise InvalidInput(
                "not a signature", expected="— name base64", found=line[:60], place=f"signature {number}"
            )
        for key in keys:
            if key.name == found[1] and key.id == raw[:4] and key not in signed:
                _check(key, text, raw[4:])
                signed.append(key)
    if not signed:
        raise InvalidInput("none of these keys signed the note", expected=" or ".join(key.name for key in keys))
    return text, signed


def _check(key: NoteKey, text: str, signature: bytes) -> None:
    try:
        if len(signature) != _SIGNATURE_BYTES:
            raise ValueError
        eddsa.new(_public(key.public_key), "rfc8032").verify(text.encode("utf-8"), signature)
    except ValueError:
        raise InvalidInput(
            f"the signature of {key.name} is wrong", hint="the text was altered, or signed otherwise"
        ) from None


def _require_text(text: str) -> None:
    if not text.endswith("\n") or text.startswith("\n") or "\n\n" in text:
        raise InvalidInput("not the text of a note", expected="lines that are not empty, each with a line feed")
    if any((ord(c) < 0x20 and c != "\n") or ord(c) == 0x7F or 0xD800 <= ord(c) < 0xE000 for c in text):
        raise InvalidInput("not the text of a note", expected="no control characters")


def _private(seed: bytes) -> ECC.EccKey:
    if len(seed) != SEED_BYTES:
        raise InvalidInput("not a signing key", expected="32 bytes", found=f"{len(seed)} bytes")
    return ECC.construct(curve="Ed25519", seed=seed)  # type: ignore[arg-type]  # the stub says str


def _public(raw: bytes) -> ECC.EccKey:
    try:
        return eddsa.import_public_key(raw)
    except ValueError:
        raise InvalidInput("not an Ed25519 public key", expected="32 bytes", found=f"{len(raw)} bytes") from None
