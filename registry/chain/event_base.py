"""What all events share, and how one is read from topics and data: by slicing words, without a library.

An event class writes its Solidity declaration down once, as `SIGNATURE`; its fields stand in the same order.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from registry.chain.blocks import RawLog
from registry.domain.errors import Contradiction
from registry.domain.hexes import hex0x
from registry.proofs.keccak import keccak256


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Where an event stands. `log_index` counts within the block; `address` is the contract's."""

    SIGNATURE: ClassVar[str] = ""

    block_number: int
    block_hash: bytes
    tx_hash: bytes
    tx_index: int
    log_index: int
    address: bytes


PLACE = tuple(field.name for field in fields(Event))


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an event: the field that takes it, its ABI type, and whether it is a topic."""

    name: str
    field: str
    abi: str
    indexed: bool


class Shape:
    """How to read one kind of event."""

    def __init__(self, kind: type[Event]) -> None:
        self.kind = kind
        self.name, self.parameters = _parse(kind)
        self.topic0 = keccak256(f"{self.name}({','.join(p.abi for p in self.parameters)})".encode())
        self._topics = [(p.field, _READERS[p.abi]) for p in self.parameters if p.indexed]
        self._words = [(p.field, p.abi) for p in self.parameters if not p.indexed]
        self._static = all(abi != "string" for _, abi in self._words)

    @property
    def carries_prior(self) -> bool:
        """Whether the event names the history hash that it extends (events of base contracts do not)."""
        return self.parameters[-1].name == "prior"

    def decode(self, log: RawLog) -> Event:
        """The event. Raises Contradiction if topics or data are not exactly such an event's."""
        try:
            values = self.values(log.topics, log.data)
        except ValueError as error:
            raise Contradiction(
                f"log {log.log_index} of block {log.block_number} is not a well-formed {self.name}",
                expected=self.kind.SIGNATURE,
                found=f"{error} in 0x{log.data.hex()[:200]}",
                hint="another node: this one gives altered logs",
            ) from None
        return self.kind(
            block_number=log.block_number,
            block_hash=log.block_hash,
            tx_hash=log.tx_hash,
            tx_index=log.tx_index,
            log_index=log.log_index,
            address=log.address,
            **values,
        )

    def values(self, topics: Sequence[bytes], data: bytes) -> dict[str, Any]:
        """The parameters by field name. Raises ValueError unless this is the one encoding of such an event."""
        if len(topics) != 1 + len(self._topics) or topics[0] != self.topic0:
            raise ValueError(f"{len(topics)} topics")
        values = {field: read(topic) for (field, read), topic in zip(self._topics, topics[1:], strict=True)}
        end = 32 * len(self._words)
        for at, (field, abi) in zip(range(0, end, 32), self._words, strict=True):
            word = data[at : at + 32]
            if abi == "string":
                values[field], end = _string(data, word, end)
            else:
                values[field] = _READERS[abi](word)
        if len(data) != end:
            raise ValueError(f"{len(data)} bytes instead of {end}")
        return values


def _parse(kind: type[Event]) -> tuple[str, list[Parameter]]:
    """Name and parameters of `Name(type indexed name, …)`, one for each field of the class, in order."""
    match = re.fullmatch(r"(\w+)\((.*)\)", kind.SIGNATURE)
    if match is None:
        raise TypeError(f"{kind.__name__} has no signature")
    written = [part.split() for part in match[2].split(", ")]
    own = [field.name for field in fields(kind) if field.name not in PLACE]
    if match[1] != kind.__name__ or len(own) != len(written):
        raise TypeError(f"the fields of {kind.__name__} are not those of {kind.SIGNATURE}")
    return match[1], [
        Parameter(words[-1], field, words[0], "indexed" in words[1:-1])
        for field, words in zip(own, written, strict=True)
    ]


def _number(bits: int) -> Callable[[bytes], int]:
    limit = 1 << bits

    def read(word: bytes) -> int:
        number = int.from_bytes(word, "big")
        if number >= limit or len(word) != 32:
            raise ValueError(f"a number that is no uint{bits}")
        return number

    return read


def _word(word: bytes) -> bytes:
    if len(word) != 32:
        raise ValueError("a word that is cut")
    return bytes(word)


def _address(word: bytes) -> bytes:
    if len(word) != 32 or any(word[:12]):
        raise ValueError("a word that is no address")
    return bytes(word[12:])


def _truth(word: bytes) -> bool:
    number = int.from_bytes(word, "big")
    if number > 1 or len(word) != 32:
        raise ValueError("a word that is neither true nor false")
    return number == 1


def _string(data: bytes, word: bytes, end: int) -> tuple[str, int]:
    """A string whose tail starts at `end`, and where the next tail starts. ValueError includes bad UTF-8."""
    if int.from_bytes(word, "big") != end or len(data) < end + 32:
        raise ValueError("a string in an unusual place")
    length = int.from_bytes(data[end : end + 32], "big")
    start, after = end + 32, end + 32 + (length + 31) // 32 * 32
    if after > len(data) or any(data[start + length : after]):
        raise ValueError("a string that is cut or not padded with zeros")
    return data[start : start + length].decode(), after


_READERS: dict[str, Callable[[bytes], Any]] = {
    "uint8": _number(8),
    "uint32": _number(32),
    "uint64": _number(64),
    "uint128": _number(128),
    "uint256": _number(256),
    "bytes32": _word,
    "address": _address,
    "bool": _truth,
}


def describe(log: RawLog) -> str:
    """A log in a few words, for messages."""
    return f"log {log.log_index} of block {log.block_number} at {hex0x(log.address)}"
