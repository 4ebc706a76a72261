"""Whether a mirror may be asked: its database answers, in our schema, and it is not too far behind the chain."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from registry.domain.errors import OffsetproofError
from registry.store import Store
from registry.store.mirror import BlockId, Progress, read_progress
from registry.store.schema import newest_schema, schema_of
from registry.watch.metrics import Reading

HeadNumber = Callable[[Progress | None], int | None]
"""The number of the chain's newest block; None if nobody knows it just now."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """`reason` is "" if all is well, else what is not: database, schema, empty, head, behind, or the indexer's own."""

    reason: str
    detail: str
    progress: Progress | None
    head: int | None

    @property
    def ready(self) -> bool:
        return not self.reason

    @property
    def behind(self) -> int | None:
        """Blocks that the mirror lacks; None if that is not known."""
        return None if self.head is None or self.progress is None else max(0, self.head - self.progress.indexed.number)


def noted_head(progress: Progress | None) -> int | None:
    """The chain's head as the indexer saw it last."""
    return progress.head.number if progress else None


def readiness(store: Store, head: HeadNumber, most_behind: int, trouble: str = "") -> Readiness:
    """Look at the mirror. `most_behind`: blocks; `trouble`: what keeps the indexer from going on, or ""."""
    try:
        with store.read() as session:
            schema = schema_of(session.connection())
            if schema != newest_schema():
                detail = f"expected schema {newest_schema()}, found {schema}; restart with one version everywhere"
                return Readiness("schema", detail, None, None)
            progress = read_progress(session)
    except OffsetproofError as error:
        return Readiness("database", error.message, None, None)
    found = Readiness("", "", progress, head(progress))
    reason, detail = _fault(found, most_behind, trouble)
    return Readiness(reason, detail, found.progress, found.head)


def _fault(found: Readiness, most_behind: int, trouble: str) -> tuple[str, str]:
    if trouble:
        return "indexer", trouble
    if found.progress is None:
        return "empty", "nothing was indexed yet"
    if found.behind is None:
        return "head", "the node that tells the chain's head does not answer"
    if found.behind > most_behind:
        return "behind", f"expected at most {most_behind} blocks behind the head, found {found.behind}"
    return "", ""


def mirror_gauges(found: Readiness, now: int | None = None) -> list[Reading]:
    """The mirror's place as gauges; `now` in seconds since 1970. What is not known is left out."""
    at = int(time.time()) if now is None else now
    read: list[Reading] = [("ready", "1 if the mirror may be asked.", {}, int(found.ready))]
    if found.progress is None:
        return read
    number, moment = "Number of the block.", "Time of the block."
    places: dict[str, BlockId] = {"indexed": found.progress.indexed, "final": found.progress.finalized}
    for name, block in places.items():
        read.append(("block_number", number, {"block": name}, block.number))
        read.append(("block_timestamp_seconds", moment, {"block": name}, block.timestamp))
    if found.head is not None and found.behind is not None:
        age = max(0, at - found.progress.indexed.timestamp) if found.behind else 0
        read.append(("block_number", number, {"block": "head"}, found.head))
        read.append(("head_lag_blocks", "Blocks of the chain that the mirror lacks.", {}, found.behind))
        read.append(("head_lag_seconds", "Age of the mirror's block; 0 at the head.", {}, age))
    return read
