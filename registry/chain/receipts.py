"""What became of a transaction."""

from dataclasses import dataclass
from typing import Any, TypeVar

from registry.chain.blocks import RawLog
from registry.chain.events import Event, Ignored, Unknown, decode_log
from registry.chain.node import Node, raw_log
from registry.domain.errors import Contradiction
from registry.domain.hexes import hex0x

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


def receipt_from(answer: Any, node: Node) -> Receipt:
    """A receipt from its JSON form."""
    if not isinstance(answer, dict):
        raise node.malformed("a receipt", f"a {type(answer).__name__}")
    status = answer.get("status")
    created = answer.get("contractAddress")
    logs = answer.get("logs")
    if not isinstance(logs, list):
        raise node.malformed("a receipt's logs", repr(logs)[:80])
    return Receipt(
        tx_hash=node.word(answer.get("transactionHash"), "a receipt's transactionHash"),
        block_number=node.quantity(answer.get("blockNumber"), "a receipt's blockNumber"),
        block_hash=node.word(answer.get("blockHash"), "a receipt's blockHash"),
        succeeded=node.quantity(status, "a receipt's status") == 1,
        gas_used=node.quantity(answer.get("gasUsed"), "a receipt's gasUsed"),
        contract=None if created is None else node.word(created, "a receipt's contractAddress", 20),
        logs=tuple(raw_log(log, node) for log in logs),
    )
