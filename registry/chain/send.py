"""Sign, send, wait: one account's transactions, so that a retry is harmless and a revert costs nothing.

Each transaction is simulated first. Then it is signed with the next nonce and sent; a lost answer is asked again, a
transaction that the node holds already is simply awaited, one that stays stuck is replaced at a higher fee.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eth_typing import Address
from hexbytes import HexBytes
from web3.exceptions import TransactionNotFound

from registry.chain.abi import Function
from registry.chain.fees import Fees, current_fees
from registry.chain.keys import Signer, Transaction
from registry.chain.node import Node
from registry.chain.receipts import Receipt, receipt_from
from registry.chain.reverts import refusal, revert_data
from registry.chain.rpc import Rpc, RpcError
from registry.chain.web3_bridge import eth_over
from registry.domain.errors import InvalidInput, Refused, Unavailable
from registry.domain.hexes import hex0x
from registry.proofs.keccak import keccak256

__all__ = ["Patience", "Pending", "Receipt", "Sender"]

# How nodes say "I have this one already" and "this nonce is used"; their codes differ, their words hardly.
_KNOWN = ("already known", "already imported", "known transaction", "alreadyknown", "transaction already exists")
_USED = (
    "nonce too low",
    "nonce_too_low",
    "noncetoolow",
    "invalid nonce",
    "nonce is too low",
    "replacement transaction",
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: between looks, before a stuck transaction is replaced, and in all."""

    poll: float = 0.5
    stuck: float = 60.0
    total: float = 300.0
    replacements: int = 4


@dataclass(slots=True)
class Pending:
    """A transaction that was sent: what it is, and the hashes it went out under (more than one if replaced)."""

    what: str
    transaction: Transaction
    fees: Fees
    hashes: list[bytes] = field(default_factory=list)


