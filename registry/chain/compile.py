"""Compile contracts/ and write the artifacts that the Python code reads; `--check` compares instead.

    python -m registry.chain.compile [--check]

Settings come from foundry.toml, so that Foundry's tests and the artifacts speak of the same bytes. The compiler is
scripts/solc where Node.js has it, else the same version as py-solc-x installs it. The typed bindings are generated
from the artifacts in the same run. Everything is deterministic: the same sources give the same files.
"""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import solcx

from registry.chain.bindgen import bindings_source, snake
from registry.domain.errors import InvalidInput

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ("ProjectRegistry", "CreditRegistry")
SOLC_VERSION = "0.8.37"
OUTPUTS = ("abi", "evm.bytecode.object", "evm.deployedBytecode.object", "evm.deployedBytecode.immutableReferences")


def main(arguments: list[str]) -> int:
    """Write what differs, or with `--check` name it and answer 1."""
    built = build(ROOT)
    differing = [path for path, text in built.items() if not path.is_file() or path.read_text() != text]
    if "--check" in arguments:
        for path in differing:
            print(f"{path.relative_to(ROOT)} is not what contracts/ compiles to; try: scripts/build", file=sys.stderr)
        return 1 if differing else 0
    for path in differing:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(built[path])
    print(f"{len(differing)} files written" if differing else "artifacts are up to date", file=sys.stderr)
    return 0


def build(root: Path) -> dict[Path, str]:
    """All generated files by path: an artifact and a module of bindings for each contract."""
    settings = compiler_settings(root)
    remappings = [tuple(mapping.split("=", 1)) for mapping in settings["remappings"]]
    sources = _sources(root, [f"contracts/{name}.sol" for name in CONTRACTS], remappings)
    output = _compile(root, {"language": "Solidity", "sources": sources, "settings": settings})
    files: dict[Path, str] = {}
    for name in CONTRACTS:
        compiled = output["contracts"][f"contracts/{name}.sol"][name]
        artifact = _artifact(name, compiled, settings)
        files[root / f"registry/chain/artifacts/{name}.json"] = json.dumps(artifact, indent=1, sort_keys=True) + "\n"
        files[root / f"registry/chain/{snake(name)}.py"] = bindings_source(name, artifact["abi"])
    return files


def compiler_settings(root: Path) -> dict[str, Any]:
    """The compiler's settings (standard JSON) as foundry.toml says them."""
    profile = tomllib.loads((root / "foundry.toml").read_text())["profile"]["default"]
    return {
        "evmVersion": profile["evm_version"],
        "viaIR": profile["via_ir"],
        "optimizer": {"enabled": profile["optimizer"], "runs": profile["optimizer_runs"]},
        "remappings": profile["remappings"],
        "metadata": {"bytecodeHash": profile["bytecode_hash"], "appendCBOR": profile["cbor_metadata"]},
        "outputSelection": {"*": {"*": [*OUTPUTS, "storageLayout"]}},
    }


def _compile(root: Path, request: dict[str, Any]) -> dict[str, Any]:
    wrapper = root / "scripts" / "solc"
    if wrapper.is_file() and (root / "node_modules" / "solc").is_dir():
        binary = wrapper
    else:
        solcx.install_solc(SOLC_VERSION)
        binary = solcx.install.get_executable(SOLC_VERSION)
    found = str(solcx.wrapper.get_solc_version(binary))
    if found != SOLC_VERSION:
        raise InvalidInput(
            "the compiler has another version",
            expected=SOLC_VERSION,
            found=found,
            hint="scripts/setup, or SOLC_VERSION",
        )
    output: dict[str, Any] = solcx.compile_standard(request, solc_binary=binary, allow_paths=None)
    return output


def _artifact(name: str, compiled: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    evm = compiled["evm"]
    layout = compiled["storageLayout"]
    storage = [
        {
            "label": entry["label"],
            "slot": entry["slot"],
            "offset": entry["offset"],
            "type": _without_ids(entry["type"]),
            "words": _words(entry, layout["types"]),
        }
        for entry in layout["storage"]
    ]
    references = evm["deployedBytecode"].get("immutableReferences", {})
    return {
        "contractName": name,
        "abi": compiled["abi"],
        "bytecode": "0x" + evm["bytecode"]["object"],
        "deployedBytecode": "0x" + evm["deployedBytecode"]["object"],
        "immutableReferences": sorted(
            (place for places in references.values() for place in places), key=lambda place: int(place["start"])
        ),
        "storageLayout": storage,
        "settings": {key: value for key, value in settings.items() if key != "outputSelection"},
        "solc": SOLC_VERSION,
    }


def _sources(root: Path, entries: list[str], remappings: list[Any]) -> dict[str, dict[str, str]]:
    """Every source that the entries import, by the name the compiler gives it."""
    found: dict[str, dict[str, str]] = {}
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        path = root / name
        if not path.is_file():
            raise InvalidInput(
                "a Solidity source is missing", expected=name, found="no such file", hint="scripts/setup"
            )
        text = path.read_text()
        found[name] = {"content": text}
        waiting += [_resolve(name, target, remappings) for target in _imports(text)]
    return dict(sorted(found.items()))


def _imports(text: str) -> list[str]:
    """What a source imports: `import "x";`, `import {A} from "x";`, `import * as A from "x";`."""
    return re.findall(r"""^import\b[^;"']*["']([^"']+)["']""", text, re.MULTILINE)


def _resolve(importer: str, target: str, remappings: list[Any]) -> str:
    if target.startswith("."):
        parts = importer.split("/")[:-1]
        for part in target.split("/"):
            if part == "..":
                parts.pop()
            elif part != ".":
                parts.append(part)
        return "/".join(parts)
    for prefix, replacement in remappings:
        if target.startswith(prefix):
            return str(replacement) + target[len(prefix) :]
    return target


def _words(variable: dict[str, Any], types: dict[str, Any]) -> list[list[str]]:
    """The fields of each word of a variable, as `bits@offset` like in docs/spec/storage.md.

    Of a mapping or a dynamic array: of one of its values. A string has no fields.
    """
    kind = types[variable["type"]]
    while inner := kind.get("value") or kind.get("base"):
        kind = types[inner]
    if kind["encoding"] == "bytes":
        return []
    if "members" not in kind:
        return [[f"{8 * int(kind['numberOfBytes'])}@{8 * variable['offset']}"]]
    words: list[list[str]] = [[] for _ in range(int(kind["numberOfBytes"]) // 32)]
    for member in kind["members"]:
        bits = 8 * int(types[member["type"]]["numberOfBytes"])
        words[int(member["slot"])].append(f"{bits}@{8 * member['offset']}")
    return words


def _without_ids(type_name: str) -> str:
    """A storage type without the compiler's running numbers, which change with unrelated sources."""
    return re.sub(r"(?<=\))\d+(?=[_,)]|$)", "", type_name)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
