"""Published tranches against their anchors: every leaf must lead to a root that the chain holds."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any

from registry.domain.errors import InvalidInput
from registry.domain.hexes import hex0x
from registry.proofs.sumtree import SumTree
from registry.store.mirror_tables import Document, Leaf, Publication
from registry.store.raw import RawRow, raw_table
from registry.store.session import Session
from registry.workflows.audit_history import Walk
from registry.workflows.audit_result import Findings


@dataclass(slots=True)
class Published:
    """How much was published."""

    publications: int = 0
    leaves: int = 0
    documents: int = 0


def check_published(session: Session, walk: Walk, findings: Findings) -> Published:
    """Re-root every published tranche, re-hash every document."""
    done = Published()
    last = max(walk.blocks, default=0)
    published: set[bytes] = set()
    for row in raw_table(session, Publication):
        done.publications += 1
        if row.fault:
            findings.add(last, "publication", row.fault)
            continue
        anchor = row.values["anchor"]
        published.add(anchor)
        if anchor not in walk.tranches:
            findings.add(last, "publication", f"leaves are published under {hex0x(anchor)}, which is not anchored")

    flags: dict[bytes, set[bool]] = defaultdict(set)
    where: dict[bytes, int] = {}
    rooted: set[bytes] = set()
    for anchor, rows in groupby(_sound(raw_table(session, Leaf), last, findings), key=lambda v: v["anchor"]):
        rooted.add(anchor)
        leaves = list(rows)
        done.leaves += len(leaves)
        tranche = walk.tranches.get(anchor)
        block = tranche.block_number if tranche else last
        findings.check(anchor in published, block, "publication", f"leaves without a publication: {hex0x(anchor)}")
        for leaf in leaves:
            flags[leaf["certificate_hash"]].add(leaf["documented"])
            where.setdefault(leaf["certificate_hash"], block)
        if tranche is None:
            findings.check(anchor in published, block, "leaf", f"leaves under {hex0x(anchor)}, which is not anchored")
        else:
            _check_root(tranche, leaves, findings)
    for anchor in sorted(published - rooted):
        tranche = walk.tranches.get(anchor)
        findings.add(tranche.block_number if tranche else last, "publication", f"no leaves under {hex0x(anchor)}")

    documents: set[bytes] = set()
    for row in raw_table(session, Document):
        done.documents += 1
        certificate = row.values.get("certificate_hash", b"")
        block = where.get(certificate, last)
        if row.fault:
            findings.add(block, "document", row.fault)
            continue
        documents.add(certificate)
        found = sha256(row.values["text"].encode("utf-8", "surrogatepass")).digest()
        findings.check(
            found == certificate, block, "document", f"the document of {hex0x(certificate)} hashes to {hex0x(found)}"
        )
        findings.check(certificate in where, block, "document", f"a document of no leaf: {hex0x(certificate)}")
    for certificate, told in flags.items():
        if told != {certificate in documents}:
            message = f"certificate {hex0x(certificate)} is said to have a document, or not to, and that is wrong"
            findings.add(where[certificate], "document", message)
    return done


def _check_root(tranche: Any, leaves: list[dict[str, Any]], findings: Findings) -> None:
    block, name = tranche.block_number, f"tranche {tranche.tranche} of lot {tranche.lot}"
    findings.check(
        [leaf["index"] for leaf in leaves] == list(range(tranche.leaf_count)),
        block,
        "leaf",
        f"{name} has {tranche.leaf_count} leaves, {len(leaves)} are here or their indexes have gaps",
    )
    try:
        tree = SumTree((leaf["grams"], leaf["certificate_hash"]) for leaf in leaves)
    except InvalidInput as error:
        findings.add(block, "leaf", f"{name}: {error}")
        return
    findings.check(
        tree.root == tranche.root and tree.total == tranche.total,
        block,
        "leaf",
        f"the leaves of {name} lead to root {hex0x(tree.root)} over {tree.total} g, "
        f"anchored is {hex0x(tranche.root)} over {tranche.total} g",
    )
    start = tranche.start
    for leaf in leaves:
        findings.check(leaf["start"] == start, block, "leaf", f"leaf {leaf['index']} of {name} starts at gram {start}")
        start += leaf["grams"]


def _sound(rows: Iterator[RawRow], last: int, findings: Findings) -> Iterator[dict[str, Any]]:
    for row in rows:
        if row.fault:
            findings.add(last, "leaf", row.fault)
        else:
            yield row.values
