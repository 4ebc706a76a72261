"""The base install verifies: without web3, SQL, FastAPI, and whatever else only the extras bring."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXTRAS = (
    "web3", "eth_account", "eth_abi", "eth_tester", "eth", "solcx", "sqlmodel", "sqlalchemy", "alembic", "fastapi",
    "starlette", "uvicorn", "jinja2", "pydantic_settings", "orjson", "typst", "segno", "zxingcpp", "pypdf",
    "psycopg", "chinese_calendar",
)  # fmt: skip

SCRIPT = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {EXTRAS!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
import pkgutil, importlib
import registry.domain, registry.proofs
for package in (registry.domain, registry.proofs):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
sys.argv = ["offsetproof", *sys.argv[1:]]
from registry.cli import main
main()
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", SCRIPT, *arguments], capture_output=True, text=True, cwd=ROOT)


def test_verify_runs_with_the_base_install_alone(tmp_path: Path) -> None:
    nothing = tmp_path / "not-a-bundle.json"
    nothing.write_text("{}")
    ran = run("verify", str(nothing))
    assert ran.returncode == 2
    assert "InvalidInput" in ran.stderr


def test_a_command_that_needs_an_extra_says_which_package_is_missing() -> None:
    ran = run("retire", "1", "--count", "1", "--yes", "--registry", "none.json")
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr


def test_the_packages_kept_out_here_are_none_of_the_base_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    base = {name.split(">")[0] for name in project["dependencies"]}
    assert base == {"cbor2", "httpx", "pycryptodome", "rfc8785", "rich", "typer"}
