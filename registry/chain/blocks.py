"""What a node tells about blocks and logs, as values. Hashes are 32 bytes, addresses 20 bytes."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Header:
    """One block. `timestamp` is in seconds since 1970; `bloom` the filter over its logs, 0 if the node gives none."""

    number: int
    hash: bytes
    parent_hash: bytes
    timestamp: int
    bloom: int = field(default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        _require(self.number >= 0 and self.timestamp >= 0, "a header's number and timestamp are at least 0")
        _require(len(self.hash) == 32 and len(self.parent_hash) == 32, "a header's hashes have 32 bytes")


@dataclass(frozen=True, slots=True)
class RawLog:
    """One log as the node gave it. `log_index` counts within the block; `removed` marks a log undone by a reorg."""

    block_number: int
    block_hash: bytes
    tx_hash: bytes
    tx_index: int
    log_index: int
    address: bytes
    topics: tuple[bytes, ...]
    data: bytes
    removed: bool = False

    def __post_init__(self) -> None:
        _require(min(self.block_number, self.tx_index, self.log_index) >= 0, "a log's numbers are at least 0")
        _require(len(self.block_hash) == 32 and len(self.tx_hash) == 32, "a log's hashes have 32 bytes")
        _require(len(self.address) == 20, "a log's address has 20 bytes")
        _require(
            len(self.topics) <= 4 and all(len(t) == 32 for t in self.topics), "a log has up to 4 topics of 32 bytes"
        )


def _require(good: bool, rule: str) -> None:
    if not good:
        raise ValueError(rule)
