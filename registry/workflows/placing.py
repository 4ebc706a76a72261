"""From records in their order to leaves and the files that find them: pure, so that any process may do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from struct import pack

from registry.proofs.tiles import nodes_over_tiles
from registry.workflows.claim_sort import Run
from registry.workflows.parted import Parted, parted

ORDINAL_BITS = 40
"""A value in the lookup files: place of the tranche in the plan `<< 40 |` index of the leaf."""
PLACE_BYTES = 12
"""Where a certificate's line stands among the documents: offset u64, length u32."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Consecutive leaves of a tranche, ready to be written."""

    count: int
    leaves: bytes
    """Of each `certHash 32 ‖ grams u64`."""
    nodes: bytes
    """Over the full tiles that lie wholly among these leaves."""
    places: bytes
    by_hash: Parted
    by_claim: bytes
    """Entries in the order of the leaves: sorted if these are shuffled."""


def place_run(chunk_offsets: Sequence[int], parts: int, task: tuple[Run, int, int]) -> Placed:
    """The leaves of a run, whose first has `index` in the tranche `ordinal`; each chunk's lines begin at its
    offset; look-ups go in `parts`."""
    run, ordinal, index = task
    keys, hashes, grams, _, chunks, offsets, lengths = zip(*run.read(), strict=True)
    starts = [chunk_offsets[chunk] + offset for chunk, offset in zip(chunks, offsets, strict=True)]
    values = range(ordinal << ORDINAL_BITS | index, (ordinal << ORDINAL_BITS | index) + len(keys))
    value_bytes = [value.to_bytes(8, "big") for value in values]
    leaves = _interleaved("32sQ", hashes, grams)
    return Placed(
        count=len(keys),
        leaves=leaves,
        nodes=nodes_over_tiles(index, leaves),
        places=_interleaved("QI", starts, lengths),
        by_hash=parted([found[:8] + value for found, value in zip(hashes, value_bytes, strict=True)], parts),
        by_claim=b"".join([key[:8] + value for key, value in zip(keys, value_bytes, strict=True)]),
    )


def _interleaved(pair: str, firsts: Sequence[bytes] | Sequence[int], seconds: Sequence[int]) -> bytes:
    fields: list[bytes | int] = [0] * (2 * len(firsts))
    fields[::2], fields[1::2] = firsts, seconds
    return pack(">" + pair * len(firsts), *fields)
