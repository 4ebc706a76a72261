"""What a transaction pays for its gas: EIP-1559 where blocks have a base fee, else a gas price, which may be zero."""

from dataclasses import dataclass
from typing import Any

from registry.chain.rpc import Rpc, RpcError
from registry.domain.errors import Unavailable

_DEFAULT_TIP = 1_000_000_000  # wei; for nodes that suggest none


@dataclass(frozen=True, slots=True)
class Fees:
    """In wei for each unit of gas. `tip` None: a legacy transaction at the price `most`."""

    most: int
    tip: int | None

    def members(self) -> dict[str, int]:
        """The transaction's members that say it."""
        if self.tip is None:
            return {"gasPrice": self.most}
        return {"type": 2, "maxFeePerGas": self.most, "maxPriorityFeePerGas": self.tip}

    def higher_than(self, earlier: "Fees") -> "Fees":
        """At least an eighth above `earlier` (nodes ask for a tenth to replace), and never below these fees."""
        most = max(self.most, earlier.most + (earlier.most + 7) // 8)
        if self.tip is None or earlier.tip is None:
            return Fees(most, None)
        return Fees(most, min(most, max(self.tip, earlier.tip + (earlier.tip + 7) // 8)))


def current_fees(rpc: Rpc) -> Fees:
    """Fees that the next blocks should take: twice the base fee plus the tip, or the node's gas price."""
    block = rpc.request("eth_getBlockByNumber", ["latest", False])
    if not isinstance(block, dict):
        raise Unavailable(f"the node at {rpc.name} has no latest block")
    price = _quantity(rpc, rpc.request("eth_gasPrice"))
    if block.get("baseFeePerGas") is None:
        return Fees(price, None)
    base = _quantity(rpc, block["baseFeePerGas"])
    tip = 0 if price == 0 else _tip(rpc)
    return Fees(2 * base + tip, tip)


def _tip(rpc: Rpc) -> int:
    try:
        return _quantity(rpc, rpc.request("eth_maxPriorityFeePerGas"))
    except RpcError:
        return _DEFAULT_TIP


def _quantity(rpc: Rpc, value: Any) -> int:
    try:
        return int(value, 16)
    except (TypeError, ValueError):
        raise Unavailable(
            f"the node at {rpc.name} gave a malformed answer", expected="a fee as 0x…", found=repr(value)[:80]
        ) from None
