"""Typed questions to a node. A malformed answer is `Unavailable`, an answer to another question `Contradiction`;
both say what was expected and what was found. Works over any `Rpc`, with the base install."""

from collections.abc import Sequence
from typing import Any

from registry.chain.blocks import Header, RawLog
from registry.chain.rpc import Rpc, RpcError
from registry.domain.errors import Contradiction, Unavailable

_ANOTHER = "again, or another node (--rpc)"
BlockRef = int | bytes | str  # a number, a 32-byte hash, or a tag such as "latest"


class Node:
    """One source of facts about a chain. Numbers are ints, hashes 32 bytes, addresses 20 bytes."""

    def __init__(self, rpc: Rpc) -> None:
        self.rpc = rpc
        self._takes_block_hash = True  # EIP-1898; learned at the first refusal

    @property
    def name(self) -> str:
        return self.rpc.name

    def chain_id(self) -> int:
        return self.quantity(self.rpc.request("eth_chainId"), "the chain id")

    def genesis_hash(self) -> bytes:
        """The hash of block 0, which tells a chain from a look-alike with the same chain id."""
        return self.header(0).hash

    def header(self, block: BlockRef = "latest") -> Header:
        """The block's header. Raises `Unavailable` if the node does not have the block."""
        header = self.find_header(block)
        if header is None:
            raise Unavailable(
                f"the node at {self.name} does not have the block",
                expected=f"block {_say(block)}",
                found="none",
                hint="again later: the node may be behind",
            )
        return header

    def find_header(self, block: BlockRef) -> Header | None:
        """The block's header, or None if the node does not have it. Raises `Contradiction` for another block."""
        return self._asked_header(block, self.rpc.request(*_block_question(block)))

    def find_headers(self, blocks: Sequence[BlockRef]) -> list[Header | None]:
        """As `find_header`, several in one request where the node takes batches."""
        answers = self.rpc.batch([_block_question(block) for block in blocks])
        return [self._asked_header(block, answer) for block, answer in zip(blocks, answers, strict=True)]

    def _asked_header(self, block: BlockRef, answer: Any) -> Header | None:
        if answer is None:
            return None
        header = self._header(answer)
        asked = header.hash if isinstance(block, bytes) else header.number
        if not isinstance(block, str) and asked != block:
            raise Contradiction(
                f"the node at {self.name} answered with another block",
                expected=_say(block),
                found=_say(asked),
                hint=_ANOTHER,
            )
        return header

    def finalized_header(self, depth: int | None = None) -> Header:
        """The newest final block: by the node's `finalized` tag, or `depth` blocks below the head (at least 0)."""
        if depth is None:
            return self.header("finalized")
        return self.header(max(0, self.header("latest").number - depth))

    def code(self, address: bytes, block: Header | None = None) -> bytes:
        """The runtime code at an address; empty if there is no contract."""
        answer = self._at(block, [("eth_getCode", ["0x" + address.hex()])])[0]
        return self.hex_bytes(answer, "a contract's code")

    def storage(self, address: bytes, slots: Sequence[int], block: Header | None = None) -> list[bytes]:
        """Storage words (32 bytes each) of a contract, all at `block` or, without it, at the latest block."""
        return self.words([(address, slot) for slot in slots], block)

    def words(self, places: Sequence[tuple[bytes, int]], block: Header | None = None) -> list[bytes]:
        """As `storage`, of several contracts at once: each place is a contract and a slot."""
        calls = [("eth_getStorageAt", ["0x" + address.hex(), f"0x{slot:064x}"]) for address, slot in places]
        words = [self.hex_bytes(answer, "a storage word") for answer in self._at(block, calls)]
        for word in words:
            if len(word) > 32:
                raise self.malformed("a storage word of at most 32 bytes", f"{len(word)} bytes")
        return [word.rjust(32, b"\0") for word in words]

    def logs(self, first: int, last: int, addresses: Sequence[bytes]) -> list[RawLog]:
        """All logs of the contracts in blocks `first` to `last` inclusive, in the order of the chain."""
        query = {
            "fromBlock": hex(first),
            "toBlock": hex(last),
            "address": ["0x" + address.hex() for address in addresses],
        }
        logs = self._logs(query, set(addresses))
        for log in logs:
            if not first <= log.block_number <= last:
                raise Contradiction(
                    f"the node at {self.name} answered with a log of another block",
                    expected=f"blocks {first} to {last}",
                    found=f"block {log.block_number}",
                    hint=_ANOTHER,
                )
        return logs

    def logs_of_block(self, block_hash: bytes, addresses: Sequence[bytes]) -> list[RawLog]:
        """All logs of the contracts in the block with this hash; raises `RpcError` if the node lost the block."""
        query = {"blockHash": "0x" + block_hash.hex(), "address": ["0x" + address.hex() for address in addresses]}
        logs = self._logs(query, set(addresses))
        for log in logs:
            if log.block_hash != block_hash:
                raise Contradiction(
                    f"the node at {self.name} answered with a log of another block",
                    expected="0x" + block_hash.hex(),
                    found="0x" + log.block_hash.hex(),
                    hint=_ANOTHER,
                )
        return logs

    def _logs(self, query: dict[str, Any], addresses: set[bytes]) -> list[RawLog]:
        answer = self.rpc.request("eth_getLogs", [query])
        if not isinstance(answer, list):
            raise self.malformed("a list of logs", f"a {type(answer).__name__}")
        logs = [self._log(item) for item in answer]
        for log in logs:
            if log.address not in addresses:
                raise Contradiction(
                    f"the node at {self.name} answered with a log of another contract",
                    expected=", ".join(sorted("0x" + a.hex() for a in addresses)),
                    found="0x" + log.address.hex(),
                    hint=_ANOTHER,
                )
        return sorted(logs, key=lambda log: (log.block_number, log.log_index))

    def _at(self, block: Header | None, calls: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        """Ask about state at one block, named by its hash where the node can (EIP-1898), else by its number."""
        if block is None:
            return self.rpc.batch([(method, [*params, "latest"]) for method, params in calls])
        if self._takes_block_hash:
            ref = {"blockHash": "0x" + block.hash.hex(), "requireCanonical": True}
            try:
                return self.rpc.batch([(method, [*params, ref]) for method, params in calls])
            except RpcError:
                # Either the node takes no hashes, or it has no such canonical block; the number tells which.
                if self.header(block.number).hash != block.hash:
                    raise self._reorganised(block) from None
        answers = self.rpc.batch([(method, [*params, hex(block.number)]) for method, params in calls])
        if self.header(block.number).hash != block.hash:
            raise self._reorganised(block)
        self._takes_block_hash = False
        return answers

    def _reorganised(self, block: Header) -> Unavailable:
        return Unavailable(
            f"the chain of the node at {self.name} changed while it was read",
            expected=f"block {block.number} with hash 0x{block.hash.hex()}",
            found="another hash at that number",
            hint="again, at a younger or a final block",
        )

    def _header(self, answer: Any) -> Header:
        if not isinstance(answer, dict):
            raise self.malformed("a block", f"a {type(answer).__name__}")
        return Header(
            number=self.quantity(answer.get("number"), "a block's number"),
            hash=self.word(answer.get("hash"), "a block's hash"),
            parent_hash=self.word(answer.get("parentHash"), "a block's parentHash"),
            timestamp=self.quantity(answer.get("timestamp"), "a block's timestamp"),
            bloom=self._bloom(answer.get("logsBloom")),
        )

    def _bloom(self, value: Any) -> int:
        return 0 if value is None else int.from_bytes(self.word(value, "a block's logsBloom", 256), "big")

    def _log(self, answer: Any) -> RawLog:
        return raw_log(answer, self)

    def quantity(self, value: Any, what: str) -> int:
        if isinstance(value, str) and value.startswith("0x"):
            try:
                number = int(value[2:], 16) if "_" not in value and len(value) <= 66 else -1
            except ValueError:
                number = -1
            if number >= 0:
                return number
        raise self.malformed(f"{what} as 0x…", _show(value))

    def hex_bytes(self, value: Any, what: str) -> bytes:
        if isinstance(value, str) and value.startswith("0x"):
            try:
                return bytes.fromhex(value[2:] if len(value) % 2 == 0 else "0" + value[2:])
            except ValueError:
                pass
        raise self.malformed(f"{what} as 0x…", _show(value))

    def word(self, value: Any, what: str, length: int = 32) -> bytes:
        word = self.hex_bytes(value, what)
        if len(word) != length:
            raise self.malformed(f"{what} of {length} bytes", _show(value))
        return word

    def malformed(self, expected: str, found: str) -> Unavailable:
        return Unavailable(
            f"the node at {self.name} gave a malformed answer",
            expected=expected,
            found=found,
            hint="again later, or another node (--rpc)",
        )


def raw_log(answer: Any, node: Node) -> RawLog:
    """One log from its JSON form; `node` names the source in errors."""
    if not isinstance(answer, dict):
        raise node.malformed("a log", f"a {type(answer).__name__}")
    topics = answer.get("topics")
    if not isinstance(topics, list) or len(topics) > 4:
        raise node.malformed("up to 4 topics of a log", _show(topics))
    return RawLog(
        block_number=node.quantity(answer.get("blockNumber"), "a log's blockNumber"),
        block_hash=node.word(answer.get("blockHash"), "a log's blockHash"),
        tx_hash=node.word(answer.get("transactionHash"), "a log's transactionHash"),
        tx_index=node.quantity(answer.get("transactionIndex"), "a log's transactionIndex"),
        log_index=node.quantity(answer.get("logIndex"), "a log's logIndex"),
        address=node.word(answer.get("address"), "a log's address", 20),
        topics=tuple(node.word(topic, "a log's topic") for topic in topics),
        data=node.hex_bytes(answer.get("data"), "a log's data"),
        removed=answer.get("removed") is True,
    )


def _block_question(block: BlockRef) -> tuple[str, list[Any]]:
    if isinstance(block, bytes):
        return "eth_getBlockByHash", ["0x" + block.hex(), False]
    return "eth_getBlockByNumber", [hex(block) if isinstance(block, int) else block, False]


def _say(block: BlockRef) -> str:
    return "0x" + block.hex() if isinstance(block, bytes) else str(block)


def _show(value: Any) -> str:
    return repr(value)[:80]
