"""Rules of this repository that no ready-made linter knows. Prints each breach as `file:line: what` and exits 1.

- Imports point down, and each heavy library is imported by one package only.
- No float in the code that handles amounts: no float literal, no `float(...)`, no true division.
- Files stay small enough to hold in the head.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Each package may import the packages to its right, and itself.
LAYERS = {
    "registry.domain": set[str](),
    "registry.proofs": {"registry.domain"},
    "registry.render": {"registry.domain", "registry.proofs"},
    "registry.chain": {"registry.domain", "registry.proofs"},
    "registry.store": {"registry.domain", "registry.proofs", "registry.chain.events"},
    "registry.workflows": {
        "registry.domain",
        "registry.imports",
        "registry.proofs",
        "registry.render",
        "registry.chain",
        "registry.store",
    },
    "registry.imports": {"registry.domain"},
    "registry.programmes": {"registry.domain"},
    "registry.watch": {"registry.domain", "registry.store", "registry.workflows"},
    "verifier_api": {
        "registry.domain",
        "registry.proofs",
        "registry.render",
        "registry.chain",
        "registry.store",
        "registry.workflows",
        "registry.watch",
    },
    "registry.cli": {
        "registry.imports",
        "registry.programmes",
        "registry.domain",
        "registry.proofs",
        "registry.render",
        "registry.chain",
        "registry.store",
        "registry.workflows",
        "registry.watch",
        "verifier_api",
    },
}

# Only these packages may import these libraries.
HOMES = {
    "registry.chain": {"web3", "solcx", "eth_account", "eth_tester", "eth_abi", "eth_utils", "eth_keys", "eth"},
    "registry.store": {"sqlmodel", "sqlalchemy", "alembic", "psycopg"},
    "registry.watch": {"prometheus_client"},
    "verifier_api": {"fastapi", "starlette", "jinja2", "uvicorn"},
}

# Values in, values out: nothing of the world outside.
PURE = ("registry.domain", "registry.proofs")
IMPURE_MODULES = {"os", "pathlib", "socket", "time", "random", "secrets", "subprocess", "urllib", "httpx", "asyncio"}

MOST_LINES = 450
# Time spans are seconds as floats, and weights in Accept-Language are fractions. Nowhere else is a float.
SECONDS = {
    "registry/chain/rpc.py",
    "registry/chain/send.py",
    "registry/cli/demo.py",
    "registry/cli/mirror.py",
    "registry/store/writer.py",
    "registry/workflows/demo.py",
    "registry/watch/metrics.py",
    "registry/workflows/index.py",
    "registry/workflows/index_busy.py",
    "verifier_api/auditing.py",
    "verifier_api/bodies.py",
    "verifier_api/heads.py",
    "verifier_api/language.py",
    "verifier_api/settings.py",
}
# What stands left of a `/` that joins paths.
PATHS = {"files", "folder", "home", "out", "parent", "path", "place", "private", "root", "ROOT", "work"}


def package_of(module: str) -> str:
    return next((p for p in sorted(LAYERS, key=len, reverse=True) if module == p or module.startswith(p + ".")), "")


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module


def breaches_of_imports(module: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    home = package_of(module)
    for line, name in imported(tree):
        target = package_of(name)
        if home and target and target != home:
            allowed = LAYERS[home]
            if target not in allowed and name not in allowed:
                yield line, f"{home} imports {name}: imports point down"
        top = name.split(".")[0]
        for owner, libraries in HOMES.items():
            if top in libraries and home != owner and not (top == "uvicorn" and home == "registry.cli"):
                yield line, f"only {owner} imports {top}"
        if home in PURE and top in IMPURE_MODULES:
            yield line, f"{home} is pure: it imports no {top}"


def joins_paths(node: ast.BinOp) -> bool:
    """Whether this `/` joins a path: one side of it is text, or the left side is named as a folder."""
    sides = (node.left, node.right)
    if any(isinstance(s, ast.JoinedStr) or (isinstance(s, ast.Constant) and isinstance(s.value, str)) for s in sides):
        return True
    if isinstance(node.left, ast.BinOp):
        return isinstance(node.left.op, ast.Div) and joins_paths(node.left)
    left = node.left.func if isinstance(node.left, ast.Call) else node.left
    name = left.attr if isinstance(left, ast.Attribute) else left.id if isinstance(left, ast.Name) else ""
    return name.strip("_") in PATHS or name == "Path"


def breaches_of_amounts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno, f"float literal {node.value}: amounts are integers, factors are Decimal"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            yield node.lineno, "float(): amounts are integers, factors are Decimal"
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not joins_paths(node):
            yield node.lineno, "true division: use // with a name that says who gains, or Decimal"


def breaches_of_size(source: str) -> Iterator[tuple[int, str]]:
    if source.count("\n") > MOST_LINES:
        yield MOST_LINES, f"more than {MOST_LINES} lines: give each noun a file of its own"


def main() -> int:
    found = 0
    for path in sorted([*ROOT.glob("registry/**/*.py"), *ROOT.glob("verifier_api/**/*.py")]):
        relative = path.relative_to(ROOT).as_posix()
        module = relative.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        source = path.read_text("utf-8")
        tree = ast.parse(source, relative)
        breaches = list(breaches_of_imports(module, tree))
        if relative not in SECONDS:
            breaches += breaches_of_amounts(tree)
        for line, what in [*breaches, *breaches_of_size(source)]:
            found += 1
            print(f"{relative}:{line}: {what}")
    for path in sorted(ROOT.glob("contracts/**/*.sol")):
        for line, what in breaches_of_size(path.read_text("utf-8")):
            found += 1
            print(f"{path.relative_to(ROOT).as_posix()}:{line}: {what}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
