"""Blocks and histories as values that every part of the indexer speaks of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BlockId:
    """A block by number and hash (32 bytes), with its time in seconds since 1970."""

    number: int
    hash: bytes
    timestamp: int


@dataclass(frozen=True, slots=True)
class Histories:
    """The history hash of each contract, 32 bytes each."""

    project: bytes
    credit: bytes
