"""Ponder, a widely used indexer, on the chain of `scripts/bench index`: its own figure beside ours.

Two versions from npm, each with the Node.js that it needs, into a temporary folder: 1.0.0, whose code is that of 0.10,
and 0.17.7. Each mirrors the 200,000 retirements, and nothing else, into an empty PostgreSQL table, with its request
limit lifted. Its time begins when it says that it starts with the chain's history, so without Node.js, compiling and
migrations, and ends when the last row can be read. Ours is that of `scripts/bench index` on PostgreSQL: all events, the
history hash of each compared, all indexes in place. The faster of the two versions counts.
"""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from registry.chain.node import Node
from registry.chain.rpc import HttpRpc
from registry.domain.registry_file import RegistryFile
from scripts.benchmarks.index import ROUNDS, index_apart, measured_chain
from scripts.benchmarks.measure import Measured
from scripts.benchmarks.retirement_chain import IN_BLOCK
from tests.support.anvil import free_port
from tests.support.postgres import Server

PATIENCE = 120
"""Seconds for one run."""
NOT_FINAL = 64
"""Empty blocks on top, so that all retirements lie below what Ponder holds as final (30 blocks): its fast part."""
STARTED = re.compile(r"historical (sync|indexing|backfill)|backfill indexing", re.IGNORECASE)


@dataclass(frozen=True)
class Version:
    """A version of Ponder. `node`: the least version of Node.js that it takes. `unlimited`: file and text by which its
    request limit is found, and the text without."""

    number: str
    node: int
    packages: dict[str, str]
    overrides: dict[str, str]
    config: str
    unlimited: tuple[str, str, str] | None = None


ABI = "event Retired(uint256 indexed lot, uint32 firstIndex, uint32 count, address account, bytes32 prior)"
CONFIG_10 = """
import { createConfig } from "ponder";
import { http, parseAbi } from "viem";
export default createConfig({
  database: { kind: "postgres", connectionString: process.env.DATABASE },
  networks: { bench: { chainId: %(chain)d, transport: http("%(rpc)s"), maxRequestsPerSecond: 100000 } },
  contracts: { Credits: {
    network: "bench", abi: parseAbi(["%(abi)s"]), address: "%(address)s", startBlock: 0, endBlock: %(end)d } },
});
"""
CONFIG_17 = """
import { createConfig } from "ponder";
import { parseAbi } from "viem";
export default createConfig({
  database: { kind: "postgres", connectionString: process.env.DATABASE },
  chains: { bench: { id: %(chain)d, rpc: "%(rpc)s" } },
  contracts: { Credits: {
    chain: "bench", abi: parseAbi(["%(abi)s"]), address: "%(address)s", startBlock: 0, endBlock: %(end)d } },
});
"""
SCHEMA = """
import { onchainTable } from "ponder";
export const retired = onchainTable("retired", (t) => ({
  id: t.text().primaryKey(), block: t.bigint().notNull(), log: t.integer().notNull(), tx: t.hex().notNull(),
  lot: t.bigint().notNull(), firstIndex: t.bigint().notNull(), count: t.bigint().notNull(),
  account: t.hex().notNull(), prior: t.hex().notNull(),
}));
"""
HANDLER = """
import { ponder } from "ponder:registry";
import { retired } from "ponder:schema";
ponder.on("Credits:Retired", async ({ event, context }) => {
  const { lot, firstIndex, count, account, prior } = event.args;
  await context.db.insert(retired).values({
    id: `${event.block.number}-${event.log.logIndex}`, block: event.block.number, log: event.log.logIndex,
    tx: event.transaction.hash, lot, firstIndex: BigInt(firstIndex), count: BigInt(count), account, prior,
  });
});
"""
API = """
import { Hono } from "hono";
export default new Hono();
"""
COMMAND = ("node", "node_modules/ponder/dist/esm/bin/ponder.js", "start", "--schema", "bench", "--log-level", "info")
VERSIONS = (
    Version("1.0.0", 20, {"ponder": "1.0.0", "viem": "2.23.15", "hono": "^4"}, {}, CONFIG_10),
    Version(
        "0.17.7",
        22,
        {"ponder": "0.17.7", "viem": "^2.23.15", "hono": "^4", "node": "^22"},
        {"@ponder/utils": "0.2.18"},
        CONFIG_17,
        ("dist/esm/rpc/index.js", "const INITIAL_MAX_RPS = 20;", "const INITIAL_MAX_RPS = 100000;"),
    ),
)


