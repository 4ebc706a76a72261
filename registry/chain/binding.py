"""What the generated bindings share: a contract at an address, read and written through a `Sender`."""

from typing import Any, ClassVar

from registry.chain.abi import Artifact, load_artifact
from registry.chain.send import Receipt, Sender


class Binding:
    """A contract of ours at `address` (20 bytes). Reading needs no signer; writing raises `Refused` on a revert."""

    ARTIFACT: ClassVar[str]

    def __init__(self, sender: Sender, address: bytes) -> None:
        self.sender = sender
        self.address = address

    @property
    def artifact(self) -> Artifact:
        return load_artifact(self.ARTIFACT)

    def calldata(self, function: str, *arguments: Any) -> bytes:
        """The call as bytes, to be composed by `multicall`. `function`: its Solidity name."""
        return self.artifact.functions[function].encode(arguments)

    def _read(self, function: str, *arguments: Any) -> tuple[Any, ...]:
        return self.sender.call(self.address, self.artifact.functions[function], *arguments)

    def _send(self, function: str, *arguments: Any) -> Receipt:
        return self.sender.transact(self.address, self.artifact.functions[function], *arguments)
