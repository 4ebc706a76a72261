"""From a chunk of a claims file to documents and disclosures: pure, so that any process may do it.

The documents are put together from parts, several times as fast as by way of `Certificate`; a test holds that the bytes
are the same. Salts are random and stand nowhere but in the lines that are made here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from pathlib import Path
from secrets import token_bytes
from struct import Struct

from registry.domain.certificates import SALT_BYTES, VERSION, Issuer
from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x
from registry.domain.registry_file import RegistryFile
from registry.workflows.claim_chunks import Chunk
from registry.workflows.claim_rows import Brief, member, quoted, read_rows
from registry.workflows.claims import CellRunsOver, Row, check_header, csv_rows, json_rows
from registry.workflows.parted import Parted, parted

KEY_BYTES = 16
RECORD = Struct(">16s32sQQIII")
"""What stands for a certificate until it has its place: key of its claim, certificate hash, grams, line of the file,
number of the chunk, where its line of text begins among those of the chunk, and how long it is."""
Record = tuple[bytes, bytes, int, int, int, int, int]
"""The same, unpacked."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all documents of a plan have in common, as parts of their JCS form; and the key that orders the claims."""

    issuer: str
    platform: str
    registry: str
    private_purpose: bool
    seed: bytes

    @classmethod
    def of(
        cls, issuer: Issuer, registry: RegistryFile, platform: str | None, *, private_purpose: bool, seed: bytes
    ) -> "Letterhead":
        home = {"chainId": str(registry.chain_id), "creditRegistry": hex0x(registry.credit_registry.address)}
        return cls(
            member("issuer", {"name": issuer.name, "account": hex0x(issuer.account)}),
            "" if platform is None else member("platform", {"name": platform}) + ",",
            member("registry", home),
            private_purpose,
            seed,
        )


@dataclass(frozen=True, slots=True)
class Space:
    """Grams of a lot that certificates may take; `ordinal` is its tranche's place in the plan."""

    ordinal: int
    lot: int
    grams: int


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk of the file `path`, number `number`, whose claims take `spaces` one after the other."""

    path: Path
    is_json: bool
    chunk: Chunk
    number: int
    spaces: tuple[Space, ...]
    keep_order: bool
    parts: int
    """In how many parts its records go."""


@dataclass(frozen=True, slots=True)
class Block:
    """Records of one tranche: by key, and in the order of the file if that was asked for."""

    by_key: Parted
    in_order: bytes


@dataclass(slots=True)
class Written:
    """What a chunk gave. `runs_over`: it ends inside a cell, and counts only when it is joined to the next."""

    lines: bytes = b""
    """Of each certificate: document, TAB, disclosures with TABs between, LF."""
    records: dict[int, Block] = field(default_factory=dict)
    """`RECORD`s by ordinal."""
    grams: int = 0
    rows: int = 0
    bad: list[tuple[int, InvalidInput]] = field(default_factory=list)
    fatal: InvalidInput | None = None
    runs_over: bool = False


def certify_chunk(letterhead: Letterhead, task: Task) -> Written:
    """Read and check the rows of a chunk, and make the documents of those that are good."""
    chunk, written = task.chunk, Written()
    with task.path.open("rb") as file:
        file.seek(chunk.offset)
        # Bytes that are not UTF-8 become surrogates, which no cell may hold: so the error has its column.
        text = file.read(chunk.length).decode("utf-8", "surrogateescape")
    try:
        _certify(letterhead, task, read_rows(_rows(task, text), written.bad), written)
    except CellRunsOver:
        written.runs_over = True
    except InvalidInput as error:
        written.fatal = error
    return written


def _rows(task: Task, text: str) -> Iterator[Row]:
    line = task.chunk.line
    if task.is_json:
        return json_rows(text, line)
    if task.chunk.offset:
        return csv_rows(text, line)
    header, _, below = text.partition("\n")
    check_header(header)
    return csv_rows(below, line + 1)


def _certify(letterhead: Letterhead, task: Task, claims: Iterator[Brief], written: Written) -> None:
    spaces, space_left, lines, at = iter(task.spaces), 0, list[bytes](), 0
    found: dict[int, list[bytes]] = {}
    number, base = task.number, blake2b(digest_size=KEY_BYTES, key=letterhead.seed)
    salts, pack = _salts(3 if letterhead.private_purpose else 2), RECORD.pack
    for line, claim_id, beneficiary, moment, (weight, activity, price, purpose) in claims:
        hashed = base.copy()
        hashed.update(claim_id.encode())
        key, grams = hashed.digest(), weight
        while grams:
            if not space_left:
                space = next(spaces)
                space_left = space.grams
                place = f',{letterhead.issuer},"lot":"{space.lot}",{letterhead.platform}'
                records = found.setdefault(space.ordinal, [])
            part = grams if grams <= space_left else space_left
            space_left -= part
            grams -= part
            salt, salt_of_name, *salt_of_purpose = next(salts)
            opened = f'["0x{salt_of_name}","beneficiary",{quoted(beneficiary)}]'.encode()
            digest, told = sha256(opened).hexdigest(), purpose
            if salt_of_purpose:
                other = f'["0x{salt_of_purpose[0]}","purpose",{purpose}]'.encode()
                told = f'{{"digest":"0x{sha256(other).hexdigest()}"}}'
                opened += b"\t" + other
            document = (
                f'{{{activity}"beneficiary":{{"digest":"0x{digest}"}},"claimId":{quoted(claim_id)},"grams":{part}'
                f',"issuedAt":"{moment}"{place}{price}"purpose":{told},{letterhead.registry},"salt":"0x{salt}"'
                f',"version":"{VERSION}"}}'
            ).encode()
            lines += (document, b"\t", opened, b"\n")
            length = len(document) + len(opened) + 2
            records.append(pack(key, sha256(document).digest(), part, line, number, at, length))
            at += length
        written.grams += weight
        written.rows += 1
    written.lines = b"".join(lines)
    for ordinal, each in found.items():
        written.records[ordinal] = Block(parted(each, task.parts), b"".join(each) if task.keep_order else b"")


def _salts(each: int) -> Iterator[Sequence[str]]:
    """Fresh random salts in hex, `each` at a time."""
    width, together = 2 * SALT_BYTES, 256
    while True:
        text = token_bytes(SALT_BYTES * each * together).hex()
        salts = [text[at : at + width] for at in range(0, len(text), width)]
        yield from zip(*[iter(salts)] * each, strict=True)
