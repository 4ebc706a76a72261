"""What became of a transaction."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from registry.chain.blocks import RawLog
from registry.chain.events import Event, Ignored, Unknown, decode_log
from registry.chain.node import Node
from registry.domain.errors import Contradiction
from registry.domain.hexes import hex0x

if TYPE_CHECKING:
    from web3.types import LogReceipt, TxReceipt

_E = TypeVar("_E", bound=Event)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A mined transaction. `contract` is the address it created, if any; `gas_used` in units of gas."""

    tx_hash: bytes
    block_number: int
    block_hash: bytes
    succeeded: bool
    gas_used: int
    contract: bytes | None
    logs: tuple[RawLog, ...]

    def events(self) -> list[Event]:
        """The events of our contracts in this transaction, in order."""
        decoded = (decode_log(log) for log in self.logs)
        return [event for event in decoded if not isinstance(event, Unknown | Ignored)]

    def event(self, kind: type[_E]) -> _E:
        """The one event of this kind; raises Contradiction if there is none or more than one."""
        found = [event for event in self.events() if isinstance(event, kind)]
        if len(found) != 1:
            raise Contradiction(
                f"transaction {hex0x(self.tx_hash)} did not do what it was for",
                expected=f"one event {kind.__name__}",
                found=str(len(found)),
            )
        return found[0]


def receipt_from(found: "TxReceipt", node: Node) -> Receipt:
    """A receipt from web3's, held to the reader's rules; `node` names the source if it breaks them."""
    try:
        created = found.get("contractAddress")
        receipt = Receipt(
            tx_hash=bytes(found["transactionHash"]),
            block_number=found["blockNumber"],
            block_hash=bytes(found["blockHash"]),
            succeeded=found["status"] == 1,
            gas_used=found["gasUsed"],
            contract=None if created is None else bytes.fromhex(created[2:]),
            logs=tuple(_raw_log(log) for log in found["logs"]),
        )
        if min(found["status"], receipt.block_number, receipt.gas_used) < 0:
            raise ValueError("a receipt's numbers are at least 0")
        if {len(receipt.tx_hash), len(receipt.block_hash)} != {32}:
            raise ValueError("a receipt's hashes have 32 bytes")
    except (TypeError, ValueError, KeyError) as error:
        raise node.malformed("a receipt", repr(error)[:80]) from None
    return receipt


def _raw_log(log: "LogReceipt") -> RawLog:
    return RawLog(
        block_number=log["blockNumber"],
        block_hash=bytes(log["blockHash"]),
        tx_hash=bytes(log["transactionHash"]),
        tx_index=log["transactionIndex"],
        log_index=log["logIndex"],
        address=bytes.fromhex(log["address"][2:]),
        topics=tuple(bytes(topic) for topic in log["topics"]),
        data=bytes(log["data"]),
        removed=log.get("removed") is True,
    )
