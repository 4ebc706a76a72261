"""What must be known of a kind of event to fold it into a history, and how folded events are handed to who writes them.

It says where the words are, not what they mean: that is for whoever makes rows of them (`store.layout`).
"""

from binascii import unhexlify
from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct

CREDIT_REGISTRY, PROJECT_REGISTRY = "creditRegistry", "projectRegistry"
WORD = 32
RECORD = Struct(">IQQ32s20s")
"""What stands before an event's bytes in a record, big-endian: the length of all that follows these 4 bytes, block
number, index of the log in its block, transaction hash, contract."""
LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True)
class EventForm:
    """One kind of event. `indexed`: its members that are topics; `words`: its members in the data, of 32 bytes each, or
    an offset for a text; `contracts`: the names of those that emit it."""

    name: str
    topic0: bytes
    indexed: int
    words: int
    has_text: bool
    carries_prior: bool
    contracts: frozenset[str]

    @property
    def prior(self) -> slice:
        """Where in the event's bytes the history hash is that it extends: the last word, if it carries one."""
        start = WORD * (self.indexed + self.words)
        return slice(start, start + WORD)

    def read(self, topics: Sequence[str], data: str) -> bytes:
        """The event's bytes (topics ‖ data) from hex after two characters; the first topic is this kind's. Raises
        ValueError if they cannot be such an event's."""
        try:
            # Most events have one topic beside their kind; the general way takes half as long again.
            if len(topics) == 2:
                event = self.topic0 + unhexlify(topics[1][2:] + data[2:])
            else:
                event = self.topic0 + unhexlify("".join([topic[2:] for topic in topics[1:]]) + data[2:])
        except ValueError:
            raise ValueError(f"not the one encoding of an event {self.name}") from None
        length = WORD * (1 + self.indexed + self.words)
        if len(topics) != 1 + self.indexed or (len(event) < length if self.has_text else len(event) != length):
            raise ValueError(f"not the one encoding of an event {self.name}")
        return event


@dataclass(frozen=True, slots=True)
class Records:
    """`count` events of one kind in the order of the chain, each as `RECORD` and then its bytes."""

    count: int
    packed: bytes
