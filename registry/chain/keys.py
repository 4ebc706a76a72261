"""Who signs. Keys come from a keystore file, the environment or a remote signer, and never reach a log or a message."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from eth_account.signers.local import LocalAccount
from web3 import Account

from registry.chain.recursion import limit_recursion
from registry.chain.rpc import Rpc, RpcError
from registry.domain.errors import InvalidInput, Unavailable
from registry.domain.hexes import parse_address

limit_recursion()

KEY_VARIABLE = "OFFSETPROOF_PRIVATE_KEY"
PASSWORD_VARIABLE = "OFFSETPROOF_KEYSTORE_PASSWORD"  # noqa: S105 (the variable's name)

Transaction = dict[str, Any]


class Signer(Protocol):
    """An account that can sign. `sign` gives the raw transaction, or None if the signer's node sends by itself."""

    @property
    def address(self) -> bytes: ...

    def sign(self, transaction: Transaction) -> bytes | None: ...


class LocalSigner:
    """A private key (32 bytes) in this process."""

    __slots__ = ("_account",)

    def __init__(self, private_key: bytes) -> None:
        try:
            account: LocalAccount = Account.from_key(private_key)
        except Exception:
            # Without a cause: the library's message may quote the key.
            raise InvalidInput("this is not a private key", expected="32 bytes (0x and 64 hex digits)") from None
        self._account = account

    @property
    def address(self) -> bytes:
        return bytes.fromhex(str(self._account.address)[2:])

    def sign(self, transaction: Transaction) -> bytes:
        """The raw transaction. `transaction`: ints and bytes, as `Sender` builds it."""
        return bytes(self._account.sign_transaction(transaction).raw_transaction)

    def __repr__(self) -> str:
        return f"LocalSigner(0x{self.address.hex()})"

    def __reduce__(self) -> Any:
        raise TypeError("a signer is not copied or stored")


class RemoteSigner:
    """An account whose key a node or signing service keeps.

    With `sends`, `eth_sendTransaction` signs and sends in one step; without, `eth_signTransaction` signs and this
    program sends.
    """

    __slots__ = ("_address", "rpc", "sends")

    def __init__(self, rpc: Rpc, address: bytes, *, sends: bool = True) -> None:
        self.rpc = rpc
        self.sends = sends
        self._address = address

    @property
    def address(self) -> bytes:
        return self._address

    def sign(self, transaction: Transaction) -> bytes | None:
        if self.sends:
            return None
        answer = self.rpc.request("eth_signTransaction", [to_json({**transaction, "from": self._address})])
        raw = answer.get("raw") if isinstance(answer, dict) else answer
        if not isinstance(raw, str) or not raw.startswith("0x"):
            raise Unavailable(f"the signer at {self.rpc.name} gave no signed transaction", expected="0x… or {raw: 0x…}")
        return bytes.fromhex(raw[2:])

    def __repr__(self) -> str:
        return f"RemoteSigner(0x{self._address.hex()} at {self.rpc.name})"


def load_signer(
    *,
    keystore: Path | None = None,
    password: Callable[[], str] | None = None,
    remote: Rpc | None = None,
    account: bytes | None = None,
    environment: Mapping[str, str] | None = None,
) -> Signer:
    """The signer the settings name: `keystore`, else `remote` (with `account`, or its first), else the environment.

    The keystore's password is asked by `password`, unless OFFSETPROOF_KEYSTORE_PASSWORD holds it. Raises InvalidInput
    if nothing names a key or the password is wrong.
    """
    variables = os.environ if environment is None else environment
    if keystore is not None:
        return _from_keystore(keystore, password, variables)
    if remote is not None:
        return RemoteSigner(remote, account or _first_account(remote))
    text = variables.get(KEY_VARIABLE, "").strip()
    if not text:
        raise InvalidInput(
            "nothing says who signs", expected=f"--keystore FILE, a remote signer, or {KEY_VARIABLE}", found="none"
        )
    try:
        return LocalSigner(bytes.fromhex(text.removeprefix("0x")))
    except (ValueError, InvalidInput):
        raise InvalidInput(
            f"{KEY_VARIABLE} is not a private key", expected="0x and 64 hex digits", found="something else"
        ) from None


def _from_keystore(path: Path, password: Callable[[], str] | None, variables: Mapping[str, str]) -> LocalSigner:
    try:
        document = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise InvalidInput(f"the keystore {path} cannot be read", found=type(error).__name__) from None
    secret = variables.get(PASSWORD_VARIABLE)
    if secret is None:
        if password is None:
            raise InvalidInput("the keystore needs a password", expected=f"a prompt or {PASSWORD_VARIABLE}")
        secret = password()
    try:
        return LocalSigner(bytes(Account.decrypt(document, secret)))
    except (ValueError, KeyError, TypeError, InvalidInput):
        raise InvalidInput(
            f"the keystore {path} does not open",
            expected="its password, and a version 3 keystore",
            found="neither fits",
        ) from None


def _first_account(remote: Rpc) -> bytes:
    try:
        accounts = remote.request("eth_accounts")
    except RpcError as error:
        raise InvalidInput(f"the signer at {remote.name} names no account", found=error.rpc_message) from None
    if not isinstance(accounts, list) or not accounts or not isinstance(accounts[0], str):
        raise InvalidInput(f"the signer at {remote.name} has no account", expected="at least one", found="none")
    return parse_address(accounts[0], any_case=True)


def to_json(transaction: Transaction) -> dict[str, Any]:
    """The transaction as JSON-RPC spells it: `gas` 0x…, bytes 0x…."""
    return {
        name: hex(value) if isinstance(value, int) else "0x" + value.hex()
        for name, value in transaction.items()
        if value is not None
    }
