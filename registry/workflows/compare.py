"""Two mirrors of one registry side by side: how far they agree, and where they first differ.

A history hash commits to all events up to its block, so equal hashes end the question, and a difference is found by
halving: about twenty looks for a million blocks.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from registry.domain.errors import Contradiction, InvalidInput, OffsetproofError, Unavailable
from registry.domain.hexes import hex0x, parse_hash
from registry.domain.members import require_integer, require_object
from registry.domain.registry_file import RegistryFile
from registry.domain.units import MAX_GRAMS
from registry.proofs.canonical import parse_strict
from registry.store.database import Store
from registry.store.mirror import Histories, read_progress
from registry.workflows.checkpoint import histories_at

_SECONDS = 20


class Mirror(Protocol):
    """A mirror that can be asked for its histories."""

    @property
    def name(self) -> str: ...

    def indexed(self) -> int:
        """The block that it has come to."""
        ...

    def histories(self, number: int) -> Histories:
        """Both history hashes after block `number`, which it has come to."""
        ...


@dataclass(frozen=True, slots=True)
class Compared:
    """`agreed`: up to this block both tell one history. `first_difference`: the first block where they do not."""

    agreed: int
    first_difference: int | None
    ours: Histories
    """At the first difference, or at the block agreed on."""
    theirs: Histories


def compare(ours: Mirror, theirs: Mirror, registry: RegistryFile) -> Compared:
    """How far two mirrors tell one history. Raises Unavailable if one does not answer or is empty."""
    common = min(ours.indexed(), theirs.indexed())
    pair = (ours.histories(common), theirs.histories(common))
    if pair[0] == pair[1]:
        return Compared(common, None, *pair)
    same, different = registry.first_block - 1, common
    while different - same > 1:
        middle = (same + different) // 2
        found = (ours.histories(middle), theirs.histories(middle))
        if found[0] == found[1]:
            same = middle
        else:
            different, pair = middle, found
    return Compared(same, different, *pair)


class MirrorInStore:
    """A mirror in a database."""

    def __init__(self, store: Store, registry: RegistryFile, name: str) -> None:
        self._store, self._registry, self.name = store, registry, name

    def indexed(self) -> int:
        with self._store.read() as session:
            progress = read_progress(session)
        if progress is None:
            raise Unavailable(f"the mirror {self.name} is empty", hint="offsetproof index")
        return progress.indexed.number

    def histories(self, number: int) -> Histories:
        with self._store.read() as session:
            return histories_at(session, self._registry, number)


class MirrorAtApi:
    """A mirror behind a verifier API. What it says is not believed: it is compared."""

    def __init__(self, url: str, registry: RegistryFile) -> None:
        self.name = url.rstrip("/")
        self._registry = registry

    def indexed(self) -> int:
        answer = self._ask("/v1/status")
        block = answer.get("indexed")
        if not isinstance(block, dict):
            raise Unavailable(f"the mirror at {self.name} is empty")
        return require_integer(block.get("number"), "indexed.number", 0, MAX_GRAMS)

    def histories(self, number: int) -> Histories:
        answer = self._ask(f"/v1/audit/checkpoints?at={number}&limit=1")
        registry = require_object(answer.get("registry"), "registry", ("chainId", "creditRegistry"))
        pinned = {
            "chainId": str(self._registry.chain_id),
            "creditRegistry": hex0x(self._registry.credit_registry.address),
        }
        if registry != pinned:
            raise Contradiction(
                f"the mirror at {self.name} is of another registry", expected=str(pinned), found=str(registry)
            )
        at = require_object(answer.get("at"), "at", ("number", "creditHistory", "projectHistory"))
        if at["number"] != number:
            raise Unavailable(f"the mirror at {self.name} answered about another block")
        return Histories(
            project=parse_hash(str(at["projectHistory"]), place="at.projectHistory"),
            credit=parse_hash(str(at["creditHistory"]), place="at.creditHistory"),
        )

    def _ask(self, path: str) -> dict[str, Any]:
        try:
            response = httpx.get(f"{self.name}{path}", timeout=_SECONDS, trust_env=False)
            response.raise_for_status()
            value = parse_strict(response.content, what="answer")
            if not isinstance(value, dict):
                raise InvalidInput("not an object", place="answer")
        except (httpx.HTTPError, httpx.InvalidURL, OffsetproofError) as error:
            raise Unavailable(
                f"the mirror at {self.name} gave no usable answer", found=f"{type(error).__name__}: {error}"[:200]
            ) from None
        return value
