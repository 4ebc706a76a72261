"""Contract ABIs as the checked-in artifacts hold them: functions with selectors, errors, encoding and decoding.

Addresses are 20 bytes here, hashes 32; eth_abi's hex spelling of addresses stays inside this module.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from eth_abi.abi import decode as abi_decode
from eth_abi.abi import encode as abi_encode
from eth_abi.exceptions import DecodingError, EncodingError

from registry.domain.errors import InvalidInput
from registry.proofs.keccak import keccak256


@dataclass(frozen=True, slots=True)
class Function:
    """One function: canonical types of what goes in and comes out, and its 4-byte selector."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    @property
    def signature(self) -> str:
        return f"{self.name}({','.join(self.inputs)})"

    @property
    def selector(self) -> bytes:
        return keccak256(self.signature.encode())[:4]

    def encode(self, arguments: Sequence[Any]) -> bytes:
        """Call data. Raises InvalidInput, naming the function, if an argument does not fit its type."""
        return self.selector + encode_values(self.inputs, arguments, self.signature)

    def decode(self, answer: bytes) -> tuple[Any, ...]:
        """The returned values. Raises InvalidInput if they are not what the ABI says."""
        return decode_values(self.outputs, answer, self.signature)


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """One custom error with the names of its arguments."""

    name: str
    inputs: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def selector(self) -> bytes:
        return keccak256(f"{self.name}({','.join(self.inputs)})".encode())[:4]


@dataclass(frozen=True, slots=True)
class Artifact:
    """A compiled contract. `creation_code` still lacks the constructor's arguments (`constructor`: their types)."""

    name: str
    abi: tuple[Mapping[str, Any], ...]
    creation_code: bytes
    runtime_code: bytes
    constructor: tuple[str, ...]
    functions: Mapping[str, Function]  # by name, and by signature where a name is overloaded
    errors: Mapping[bytes, ErrorShape]

    def creation(self, *arguments: Any) -> bytes:
        """The data of the transaction that deploys the contract."""
        return self.creation_code + encode_values(self.constructor, arguments, f"{self.name} constructor")


@lru_cache(maxsize=8)
def load_artifact(name: str) -> Artifact:
    """The checked-in artifact "ProjectRegistry" or "CreditRegistry"."""
    text = (files("registry.chain") / "artifacts" / f"{name}.json").read_text()
    return artifact_from(json.loads(text))


def artifact_from(document: Mapping[str, Any]) -> Artifact:
    """An artifact from its JSON form (`contractName`, `abi`, `bytecode`, `deployedBytecode`)."""
    abi = tuple(document["abi"])
    functions: dict[str, Function] = {}
    for entry in abi:
        if entry["type"] == "function":
            function = Function(entry["name"], _types(entry["inputs"]), _types(entry["outputs"]))
            functions.setdefault(function.name, function)
            functions[function.signature] = function
    return Artifact(
        name=document["contractName"],
        abi=abi,
        creation_code=bytes.fromhex(document["bytecode"][2:]),
        runtime_code=bytes.fromhex(document["deployedBytecode"][2:]),
        constructor=next((_types(entry["inputs"]) for entry in abi if entry["type"] == "constructor"), ()),
        functions=functions,
        errors={shape.selector: shape for shape in _errors(abi)},
    )


def encode_values(types: Sequence[str], values: Sequence[Any], what: str) -> bytes:
    """ABI encoding. Raises InvalidInput if a value does not fit its type."""
    try:
        if len(types) != len(values):
            raise EncodingError(f"{len(types)} values are expected, {len(values)} are given")
        for kind, value in zip(types, values, strict=True):
            # eth_abi would pad a short hash with zeros without a word.
            if kind == "bytes32" and not (isinstance(value, bytes) and len(value) == 32):
                raise EncodingError("a bytes32 that does not have 32 bytes")
            if kind == "address" and not (isinstance(value, bytes) and len(value) == 20):
                raise EncodingError("an address that does not have 20 bytes")
        return abi_encode(types, values)
    except (EncodingError, TypeError, ValueError) as error:
        raise InvalidInput(
            f"the arguments of {what} do not fit their types",
            expected=", ".join(types) or "none",
            found=str(error)[:200],
        ) from None


def decode_values(types: Sequence[str], encoded: bytes, what: str) -> tuple[Any, ...]:
    """ABI decoding, addresses as 20 bytes. Raises InvalidInput if the bytes are not of these types."""
    try:
        values = abi_decode(types, encoded)
    except (DecodingError, OverflowError, ValueError) as error:
        raise InvalidInput(
            f"what {what} returned cannot be decoded",
            expected=", ".join(types),
            found=f"{len(encoded)} bytes ({error})"[:200],
            hint="is the address that of the contract, on this chain?",
        ) from None
    return tuple(_raw(kind, value) for kind, value in zip(types, values, strict=True))


def _types(inputs: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(canonical_type(entry) for entry in inputs)


def canonical_type(entry: Mapping[str, Any]) -> str:
    """The type as signatures spell it: structs as tuples of their members."""
    kind = str(entry["type"])
    if kind.startswith("tuple"):
        return f"({','.join(_types(entry['components']))}){kind[5:]}"
    return kind


def _errors(abi: Sequence[Mapping[str, Any]]) -> list[ErrorShape]:
    return [
        ErrorShape(
            e["name"], _types(e["inputs"]), tuple(i["name"] or f"argument{n}" for n, i in enumerate(e["inputs"]))
        )
        for e in abi
        if e["type"] == "error"
    ]


def _raw(kind: str, value: Any) -> Any:
    """`value` with addresses as bytes; arrays as lists, structs as tuples."""
    if kind.endswith("[]"):
        return [_raw(kind[:-2], item) for item in value]
    if kind.startswith("("):
        return tuple(_raw(k, v) for k, v in zip(_members(kind), value, strict=True))
    if kind == "address":
        return bytes.fromhex(value[2:])
    return value


def _members(kind: str) -> list[str]:
    """The member types of a tuple type, split at its own commas only."""
    members, depth, start = [], 0, 1
    for at, character in enumerate(kind):
        depth += (character == "(") - (character == ")")
        if (character == "," and depth == 1) or (depth == 0 and at):
            members.append(kind[start:at])
            start = at + 1
    return members
