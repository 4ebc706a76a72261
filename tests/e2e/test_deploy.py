"""deploy/ is kept honest: what its files start is started here, as processes on free ports; what they name is there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from registry.cli.settings import KEYS
from support.anvil import BINARY
from support.postgres import Server
from verifier_api.settings import Settings

from .conftest import Demo
from .processes import Process, answers, free_port, running

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("systemd/*.service"))
NAMES = {f"OFFSETPROOF_{name.upper()}" for name in (*Settings.model_fields, *KEYS)}
INSTALLED = "/opt/offsetproof/.venv/bin/offsetproof"
COMMAND = [sys.executable, "-m", "registry"]
HARDENED = {
    "DynamicUser": "yes",
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "MemoryDenyWriteExecute": "yes",
    "CapabilityBoundingSet": "",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "SystemCallArchitectures": "native",
    "UMask": "0077",
}


def unit(path: Path) -> ConfigParser:
    found = ConfigParser(strict=False, interpolation=None, comment_prefixes=("#",), delimiters=("=",))
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(path)
    return found


def command_of(path: Path) -> list[str]:
    """What a unit starts, without the program itself."""
    program, *arguments = shlex.split(unit(path)["Service"]["ExecStart"])
    assert program == INSTALLED
    return arguments


def environment_of(path: Path) -> dict[str, str]:
    """An environment file's settings."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def moved(arguments: list[str], ports: dict[str, int]) -> list[str]:
    """The arguments with this machine's free ports and its own address only."""
    words = [str(ports[word]) if word in ports else word for word in arguments]
    return ["127.0.0.1" if word == "0.0.0.0" else word for word in words]


def certificate_of(demo_folder: Path) -> str:
    return sorted((demo_folder / "bundles").glob("*.json"))[0].stem


def ask_for_a_certificate(url: str, folder: Path) -> None:
    found = httpx.get(f"{url}/v1/certificates/{certificate_of(folder)}", trust_env=False, timeout=30)
    assert found.json()["certificateHash"] == certificate_of(folder)
    assert found.json()["verdict"] in ("retired", "pending", "unknown")
    assert found.headers["offsetproof-block"] != "none"


# systemd


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_is_confined(path: Path) -> None:
    service = unit(path)["Service"]
    assert {name: service.get(name) for name in HARDENED} == HARDENED
    assert service["EnvironmentFile"] == "/etc/offsetproof/offsetproof.env"
    text = path.read_text()
    assert "SystemCallFilter=@system-service" in text
    assert "SystemCallFilter=~@privileged @resources" in text


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_systemd_itself_finds_no_fault_in_a_unit(path: Path, tmp_path: Path) -> None:
    local = tmp_path / path.name
    local.write_text(path.read_text().replace(INSTALLED, shutil.which("true") or "/bin/true"))
    assert unit(local)["Service"]["ExecStart"]
    analyze = shutil.which("systemd-analyze")
    if analyze:
        ran = subprocess.run([analyze, "verify", "--man=no", local], capture_output=True, text=True)
        assert (ran.returncode, ran.stderr) == (0, "")
        exposure = [analyze, "security", "--offline=true", "--no-pager", "--threshold=25", local]
        ran = subprocess.run(exposure, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout[-400:]


def test_a_unit_waits_longer_for_the_end_than_what_it_runs() -> None:
    grace = int(environment_of(DEPLOY / "offsetproof.env.example")["OFFSETPROOF_GRACE_SECONDS"])
    for path in UNITS:
        if path.stem != "offsetproof-audit":
            assert int(unit(path)["Service"]["TimeoutStopSec"]) > grace + 10
    timer = unit(DEPLOY / "systemd" / "offsetproof-audit.timer")
    assert timer["Timer"]["OnCalendar"] == "daily"


def test_every_setting_that_an_environment_names_exists() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    named = [set(environment_of(DEPLOY / "offsetproof.env.example"))]
    named += [set(compose["services"][name]["environment"]) for name in ("index", "api", "demo")]
    named += [set(re.findall(r"^#?(OFFSETPROOF_[A-Z_]+)=", (DEPLOY / ".env.example").read_text(), re.M))]
    assert set().union(*named) <= NAMES
    used = set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text()))
    offered = set(re.findall(r"^#?([A-Z_]+)=", (DEPLOY / ".env.example").read_text(), re.M))
    assert used == offered


