"""The state of the embedded chain: reading it at any block, trying a call, applying a transaction."""

from typing import Any

from eth.exceptions import PyEVMError, Revert
from eth.vm.spoof import SpoofTransaction
from eth_account import Account
from eth_utils.exceptions import ValidationError

from registry.chain.embedded_blocks import Blocks
from registry.chain.rpc import RpcError

_CALL_GAS = 30_000_000
_FUNDS = 10**30  # what a tried call may pay; the state it is tried on is thrown away


class Calls:
    """State questions; `block` is a number (0x…), a tag, or `{blockHash}` (EIP-1898)."""

    def __init__(self, chain: Any, blocks: Blocks) -> None:
        self._chain = chain
        self._blocks = blocks

    def code(self, address: str, block: Any = "latest") -> str:
        return "0x" + bytes(self._state(block).get_code(_bytes(address))).hex()

    def balance(self, address: str, block: Any = "latest") -> str:
        return hex(self._state(block).get_balance(_bytes(address)))

    def storage(self, address: str, slot: str, block: Any = "latest") -> str:
        return f"0x{self._state(block).get_storage(_bytes(address), int(slot, 16)):064x}"

    def nonce(self, address: str, block: Any = "latest") -> str:
        return hex(self._state(block).get_nonce(_bytes(address)))

    def call(self, fields: dict[str, Any], block: Any = "latest") -> str:
        return "0x" + bytes(self._try(fields, block)[0].output).hex()

    def estimate(self, fields: dict[str, Any], block: Any = "pending") -> str:
        """Gas that suffices: what one generous run used before refunds, and the 64th that calls hold back."""
        computation, transaction = self._try(fields, block)
        used = transaction.intrinsic_gas + computation.get_gas_used()
        tokens = sum(4 if byte else 1 for byte in transaction.data)
        return hex(max(used + used // 63 + 5_000, 21_000 + 10 * tokens))

    def apply(self, raw: bytes) -> bytes:
        """Put a signed transaction into the block that is being filled; its hash. Raises `RpcError` as nodes do."""
        try:
            transaction = self._chain.get_transaction_builder().decode(raw)
            known = self._blocks.transaction(transaction.hash) is not None
            nonce = self._chain.get_vm().state.get_nonce(transaction.sender)
        except (PyEVMError, ValidationError, ValueError) as error:
            raise RpcError(-32602, f"invalid transaction: {error}") from None
        if known:
            raise RpcError(-32000, "already known")
        if transaction.nonce != nonce:
            word = "low" if transaction.nonce < nonce else "high"
            raise RpcError(-32000, f"nonce too {word}: next nonce {nonce}, tx nonce {transaction.nonce}")
        self._blocks.open()
        try:
            self._chain.apply_transaction(transaction)
        except (PyEVMError, ValidationError) as error:
            raise RpcError(-32000, str(error)) from None
        return bytes(transaction.hash)

    def sign(self, key: bytes, fields: dict[str, Any]) -> bytes:
        """A signed transaction from the members of eth_sendTransaction."""
        sender = fields["from"]
        transaction: dict[str, Any] = {
            "chainId": self._chain.chain_id,
            "nonce": int(fields.get("nonce") or self.nonce(sender, "pending"), 16),
            "gas": int(fields.get("gas") or self.estimate(fields), 16),
            "value": int(fields.get("value", "0x0"), 16),
            "data": _bytes(fields.get("data", fields.get("input", "0x"))),
        }
        if fields.get("to"):
            transaction["to"] = _bytes(fields["to"])
        if "gasPrice" in fields:
            transaction["gasPrice"] = int(fields["gasPrice"], 16)
        else:
            transaction["type"] = 2
            transaction["maxFeePerGas"] = int(fields.get("maxFeePerGas", hex(10**11)), 16)
            transaction["maxPriorityFeePerGas"] = int(fields.get("maxPriorityFeePerGas", hex(10**9)), 16)
        return bytes(Account.sign_transaction(transaction, key).raw_transaction)

    def _state(self, block: Any) -> Any:
        return self._vm(block).state

    def _vm(self, block: Any) -> Any:
        if block == "pending":
            return self._chain.get_vm()
        if isinstance(block, dict):
            block = _bytes(block["blockHash"]) if "blockHash" in block else block["blockNumber"]
        found = self._blocks.find(block)
        if found is None:
            raise RpcError(-32000, "header not found")
        return self._chain.get_vm(at_header=found.header)

    def _try(self, fields: dict[str, Any], block: Any) -> tuple[Any, Any]:
        vm = self._vm(block)
        sender = _bytes(fields.get("from", "0x" + "00" * 20))
        vm.state.set_balance(sender, _FUNDS)
        unsigned = vm.get_transaction_builder().new_unsigned_dynamic_fee_transaction(
            chain_id=self._chain.chain_id,
            nonce=vm.state.get_nonce(sender),
            max_priority_fee_per_gas=0,
            max_fee_per_gas=vm.get_header().base_fee_per_gas,
            gas=_CALL_GAS,
            to=_bytes(fields.get("to") or "0x"),
            value=int(fields.get("value", "0x0"), 16),
            data=_bytes(fields.get("data", fields.get("input", "0x"))),
            access_list=(),
        )
        transaction = SpoofTransaction(unsigned, from_=sender)
        try:
            computation = vm.state.apply_transaction(transaction)
        except (PyEVMError, ValidationError) as error:
            raise RpcError(-32000, str(error)) from None
        if computation.is_error:
            if isinstance(computation.error, Revert):
                raise RpcError(3, "execution reverted", "0x" + computation.output.hex())
            raise RpcError(-32000, f"execution failed: {type(computation.error).__name__} {computation.error}")
        return computation, transaction


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
