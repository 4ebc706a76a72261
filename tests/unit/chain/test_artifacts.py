"""The checked-in artifacts and bindings are what contracts/ compiles to, and fit a block chain's limits."""

import inspect
import tomllib
from pathlib import Path

import pytest

from registry.chain.abi import load_artifact
from registry.chain.bindgen import signature, snake
from registry.chain.compile import CONTRACTS, ROOT, build, compiler_settings, main
from registry.chain.contracts import CreditRegistry, ProjectRegistry
from registry.chain.events import EVENTS
from registry.chain.reverts import known_errors

MOST_CODE = 24_576  # bytes of runtime code (EIP-170)


@pytest.fixture(scope="module")
def built() -> dict[Path, str]:
    return build(ROOT)


def test_compiling_again_gives_the_checked_in_files(built: dict[Path, str]) -> None:
    assert len(built) == 4
    differing = [str(path) for path, text in built.items() if path.read_text() != text]
    assert differing == [], "run scripts/build"


def test_check_exits_1_and_names_the_file_that_differs(
    built: dict[Path, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bent = {path: text + " " * path.name.startswith("Credit") for path, text in built.items()}
    monkeypatch.setattr("registry.chain.compile.build", lambda _: bent)
    assert main(["--check"]) == 1
    told = capsys.readouterr().err
    assert "artifacts/CreditRegistry.json" in told
    assert "ProjectRegistry" not in told
    monkeypatch.setattr("registry.chain.compile.build", lambda _: built)
    assert main(["--check"]) == 0


def test_the_settings_are_those_of_foundry() -> None:
    profile = tomllib.loads((ROOT / "foundry.toml").read_text())["profile"]["default"]
    settings = compiler_settings(ROOT)
    assert settings["optimizer"] == {"enabled": True, "runs": profile["optimizer_runs"]}
    assert settings["metadata"] == {"bytecodeHash": "none", "appendCBOR": False}
    assert (settings["viaIR"], settings["evmVersion"]) == (True, "cancun")


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_runtime_code_fits_the_limit(name: str) -> None:
    assert 1_000 < len(load_artifact(name).runtime_code) <= MOST_CODE


@pytest.mark.parametrize("binding", [CreditRegistry, ProjectRegistry])
def test_every_function_has_one_method_with_as_many_arguments(binding: type) -> None:
    abi = load_artifact(binding.__name__).abi
    functions = {signature(entry): entry for entry in abi if entry["type"] == "function"}
    methods = {
        name: inspect.signature(method)
        for name, method in vars(binding).items()
        if inspect.isfunction(method) and not name.startswith("_")
    }
    assert len(methods) == len(functions)
    for entry in functions.values():
        named = [method for name, method in methods.items() if name.startswith(snake(entry["name"]))]
        assert any(len(m.parameters) == 1 + len(entry["inputs"]) for m in named), entry["name"]


def test_no_two_errors_or_events_share_a_selector() -> None:
    names = {error.name for error in known_errors().values()}
    assert {"SerialsOverlap", "BeyondRetired", "PeriodsOverlap", "AccessControlUnauthorizedAccount"} <= names
    assert len({shape.__name__ for shape in EVENTS}) == len(EVENTS)
