"""The blocks of the embedded chain: mined, found, rewound, and their logs, without asking the database again."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from eth._utils.address import generate_contract_address
from eth.constants import GENESIS_PARENT_HASH, ZERO_ADDRESS

from registry.chain.rpc import RpcError
from registry.proofs.keccak import keccak256

_HEADER_MEMBERS = {
    "parentHash": "parent_hash",
    "sha3Uncles": "uncles_hash",
    "miner": "coinbase",
    "stateRoot": "state_root",
    "transactionsRoot": "transaction_root",
    "receiptsRoot": "receipt_root",
    "mixHash": "mix_hash",
    "nonce": "nonce",
    "extraData": "extra_data",
    "withdrawalsRoot": "withdrawals_root",
    "parentBeaconBlockRoot": "parent_beacon_block_root",
    "requestsHash": "requests_hash",
}
_HEADER_NUMBERS = {
    "number": "block_number",
    "timestamp": "timestamp",
    "difficulty": "difficulty",
    "gasLimit": "gas_limit",
    "gasUsed": "gas_used",
    "baseFeePerGas": "base_fee_per_gas",
    "blobGasUsed": "blob_gas_used",
    "excessBlobGas": "excess_blob_gas",
}


@dataclass(frozen=True, slots=True)
class Mined:
    """One mined block with all that can be asked about it."""

    number: int
    hash: bytes
    header: Any
    transactions: tuple[Any, ...]
    receipts: tuple[Any, ...]
    logs: tuple[tuple[bytes, dict[str, Any]], ...]  # each with its contract's address


class Blocks:
    """All canonical blocks. `next_time`: seconds since 1970 that the next block gets, if set."""

    def __init__(self, chain: Any, *, real_time: bool) -> None:
        self._chain = chain
        self._real_time = real_time
        self._mined: list[Mined] = [_mined(chain.get_canonical_block_by_number(0), ())]
        self._by_hash: dict[bytes, Mined] = {self.head.hash: self.head}
        self._transactions: dict[bytes, tuple[Mined, int]] = {}
        self.next_time: int | None = None

    @property
    def head(self) -> Mined:
        return self._mined[-1]

    def open(self) -> None:
        """Give the block that is being filled its time, when it is still empty."""
        earliest = int(self.head.header.timestamp) + 1
        if self.next_time is not None:
            if self.next_time < earliest:
                raise RpcError(-32602, f"the next block's time is at least {earliest}, not {self.next_time}")
            self._chain.set_header_timestamp(self.next_time)
        elif self._chain.header.gas_used == 0:
            self._chain.set_header_timestamp(max(earliest, int(time.time())) if self._real_time else earliest)

    def mine(self) -> None:
        """Close the block that is being filled."""
        self.open()
        self.next_time = None
        seed = keccak256(self.head.hash + b"prevrandao")
        block = self._chain.mine_block(coinbase=ZERO_ADDRESS, mix_hash=seed, blob_gas_used=0)
        mined = _mined(block, block.get_receipts(self._chain.chaindb))
        self._mined.append(mined)
        self._by_hash[mined.hash] = mined
        for index, transaction in enumerate(mined.transactions):
            self._transactions[transaction.hash] = (mined, index)

    def rewind(self, block_hash: bytes) -> None:
        """Make an earlier canonical block the head again; what waits for the next block is dropped."""
        target = self._by_hash.get(block_hash)
        if target is None:
            raise RpcError(-32000, "no such snapshot")
        for dropped in self._mined[target.number + 1 :]:
            del self._by_hash[dropped.hash]
            for transaction in dropped.transactions:
                del self._transactions[transaction.hash]
        del self._mined[target.number + 1 :]
        database = self._chain.chaindb
        database._set_as_canonical_chain_head(database.db, target.header, GENESIS_PARENT_HASH)
        self._chain.header = self._chain.create_header_from_parent(target.header)
        self.next_time = None

    def find(self, reference: Any) -> Mined | None:
        """By hash (bytes), by number (0x…) or by tag. Raises `RpcError` for the tags of a finality it has not."""
        if isinstance(reference, bytes):
            return self._by_hash.get(reference)
        if reference in ("finalized", "safe"):
            raise RpcError(-32602, f"the embedded chain has no {reference} block: take a depth below the head")
        if reference in ("latest", "pending"):
            return self.head
        number = 0 if reference == "earliest" else int(reference, 16)
        return self._mined[number] if number < len(self._mined) else None

    def transaction(self, tx_hash: bytes) -> tuple[Mined | None, int, Any] | None:
        """The block, the index in it and the transaction; block None while it waits."""
        found = self._transactions.get(tx_hash)
        if found is not None:
            return found[0], found[1], found[0].transactions[found[1]]
        for index, transaction in enumerate(self._chain.get_block().transactions):
            if transaction.hash == tx_hash:
                return None, index, transaction
        return None

    def logs(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        """eth_getLogs: by block hash or inclusive range, addresses and topics, in the order of the chain."""
        wanted = query.get("address")
        addresses = None if wanted is None else {_bytes(a) for a in ([wanted] if isinstance(wanted, str) else wanted)}
        topics = query.get("topics") or []
        return [
            log
            for block in self._range(query)
            for address, log in block.logs
            if (not addresses or address in addresses) and _topics_match(log["topics"], topics)
        ]

    def _range(self, query: dict[str, Any]) -> Iterator[Mined]:
        if "blockHash" in query:
            block = self._by_hash.get(_bytes(query["blockHash"]))
            if block is None:
                raise RpcError(-32000, "unknown block")
            yield block
            return
        first, last = (self._number(query.get(name, "latest")) for name in ("fromBlock", "toBlock"))
        if first > last:
            raise RpcError(-32602, "invalid block range")
        yield from self._mined[first : last + 1]

    def _number(self, reference: str) -> int:
        return int(reference, 16) if reference.startswith("0x") else (self.find(reference) or self.head).number


def _mined(block: Any, receipts: tuple[Any, ...]) -> Mined:
    header = block.header
    logs: list[tuple[bytes, dict[str, Any]]] = []
    for tx_index, (transaction, receipt) in enumerate(zip(block.transactions, receipts, strict=True)):
        for log in receipt.logs:
            logs.append((bytes(log.address), _log_json(log, header, transaction.hash, tx_index, len(logs))))
    return Mined(block.number, header.hash, header, tuple(block.transactions), tuple(receipts), tuple(logs))


def _log_json(log: Any, header: Any, tx_hash: bytes, tx_index: int, log_index: int) -> dict[str, Any]:
    return {
        "address": "0x" + log.address.hex(),
        "topics": [f"0x{topic:064x}" for topic in log.topics],
        "data": "0x" + log.data.hex(),
        "blockNumber": hex(header.block_number),
        "blockHash": "0x" + header.hash.hex(),
        "transactionHash": "0x" + tx_hash.hex(),
        "transactionIndex": hex(tx_index),
        "logIndex": hex(log_index),
        "removed": False,
    }


def _topics_match(topics: list[str], wanted: list[Any]) -> bool:
    if len(wanted) > len(topics):
        return False
    pairs = zip(topics, wanted, strict=False)
    return all(want is None or topic in (want if isinstance(want, list) else [want]) for topic, want in pairs)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def block_json(block: Mined) -> dict[str, Any]:
    """The block with the hashes of its transactions."""
    header = block.header
    answer: dict[str, Any] = {"hash": "0x" + block.hash.hex(), "uncles": []}
    answer.update({name: "0x" + getattr(header, own).hex() for name, own in _HEADER_MEMBERS.items()})
    answer.update({name: hex(getattr(header, own)) for name, own in _HEADER_NUMBERS.items()})
    answer["logsBloom"] = f"0x{header.bloom:0512x}"
    answer["transactions"] = ["0x" + transaction.hash.hex() for transaction in block.transactions]
    return answer


def transaction_json(block: Mined | None, index: int, transaction: Any) -> dict[str, Any]:
    """What is asked of a transaction here: who, to whom, what, and where it stands."""
    return {
        "hash": "0x" + transaction.hash.hex(),
        "nonce": hex(transaction.nonce),
        "from": "0x" + transaction.sender.hex(),
        "to": "0x" + transaction.to.hex() if transaction.to else None,
        "value": hex(transaction.value),
        "gas": hex(transaction.gas),
        "input": "0x" + transaction.data.hex(),
        "blockNumber": None if block is None else hex(block.number),
        "blockHash": None if block is None else "0x" + block.hash.hex(),
        "transactionIndex": None if block is None else hex(index),
    }


def receipt_json(block: Mined, index: int) -> dict[str, Any]:
    """The receipt of the block's transaction at `index`."""
    transaction, receipt = block.transactions[index], block.receipts[index]
    before = block.receipts[index - 1].gas_used if index else 0
    created = None if transaction.to else generate_contract_address(transaction.sender, transaction.nonce)
    tx_hash = "0x" + transaction.hash.hex()
    return {
        "transactionHash": tx_hash,
        "transactionIndex": hex(index),
        "blockHash": "0x" + block.hash.hex(),
        "blockNumber": hex(block.number),
        "from": "0x" + transaction.sender.hex(),
        "to": "0x" + transaction.to.hex() if transaction.to else None,
        "status": "0x1" if receipt.state_root == b"\x01" else "0x0",
        "gasUsed": hex(receipt.gas_used - before),
        "cumulativeGasUsed": hex(receipt.gas_used),
        "contractAddress": None if created is None else "0x" + created.hex(),
        "logs": [log for _, log in block.logs if log["transactionHash"] == tx_hash],
    }