def run(size: int) -> Measured:
    """`size` retirements, rounded to hundreds."""
    with measured_chain(size) as (rpc, registry, pinned, server):
        folder = pinned.parent
        projects = [_install(folder / version.number, version) for version in VERSIONS]
        nodes = {version.number: _node_of(project) for version, project in zip(VERSIONS, projects, strict=True)}
        end = Node(rpc).header().number
        rpc.request("anvil_mine", [hex(NOT_FINAL)])
        events = size // IN_BLOCK * IN_BLOCK
        theirs: dict[str, list[float]] = {version.number: [] for version in VERSIONS}
        ours: list[float] = []
        for _ in range(ROUNDS):
            found = index_apart(rpc.url, pinned, server.create())
            ours.append(found["events"] / found["seconds"])
            for version, project in zip(VERSIONS, projects, strict=True):
                _configure(project, version, rpc, registry, end)
                theirs[version.number].append(events / _seconds(project, server, events))
    best = {number: max(rates) for number, rates in theirs.items()}
    faster = max(best, key=lambda number: best[number])
    return Measured(
        "ponder",
        max(ours),
        best[faster],
        "events/s",
        "Indexer, PostgreSQL, all events, all indexes",
        f"Ponder {faster}, PostgreSQL, retirements only",
        sizes={"events": events, "blocks": end},
        more={
            "ponder_events_a_second": {number: [round(rate) for rate in rates] for number, rates in theirs.items()},
            "our_events_a_second": [round(rate) for rate in ours],
            "commands": ["npm install", " ".join(COMMAND)],
            "packages": {version.number: version.packages | version.overrides for version in VERSIONS},
            "node": nodes,
        },
    )


def _install(folder: Path, version: Version) -> Path:
    """The project folder, with the packages of its version and its request limit lifted."""
    (folder / "src" / "api").mkdir(parents=True)
    package = {"private": True, "type": "module", "dependencies": version.packages, "overrides": version.overrides}
    files = {"package.json": json.dumps(package), "ponder.schema.ts": SCHEMA, "src/index.ts": HANDLER}
    for name, text in (files | {"src/api/index.ts": API}).items():
        (folder / name).write_text(text, "utf-8")
    subprocess.run(["npm", "install", "--no-fund", "--no-audit", "--loglevel=error"], cwd=folder, check=True)
    if version.unlimited:
        name, limited, unlimited = version.unlimited
        source = folder / "node_modules" / "ponder" / name
        text = source.read_text("utf-8")
        assert text.count(limited) == 1, f"Ponder {version.number}: its request limit is elsewhere"
        source.write_text(text.replace(limited, unlimited), "utf-8")
    found = _node_of(folder)
    if int(found.removeprefix("v").partition(".")[0]) < version.node:
        raise RuntimeError(
            f"Ponder {version.number}: expected Node.js {version.node} or newer, found {found}; run this again, or "
            "put such a Node.js on the PATH"
        )
    return folder


def _configure(folder: Path, version: Version, rpc: HttpRpc, registry: RegistryFile, end: int) -> None:
    facts = {"chain": registry.chain_id, "rpc": rpc.url, "abi": ABI, "end": end}
    address = "0x" + registry.credit_registry.address.hex()
    (folder / "ponder.config.ts").write_text(version.config % (facts | {"address": address}), "utf-8")


def _seconds(folder: Path, server: Server, events: int) -> float:
    """One run into an empty database: seconds from the start of the chain's history to the last row."""
    database = server.create()
    url = f"postgresql://postgres@localhost/{server.name_of(database)}?host={server.folder}"
    port = str(free_port())
    with _running(folder, [*COMMAND, "--port", port], {"DATABASE": url}) as (process, log):
        deadline = time.monotonic() + PATIENCE
        begun = 0.0
        while time.monotonic() < deadline:
            now = time.perf_counter()
            text = log.read_text("utf-8", "replace")
            assert process.poll() is None or _rows(server, database) == events, text[-2000:]
            if not begun and STARTED.search(text):
                begun = now
            if begun and _rows(server, database) == events:
                return time.perf_counter() - begun
            time.sleep(0.05)
        raise RuntimeError(f"{folder.name} has not ended after {PATIENCE} s: {text[-2000:]}")


def _rows(server: Server, database: str) -> int:
    """How many retirements can be read; 0 before there is a table."""
    try:
        return int(server.execute("SELECT count(*) FROM bench.retired", server.name_of(database))[0][0])
    except psycopg.errors.UndefinedTable:
        return 0


@contextmanager
def _running(folder: Path, command: list[str], more: dict[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Ponder, ended by its process id; and its log."""
    log = folder / "log"
    shutil.rmtree(folder / ".ponder", ignore_errors=True)
    with log.open("wb") as out:
        environment = _environment(folder) | more | {"PONDER_TELEMETRY_DISABLED": "1"}
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out)
        try:
            yield process, log
        finally:
            process.kill()
            process.wait()


def _environment(folder: Path) -> dict[str, str]:
    """The project's own Node.js comes first, if it has one."""
    return dict(os.environ) | {"PATH": f"{folder / 'node_modules' / '.bin'}{os.pathsep}{os.environ['PATH']}"}


def _node_of(folder: Path) -> str:
    ran = subprocess.run(["node", "--version"], env=_environment(folder), check=True, capture_output=True, text=True)
    return ran.stdout.strip()
