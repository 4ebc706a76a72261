"""Where a setting comes from: the option, then the environment, then the file `offsetproof.toml` here (or the one that
OFFSETPROOF_CONFIG names).

    registry = "registry.json"
    rpc_url = ["http://127.0.0.1:8545"]
    database_url = "sqlite:///mirror.db"
    replica_url = "postgresql://reader@replica/offsetproof"
    api_url = "http://127.0.0.1:8000"
    keystore = "operator.keystore.json"
    opaque_prefixes = ["ccer=CCER-XYZ-"]
    log = "json"
    metrics_host = "127.0.0.1"
    metrics_port = 9101
    ready_blocks = 100
    grace_seconds = 20
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal

import typer

from registry.domain.errors import InvalidInput
from registry.domain.grammars import OpaquePrefix, parse_configured
from registry.domain.registry_file import RegistryFile, parse_registry_file

MAX_PORT = 65_535
DEFAULT_FILE = "offsetproof.toml"
KEYS = (
    "registry",
    "rpc_url",
    "database_url",
    "replica_url",
    "api_url",
    "keystore",
    "opaque_prefixes",
    "log",
    "metrics_host",
    "metrics_port",
    "ready_blocks",
    "grace_seconds",
)
READY_BLOCKS = 100
GRACE_SECONDS = 20

RegistryOption = Annotated[
    Path | None, typer.Option("--registry", help="The pinned registry file, the root of all trust.", show_default=False)
]
RpcOption = Annotated[
    list[str] | None,
    typer.Option("--rpc", help="Address of a JSON-RPC node; give several to compare them.", show_default=False),
]
IndexRpcOption = Annotated[
    list[str] | None,
    typer.Option(
        "--rpc",
        help="Address of a JSON-RPC node. One is asked; give several, and the next takes over when one fails.",
        show_default=False,
    ),
]
DatabaseOption = Annotated[
    str | None, typer.Option("--db", help="The mirror: a file, or a database URL.", show_default=False)
]
BlockOption = Annotated[
    int | None, typer.Option("--block", metavar="N", help="As of this block; else the mirror's.", show_default=False)
]
ApiOption = Annotated[
    str | None, typer.Option("--api", help="Address of a verifier API (believed at level 1).", show_default=False)
]
KeystoreOption = Annotated[
    Path | None,
    typer.Option(
        "--keystore",
        help="Keystore file of who acts; its password comes from OFFSETPROOF_KEYSTORE_PASSWORD or a prompt. "
        "Without one, OFFSETPROOF_PRIVATE_KEY.",
        show_default=False,
    ),
]
FromOption = Annotated[
    str | None,
    typer.Option("--from", help="Account that the node itself holds and signs for.", show_default=False),
]
LogOption = Annotated[
    str | None,
    typer.Option("--log", help="Log lines on standard error: json, or text. Without it, notes.", show_default=False),
]
MetricsPortOption = Annotated[
    int | None,
    typer.Option(
        "--metrics-port", help="Port of /metrics, /healthz and /readyz; 0 takes a free one.", show_default=False
    ),
]
MetricsHostOption = Annotated[
    str | None,
    typer.Option("--metrics-host", help="Address that port is bound to (default: 127.0.0.1).", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the facts as JSON, for machines.")]


def setting(given: object, key: str) -> object | None:
    """The value of `key`: as given, else from the environment, else from the settings file, else None."""
    if given not in (None, []):
        return given
    from_environment = os.environ.get(f"OFFSETPROOF_{key.upper()}")
    if from_environment:
        return from_environment
    return _file().get(key)


def registry_file(given: Path | None) -> RegistryFile:
    """The pinned registry file; raises InvalidInput if there is none."""
    found = optional_registry_file(given)
    if found is None:
        raise InvalidInput(
            "no registry file",
            expected="the file that names chain and contracts",
            hint="give --registry FILE or set OFFSETPROOF_REGISTRY",
        )
    return found


def optional_registry_file(given: Path | None) -> RegistryFile | None:
    path = setting(given, "registry")
    return None if path is None else parse_registry_file(read_text(Path(str(path))))


def rpc_urls(given: list[str] | None) -> list[str]:
    """Addresses of nodes, several separated by spaces in the environment; may be empty."""
    found = setting(given, "rpc_url")
    if found is None:
        return []
    return found.split() if isinstance(found, str) else [str(url) for url in found]  # type: ignore[attr-defined]


def one_rpc_url(given: list[str] | None) -> str:
    return all_rpc_urls(given)[0]


def all_rpc_urls(given: list[str] | None) -> list[str]:
    """As `rpc_urls`; raises InvalidInput if there are none."""
    urls = rpc_urls(given)
    if not urls:
        raise InvalidInput("no JSON-RPC node", hint="give --rpc URL or set OFFSETPROOF_RPC_URL")
    return urls


def database_url(given: str | None) -> str:
    """The URL of the mirror; a plain path means a SQLite file. What nothing of ours names may stand in DATABASE_URL."""
    found = setting(given, "database_url") or os.environ.get("DATABASE_URL")
    if found is None:
        raise InvalidInput("no mirror", hint="give --db mirror.db or set OFFSETPROOF_DATABASE_URL")
    text = str(found)
    return text if "://" in text else f"sqlite:///{text}"


def replica_url() -> str | None:
    """The URL of a PostgreSQL replica to answer from; None to answer from the mirror itself."""
    found = setting(None, "replica_url")
    return None if found is None else str(found)


def api_url(given: str | None) -> str | None:
    found = setting(given, "api_url")
    return None if found is None else str(found).rstrip("/")


def keystore(given: Path | None) -> Path | None:
    found = setting(given, "keystore")
    return None if found is None else Path(str(found))


def log_form(given: str | None) -> Literal["json", "text"] | None:
    """How the log is written; None for notes. Raises InvalidInput."""
    found = setting(given, "log")
    if found is None or found == "json" or found == "text":
        return found
    raise InvalidInput("no such form of log", expected="json or text", found=str(found)[:20], place="--log")


def metrics_place(host: str | None, port: int | None) -> tuple[str, int] | None:
    """Where the figures are given; None without a port. Raises InvalidInput."""
    found = setting(port, "metrics_port")
    if found is None:
        return None
    if not str(found).isdigit() or int(str(found)) > MAX_PORT:
        raise InvalidInput("no such port", expected=f"0 to {MAX_PORT}", found=str(found)[:20], place="--metrics-port")
    return str(setting(host, "metrics_host") or "127.0.0.1"), int(str(found))


def whole_number(key: str, default: int) -> int:
    """A setting that is a whole number; raises InvalidInput."""
    found = str(setting(None, key) or default)
    if not found.isdigit():
        raise InvalidInput(
            "no whole number", expected=str(default), found=found[:20], place=f"OFFSETPROOF_{key.upper()}"
        )
    return int(found)


def opaque_prefixes() -> tuple[OpaquePrefix, ...]:
    """What stands before the number in serials of registries without a public coding rule; raises InvalidInput."""
    found = setting(None, "opaque_prefixes")
    if isinstance(found, list):
        found = " ".join(map(str, found))
    return parse_configured(str(found or ""))


def read_text(path: Path, most_bytes: int = 1_048_576) -> str:
    """A text file of bounded size; raises InvalidInput saying what is wrong with it."""
    try:
        with path.open("rb") as file:
            raw = file.read(most_bytes + 1)
    except OSError as error:
        raise InvalidInput(f"cannot read {path}", found=error.strerror or str(error)) from None
    if len(raw) > most_bytes:
        raise InvalidInput(f"{path} is too large", expected=f"at most {most_bytes} bytes")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8 text", found=f"byte {error.start}") from None


def _file() -> dict[str, object]:
    named = os.environ.get("OFFSETPROOF_CONFIG")
    path = Path(named or DEFAULT_FILE)
    if not named and not path.exists():
        return {}
    try:
        found = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{path} is not TOML", found=str(error)) from None
    unknown = sorted(set(found) - set(KEYS))
    if unknown:
        raise InvalidInput(f"unknown settings in {path}", expected=", ".join(KEYS), found=", ".join(unknown))
    return found