def test_the_units_run_and_end_as_systemd_runs_and_ends_them(demo: Demo, tmp_path: Path) -> None:
    ports = {"8000": free_port(), "9101": free_port(), "9102": free_port()}
    environment = environment_of(DEPLOY / "offsetproof.env.example") | {
        "OFFSETPROOF_REGISTRY": str(demo.registry_path),
        "OFFSETPROOF_RPC_URL": demo.url,
        "OFFSETPROOF_DATABASE_URL": f"sqlite:///{tmp_path}/mirror.db",
    }

    def start(name: str, stack: ExitStack) -> Process:
        arguments = [*COMMAND, *moved(command_of(DEPLOY / "systemd" / f"{name}.service"), ports)]
        return stack.enter_context(running(arguments, tmp_path / f"{name}.log", **environment))

    with ExitStack() as stack:
        index = start("offsetproof-index", stack)
        index.wait_for_answer(f"http://127.0.0.1:{ports['9101']}/readyz")
        api = start("offsetproof-api", stack)
        url = f"http://127.0.0.1:{ports['8000']}"
        api.wait_for_answer(f"{url}/readyz")
        ask_for_a_certificate(url, demo.folder)
        assert "ratelimit" in httpx.get(f"{url}/v1/status", trust_env=False).headers
        for watched in ("9101", "9102"):
            assert answers(f"http://127.0.0.1:{ports[watched]}/metrics") == 200
        assert start("offsetproof-audit", stack).popen.wait(60) == 0
        assert api.end()[0] == index.end()[0] == 0


# compose


