"""Contract ABIs as the checked-in artifacts hold them, with web3 to encode. Addresses are 20 bytes, hashes 32."""

import json
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from eth_abi.codec import ABIDecoder
from eth_abi.decoding import AddressDecoder
from eth_abi.exceptions import DecodingError, EncodingError
from eth_abi.registry import registry as standard_types
from eth_utils.abi import (
    abi_to_signature,
    collapse_if_tuple,
    get_abi_input_names,
    get_abi_input_types,
    get_abi_output_types,
)
from web3.contract import Contract
from web3.exceptions import Web3Exception

from registry.chain.web3_bridge import web3_offline
from registry.domain.errors import InvalidInput
from registry.proofs.keccak import keccak256


class _RawAddress(AddressDecoder):
    """Addresses as their 20 bytes, where web3 would spell them in hex."""

    decoder_fn: Any = staticmethod(bytes)


def _decoder() -> ABIDecoder:
    types = copy(standard_types)
    types.unregister_decoder("address")
    types.register_decoder("address", _RawAddress, label="address")
    return ABIDecoder(types)


_DECODER = _decoder()


@dataclass(frozen=True, slots=True)
class Function:
    """One function: its name and signature, the canonical types of what comes out, and web3's contract to encode it."""

    name: str
    signature: str
    outputs: tuple[str, ...]
    contract: type[Contract]

    def encode(self, arguments: Sequence[Any]) -> bytes:
        """Call data. Raises InvalidInput, naming the function, if an argument does not fit its type."""
        return _encoded(lambda: self.contract.encode_abi(self.signature, arguments), self.signature)

    def decode(self, answer: bytes) -> tuple[Any, ...]:
        """The returned values. Raises InvalidInput if they are not what the ABI says."""
        return decode_values(self.outputs, answer, self.signature)


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """One custom error with the names of its arguments."""

    name: str
    inputs: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Artifact:
    """A compiled contract, and web3's contract (without an address) made from it."""

    name: str
    abi: tuple[Mapping[str, Any], ...]
    runtime_code: bytes
    contract: type[Contract]
    functions: Mapping[str, Function]  # by name, and by signature where a name is overloaded
    errors: Mapping[bytes, ErrorShape]  # by selector

    def creation(self, *arguments: Any) -> bytes:
        """The data of the transaction that deploys the contract. Raises InvalidInput if an argument does not fit."""
        build = self.contract.constructor
        return _encoded(lambda: build(*arguments).data_in_transaction, f"{self.name} constructor")


@lru_cache(maxsize=8)
def load_artifact(name: str) -> Artifact:
    """The checked-in artifact "ProjectRegistry" or "CreditRegistry"."""
    text = (files("registry.chain") / "artifacts" / f"{name}.json").read_text()
    return artifact_from(json.loads(text))


def artifact_from(document: Mapping[str, Any]) -> Artifact:
    """An artifact from its JSON form (`contractName`, `abi`, `bytecode`, `deployedBytecode`)."""
    abi = document["abi"]
    contract = web3_offline().eth.contract(abi=abi, bytecode=document["bytecode"])
    functions: dict[str, Function] = {}
    errors: dict[bytes, ErrorShape] = {}
    for entry in abi:
        if entry["type"] == "function":
            function = Function(entry["name"], abi_to_signature(entry), tuple(get_abi_output_types(entry)), contract)
            functions.setdefault(function.name, function)
            functions[function.signature] = function
        elif entry["type"] == "error":
            names = (name or f"argument{n}" for n, name in enumerate(get_abi_input_names(entry)))
            shape = ErrorShape(entry["name"], tuple(get_abi_input_types(entry)), tuple(names))
            errors[keccak256(abi_to_signature(entry).encode())[:4]] = shape
    return Artifact(
        name=document["contractName"],
        abi=tuple(abi),
        runtime_code=bytes.fromhex(document["deployedBytecode"][2:]),
        contract=contract,
        functions=functions,
        errors=errors,
    )


def decode_values(types: Sequence[str], encoded: bytes, what: str) -> tuple[Any, ...]:
    """ABI decoding, addresses as 20 bytes. Raises InvalidInput if the bytes are not of these types."""
    try:
        return _DECODER.decode(types, encoded)
    except (DecodingError, OverflowError, ValueError) as error:
        raise InvalidInput(
            f"what {what} returned cannot be decoded",
            expected=", ".join(types),
            found=f"{len(encoded)} bytes ({error})"[:200],
            hint="is the address that of the contract, on this chain?",
        ) from None


def canonical_type(entry: Mapping[str, Any]) -> str:
    """The type as signatures spell it: structs as tuples of their members."""
    return collapse_if_tuple(dict(entry))


def _encoded(encode: Callable[[], str], what: str) -> bytes:
    try:
        return bytes.fromhex(encode()[2:])
    except (Web3Exception, EncodingError, TypeError, ValueError, AttributeError) as error:
        lines = str(error).strip().splitlines()  # web3 tells of every argument, the good ones too
        wrong = [line for line in lines if "not compatible" in line or line.startswith("Expected")]
        raise InvalidInput(
            f"the arguments of {what} do not fit their types", found=" ".join(wrong or lines)[:200]
        ) from None
