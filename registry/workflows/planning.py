"""The plan of a certification on disk: drawn from a claims file as a stream, whole before any transaction goes out.

A run that dies before `plan.json` stands has anchored nothing and begins again; one that dies after it is finished from
it. Folder: `docs/tiles.md`. The seed orders the certificates and opens nothing; the salts' secret is never written.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, BinaryIO

from registry.domain.certificates import Issuer
from registry.domain.errors import Contradiction, InvalidInput, Unavailable
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.workflows.certify import PLAN, Room, write_whole
from registry.workflows.claim_sort import ClaimSort
from registry.workflows.claims import Row, csv_rows, json_rows, parse_row, placed, twice
from registry.workflows.drawing import PRIVATE, TILES, Drawing, Planned, row_of

VERSION = "plan/2"
SEED_BYTES = 32
WORK = "work.part"
_MOST_LINE = 1 << 20
_EVERY = 8192

Progress = Callable[[str, int, int], None]
"""Called now and then with what is being done, how much is done and how much there is."""
SetAside = Callable[[int, str, str], None]
"""Called with line, column (empty if the whole row is wrong) and reason of each bad row."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be anchored, and what it was drawn from."""

    claims: str
    seed: bytes
    shuffled: bool
    set_aside: int
    tranches: tuple[Planned, ...]

    @property
    def certificates(self) -> int:
        return sum(tranche.leaf_count for tranche in self.tranches)


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be certified: a claims file against the free grams of lots, in the name of an issuer."""

    claims: Path
    rooms: tuple[Room, ...]
    issuer: Issuer
    registry: RegistryFile
    platform: str | None = None
    shuffled: bool = True


def claims_digest(claims: Path, lots: Sequence[int], issuer: str, platform: str | None, *, shuffled: bool) -> str:
    """What a plan is for: the claims, the lots, the names, the order. Anything else begins another plan."""
    told = [*map(str, lots), issuer, platform or "", "shuffled" if shuffled else "kept"]
    try:
        with claims.open("rb") as file:
            told.append(file_digest(file, "sha256").hexdigest())
    except OSError as error:
        raise InvalidInput(f"{claims} cannot be read", found=type(error).__name__) from None
    return "0x" + sha256(json.dumps(told).encode("utf-8")).hexdigest()


def draw_to(
    out: Path,
    task: Task,
    digest: str,
    *,
    progress: Progress,
    seed: bytes | None = None,
    set_aside: SetAside | None = None,
) -> Plan:
    """Read the claims, write tiles and documents into `out`, and at the very end `plan.json`.

    Raises InvalidInput at the first bad row (unless they are to be set aside), or if more is claimed than is retired;
    then `out` holds no plan.
    """
    seed = secrets.token_bytes(SEED_BYTES) if seed is None else seed
    work = out / WORK
    for left_over in (work, out / TILES, out / PRIVATE):
        shutil.rmtree(left_over, ignore_errors=True)
    work.mkdir(mode=0o700, parents=True)
    try:
        sort = ClaimSort(work / "rows", seed, task.claims.stat().st_size, shuffled=task.shuffled)
        rows, bad = _read(task, sort, set_aside, progress)
        drawing = Drawing(work, task.rooms, task.issuer, task.registry, secrets.token_bytes(SEED_BYTES), task.platform)
        done = 0
        for bucket in sort.buckets():
            for at in range(0, len(bucket), _EVERY):
                part = bucket[at : at + _EVERY]
                drawing.add(part)
                done += len(part)
                progress("certificates drawn", done, rows)
        plan = Plan(digest, seed, task.shuffled, bad, tuple(drawing.finish()))
        names = (task.issuer.name, task.platform)
        lots = [room.lot for room in task.rooms]
        if claims_digest(task.claims, lots, *names, shuffled=task.shuffled) != digest:
            raise Contradiction(f"{task.claims} changed while it was read", hint="run again when it stands still")
        for folder in (TILES, PRIVATE):
            os.replace(work / folder, out / folder)
        os.sync()
        write_whole(out / PLAN, json.dumps(_plan_value(plan), indent=1), private=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return plan


@contextmanager
def alone_in(out: Path) -> Iterator[None]:
    """Nobody else works in this folder meanwhile. Raises Unavailable if somebody does. An empty folder is not left."""
    out.mkdir(parents=True, exist_ok=True)
    handle = os.open(out, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Unavailable(f"another run works in {out}", hint="wait for it to end") from None
    finally:
        os.close(handle)
        with suppress(OSError):
            out.rmdir()


def read_plan(out: Path, digest: str | None = None) -> Plan | None:
    """The plan that an earlier run left in `out`, or None. Raises Contradiction if it was drawn for other claims."""
    path = out / PLAN
    if not path.exists():
        return None
    value = json.loads(path.read_text("utf-8"))
    if value.get("version") != VERSION:
        raise Contradiction(f"{path} is of another version", expected=VERSION, found=str(value.get("version")))
    if digest is not None and value["claims"] != digest:
        raise Contradiction(
            f"{path} was drawn for other claims",
            expected=f"claims, lots, names and order with digest {digest}",
            found=value["claims"],
            hint="give the same claims file and options to finish that run, or another --out to begin a new one",
        )
    return Plan(
        value["claims"],
        bytes.fromhex(value["seed"][2:]),
        value["order"] == "shuffled",
        value["setAside"],
        tuple(
            Planned(
                int(t["lot"]),
                t["tranche"],
                t["start"],
                t["total"],
                t["leafCount"],
                bytes.fromhex(t["root"][2:]),
                bytes.fromhex(t["anchor"][2:]),
            )
            for t in value["tranches"]
        ),
    )


def read_rows(claims: Path, file: BinaryIO, progress: Progress) -> Iterator[Row]:
    """The rows of a claims file: NDJSON by its ending (`.ndjson`, `.jsonl`), else CSV."""
    size = claims.stat().st_size

    def lines() -> Iterator[str]:
        done = number = 0
        while raw := file.readline(_MOST_LINE):
            number, done = number + 1, done + len(raw)
            if len(raw) == _MOST_LINE:
                raise InvalidInput("a line is too long", expected="at most 1 MiB", place=f"{claims.name} line {number}")
            if number % _EVERY == 0:
                progress("bytes read", done, size)
            # Bytes that are not UTF-8 become surrogates, which no cell may hold: so the error has its column.
            yield raw.decode("utf-8", "surrogateescape")

    return json_rows(lines()) if claims.suffix in (".ndjson", ".jsonl") else csv_rows(lines(), claims.name)


def _read(task: Task, sort: ClaimSort, set_aside: SetAside | None, progress: Progress) -> tuple[int, int]:
    """Fill `sort`; returns how many rows stay and how many were set aside."""
    name, rows, bad, grams = task.claims.name, 0, 0, 0

    def refuse(line: int, error: InvalidInput) -> None:
        nonlocal bad
        if set_aside is None:
            raise placed(error, name, line) from None
        found = f", found {error.found}" if error.found else ""
        set_aside(line, error.place.removeprefix("column "), f"{error.message}{found}")
        bad += 1

    weights: dict[int, int] = {}
    with task.claims.open("rb") as file:
        for line, cells in read_rows(task.claims, file, progress):
            try:
                claim = parse_row(cells)
            except InvalidInput as error:
                refuse(line, error)
                continue
            sort.add(line, claim.claim_id.encode("utf-8"), row_of(claim))
            rows, grams = rows + 1, grams + claim.grams
    for line, first in sort.twice():
        weights[line] = first
        refuse(line, twice(first, f"line {line}"))
    rows -= len(weights)
    if weights:
        grams = sum(int(row.split(b"\t", 3)[2]) for bucket in sort.buckets() for row in bucket)
    _require_room(task.rooms, rows, grams)
    return rows, bad


def _require_room(rooms: Sequence[Room], rows: int, grams: int) -> None:
    if len({room.lot for room in rooms}) != len(rooms):
        raise InvalidInput("a lot is named twice", expected="each lot once")
    if not rows:
        raise InvalidInput("no claims", expected="at least one row")
    free = sum(room.grams for room in rooms)
    if grams > free:
        raise InvalidInput(
            "more is claimed than is retired",
            expected=f"at most {free} g retired and not yet claimed in the lots given",
            found=f"{grams} g in {rows} claims",
            hint="retire more credits, add a lot with --lot, or certify fewer claims",
        )


def _plan_value(plan: Plan) -> dict[str, Any]:
    return {
        "version": VERSION,
        "claims": plan.claims,
        "seed": hex0x(plan.seed),
        "order": "shuffled" if plan.shuffled else "kept",
        "setAside": plan.set_aside,
        "tranches": [
            {
                "lot": str(t.lot),
                "tranche": t.number,
                "start": t.start,
                "total": t.total,
                "leafCount": t.leaf_count,
                "root": hex0x(t.root),
                "anchor": hex0x(t.anchor),
            }
            for t in plan.tranches
        ],
    }
