"""A mirror of any size, made without a chain: every row such that the contracts could have logged it.

One bridged project, one batch after another. Of each batch lots are split off, minted, sold on, retired, claimed by
tranches; two such sales a block. The leaves of a few tranches are published.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from registry.domain.hexes import ZERO_ADDRESS
from registry.domain.registry_file import Finality, Operator, PinnedContract, RegistryFile
from registry.domain.units import GRAMS_PER_CREDIT
from registry.proofs.anchor import anchor_hash
from registry.proofs.history import event_digest, fold, genesis
from registry.proofs.sumtree import SumTree
from registry.store.database import Store
from registry.store.kinds import KIND_BY_NAME
from registry.store.layout import LAYOUTS, Row
from registry.store.mirror import BlockId, Progress, append, write_progress
from registry.store.publications import publish, publish_rooted, require_anchored, require_rooted
from registry.workflows.audit_roles import OPERATOR, REGISTRAR
from registry.workflows.index_identity import registry_identity
from scripts.benchmarks.rides import Rides

FIRST_BLOCK = 100
SALES_A_BLOCK = 2
LOTS_A_BATCH = 1_000
CREDITS_A_LOT = 20
BUYERS = 1_000
EVENTS_A_WRITE = 20_000
PUBLISHED = 50
LEAVES_PUBLISHED = 20

ADMIN, OWNER = b"\xad" * 20, b"\x0e" * 20
BUYER = [sha256(b"buyer" + i.to_bytes(4, "big")).digest()[:20] for i in range(BUYERS)]


def _hash(*what: object) -> bytes:
    return sha256(repr(what).encode()).digest()


REGISTRY = RegistryFile(
    name="Synthetic",
    chain_id=31337,
    genesis_hash=_hash("genesis"),
    first_block=FIRST_BLOCK,
    project_registry=PinnedContract(b"\x0a" * 20, _hash("ProjectRegistry")),
    credit_registry=PinnedContract(b"\x0c" * 20, _hash("CreditRegistry")),
    operator=Operator("Operator", ADMIN),
    finality=Finality("tag"),
    demo=True,
)
PROJECTS, CREDITS = REGISTRY.project_registry.address, REGISTRY.credit_registry.address
Event = tuple[bytes, str, dict[str, Any]]
"""Contract, kind's name, members without `prior`."""


