"""Asking a domain whether an account is its own: one bounded fetch of its DID document, from that host alone."""

import time
from dataclasses import dataclass

import httpx

from registry.domain.did_web import DidWeb
from registry.domain.errors import Unavailable
from registry.proofs.identity import MAX_DOCUMENT, IdentityMatch, identity_matches

SECONDS_TO_CONNECT = 5
SECONDS_IN_ALL = 10
MOST_REDIRECTS = 3
NO_DOCUMENT = (404, 410)
_MOVED = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class AskedDomain:
    """What the domain of `did` stated; `fetched_at` is seconds since 1970."""

    did: DidWeb
    match: IdentityMatch
    fetched_at: int


def ask_domain(
    did: DidWeb, chain_id: int, account: bytes, *, transport: httpx.BaseTransport | None = None
) -> AskedDomain:
    """Whether the domain lists `account` (20 bytes) of chain `chain_id`. Raises Unavailable if it did not answer."""
    # No proxies or credentials from the environment, no packed answers, no redirect followed by itself.
    headers = {"accept": "application/did+json, application/json", "accept-encoding": "identity"}
    timeout = httpx.Timeout(SECONDS_IN_ALL, connect=SECONDS_TO_CONNECT)
    with httpx.Client(timeout=timeout, trust_env=False, headers=headers, transport=transport) as client:
        document = _fetch(client, did)
    now = int(time.time())
    if document is None:
        none = IdentityMatch(False, "no-document", f"there is no document at {did.url}")
        return AskedDomain(did, none, now)
    return AskedDomain(did, identity_matches(document, did, chain_id, account), now)


def _fetch(client: httpx.Client, did: DidWeb) -> bytes | None:
    """The document's bytes, at most one beyond the limit; None if the domain says that there is none."""
    ends, url = time.monotonic() + SECONDS_IN_ALL, httpx.URL(did.url)
    try:
        for _ in range(1 + MOST_REDIRECTS):
            with client.stream("GET", url) as response:
                if response.status_code in NO_DOCUMENT:
                    return None
                if response.status_code not in _MOVED:
                    return _body(response, did, ends)
                url = _same_host(url, response, did)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(f"{did.host} did not answer", found=type(error).__name__) from None
    raise Unavailable(f"{did.host} sends from address to address", expected=f"at most {MOST_REDIRECTS} redirects")


def _body(response: httpx.Response, did: DidWeb, ends: float) -> bytes:
    packed = response.headers.get("content-encoding", "identity").lower()
    if response.status_code != 200 or packed != "identity":
        found = f"HTTP status {response.status_code}, content encoding {packed[:20]}"
        raise Unavailable(f"{did.host} gave no document", expected="HTTP status 200, not packed", found=found)
    received = bytearray()
    for piece in response.iter_bytes(16_384):
        received += piece
        if len(received) > MAX_DOCUMENT:
            break
        if time.monotonic() > ends:
            raise Unavailable(f"{did.host} is too slow", expected=f"a document within {SECONDS_IN_ALL} s")
    return bytes(received)


def _same_host(url: httpx.URL, response: httpx.Response, did: DidWeb) -> httpx.URL:
    target = url.join(response.headers.get("location", ""))
    if (target.scheme, target.host, target.port) != (url.scheme, url.host, url.port) or target.userinfo:
        raise Unavailable(
            f"{did.host} sends to another host", expected=did.origin, found=f"{target.scheme}://{target.host}"[:100]
        )
    return target