def interpolated(value: Any, settings: dict[str, str]) -> Any:
    """`${NAME:-default}` and `${NAME:?why}`, as compose reads them."""
    if isinstance(value, dict):
        return {key: interpolated(found, settings) for key, found in value.items()}
    if isinstance(value, list):
        return [interpolated(found, settings) for found in value]
    if not isinstance(value, str):
        return value

    def fill(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        if name in settings:
            return settings[name]
        assert kind == ":-", f"{name}: {rest}"
        return rest

    return re.sub(r"\$\{([A-Z_]+)(:-|:\?)([^}]*)\}", fill, value)


@pytest.fixture
def composed() -> dict[str, Any]:
    """The services, as compose reads them with the example's settings."""
    found = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services: dict[str, Any] = interpolated(found["services"], environment_of(DEPLOY / ".env.example"))
    return services


def test_without_a_password_compose_starts_nothing(composed: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="POSTGRES_PASSWORD"):
        interpolated(yaml.safe_load((DEPLOY / "compose.yaml").read_text()), {})
    url = composed["api"]["environment"]["OFFSETPROOF_DATABASE_URL"]
    assert f":{composed['postgres']['environment']['POSTGRES_PASSWORD']}@postgres:" in url


@pytest.mark.parametrize("name", ["index", "api", "demo"])
def test_our_containers_are_confined(composed: dict[str, Any], name: str) -> None:
    service = composed[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    for port in service.get("ports", []):
        assert port.startswith("127.0.0.1:"), "only this machine reaches it; a proxy speaks to the world"
    assert not {"9101", "9102"} & {part for port in service.get("ports", []) for part in port.split(":")}


def test_what_compose_starts_runs_together_and_ends(composed: dict[str, Any], postgres: Server, tmp_path: Path) -> None:
    ports = {port: free_port() for port in ("8000", "8545", "9101", "9102")}
    registry = tmp_path / "registry"
    registry.mkdir()
    database = postgres.create()
    places = {
        "http://node:8545": f"http://127.0.0.1:{ports['8545']}",
        composed["index"]["environment"]["OFFSETPROOF_DATABASE_URL"]: database,
    }
    assert "@postgres:5432/" in composed["index"]["environment"]["OFFSETPROOF_DATABASE_URL"]

    def here(text: str) -> str:
        for there, place in places.items():
            text = text.replace(there, place)
        return re.sub("^/registry(?=/|$)", str(registry), text)

    def start(name: str, stack: ExitStack) -> Process:
        service = composed[name]
        if name == "node":
            assert service["entrypoint"] == ["anvil"]
            program, environment = [str(BINARY)], {}
        else:
            program, environment = COMMAND, {key: here(value) for key, value in service["environment"].items()}
        arguments = [here(word) for word in moved(service["command"], ports)]
        return stack.enter_context(running([*program, *arguments], tmp_path / f"{name}.log", **environment))

    def healthy(name: str) -> bool:
        kind, program, *arguments = composed[name]["healthcheck"]["test"]
        assert (kind, program) == ("CMD", "python")
        text = arguments[-1]
        for port, free in ports.items():
            text = text.replace(f":{port}/", f":{free}/")
        clean = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
        return subprocess.run([sys.executable, *arguments[:-1], text], capture_output=True, env=clean).returncode == 0

    with ExitStack() as stack:
        stack.callback(postgres.drop, database)
        node = start("node", stack)
        node.wait_for(lambda: answers(places["http://node:8545"]) != 0)
        assert start("demo", stack).popen.wait(120) == 0
        index = start("index", stack)
        index.wait_for_answer(f"http://127.0.0.1:{ports['9101']}/readyz")
        assert healthy("index")
        assert not healthy("api")
        api = start("api", stack)
        url = f"http://127.0.0.1:{ports['8000']}"
        api.wait_for_answer(f"{url}/readyz")
        assert healthy("api")
        ask_for_a_certificate(url, registry)
        assert httpx.get(f"{url}/v1/status", trust_env=False).json()["chainHeadFrom"] == "node"
        assert api.end()[0] == index.end()[0] == 0
        node.end()


# The image, and the proxy


def locked(path: Path) -> dict[str, str]:
    """Each pinned package with its marker and hashes, without uv's comments."""
    text = re.sub(r"\n    # .*", "", re.sub(r"^#.*\n", "", path.read_text(), flags=re.M))
    return {entry.split("==")[0]: entry for entry in text.replace("\\\n", "").splitlines() if entry.strip()}


def test_the_image_holds_nothing_that_the_lock_does_not() -> None:
    image, whole = locked(DEPLOY / "requirements.txt"), locked(ROOT / "requirements.txt")
    assert {"fastapi", "psycopg", "uvicorn", "web3", "typst"} <= set(image) < set(whole)
    for name, entry in image.items():
        version = entry.split("==")[1].split()[0]
        assert version == whole[name].split("==")[1].split()[0]
        assert re.findall(r"sha256:\w+", entry) == re.findall(r"sha256:\w+", whole[name])


def test_the_image_copies_what_is_there_and_does_not_run_as_root() -> None:
    lines = [line.split() for line in (DEPLOY / "Dockerfile").read_text().splitlines()]
    copied = [line[1] for line in lines if line[:1] == ["COPY"] and not line[1].startswith("--from")]
    assert copied == ["deploy/requirements.txt", "registry", "verifier_api"]
    let_in = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    for source in copied:
        assert (ROOT / source).exists()
        assert f"!{source}" in let_in
    assert [line[1] for line in lines if line[:1] == ["USER"]] == ["10001"]


@pytest.fixture
def nginx(tmp_path: Path) -> Path:
    """The proxy's configuration, with folders of the test's own."""
    text = (DEPLOY / "nginx.conf").read_text()
    for there in ("/etc/ssl/offsetproof", "/var/cache/nginx/offsetproof", "/var/log/nginx"):
        assert there in text
        place = tmp_path / there.strip("/").replace("/", "-")
        place.mkdir()
        text = text.replace(there, str(place))
    path = tmp_path / "nginx.conf"
    path.write_text(f"pid {tmp_path}/nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n{text}\n}}\n")
    return path


def test_the_proxy_speaks_to_the_unit_and_lets_in_what_the_api_reads(nginx: Path, tmp_path: Path) -> None:
    text = nginx.read_text()
    port = command_of(DEPLOY / "systemd" / "offsetproof-api.service")
    assert f"server 127.0.0.1:{port[port.index('--port') + 1]};" in text
    mebibytes = int(re.search(r"client_max_body_size (\d+)m;", text)[1])  # type: ignore[index]
    assert mebibytes * 1_048_576 > Settings().tranche_bytes
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text, "what a visitor claims is replaced"
    assert "$remote_addr" not in text.partition("log_format")[2].partition(";")[0]
    programs = shutil.which("nginx"), shutil.which("openssl")
    if all(programs):
        made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=verify.example.org"]
        place = tmp_path / "etc-ssl-offsetproof"
        files = ["-keyout", str(place / "privkey.pem"), "-out", str(place / "fullchain.pem")]
        subprocess.run([str(programs[1]), *made, *files], check=True, capture_output=True)
        ran = subprocess.run([str(programs[0]), "-t", "-c", nginx], capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
