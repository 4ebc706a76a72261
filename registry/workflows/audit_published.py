"""Published tranches against their anchors: every leaf must lead to a root that the chain holds, every tile be what its
leaves make. One pass, with the hashes of one tranche's tiles in memory (a byte a leaf)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from heapq import merge
from itertools import groupby, islice
from types import SimpleNamespace
from typing import Any

from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x
from registry.proofs.sumtree import pack_entry
from registry.proofs.tiles import WIDTH, TileStream
from registry.store.mirror_tables import Leaf, Publication
from registry.store.raw import RawRow
from registry.store.raw_tables import (
    anchored_under,
    raw_anchored,
    raw_documents,
    raw_leaves,
    raw_table,
    raw_tiles,
    row_count,
)
from registry.store.session import Session
from registry.workflows.audit_result import Findings, OnProgress

ANCHORED, PUBLICATION, LEAF, TILE = "anchored", "publication", "leaf", "tile"
_ORDER = (ANCHORED, PUBLICATION, LEAF, TILE)

Values = dict[str, Any]
Tiles = dict[tuple[int, int], bytes]
"""The SHA-256 of a tile's entries, by level and number."""


@dataclass(slots=True)
class Published:
    """How much was published; `grams` are those of the tranches that were."""

    publications: int = 0
    leaves: int = 0
    documents: int = 0
    grams: int = 0


@dataclass(slots=True)
class _Blocks:
    """In which block something that is wrong belongs."""

    session: Session
    newest: int
    _last: tuple[Any, int] | None = None

    def of(self, anchor: Any) -> int:
        """The block of an anchor; the newest one if the chain has no such anchor."""
        if self._last is None or self._last[0] != anchor:
            tranche = anchored_under(self.session, anchor)
            self._last = anchor, tranche.block_number if tranche else self.newest
        return self._last[1]


@dataclass(frozen=True, slots=True)
class _Found:
    """A sound row of one of four tables, all in the order of anchors."""

    table: str
    anchor: bytes
    values: Values


def check_published(session: Session, newest: int, findings: Findings, progress: OnProgress) -> Published:
    """Re-root every published tranche, compare its tiles, re-hash every document. `newest`: the last block's number."""
    done, leaves = Published(), row_count(session, Leaf)
    blocks = _Blocks(session, newest)
    streams = (
        (_Found(ANCHORED, row.values["anchor"], row.values) for row in raw_anchored(session) if not row.fault),
        _sound(PUBLICATION, raw_table(session, Publication), blocks, findings),
        _sound(LEAF, _leaves(session, blocks, findings), blocks, findings),
        _sound(TILE, raw_tiles(session), blocks, findings),
    )
    rows = merge(*streams, key=lambda row: (row.anchor, _ORDER.index(row.table)))
    for anchor, of_it in groupby(rows, key=lambda row: row.anchor):
        _check_tranche(anchor, of_it, blocks, done, findings)
        progress("leaves checked", done.leaves, leaves)
    _check_documents(session, blocks, done, findings)
    return done


def _check_tranche(anchor: bytes, rows: Iterator[_Found], blocks: _Blocks, done: Published, findings: Findings) -> None:
    tranche, block = None, blocks.newest
    seen, tiles = set(), Tiles()
    for table, found in groupby(rows, key=lambda row: row.table):
        seen.add(table)
        values = (row.values for row in found)
        if table == ANCHORED:
            tranche = SimpleNamespace(**next(values))
            block = tranche.block_number
            done.grams += tranche.total
        elif table == PUBLICATION:
            done.publications += sum(1 for _ in values)
        elif table == TILE:
            _check_tiles(tranche, values, tiles, block, findings)
        else:
            done.leaves += _check_leaves(tranche, values, tiles, findings)
    if PUBLICATION not in seen:
        findings.add(blocks.of(anchor), PUBLICATION, f"rows without a publication: {hex0x(anchor)}")
    elif tranche is None:
        findings.add(block, PUBLICATION, f"leaves are published under {hex0x(anchor)}, which is not anchored")
    elif LEAF not in seen:
        findings.add(block, PUBLICATION, f"no leaves under {hex0x(anchor)}")
    for level, n in tiles:
        findings.add(block, TILE, f"tile {n} of level {level} of {_name(tranche)} is missing")


