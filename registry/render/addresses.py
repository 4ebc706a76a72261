"""Where a reader is sent: the address of a verifier, and the codes that lead there."""

import re
from dataclasses import dataclass, replace

from registry.domain.errors import InvalidInput
from registry.domain.hexes import shorten
from registry.proofs.bundle import Bundle
from registry.proofs.compact import to_compact, to_text

MOST_ADDRESS = 120
MOST_CODE = 2_331
"""What a QR code of version 40 with error correction M holds, in bytes."""

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]{1,100}(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*/?", re.ASCII)


@dataclass(frozen=True, slots=True)
class VerifierAddress:
    """The address of a verifier's pages: http or https, a host, perhaps a port and a path, nothing else.

    It is printed by whoever renders, so it proves nothing; `docs/pdf.md` says how a reader should take it.
    """

    url: str

    def __post_init__(self) -> None:
        if len(self.url) > MOST_ADDRESS or not _ADDRESS.fullmatch(self.url):
            raise InvalidInput(
                "not the address of a verifier",
                expected=f"like https://verifier.example, at most {MOST_ADDRESS} characters, no query and no fragment",
                found=shorten(self.url),
            )
        object.__setattr__(self, "url", self.url.rstrip("/"))

    def certificate(self, number: str) -> str:
        """The short address of a certificate, by its number."""
        return f"{self.url}/certificates/{number}"

    def carrying(self, bundle: Bundle) -> str:
        """The address of the page that checks a file, with the whole bundle behind `#`, which stays in the browser."""
        return f"{self.url}/verify{to_text(bundle)}"


def whole_code(bundle: Bundle, address: VerifierAddress) -> str | bytes | None:
    """What the self-contained code holds: address and bundle as text; the compact bytes if only they fit; else None.

    Chain evidence is left out: it is larger than any code, and any node gives it anew.
    """
    bare = replace(bundle, evidence=())
    text = address.carrying(bare)
    if len(text) <= MOST_CODE:
        return text
    compact = to_compact(bare)
    return compact if len(compact) <= MOST_CODE else None
