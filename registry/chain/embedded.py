"""A whole chain inside the process, for the demo and the tests: py-evm as eth-tester sets it up, behind JSON-RPC.

Demo only. The keys of its accounts are public knowledge, nobody validates its blocks, and it ends with the process:
level 1 at most, finality by depth, every verdict marked as a demonstration. It answers as a node does, past states
and block hashes (EIP-1898) included, but has no storage proofs, and refuses the tags `finalized` and `safe`.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from eth_tester.backends.pyevm.main import PyEVMBackend  # type: ignore[import-untyped]

from registry.chain.embedded_blocks import Blocks, block_json, receipt_json, transaction_json
from registry.chain.embedded_calls import Calls
from registry.chain.recursion import limit_recursion
from registry.chain.rpc import Call, RpcError

limit_recursion()

GAS_LIMIT = 60_000_000
_BALANCE = 10**24  # wei


def demo_key(number: int) -> bytes:
    """The private key of account `number` (0, 1, …): `number + 1`. Demo only: everybody knows it."""
    return (number + 1).to_bytes(32, "big")


class Embedded:
    """An `Rpc` that is its own chain. Mines each transaction into its own block, unless inside `one_block()`.

    `genesis_time`: seconds since 1970 of block 0, and each block is a second later than the last, so that a run repeats
    exactly; without it, real time. Safe to share between threads.
    """

    def __init__(self, *, accounts: int = 30, genesis_time: int | None = None) -> None:
        overrides: dict[str, Any] = {"gas_limit": GAS_LIMIT}
        if genesis_time is not None:
            overrides["timestamp"] = genesis_time
        self._backend = PyEVMBackend(
            genesis_parameters=PyEVMBackend.generate_genesis_params(overrides),
            genesis_state=PyEVMBackend.generate_genesis_state({"balance": _BALANCE}, accounts),
        )
        self._lock = threading.RLock()
        self._blocks = Blocks(self._backend.chain, real_time=genesis_time is None)
        self._calls = Calls(self._backend.chain, self._blocks)
        self._automine = True
        self.accounts = [key.public_key.to_canonical_address() for key in self._backend.account_keys]
        self._methods = self._table()

    @property
    def name(self) -> str:
        return "the embedded chain"

    def __repr__(self) -> str:
        return f"Embedded(block {self._blocks.head.number})"

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        """Answer one question; raises `RpcError` as a node would."""
        answer = self._methods.get(method)
        if answer is None:
            raise RpcError(-32601, f"the method {method} does not exist here")
        with self._lock:
            try:
                return answer(*params)
            except (TypeError, KeyError, AttributeError, ValueError) as error:
                raise RpcError(-32602, f"invalid params of {method}: {error}") from None

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        """Answer several questions at one state of the chain."""
        with self._lock:
            return [self.request(method, params) for method, params in calls]

    def mine(self, blocks: int = 1) -> None:
        """Close the block with whatever waits in it, and mine empty ones up to `blocks` in all."""
        with self._lock:
            for _ in range(blocks):
                self._blocks.mine()

    def set_time(self, timestamp: int) -> None:
        """Give the next block this time (seconds since 1970, later than the last block's)."""
        with self._lock:
            self._blocks.next_time = timestamp

    @contextmanager
    def one_block(self) -> Iterator[None]:
        """Put the transactions sent inside (by `Sender.submit`) into one block; wait for them afterwards."""
        self._automine = False
        try:
            yield
        finally:
            self._automine = True
            self.mine()

    def snapshot(self) -> bytes:
        """Remember the head, to come back to by `revert`."""
        with self._lock:
            return self._blocks.head.hash

    def revert(self, snapshot: bytes) -> None:
        """Forget all blocks after the snapshot: a reorganisation of any depth, where other blocks follow."""
        with self._lock:
            self._blocks.rewind(snapshot)

    def _send_raw(self, raw: str) -> str:
        tx_hash = self._calls.apply(bytes.fromhex(raw[2:]))
        if self._automine:
            self.mine()
        return "0x" + tx_hash.hex()

    def _send(self, fields: dict[str, Any]) -> str:
        sender = bytes.fromhex(fields["from"][2:])
        number = self.accounts.index(sender) if sender in self.accounts else -1
        if number < 0:
            raise RpcError(-32000, "unknown account")
        return self._send_raw("0x" + self._calls.sign(demo_key(number), fields).hex())

    def _mine(self, blocks: str | int = 1, *_: Any) -> str:
        self.mine(int(blocks, 16) if isinstance(blocks, str) else blocks)
        return "0x0"

    def _evm_revert(self, snapshot: str) -> bool:
        self.revert(bytes.fromhex(snapshot[2:]))
        return True

    def _transaction(self, tx_hash: str) -> dict[str, Any] | None:
        found = self._blocks.transaction(bytes.fromhex(tx_hash[2:]))
        return None if found is None else transaction_json(*found)

    def _receipt(self, tx_hash: str) -> dict[str, Any] | None:
        found = self._blocks.transaction(bytes.fromhex(tx_hash[2:]))
        if found is None or found[0] is None:
            return None
        return receipt_json(found[0], found[1])

    def _block(self, block: Any) -> dict[str, Any] | None:
        found = self._blocks.find(block)
        return None if found is None else block_json(found)

    def _table(self) -> dict[str, Callable[..., Any]]:
        blocks, calls = self._blocks, self._calls
        return {
            "eth_chainId": lambda: hex(self._backend.chain.chain_id),
            "net_version": lambda: str(self._backend.chain.chain_id),
            "web3_clientVersion": lambda: "embedded (eth-tester, py-evm); demo only",
            "eth_accounts": lambda: ["0x" + account.hex() for account in self.accounts],
            "eth_blockNumber": lambda: hex(blocks.head.number),
            "eth_gasPrice": lambda: hex(10**9 + blocks.head.header.base_fee_per_gas),
            "eth_maxPriorityFeePerGas": lambda: hex(10**9),
            "eth_getBlockByNumber": lambda block, _full=False: self._block(block),
            "eth_getBlockByHash": lambda block, _full=False: self._block(bytes.fromhex(block[2:])),
            "eth_getTransactionByHash": self._transaction,
            "eth_getTransactionReceipt": self._receipt,
            "eth_getLogs": blocks.logs,
            "eth_getCode": calls.code,
            "eth_getBalance": calls.balance,
            "eth_getStorageAt": calls.storage,
            "eth_getTransactionCount": calls.nonce,
            "eth_call": calls.call,
            "eth_estimateGas": calls.estimate,
            "eth_sendRawTransaction": self._send_raw,
            "eth_sendTransaction": self._send,
            "evm_mine": lambda *_: self._mine(1),
            "anvil_mine": self._mine,
            "evm_snapshot": lambda: "0x" + self.snapshot().hex(),
            "evm_revert": self._evm_revert,
        }
