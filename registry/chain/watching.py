"""Who wants to know how nodes answer. This package tells; it does not know what becomes of it."""

from typing import Protocol


class RpcWatch(Protocol):
    """Hears of each request to a node, repeated ones too. Must be quick, safe between threads, and never raise."""

    def asked(self, node: str, method: str, seconds: float) -> None:
        """The node, named without credentials, was asked for `method` (the first of a batch) for `seconds`."""

    def failed(self, node: str, kind: str) -> None:
        """It gave no result. `kind`: timeout, connection, http-STATUS, too-large, crowded (no room beside others),
        slow, not-json, not-rpc; or refused, where it answered with a JSON-RPC error."""


class _Nobody:
    def asked(self, node: str, method: str, seconds: float) -> None:
        pass

    def failed(self, node: str, kind: str) -> None:
        pass


NOBODY: RpcWatch = _Nobody()
