"""`did:web` identifiers: a domain's name for itself, and the address of the document in which it says more.

One spelling only: lower-case host names of at least two labels, a port other than 443 after `%3A`, path segments of
plain characters. Source: DID 1.0 (W3C 2022) and the did:web method; rules here: `docs/spec/identity.md`.
"""

import re
from dataclasses import dataclass

from registry.domain.errors import InvalidInput
from registry.domain.hexes import shorten

MAX_DID = 256
_PREFIX = "did:web:"
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}", re.ASCII)
_PORT = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_SEGMENT = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
_MAX_HOST, _MAX_PORT, _DEFAULT_PORT = 253, 65_535, 443


@dataclass(frozen=True, slots=True)
class DidWeb:
    """A `did:web` identifier: `host`, `port` if it names one, path `segments`."""

    host: str
    port: int | None
    segments: tuple[str, ...]

    def __str__(self) -> str:
        port = "" if self.port is None else f"%3A{self.port}"
        return ":".join((f"{_PREFIX}{self.host}{port}", *self.segments))

    @property
    def origin(self) -> str:
        """`https://host` or `https://host:port`."""
        return f"https://{self.host}" + ("" if self.port is None else f":{self.port}")

    @property
    def url(self) -> str:
        """Where its document stands."""
        return "/".join((self.origin, *(self.segments or (".well-known",)), "did.json"))


def parse_did_web(text: object, place: str = "did") -> DidWeb:
    """The identifier that `text` spells; raises InvalidInput for any other text, its URL forms included."""
    if not isinstance(text, str) or not text.startswith(_PREFIX) or len(text) > MAX_DID:
        raise _wrong("did:web: and a domain, at most 256 characters", shorten(text), place)
    first, *segments = text[len(_PREFIX) :].split(":")
    host, coded, digits = first.partition("%3A")
    if len(host) > _MAX_HOST or not _HOST.fullmatch(host) or host.rpartition(".")[2].isdigit():
        raise _wrong("a lower-case domain name of at least two labels, no address", shorten(host), place)
    port = int(digits) if _PORT.fullmatch(digits) else None
    if coded and (port is None or port > _MAX_PORT or port == _DEFAULT_PORT):
        raise _wrong("a port from 1 to 65535 other than 443", shorten(digits), place)
    for segment in segments:
        if not _SEGMENT.fullmatch(segment) or segment in (".", ".."):
            raise _wrong("path segments of A-Z a-z 0-9 . _ -", shorten(segment), place)
    return DidWeb(host, port, tuple(segments))


def _wrong(expected: str, found: str, place: str) -> InvalidInput:
    return InvalidInput(
        "not a did:web identifier", expected=expected, found=found, hint="did:web:example.com", place=place
    )
