"""Verdicts that are worked out together are those that each would get alone, on both databases."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, text

from registry.domain.errors import Contradiction, Unavailable
from registry.domain.numbers import ShortNumber
from registry.proofs.verdict import RETIRED, UNAVAILABLE_VERDICT, UNKNOWN
from registry.store import Store
from registry.store.mirror import read_progress
from registry.store.publications import publish
from registry.store.published_leaves import leaves_of
from scripts.benchmarks.rides import Rides
from scripts.benchmarks.synthetic_mirror import REGISTRY, Synthetic
from support.databases import Databases
from verifier_api.app import create_app
from verifier_api.docket import Sought
from verifier_api.judging import Judged, judge_sought, judge_together
from verifier_api.known import KnownTranches
from verifier_api.services import Services
from verifier_api.settings import Settings

RIDES = 700
ABSENT = b"\x77" * 32


class Mirror:
    """A mirror of some events and rides, and what an application asks it with."""

    def __init__(self, mirrors: Databases) -> None:
        self.store: Store = mirrors.open()
        synthetic = Synthetic(self.store)
        synthetic.fill(60)
        self.rides: Rides = synthetic.claim_rides(RIDES)
        with self.store.read() as session:
            progress = read_progress(session)
        assert progress is not None
        now = progress.indexed.timestamp + 10
        app = create_app(Settings(), registry=REGISTRY, store=self.store, clock=lambda: now)
        self.services: Services = app.state.services
        self.asked: list[str] = []
        event.listen(self.store.engine, "before_cursor_execute", lambda *told: self.asked.append(told[2]))

    def hashes(self, *indexes: int) -> list[bytes]:
        return [self.rides.hash(index) for index in indexes]

    def change(self, statement: str, **values: Any) -> None:
        with self.store.engine.begin() as connection:
            assert connection.execute(text(statement), values).rowcount > 0


@pytest.fixture
def mirror(mirrors: Databases) -> Mirror:
    return Mirror(mirrors)


def verdicts(judged: list[Judged | Exception]) -> list[str]:
    return [one.verdict.verdict if isinstance(one, Judged) else type(one).__name__ for one in judged]


def test_together_and_alone_are_the_same_verdicts(mirror: Mirror) -> None:
    sought: list[Sought] = [*mirror.hashes(0, 1, 255, 256, 511, 512, 699, 1), ABSENT]
    sought.insert(3, ShortNumber(int.from_bytes(mirror.rides.hash(42)[:8], "big") >> 4))
    together = judge_together(mirror.services, sought)
    assert verdicts(together) == [RETIRED] * 9 + [UNKNOWN]
    for one, judged in zip(sought, together, strict=True):
        alone = judge_sought(mirror.services, one)
        assert isinstance(judged, Judged)
        assert judged.to_value() == alone.to_value()
        assert (judged.bundle, judged.tape, judged.status) == (alone.bundle, alone.tape, alone.status)


def test_many_are_a_handful_of_questions(mirror: Mirror) -> None:
    judge_sought(mirror.services, mirror.rides.hash(5))
    mirror.asked.clear()
    assert verdicts(judge_together(mirror.services, mirror.hashes(*range(64)))) == [RETIRED] * 64
    assert len(mirror.asked) <= 4


def test_a_damaged_row_costs_its_own_certificates_their_verdict_and_no_other(mirror: Mirror) -> None:
    mirror.change("UPDATE leaf SET grams = grams + 1 WHERE certificate_hash = :hash", hash=mirror.rides.hash(6))
    mirror.change("UPDATE document SET text = 'x' || text WHERE certificate_hash = :hash", hash=mirror.rides.hash(9))
    found = judge_together(mirror.services, mirror.hashes(5, 6, 7, 8, 9))
    assert verdicts(found) == [RETIRED, "Contradiction", "Contradiction", RETIRED, "Contradiction"]
    assert "are damaged" in str(found[1])
    with pytest.raises(Contradiction):
        judge_sought(mirror.services, mirror.rides.hash(9))


def test_a_leaf_without_its_nodes_is_a_contradiction(mirror: Mirror) -> None:
    mirror.change("DELETE FROM tile WHERE level = 0 AND n = 1")
    assert verdicts(judge_together(mirror.services, mirror.hashes(255, 256))) == [RETIRED, "Contradiction"]


def test_node_tiles_that_led_to_the_root_are_not_read_again(mirror: Mirror) -> None:
    judge_sought(mirror.services, mirror.rides.hash(300))
    mirror.change("DELETE FROM tile WHERE level = 1")
    assert verdicts(judge_together(mirror.services, mirror.hashes(0, 699))) == [RETIRED] * 2
    fresh = replace(mirror.services, known=KnownTranches(REGISTRY))
    assert verdicts(judge_together(fresh, mirror.hashes(0, 699))) == ["Contradiction"] * 2


def test_a_hash_that_is_repeated_is_judged_as_if_alone_and_its_neighbours_as_ever(mirror: Mirror) -> None:
    repeated = mirror.rides.hash(3)
    mirror.change('UPDATE leaf SET certificate_hash = :hash WHERE "index" >= 600 AND "index" < 640', hash=repeated)
    together = judge_together(mirror.services, [*mirror.hashes(2, 3, 4), ABSENT])
    assert verdicts(together) == [RETIRED, "Contradiction", RETIRED, UNKNOWN]  # at 600 it leads to no root
    with pytest.raises(Contradiction, match="damaged"):
        judge_sought(mirror.services, repeated)


def test_a_database_that_fails_at_one_row_fails_that_one(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = mirror.rides.hash(6)

    def fails(session: Any, hashes: list[bytes]) -> Any:
        if broken in hashes:
            raise RuntimeError("malformed")
        return leaves_of(session, hashes)

    monkeypatch.setattr("verifier_api.judging.leaves_of", fails)
    assert verdicts(judge_together(mirror.services, mirror.hashes(5, 6, 7))) == [RETIRED, "RuntimeError", RETIRED]


def test_an_outage_is_unavailable_for_all(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Any:
        raise Unavailable("no connection")

    monkeypatch.setattr("verifier_api.judging.leaves_of", fails)
    assert verdicts(judge_together(mirror.services, mirror.hashes(5, 6))) == [UNAVAILABLE_VERDICT] * 2


def test_leaves_whose_anchor_the_chain_took_back_are_nobodys(mirror: Mirror) -> None:
    mirror.change("DELETE FROM anchored WHERE leaf_count = :many", many=RIDES)
    assert verdicts(judge_together(mirror.services, mirror.hashes(5, 6))) == [UNKNOWN] * 2


def test_a_tranche_published_once_more_is_the_same(mirror: Mirror) -> None:
    with mirror.store.write() as session:
        leaves = [(1, mirror.rides.hash(index)) for index in range(RIDES)]
        assert publish(session, mirror.rides.lot, 0, leaves) == 0
    assert verdicts(judge_together(mirror.services, mirror.hashes(0, 699))) == [RETIRED] * 2
