"""Write the typed bindings of a contract from its ABI: one Python method for each function."""

import keyword
import re
from collections.abc import Mapping, Sequence
from typing import Any

from registry.chain.abi import canonical_type

Entry = Mapping[str, Any]

_HEADER = '''"""Typed bindings of {name}, written by `scripts/build` from its ABI: do not edit.

Addresses are 20 bytes, hashes 32 bytes. The manual of the functions is contracts/interfaces/I{name}.sol.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.chain.binding import Binding
from registry.chain.send import Receipt
'''


def bindings_source(contract: str, abi: Sequence[Entry]) -> str:
    """The module's text, formatted as the formatter would."""
    functions = sorted(
        (entry for entry in abi if entry["type"] == "function"), key=lambda e: (e["name"], len(e["inputs"]))
    )
    structs: dict[str, str] = {}
    methods = []
    taken: set[str] = set()
    for entry in functions:
        name = snake(entry["name"])
        if name in taken:  # an overload: named after what it takes more
            name += f"_with_{snake(entry['inputs'][-1]['name'])}"
        taken.add(name)
        overloaded = sum(other["name"] == entry["name"] for other in functions) > 1
        methods.append(_method(name, entry, structs, signature(entry) if overloaded else entry["name"]))
    body = [f"class {contract}(Binding):\n    ARTIFACT = {contract!r}\n".replace("'", '"'), *methods]
    text = _HEADER.format(name=contract)
    text += "".join(f"\n\n{source}" for _, source in sorted(structs.items()))
    text += "\n\n" + "\n".join(body)
    if "Sequence[" not in text:
        text = text.replace("from collections.abc import Sequence\n", "")
    if not structs:
        text = text.replace("from dataclasses import dataclass\n", "")
    return text


def snake(name: str) -> str:
    """`firstSerial` as `first_serial`, `REGISTRAR_ROLE` as `registrar_role`; Python's own words get a last `_`."""
    text = name.strip("_") if name.isupper() else re.sub(r"(?<=[a-z0-9])([A-Z]+)", r"_\1", name.strip("_"))
    text = text.lower()
    return text + "_" if keyword.iskeyword(text) or text in ("id", "hash") else text


def signature(entry: Entry) -> str:
    """A function's signature, for example `retire(uint256,uint32,uint32)`."""
    return f"{entry['name']}({','.join(canonical_type(i) for i in entry['inputs'])})"


def _method(name: str, entry: Entry, structs: dict[str, str], key: str) -> str:
    inputs = [(snake(i["name"]) or f"argument_{n}", i) for n, i in enumerate(entry["inputs"])]
    parameters = "".join(f", {n}: {_python(i, structs, parameter=True)}" for n, i in inputs)
    arguments = "".join(f", {n}" for n, _ in inputs)
    reads = entry["stateMutability"] in ("view", "pure")
    returns = _returns(entry["outputs"], structs) if reads else "Receipt"
    call = f'self.{"_read" if reads else "_send"}("{key}"{arguments})'
    if not reads:
        lines = [f"return {call}"]
    elif len(entry["outputs"]) == 1:
        lines = _single(call, entry["outputs"][0], returns)
    else:
        names = ", ".join(f"value_{n}" for n in range(len(entry["outputs"])))
        lines = [f"{names} = {call}", f"return {names}"]
    return _definition(name, parameters, returns) + "".join(f"        {line}\n" for line in lines)


def _single(call: str, output: Entry, returns: str) -> list[str]:
    if output["type"] == "tuple":
        return [f"return {returns}(*{call}[0])"]
    if output["type"] == "tuple[]":
        return [f"return [{returns[5:-1]}(*item) for item in {call}[0]]"]
    return [f"value: {returns} = {call}[0]", "return value"]


def _definition(name: str, parameters: str, returns: str) -> str:
    line = f"    def {name}(self{parameters}) -> {returns}:\n"
    if len(line) <= 121:
        return line
    folded = f"        self{parameters}\n"
    if len(folded) <= 121:
        return f"    def {name}(\n{folded}    ) -> {returns}:\n"
    each = "".join(f"        {part},\n" for part in f"self{parameters}".split(", "))
    return f"    def {name}(\n{each}    ) -> {returns}:\n"


def _returns(outputs: Sequence[Entry], structs: dict[str, str]) -> str:
    kinds = [_python(output, structs) for output in outputs]
    return kinds[0] if len(kinds) == 1 else f"tuple[{', '.join(kinds)}]"


def _python(entry: Entry, structs: dict[str, str], *, parameter: bool = False) -> str:
    kind = str(entry["type"])
    if kind.endswith("[]"):
        item = _python({**entry, "type": kind[:-2]}, structs)
        return f"{'Sequence' if parameter else 'list'}[{item}]"
    if kind == "tuple":
        return _struct(entry, structs)
    if kind.startswith(("uint", "int")):
        return "int"
    return {"bool": "bool", "string": "str"}.get(kind, "bytes")


def _struct(entry: Entry, structs: dict[str, str]) -> str:
    name = str(entry["internalType"]).removeprefix("struct ").split(".")[-1].removesuffix("[]")
    members = "".join(f"    {snake(m['name'])}: {_python(m, structs)}\n" for m in entry["components"])
    structs[name] = f"@dataclass(frozen=True, slots=True)\nclass {name}:\n{members}"
    return name