class Sender:
    """One account on one chain. Safe to share between threads. Without a signer it can only `call`."""

    def __init__(
        self,
        rpc: Rpc,
        signer: Signer | None = None,
        *,
        patience: Patience | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.rpc = rpc
        self.node = Node(rpc)
        self._eth = eth_over(rpc)
        self._signer = signer
        self._patience = patience or Patience()
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._chain_id: int | None = None
        self._last: tuple[int, bytes] | None = None  # nonce and hash of the transaction sent last

    @property
    def address(self) -> bytes:
        """The account that signs, 20 bytes. Raises InvalidInput if there is none."""
        return self._require_signer().address

    def call(self, contract: bytes, function: Function, *arguments: Any) -> tuple[Any, ...]:
        """Read: the function's values at the latest block. Raises Refused if it reverts."""
        answer = self._simulate(contract, function.encode(arguments), function.name)
        return function.decode(answer)

    def transact(self, contract: bytes, function: Function, *arguments: Any) -> Receipt:
        """Write, and wait until it is mined. Raises Refused (reverts), or Unavailable (not mined in time)."""
        return self.wait(self.submit(contract, function.encode(arguments), function.name))

    def deploy(self, creation: bytes, what: str) -> Receipt:
        """Create a contract from its creation code and arguments; the receipt's `contract` is its address."""
        return self.wait(self.submit(None, creation, what))

    def submit(self, contract: bytes | None, data: bytes, what: str) -> Pending:
        """Simulate, sign and send without waiting. `what` names the call in messages. Raises Refused."""
        signer = self._require_signer()
        with self._lock:
            transaction: Transaction = {**_asked(contract, data), "value": 0, "chainId": self._chain()}
            transaction["gas"] = self._gas(signer.address, contract, data, what)
            fees = current_fees(self._eth)
            for _ in range(4):
                transaction["nonce"] = self._next_nonce(signer.address)
                pending = Pending(what, transaction, fees)
                if self._send(pending):
                    return pending
                # Another program with this key took the nonce meanwhile, or the node lags behind its own answer.
                self._last = None
                self._sleep(self._patience.poll)
        raise Unavailable(
            f"{what} could not be sent: each nonce was taken by another transaction",
            hint="do not use one key in several programs at once",
        )

    def wait(self, pending: Pending) -> Receipt:
        """The receipt, once mined. Raises Refused if it reverted after all, Unavailable if it is not mined in time."""
        started = self._clock()
        replaced, sent_at = 0, started
        while True:
            receipt = self._find_receipt(pending)
            if receipt is not None:
                return self._successful(receipt, pending)
            if self._was_displaced(pending):
                # Its nonce is mined under another program's transaction, so this one never can be: send it anew.
                pending = self.submit(pending.transaction.get("to"), pending.transaction["data"], pending.what)
                sent_at = self._clock()
                continue
            now = self._clock()
            if now - started > self._patience.total:
                raise Unavailable(
                    f"{pending.what} was sent and is not mined yet",
                    expected=f"within {self._patience.total:g} s",
                    found=", ".join(hex0x(h) for h in pending.hashes) + " pending",
                    hint="look the transaction up before sending again",
                )
            if now - sent_at > self._patience.stuck and replaced < self._patience.replacements:
                replaced, sent_at = replaced + 1, now
                self._replace(pending)
            self._sleep(self._patience.poll)

    def _require_signer(self) -> Signer:
        if self._signer is None:
            raise InvalidInput("nothing says who signs", hint="--keystore FILE or OFFSETPROOF_PRIVATE_KEY")
        return self._signer

    def _chain(self) -> int:
        if self._chain_id is None:
            self._chain_id = self.node.chain_id()
        return self._chain_id

    def _simulate(self, contract: bytes | None, data: bytes, what: str, block: Any = "latest") -> bytes:
        call = _asked(contract, data)
        if self._signer is not None:
            call["from"] = self._signer.address
        try:
            return bytes(self._eth.call(call, block))
        except RpcError as error:
            reverted = revert_data(error)
            if reverted is None:
                raise
            raise refusal(reverted, what) from None

    def _gas(self, sender: bytes, contract: bytes | None, data: bytes, what: str) -> int:
        """Gas to allow: the node's estimate and a quarter more. The estimate, after what waits, simulates too."""
        call = _asked(contract, data) | {"from": sender}
        try:
            estimate = self._eth.estimate_gas(call, "pending")
        except RpcError as error:
            reverted = revert_data(error)
            if reverted:
                raise refusal(reverted, what) from None
            self._simulate(contract, data, what)  # raises the reason, if it is a revert
            raise _node_refusal(error, what) from None
        return estimate + estimate // 4

    def _next_nonce(self, sender: bytes) -> int:
        """The first free nonce: what the node counts, its pool included, or beyond the transaction sent last."""
        nonce = self._eth.get_transaction_count(Address(sender), "pending")
        if self._last is not None and self._last[0] >= nonce and self._is_known(self._last[1]):
            return self._last[0] + 1
        return nonce

    def _send(self, pending: Pending) -> bool:
        """Send once more under the same nonce. False: that nonce is used by another transaction."""
        signer = self._require_signer()
        transaction: Any = {**pending.transaction, **pending.fees.members()}
        raw = signer.sign(transaction)
        try:
            if raw is None:
                tx_hash = bytes(self._eth.send_transaction(transaction | {"from": signer.address}))
            else:
                tx_hash = bytes(self._eth.send_raw_transaction(raw))
        except RpcError as error:
            words = error.rpc_message.lower()
            ours = _hash_of(raw)
            if ours is not None and (any(w in words for w in _KNOWN) or self._is_known(ours)):
                tx_hash = ours
            elif any(w in words for w in _USED):
                return False
            else:
                raise _node_refusal(error, pending.what) from None
        if tx_hash not in pending.hashes:
            pending.hashes.append(tx_hash)
        self._last = (pending.transaction["nonce"], tx_hash)
        return True

    def _replace(self, pending: Pending) -> None:
        with self._lock:
            last = self._last
            pending.fees = current_fees(self._eth).higher_than(pending.fees)
            self._send(pending)  # False: one of its hashes is mined by now, as the next look shows
            if last is not None and last[0] > pending.transaction["nonce"]:
                self._last = last

    def _was_displaced(self, pending: Pending) -> bool:
        """Whether the nonce is used up and the node knows none of this transaction's hashes, mined or waiting."""
        used = self._eth.get_transaction_count(Address(self.address), "latest")
        return used > pending.transaction["nonce"] and not any(self._is_known(h) for h in pending.hashes)

    def _is_known(self, tx_hash: bytes) -> bool:
        try:
            self._eth.get_transaction(HexBytes(tx_hash))
        except TransactionNotFound:
            return False
        return True

    def _find_receipt(self, pending: Pending) -> Receipt | None:
        for tx_hash in reversed(pending.hashes):
            try:
                return receipt_from(self._eth.get_transaction_receipt(HexBytes(tx_hash)), self.node)
            except TransactionNotFound:
                continue
        return None

    def _successful(self, receipt: Receipt, pending: Pending) -> Receipt:
        if receipt.succeeded:
            return receipt
        what = f"{pending.what} (transaction {hex0x(receipt.tx_hash)})"
        # The state moved between simulation and block: ask again there, for the reason.
        self._simulate(pending.transaction.get("to"), pending.transaction["data"], what, receipt.block_number)
        raise Refused(f"{what} was refused: it reverted in block {receipt.block_number}", reason="Reverted")


def _asked(contract: bytes | None, data: bytes) -> Any:
    """A call's members; without a contract, data is creation code."""
    return {"data": data} if contract is None else {"to": contract, "data": data}


def _hash_of(raw: bytes | None) -> bytes | None:
    return None if raw is None else keccak256(raw)


def _node_refusal(error: RpcError, what: str) -> Refused:
    """A node that takes no such transaction: too little money, too little gas, a policy of its own."""
    return Refused(
        f"the node refused {what}: {error.rpc_message}",
        reason="NodeRefused",
        evidence={"code": error.code, "message": error.rpc_message},
        hint="does the account hold enough for gas?" if "fund" in error.rpc_message.lower() else "",
    )
