"""What a transaction pays for its gas: EIP-1559 where blocks have a base fee, else a gas price, which may be zero."""

from dataclasses import dataclass

from registry.chain.rpc import RpcError
from registry.chain.web3_bridge import NodeEth

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


def current_fees(eth: NodeEth) -> Fees:
    """Fees that the next blocks should take: twice the base fee plus the tip, or the node's gas price."""
    base, price = eth.get_block("latest").get("baseFeePerGas"), eth.gas_price
    if base is None:
        return Fees(price, None)
    tip = 0 if price == 0 else _tip(eth)
    return Fees(2 * base + tip, tip)


def _tip(eth: NodeEth) -> int:
    try:
        return eth.max_priority_fee
    except RpcError:
        return _DEFAULT_TIP
