"""From records in their order to the tiles and lookups of a plan, written as a stream in bounded memory."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from registry.domain.registry_file import RegistryFile
from registry.proofs.anchor import anchor_hash
from registry.workflows.certify import Room
from registry.workflows.claim_sort import ClaimSort, Run
from registry.workflows.crew import Crew
from registry.workflows.document_file import open_private
from registry.workflows.lookup import LookupWriter, sort_file
from registry.workflows.placing import place_run
from registry.workflows.plan import Planned
from registry.workflows.tile_store import TileWriter

TILES, PRIVATE = "tiles", "private"
DOCUMENTS, PLACES = "documents.tsv", "documents.idx"
BY_HASH, BY_CLAIM = "by-hash.idx", "by-claim.idx"


def draw_leaves(
    folder: Path,
    rooms: Sequence[Room],
    sort: ClaimSort,
    chunk_offsets: Sequence[int],
    registry: RegistryFile,
    crew: Crew,
    told: Callable[[int], None],
) -> list[Planned]:
    """Place all records of `sort` into `folder`; returns a tranche for each room used.

    The lines of chunk `n` begin at `chunk_offsets[n]` among the documents. `told` is called with how many were placed.
    """
    by_hash = LookupWriter(folder / PRIVATE / BY_HASH, sort.parts)
    place, planned = partial(place_run, chunk_offsets, sort.parts), []
    for ordinal, runs in sort.runs():
        room = rooms[ordinal]
        home = f"{room.lot}/{room.tranche}"
        tiles = TileWriter(folder / TILES / home)
        private = folder / PRIVATE / home
        private.mkdir(mode=0o700, parents=True)
        with open_private(private / PLACES) as places, open_private(private / BY_CLAIM) as by_claim:
            for placed in crew.map(place, _tasks(ordinal, runs)):
                tiles.add(placed.leaves, placed.nodes)
                places.write(placed.places)
                by_hash.add(placed.by_hash)
                by_claim.write(placed.by_claim)
                told(placed.count)
        if not sort.shuffled:
            sort_file(private / BY_CLAIM, sort.parts)
        rooted = tiles.finish()
        facts = (room.lot, room.tranche, room.start, rooted.total, rooted.leaf_count, rooted.root)
        planned.append(Planned(*facts, anchor_hash(registry.chain_id, registry.credit_registry.address, *facts)))
    by_hash.finish(crew)
    return planned


def _tasks(ordinal: int, runs: Sequence[Run]) -> list[tuple[Run, int, int]]:
    tasks, index = [], 0
    for run in runs:
        tasks.append((run, ordinal, index))
        index += run.leaves
    return tasks
