"""web3 over any `Rpc`: it encodes, formats and signs, and every question goes through our bounded, redacting client.

Errors are ours: a node's error stays `RpcError`, an outage `Unavailable`, and what web3 cannot read is a malformed
answer, so `Unavailable` too. Nothing is asked that was not asked for: no names (ENS), no look-ups that a revert asks
for (CCIP), no chain id check (the sender pins it), no buffered gas.
"""

from collections.abc import Callable
from typing import Any

from web3 import Web3
from web3.eth import Eth
from web3.exceptions import BlockNotFound, TransactionNotFound, Web3Exception
from web3.method import Method
from web3.middleware import ExtraDataToPOAMiddleware
from web3.providers.base import BaseProvider
from web3.types import RPCEndpoint, RPCResponse

from registry.chain.node import Node
from registry.chain.recursion import limit_recursion
from registry.chain.rpc import Rpc
from registry.domain.errors import OffsetproofError

limit_recursion()

# web3 takes whatever JSON comes for these; the reader's rules are stricter.
_QUANTITIES = {"eth_estimateGas", "eth_gasPrice", "eth_maxPriorityFeePerGas", "eth_getTransactionCount"}
_HASHES = {"eth_sendTransaction", "eth_sendRawTransaction"}


class RpcProvider(BaseProvider):
    """web3's way to the node behind an `Rpc`."""

    global_ccip_read_enabled = False

    def __init__(self, rpc: Rpc) -> None:
        super().__init__()
        self.node = Node(rpc)

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """The node's answer. Raises `RpcError` or `Unavailable`, which pass through web3 untouched."""
        result = self.node.rpc.request(method, params)
        if method in _QUANTITIES:
            self.node.quantity(result, f"the answer to {method}")
        elif method in _HASHES:
            self.node.word(result, f"the answer to {method}")
        elif method == "eth_call":
            self.node.hex_bytes(result, "what a call returned")
        elif method == "eth_getBlockByNumber" and isinstance(result, dict) and result.get("baseFeePerGas") is not None:
            self.node.quantity(result["baseFeePerGas"], "a block's baseFeePerGas")
        return {"jsonrpc": "2.0", "id": 0, "result": result}


class NodeEth(Eth):
    """web3's `eth`, whose troubles with an answer are the node's. Raises TransactionNotFound as web3 does."""

    def __init__(self, w3: Web3) -> None:
        super().__init__(w3)
        plain: Callable[..., Callable[..., Any]] = self.retrieve_caller_fn
        provider = w3.provider

        def careful(method: Method[Any]) -> Callable[..., Any]:
            def ask(*arguments: Any, **options: Any) -> Any:
                try:
                    return plain(method)(*arguments, **options)
                except (OffsetproofError, TransactionNotFound):
                    raise
                except (Web3Exception, ValueError, TypeError, KeyError, AttributeError) as error:
                    assert isinstance(provider, RpcProvider)
                    found = "none" if isinstance(error, BlockNotFound) else str(error)[:80]
                    raise provider.node.malformed(f"an answer to {method.json_rpc_method}", found) from None

            return ask

        self.retrieve_caller_fn = careful


def eth_over(rpc: Rpc) -> NodeEth:
    """web3's `eth` and nothing else. The one middleware lets blocks of proof-of-authority chains be read."""
    return NodeEth(Web3(RpcProvider(rpc), middleware=[(ExtraDataToPOAMiddleware, "poa")], modules={}, ens=None))


def web3_offline() -> Web3:
    """A web3 that encodes and decodes, and has no node to ask."""
    return Web3(BaseProvider(), middleware=[], modules={"eth": Eth}, ens=None)