class Synthetic:
    """Writes the chain's life into an empty mirror."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._hashes = {contract: genesis(REGISTRY.chain_id, contract) for contract in (PROJECTS, CREDITS)}
        self._number = FIRST_BLOCK - 1
        self._last = BlockId(self._number, bytes(32), 0)
        self._blocks: list[Row] = []
        self._rows: dict[str, list[Row]] = {}
        self._waiting = 0
        self._last_batch = 0
        self.events = 0
        self._published: list[int] = []

    def fill(self, events: int) -> None:
        """Add about `events` events, then publish some tranches."""
        self._block(list(_beginning()))
        while self.events < events:
            batch = self._last_batch = self._last_batch + 1
            self._block(list(_issuance(batch, (LOTS_A_BATCH + 1) * CREDITS_A_LOT)))
            for at in range(0, LOTS_A_BATCH, SALES_A_BLOCK):
                if self.events < events:
                    self._block([event for n in range(at, at + SALES_A_BLOCK) for event in self._sale(batch, n)])
        if self._blocks:
            self._write()
        with self._store.write() as session:
            for lot in self._published:
                publish(session, lot, 0, [(leaf, _hash(lot, i)) for i, leaf in enumerate(_grams())])

    def claim_rides(self, size: int) -> Rides:
        """Issue and retire one batch more, claim `size` rides on it, and publish them."""
        self._last_batch += 1
        batch, credits_ = self._last_batch, max(1, -(-size // GRAMS_PER_CREDIT))
        rides = Rides(REGISTRY, batch << 32, OWNER, size)
        rooted, span = rides.rooted(), {"lot": rides.lot, "first_index": 0, "count": credits_}
        confirmed = {**span, "account": ADMIN, "evidence": _hash("source")}
        claim = _anchored(rides.lot, 0, 0, rooted.total, rooted.leaf_count, rooted.root, OWNER)
        self._block(
            [
                *_issuance(batch, credits_),
                (CREDITS, "Retired", {**span, "account": OWNER}),
                (CREDITS, "SourceCancellationConfirmed", confirmed),
                claim,
            ]
        )
        self._write()
        with self._store.read() as session:
            known = require_rooted(require_anchored(session, rides.lot, 0), (part.entries for part in rides.parts()))
        with self._store.write() as session:
            publish_rooted(session, rides.lot, 0, known, rides.parts())
        return rides

    def _sale(self, batch: int, n: int) -> Iterator[Event]:
        """The last unsold credits of a batch become a lot of their own, are sold, retired and claimed."""
        head = batch << 32
        kept = (LOTS_A_BATCH - n) * CREDITS_A_LOT
        lot, first = head + kept, kept
        buyer, second = BUYER[(batch * 7 + n) % BUYERS], BUYER[(batch + n * 3) % BUYERS]
        yield CREDITS, "LotSplit", {"lot": head, "tail": lot, "count": kept}
        yield CREDITS, "Transfer", {"from_account": ZERO_ADDRESS, "to_account": buyer, "lot": lot}
        if n % 2:
            yield CREDITS, "Transfer", {"from_account": buyer, "to_account": second, "lot": lot}
            buyer = second
        yield CREDITS, "Retired", {"lot": lot, "first_index": first, "count": CREDITS_A_LOT, "account": buyer}
        if n == 0 and len(self._published) < PUBLISHED:
            tree = SumTree((grams, _hash(lot, i)) for i, grams in enumerate(_grams()))
            self._published.append(lot)
            yield _anchored(lot, 0, 0, tree.total, len(tree), tree.root, buyer)
        else:
            yield _anchored(lot, 0, 0, 4_320_000, 10_000, _hash(lot), buyer)
            if n % 3 == 0:
                yield _anchored(lot, 1, 4_320_000, 5_000_000, 1, _hash(lot, 1), buyer)
        if n % 5 == 0:
            confirmed = {"lot": lot, "first_index": first, "count": 10, "account": ADMIN, "evidence": _hash("source")}
            yield CREDITS, "SourceCancellationConfirmed", confirmed

    def _block(self, events: list[Event]) -> None:
        self._number += 1
        parent, time = _hash("block", self._number - 1), 1_700_000_000 + 12 * self._number
        for log_index, (contract, name, members) in enumerate(events):
            kind = KIND_BY_NAME[name]
            if kind.carries_prior:
                members["prior"] = self._hashes[contract]
            digest = event_digest(*kind.topics_and_data(members))
            self._hashes[contract] = fold(self._hashes[contract], digest, self._number, time, parent)
            members |= {"block_number": self._number, "log_index": log_index, "contract": contract, "tx_hash": digest}
            self._rows.setdefault(name, []).append(LAYOUTS[name].row(members))
        self._last = BlockId(self._number, _hash("block", self._number), time)
        histories = self._hashes[PROJECTS], self._hashes[CREDITS]
        self._blocks.append((self._number, self._last.hash, parent, time, *histories))
        self.events += len(events)
        self._waiting += len(events)
        if self._waiting >= EVENTS_A_WRITE:
            self._write()

    def _write(self) -> None:
        identity = registry_identity(REGISTRY)
        with self._store.write() as session:
            append(session, self._blocks, self._rows)
            write_progress(session, Progress(REGISTRY.chain_id, REGISTRY.genesis_hash, identity, *[self._last] * 3))
        self._blocks, self._rows, self._waiting = [], {}, 0


def _beginning() -> Iterator[Event]:
    for contract in (PROJECTS, CREDITS):
        for role in (REGISTRAR, OPERATOR):
            yield contract, "RoleGranted", {"role": role, "account": ADMIN, "sender": ADMIN}
    by = {"account": ADMIN, "evidence": _hash("evidence")}
    yield PROJECTS, "ProgrammeAdded", {"programme": 1, "code": b"VCS".ljust(32, b"\0"), "bridged": True, **by}
    yield PROJECTS, "ProjectRecorded", {"project": 1, "programme": 1, "source_id": "VCS-1234", **by}
    yield CREDITS, "SeriesRegistered", {"series": 1, "id": "VCS-VCU-1234", "account": ADMIN}


def _issuance(batch: int, count: int) -> Iterator[Event]:
    by = {"account": ADMIN, "evidence": _hash("evidence")}
    period = {"from_day": 10_000 + batch, "end_day": 10_001 + batch}
    yield PROJECTS, "ReportRecorded", {"report": batch, "project": 1, **period, "tonnes": count, **by}
    serials = {"series": 1, "first_serial": batch * 10**6, "count": count}
    yield CREDITS, "Issued", {"batch": batch, "report": batch, **serials, "owner": OWNER, **by}
    yield CREDITS, "Transfer", {"from_account": ZERO_ADDRESS, "to_account": OWNER, "lot": batch << 32}


def _anchored(lot: int, tranche: int, start: int, total: int, leaf_count: int, root: bytes, account: bytes) -> Event:
    anchor = anchor_hash(REGISTRY.chain_id, CREDITS, lot, tranche, start, total, leaf_count, root)
    place = {"lot": lot, "tranche": tranche, "start": start, "total": total}
    return CREDITS, "Anchored", {**place, "leaf_count": leaf_count, "root": root, "anchor": anchor, "account": account}


def _grams() -> list[int]:
    return [GRAMS_PER_CREDIT // 2 + i for i in range(LEAVES_PUBLISHED)]