def _check_leaves(tranche: Any, rows: Iterator[Values], tiles: Tiles, findings: Findings) -> int:
    """Check the leaves of an anchored tranche; notes in `tiles` which tiles they make. Returns how many there are.

    Leaves under an anchor that is not on the chain are counted only.
    """
    if tranche is None:
        return sum(1 for _ in rows)
    block, name = tranche.block_number, _name(tranche)

    def note(level: int, n: int, entries: bytes) -> None:
        tiles[level, n] = sha256(entries).digest()

    stream = TileStream(lambda *tile: note(*tile) if tile[0] else None, partial(note, 0))
    count, start, gaps, wrong = 0, tranche.start, False, ""
    while some := list(islice(rows, WIDTH)):
        for leaf in some:
            gaps = gaps or leaf["index"] != count
            if leaf["start"] != start:
                findings.add(block, LEAF, f"leaf {leaf['index']} of {name} starts at gram {start}")
            if leaf["grams"] == 0:
                findings.add(block, LEAF, f"leaf {leaf['index']} of {name} claims nothing")
            count, start = count + 1, start + leaf["grams"]
        wrong = wrong or _add(stream, some)
    if gaps or count != tranche.leaf_count:
        message = f"{name} has {tranche.leaf_count} leaves, {count} are here or their indexes have gaps"
        findings.add(block, LEAF, message)
    try:
        found = stream.finish()
    except InvalidInput as error:
        wrong = wrong or str(error)
    if wrong:
        findings.add(block, LEAF, f"{name}: {wrong}")
    elif (found.root, found.total) != (tranche.root, tranche.total):
        message = (
            f"the leaves of {name} lead to root {hex0x(found.root)} over {found.total} g, "
            f"anchored is {hex0x(tranche.root)} over {tranche.total} g"
        )
        findings.add(block, LEAF, message)
    return count


def _add(stream: TileStream, leaves: list[Values]) -> str:
    """Add leaves to a stream; returns what is wrong with them, "" if nothing is."""
    try:
        stream.add(b"".join([pack_entry(leaf["certificate_hash"], leaf["grams"]) for leaf in leaves]))
    except InvalidInput as error:
        return str(error)
    return ""


def _check_tiles(tranche: Any, rows: Iterator[Values], tiles: Tiles, block: int, findings: Findings) -> None:
    """Take from `tiles` those that are here; a tile of an anchor that is not on the chain is no finding of its own."""
    for row in rows:
        made = tiles.pop((row["level"], row["n"]), None)
        if tranche is not None and sha256(row["entries"]).digest() != made:
            what = "is of no level or place that it has" if made is None else "is not what its leaves make"
            findings.add(block, TILE, f"tile {row['n']} of level {row['level']} of {_name(tranche)} {what}")


def _check_documents(session: Session, blocks: _Blocks, done: Published, findings: Findings) -> None:
    for row, anchor in raw_documents(session):
        done.documents += 1
        if row.fault:
            findings.add(blocks.of(anchor), "document", row.fault)
            continue
        certificate = row.values["certificate_hash"]
        found = sha256(row.values["text"].encode("utf-8", "surrogatepass")).digest()
        if found != certificate:
            message = f"the document of {hex0x(certificate)} hashes to {hex0x(found)}"
            findings.add(blocks.of(anchor), "document", message)
        if anchor is None:
            findings.add(blocks.newest, "document", f"a document of no leaf: {hex0x(certificate)}")


def _leaves(session: Session, blocks: _Blocks, findings: Findings) -> Iterator[RawRow]:
    """The leaves' rows, after a look at what they say of their documents."""
    for row, has_document in raw_leaves(session):
        if not row.fault and row.values["documented"] != has_document:
            certificate = hex0x(row.values["certificate_hash"])
            message = f"certificate {certificate} is said to have a document, or not to, and that is wrong"
            findings.add(blocks.of(row.values["anchor"]), "document", message)
        yield row


def _sound(table: str, rows: Iterator[RawRow], blocks: _Blocks, findings: Findings) -> Iterator[_Found]:
    for row in rows:
        if row.fault:
            findings.add(blocks.of(row.values.get("anchor")), table, row.fault)
        else:
            yield _Found(table, row.values["anchor"], row.values)


def _name(tranche: Any) -> str:
    return f"tranche {tranche.tranche} of lot {tranche.lot}"
