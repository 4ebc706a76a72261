"""Published tranches against their anchors: every leaf must lead to a root that the chain holds, every tile be what its
leaves make. One pass, with one tranche's node tiles in memory (1/6 byte a leaf)."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from heapq import merge
from itertools import groupby, islice
from typing import Any

from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x
from registry.proofs.sumtree import pack_entry
from registry.proofs.tiles import WIDTH, TileStream
from registry.store.mirror_tables import Publication, Tile
from registry.store.raw import RawRow, raw_documents, raw_leaves, raw_table
from registry.store.session import Session
from registry.workflows.audit_history import Walk
from registry.workflows.audit_result import Findings

PUBLICATION, LEAF, TILE = "publication", "leaf", "tile"
_ORDER = (PUBLICATION, LEAF, TILE)

Values = dict[str, Any]
Tiles = dict[tuple[int, int], bytes]


@dataclass(slots=True)
class Published:
    """How much was published."""

    publications: int = 0
    leaves: int = 0
    documents: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """A sound row of one of three tables, all in the order of anchors."""

    table: str
    anchor: bytes
    values: Values


def check_published(session: Session, walk: Walk, findings: Findings) -> Published:
    """Re-root every published tranche, compare its tiles, re-hash every document."""
    done = Published()
    streams = (
        _sound(PUBLICATION, raw_table(session, Publication), walk, findings),
        _sound(LEAF, _leaves(session, walk, findings), walk, findings),
        _sound(TILE, raw_table(session, Tile), walk, findings),
    )
    rows = merge(*streams, key=lambda row: (row.anchor, _ORDER.index(row.table)))
    for anchor, of_it in groupby(rows, key=lambda row: row.anchor):
        _check_tranche(anchor, of_it, walk, done, findings)
    _check_documents(session, walk, done, findings)
    return done


def _check_tranche(anchor: bytes, rows: Iterator[_Found], walk: Walk, done: Published, findings: Findings) -> None:
    tranche, block = walk.tranches.get(anchor), _block(walk, anchor)
    seen, tiles = set(), Tiles()
    for table, found in groupby(rows, key=lambda row: row.table):
        seen.add(table)
        values = (row.values for row in found)
        if table == PUBLICATION:
            done.publications += sum(1 for _ in values)
        elif table == TILE:
            _check_tiles(tranche, values, tiles, block, findings)
        else:
            done.leaves += _check_leaves(tranche, values, tiles, findings)
    if PUBLICATION not in seen:
        findings.add(block, PUBLICATION, f"rows without a publication: {hex0x(anchor)}")
    elif tranche is None:
        findings.add(block, PUBLICATION, f"leaves are published under {hex0x(anchor)}, which is not anchored")
    elif LEAF not in seen:
        findings.add(block, PUBLICATION, f"no leaves under {hex0x(anchor)}")
    for level, n in tiles:
        findings.add(block, TILE, f"tile {n} of level {level} of {_name(tranche)} is missing")


def _check_leaves(tranche: Any, rows: Iterator[Values], tiles: Tiles, findings: Findings) -> int:
    """Check the leaves of an anchored tranche; notes in `tiles` which node tiles they make. Returns how many there are.

    Leaves under an anchor that is not on the chain are counted only.
    """
    if tranche is None:
        return sum(1 for _ in rows)
    block, name = tranche.block_number, _name(tranche)
    stream = TileStream(lambda level, n, entries: tiles.update({(level, n): entries}) if level else None)
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
        if tranche is not None and row["entries"] != made:
            what = "is of no level or place that it has" if made is None else "is not what its leaves make"
            findings.add(block, TILE, f"tile {row['n']} of level {row['level']} of {_name(tranche)} {what}")


def _check_documents(session: Session, walk: Walk, done: Published, findings: Findings) -> None:
    for row, anchor in raw_documents(session):
        done.documents += 1
        block = _block(walk, anchor)
        if row.fault:
            findings.add(block, "document", row.fault)
            continue
        certificate = row.values["certificate_hash"]
        found = sha256(row.values["text"].encode("utf-8", "surrogatepass")).digest()
        findings.check(
            found == certificate, block, "document", f"the document of {hex0x(certificate)} hashes to {hex0x(found)}"
        )
        findings.check(anchor is not None, block, "document", f"a document of no leaf: {hex0x(certificate)}")


def _leaves(session: Session, walk: Walk, findings: Findings) -> Iterator[RawRow]:
    """The leaves' rows, after a look at what they say of their documents."""
    for row, has_document in raw_leaves(session):
        if not row.fault and row.values["documented"] != has_document:
            certificate = hex0x(row.values["certificate_hash"])
            message = f"certificate {certificate} is said to have a document, or not to, and that is wrong"
            findings.add(_block(walk, row.values["anchor"]), "document", message)
        yield row


def _sound(table: str, rows: Iterator[RawRow], walk: Walk, findings: Findings) -> Iterator[_Found]:
    for row in rows:
        if row.fault:
            findings.add(_block(walk, row.values.get("anchor")), table, row.fault)
        else:
            yield _Found(table, row.values["anchor"], row.values)


def _block(walk: Walk, anchor: Any) -> int:
    """The block of an anchor; the last one if the chain has no such anchor."""
    tranche = walk.tranches.get(anchor)
    return tranche.block_number if tranche else next(reversed(walk.blocks), 0)


def _name(tranche: Any) -> str:
    return f"tranche {tranche.tranche} of lot {tranche.lot}"
