"""A part of a tranche that waits on disk for the others: checked already, and small.

`leaves u32 ‖ leaves × (certHash 32 ‖ grams u64) ‖ zlib(documents, one a line)`. JSON in canonical form never holds a
raw line feed. Only the process that wrote such a file reads it.
"""

import zlib
from hashlib import sha256
from pathlib import Path

from registry.proofs.sumtree import ENTRY_BYTES
from registry.store.publications import Part

_FAST = 1


def pack_part(part: Part) -> bytes:
    """The file of a part."""
    documents = "\n".join(part.documents.values()).encode("utf-8")
    return part.leaf_count.to_bytes(4, "big") + part.entries + zlib.compress(documents, _FAST)


def read_entries(path: Path) -> bytes:
    """The leaves in a file, without its documents."""
    with path.open("rb") as file:
        return file.read(ENTRY_BYTES * int.from_bytes(file.read(4), "big"))


def read_part(path: Path) -> Part:
    """The part in a file."""
    data = path.read_bytes()
    end = 4 + ENTRY_BYTES * int.from_bytes(data[:4], "big")
    documents = zlib.decompress(data[end:])
    lines = documents.split(b"\n") if documents else []
    return Part(data[4:end], {sha256(line).digest(): line.decode("utf-8") for line in lines})
