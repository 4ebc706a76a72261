"""How much one address may ask: a token bucket for each, as one number (GCRA), in bounded memory.

An IPv6 visitor has at least a /64, so those count as one. Memory holds `MOST` addresses a budget; beyond that, who was
not seen for the longest time is forgotten, and starts with a full bucket.
"""

import ipaddress
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from registry.domain.errors import InvalidInput

MOST = 100_000
MOST_ADDRESS = 64
"""Characters of an address that are looked at: a proxy may forward any text."""
_SECOND = 1_000_000_000
_FORM = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Limit:
    """`requests` within `seconds`; as many may come at once."""

    requests: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether one request was let through, how many more are, and seconds: until one more is, until all are."""

    allowed: bool
    left: int
    again_in: int
    full_in: int


def parse_limit(text: str, place: str) -> Limit | None:
    """`600/60`: 600 requests in 60 seconds; "" is no limit. Raises InvalidInput, naming `place`."""
    if not text.strip():
        return None
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise InvalidInput("this is no limit", expected="REQUESTS/SECONDS, 600/60", found=text[:40], place=place)
    return Limit(int(found[1]), int(found[2]))


@lru_cache(maxsize=4_096)
def whose(address: str) -> bytes:
    """Whom an address belongs to: an IPv4 address, or the /64 of an IPv6 one; b"" for what is no address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return b""
    if isinstance(found, ipaddress.IPv6Address):
        return found.ipv4_mapped.packed if found.ipv4_mapped else found.packed[:8]
    return found.packed


class Budget:
    """One limit, counted for each address."""

    def __init__(self, limit: Limit, most: int = MOST, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self.limit = limit
        self._most = most
        self._clock = clock
        self._cost = limit.seconds * _SECOND // limit.requests
        self._whole = self._cost * limit.requests
        self._full_at: OrderedDict[bytes, int] = OrderedDict()
        """When each address will have a full bucket again, who was seen last at the end."""
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, who: bytes) -> Taken:
        """Ask for one request of `who`."""
        now = self._clock()
        with self._lock:
            full_at = max(self._full_at.pop(who, now), now)
            after = full_at + self._cost
            allowed = after - now <= self._whole
            full_at = after if allowed else full_at
            self._full_at[who] = full_at
            self._forget(now)
        left = (self._whole - (full_at - now)) // self._cost
        wait = 0 if left else full_at + self._cost - self._whole - now
        return Taken(allowed, left, _seconds_up(wait), _seconds_up(full_at - now))

    def _forget(self, now: int) -> None:
        """Each request adds one at most and looks at two, so nothing grows and no request pays for all."""
        for _ in range(2):
            oldest = next(iter(self._full_at))
            if self._full_at[oldest] > now and len(self._full_at) <= self._most:
                return
            del self._full_at[oldest]
            if not self._full_at:
                return


def _seconds_up(nanoseconds: int) -> int:
    return -(-nanoseconds // _SECOND)
