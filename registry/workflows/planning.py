"""A claims file of any length becomes the folder of a plan: read, checked, put in order, certified, in bounded memory.

A run that dies before `plan.json` stands has anchored nothing and begins again; one that dies after it is finished from
it. Folder: `docs/tiles.md`.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from registry.domain.certificates import Issuer
from registry.domain.errors import Contradiction, InvalidInput, Unavailable
from registry.domain.registry_file import RegistryFile
from registry.workflows.certify import Room
from registry.workflows.claim_chunks import ClaimsFile, survey
from registry.workflows.claim_sort import ClaimSort
from registry.workflows.claims import placed, twice
from registry.workflows.crew import Crew, processors
from registry.workflows.document_file import DocumentFile
from registry.workflows.documents import Letterhead, Written
from registry.workflows.drawing import DOCUMENTS, PRIVATE, TILES, draw_leaves
from registry.workflows.plan import Plan, write_plan

SEED_BYTES = 32
WORK, RECORDS = "work.part", "records"
_ALONE_BELOW = 8 << 20
"""A smaller file is read and drawn by this process alone: it is done before others have started."""

Progress = Callable[[str, int, int], None]
"""Called now and then with what is being done, how much is done and how much there is."""
SetAside = Callable[[int, str, str], None]
"""Called with line, column (empty if the whole row is wrong) and reason of each bad row."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be certified: a claims file against what lots hold retired, in whose name and in which order.

    `private_purpose`: the purpose too goes into the document as a salted digest.
    """

    claims: ClaimsFile
    lots: tuple[int, ...]
    issuer: str
    platform: str | None = None
    shuffled: bool = True
    private_purpose: bool = False

    @property
    def digest(self) -> str:
        """What a plan is for. Anything else asked for begins another plan."""
        told = [*map(str, self.lots), self.issuer, self.platform or "", "shuffled" if self.shuffled else "kept"]
        told += ["private purpose"] if self.private_purpose else []
        return "0x" + sha256(json.dumps([*told, self.claims.digest.hex()]).encode("utf-8")).hexdigest()


def draw_to(
    out: Path,
    request: Request,
    rooms: Sequence[Room],
    account: bytes,
    registry: RegistryFile,
    *,
    progress: Progress,
    seed: bytes | None = None,
    set_aside: SetAside | None = None,
) -> Plan:
    """Read the claims, write tiles and documents into `out`, and at the very end `plan.json`.

    `rooms` are the free grams of the request's lots, `account` (20 bytes) owns them. Raises InvalidInput at the first
    bad row (unless they are to be set aside), or if more is claimed than is retired; then `out` holds no plan.
    """
    claims, seed = request.claims, secrets.token_bytes(SEED_BYTES) if seed is None else seed
    owner, rooms = Issuer(request.issuer, account), _usable(rooms)
    letterhead = Letterhead.of(owner, registry, request.platform, private_purpose=request.private_purpose, seed=seed)
    work = out / WORK
    for left_over in (work, out / TILES, out / PRIVATE):
        shutil.rmtree(left_over, ignore_errors=True)
    (work / PRIVATE).mkdir(mode=0o700, parents=True)
    try:
        with (
            Crew(processors() if claims.size >= _ALONE_BELOW else 0) as crew,
            closing(DocumentFile(work / PRIVATE / DOCUMENTS, rooms, shuffled=request.shuffled)) as documents,
        ):
            sort, refusals = (
                ClaimSort(work / RECORDS, claims.parts, shuffled=request.shuffled),
                _Refusals(claims.path.name, set_aside),
            )
            for end, written in documents.write(claims, letterhead, crew):
                refusals.take(written)
                sort.add(written)
                progress("bytes certified", end, claims.size)
            _leave_out_twice(sort, documents, refusals, crew)
            _require_room(rooms, documents)
            done = 0

            def told(certificates: int) -> None:
                nonlocal done
                done += certificates
                progress("certificates placed", done, documents.rows)

            with ThreadPoolExecutor(1) as meanwhile:
                digest = meanwhile.submit(_settle, documents, claims)
                tranches = draw_leaves(work, rooms, sort, documents.chunk_offsets, registry, crew, told)
        if digest.result() != claims.digest:
            raise Contradiction(f"{claims.path} changed while it was read", hint="run again when it stands still")
        plan = Plan(request.digest, seed, request.shuffled, refusals.count, tuple(tranches))
        shutil.rmtree(work / RECORDS)
        for folder in (TILES, PRIVATE):
            os.replace(work / folder, out / folder)
        os.sync()
        write_plan(out, plan)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return plan


def _settle(documents: DocumentFile, claims: ClaimsFile) -> bytes:
    """Put the documents on the disk, which takes time but no processor; the digest of the claims file as it is now."""
    documents.sync()
    return survey(claims.path).digest


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


class _Refusals:
    """What becomes of bad rows: the first stops the run, or each is set aside and counted."""

    def __init__(self, name: str, set_aside: SetAside | None) -> None:
        self._name, self._set_aside = name, set_aside
        self.count = 0

    def take(self, written: Written) -> None:
        for line, error in written.bad:
            self.refuse(line, error)
        if written.fatal is not None:
            written.fatal.place = f"{self._name} {written.fatal.place}".rstrip()
            raise written.fatal

    def refuse(self, line: int, error: InvalidInput) -> None:
        if self._set_aside is None:
            raise placed(error, self._name, line)
        found = f", found {error.found}" if error.found else ""
        self._set_aside(line, error.place.removeprefix("column "), f"{error.message}{found}")
        self.count += 1


def _leave_out_twice(sort: ClaimSort, documents: DocumentFile, refusals: _Refusals, crew: Crew) -> None:
    """Refuse claims whose id stood before; nothing of them stays."""
    for line, (first, records) in sort.leave_out_twice(crew).items():
        refusals.refuse(line, twice(first, f"line {line}"))
        documents.leave_out(records)


def _usable(rooms: Sequence[Room]) -> list[Room]:
    if len({room.lot for room in rooms}) != len(rooms):
        raise InvalidInput("a lot is named twice", expected="each lot once")
    return [room for room in rooms if room.grams] or list(rooms[:1])


def _require_room(rooms: Sequence[Room], documents: DocumentFile) -> None:
    if not documents.rows:
        raise InvalidInput("no claims", expected="at least one row")
    if documents.beyond > 0:
        raise InvalidInput(
            "more is claimed than is retired",
            expected=f"at most {sum(room.grams for room in rooms)} g retired and not yet claimed in the lots given",
            found=f"{documents.grams} g in {documents.rows} claims",
            hint="retire more credits, add a lot with --lot, or certify fewer claims; none may stand twice",
        )
