"""Identity: whether a domain says, in its own DID document, that an account is its own.

Two statements must meet: the registry file (or the chain) names a `did:web` for the account, and the domain's document
lists the account. It is stated by the domain as of the time it was asked; it never changes a verdict or a level.
Specification: `docs/spec/identity.md`.
"""

import re
from dataclasses import dataclass

from registry.domain.did_web import DidWeb, parse_did_web
from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x
from registry.domain.strict_json import JsonValue, parse_strict

__all__ = ["MAX_DOCUMENT", "DidWeb", "IdentityMatch", "identity_matches", "parse_did_web"]

MAX_DOCUMENT = 65_536
"""Bytes of a DID document."""

_CAIP10 = re.compile(r"eip155:(0|[1-9][0-9]{0,31}):(0x[0-9a-fA-F]{40})", re.ASCII)


@dataclass(frozen=True, slots=True)
class IdentityMatch:
    """Whether the domain's document lists the account; `code` and `reason` say why (not)."""

    matches: bool
    code: str
    reason: str


def identity_matches(document: bytes, did: DidWeb, chain_id: int, account: bytes) -> IdentityMatch:
    """What a DID document, as fetched from `did.url`, says of `account` (20 bytes) on chain `chain_id`.

    Never raises: a document that cannot be read does not match.
    """
    try:
        value = parse_strict(document, max_bytes=MAX_DOCUMENT, what="DID document")
    except InvalidInput as error:
        return IdentityMatch(False, "malformed", str(error))
    if not isinstance(value, dict):
        return IdentityMatch(False, "malformed", "the DID document is no JSON object")
    if value.get("id") != str(did):
        return IdentityMatch(False, "other-did", f"the document is not about {did}")
    methods = value.get("verificationMethod")
    listed = [_account(method, did) for method in methods] if isinstance(methods, list) else []
    accounts = [found for found in listed if found is not None]
    if (chain_id, account) in accounts:
        return IdentityMatch(True, "listed", f"{did.host} lists {hex0x(account)} on chain {chain_id}")
    if any(found == account for _, found in accounts):
        return IdentityMatch(False, "other-chain", f"{did.host} lists {hex0x(account)} on another chain only")
    if accounts:
        return IdentityMatch(False, "other-account", f"{did.host} lists other accounts, not {hex0x(account)}")
    return IdentityMatch(False, "no-account", f"{did.host} lists no account of a chain")


def _account(method: JsonValue, did: DidWeb) -> tuple[int, bytes] | None:
    """Chain id and account of a verification method of `did`; None for any other member of the list."""
    if not isinstance(method, dict) or method.get("controller") != str(did):
        return None
    name, kind, caip10 = method.get("id"), method.get("type"), method.get("blockchainAccountId")
    if not (isinstance(name, str) and isinstance(kind, str) and isinstance(caip10, str) and kind):
        return None
    if name.removeprefix(str(did))[:1] != "#" or len(name.removeprefix(str(did))) < 2:
        return None
    found = _CAIP10.fullmatch(caip10)
    return (int(found[1]), bytes.fromhex(found[2][2:])) if found else None
