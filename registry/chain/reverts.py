"""Why a contract said no: revert data decoded into the error's name and named arguments."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from registry.chain.abi import ErrorShape, decode_values, load_artifact
from registry.chain.rpc import RpcError
from registry.domain.errors import InvalidInput, Refused

_ERROR_STRING = bytes.fromhex("08c379a0")
_PANIC = bytes.fromhex("4e487b71")
_PANICS = {
    0x01: "an assertion failed",
    0x11: "an arithmetic result is out of range",
    0x12: "a division by zero",
    0x21: "a number is not of the enumeration",
    0x31: "an empty array",
    0x32: "an index is out of bounds",
    0x41: "too much memory",
    0x51: "a call of an uninitialised function",
}


@lru_cache(maxsize=1)
def known_errors() -> Mapping[bytes, ErrorShape]:
    """The custom errors of both contracts by selector; either may revert inside a call of the other."""
    return {**load_artifact("ProjectRegistry").errors, **load_artifact("CreditRegistry").errors}


def refusal(data: bytes, what: str, errors: Mapping[bytes, ErrorShape] | None = None) -> Refused:
    """The error that a revert with this data means, for example
    `SerialsOverlap(series=1, first=1500, end=2500, existingFirst=1000, existingEnd=2000)`."""
    reason, evidence = decode_revert(data, known_errors() if errors is None else errors)
    arguments = ", ".join(f"{name}={_show(value)}" for name, value in evidence.items())
    return Refused(f"{what} was refused: {reason}({arguments})", reason=reason, evidence=evidence)


def decode_revert(data: bytes, errors: Mapping[bytes, ErrorShape]) -> tuple[str, dict[str, object]]:
    """Name and named arguments. Unknown data becomes `Reverted(data=0x…)`."""
    selector, rest = data[:4], data[4:]
    try:
        if selector == _ERROR_STRING:
            return "Error", {"message": decode_values(["string"], rest, "the revert")[0]}
        if selector == _PANIC:
            code = decode_values(["uint256"], rest, "the revert")[0]
            return "Panic", {"code": code, "meaning": _PANICS.get(code, "unknown")}
        if selector in errors:
            shape = errors[selector]
            return shape.name, dict(zip(shape.names, decode_values(shape.inputs, rest, shape.name), strict=True))
    except InvalidInput:
        pass  # data that only begins like a known error
    return "Reverted", {"data": data} if data else {}


def revert_data(error: RpcError) -> bytes | None:
    """The revert's bytes in a node's error; None if the error is no revert. Nodes differ in where they put them."""
    data: Any = error.data
    for _ in range(3):
        if not isinstance(data, dict):
            break
        data = data.get("data", data.get("result", data.get("originalError")))
    if isinstance(data, str):
        text = data.removeprefix("Reverted ")
        if text.startswith("0x") and len(text) % 2 == 0:
            try:
                return bytes.fromhex(text[2:])
            except ValueError:
                pass
    message = error.rpc_message.lower()
    return b"" if error.code == 3 or "revert" in message or "out of gas" in message else None


def _show(value: object) -> str:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return repr(value) if isinstance(value, str) else str(value)
