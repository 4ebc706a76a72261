"""Random faults, kills and reorganisations: at every moment the mirror is right as of its block, and in the end it is
the faultless one.

`OFFSETPROOF_TEST_PROFILE=full` plays 500 schedules; `OFFSETPROOF_FAULT_SEEDS=100:200` plays those seeds.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count, cycle

import pytest
from faulty_world import Ended, Process, Truth, Ways, World, world
from index_chain import dump

from registry.store import open_store
from registry.workflows.audit import audit
from support.databases import Databases
from support.fault_proxy import FAULTS, FaultProxy, fault_proxy

FULL = os.environ.get("OFFSETPROOF_TEST_PROFILE") == "full"
FIRST, END = (int(n) for n in os.environ.get("OFFSETPROOF_FAULT_SEEDS", "0:500" if FULL else "0:6").split(":"))
ON_ONE_CHAIN = 15
"""Schedules after which the chain is made anew: anvil forgets states of hundreds of blocks ago, undone ones too."""
PATIENCE = 30
"""Seconds after which an indexer that has come to no end never will."""


@pytest.fixture(scope="module")
def place() -> Iterator[World]:
    with world() as made:
        yield made


class Schedule:
    """What happens, all of it drawn from one seed."""

    def __init__(self, seed: int, place: World, database: str, proxies: list[FaultProxy]) -> None:
        self.chance = chance = random.Random(seed)
        self.name = f"S{seed}"
        self.place, self.database, self.proxies = place, database, proxies
        self.truth = Truth(place.registry)
        self.ways = Ways(
            chance.randrange(2, 40), chance.choice((1, 5, 20, 1000)), chance.randrange(1, 4), seed % 4 < 2,
            apart=seed % 5 in (2, 3),
        )  # fmt: skip
        self.did: Counter[str] = Counter()
        self.indexer: Process | None = None
        self.store = open_store(database)

    def start(self) -> None:
        """Let an indexer run, if none does."""
        if self.indexer is not None and not self.indexer.runs:
            self.note(self.indexer.ended())
            self.indexer.close()
            self.indexer = None
        if self.indexer is None:
            urls = [proxy.url for proxy in self.proxies]
            self.indexer = Process(self.database, self.place.registry.file, urls, self.ways, follow=True)

    def note(self, ended: Ended | None) -> None:
        """An indexer that stopped by itself must have said so well."""
        if ended is not None:
            ended.require_documented()
            self.did[ended.kind] += 1

    def move(self) -> None:
        """The chain grows, or is reorganised, or stays."""
        what = self.chance.choice(("grow", "grow", "reorganise", "stay"))
        name = f"{self.name}-{self.did.total()}"
        if what == "grow":
            self.place.grow(name, self.chance, self.chance.randrange(1, 5))
        elif what == "reorganise":
            self.place.reorganise(name, self.chance)
        if what != "stay":
            self.truth.note()
        self.did[what] += 1

    def look(self) -> None:
        """The mirror as it is just now must be right."""
        rows = dump(self.store)
        self.truth.require_right(rows)
        self.did["look"] += 1
        self.did["look halfway"] += 0 < len(rows["block"]) < len(self.truth.now["block"])

    def kill(self) -> None:
        assert self.indexer is not None
        self.indexer.kill()
        self.did["kill"] += 1
        self.look()

    def play(self) -> None:
        """A few scenes with faults, and then a good end."""
        self.place.rewind(f"{self.name}-start", self.chance)
        self.truth.note()
        for _ in range(self.chance.randrange(3, 6)):
            for proxy in self.proxies:
                names = self.chance.sample(sorted(FAULTS), self.chance.randrange(1, 5))
                proxy.fail({name: self.chance.choice((0.02, 0.1, 0.3, 0.7)) for name in names})
            self.start()
            for _ in range(self.chance.randrange(1, 4)):
                time.sleep(self.chance.uniform(0.01, 0.12))
                if self.chance.random() < 0.5:
                    self.move()
                self.look()
            if self.chance.random() < 0.7:
                self.kill()
        for proxy in self.proxies:
            proxy.heal()
        self.place.grow(f"{self.name}-end", self.chance, 1)
        self.truth.note()
        self.catch_up()

    def catch_up(self) -> None:
        """Without faults the indexer comes to the head: the one that runs by itself, one that stopped when started."""
        deadline = time.monotonic() + PATIENCE
        self.start()
        for again in count():
            rows = dump(self.store)
            self.truth.require_right(rows)
            if rows == self.truth.now:
                break
            assert time.monotonic() < deadline, "the indexer does not come to the head"
            if again % 10 == 9:
                self.start()
            time.sleep(0.02)
        self.did["end"] += 1

    @property
    def played(self) -> Counter[str]:
        """The faults that really came."""
        return sum((proxy.played for proxy in self.proxies), Counter())

    def close(self) -> None:
        if self.indexer is not None:
            self.indexer.close()
        self.store.close()


def play(seed: int, place: World, database: str, addresses: int) -> Schedule:
    """Play a schedule with so many addresses of the node, each with faults of its own."""
    with ExitStack() as stack:
        proxies = [
            stack.enter_context(fault_proxy(place.url, addresses * seed + number, other=place.other))
            for number in range(addresses)
        ]
        schedule = Schedule(seed, place, database, proxies)
        stack.callback(schedule.close)
        try:
            schedule.play()
            if seed % 5 == 0:
                assert audit(schedule.store, place.registry.file, place.registry.node).ok
        except BaseException as error:
            error.add_note(f"seed {seed}, {database}: {schedule.did}, {schedule.played}, {schedule.ways}")
            raise
        return schedule


def test_whatever_the_node_does_the_mirror_is_right_at_every_moment_and_whole_in_the_end(
    both_mirrors: list[Databases], capsys: pytest.CaptureFixture[str]
) -> None:
    did: Counter[str] = Counter()
    played: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    begun = time.monotonic()
    with ExitStack() as stack:
        for seed in range(FIRST, END):
            if (seed - FIRST) % ON_ONE_CHAIN == 0:
                stack.close()
                place = stack.enter_context(world())
            mirrors, addresses = both_mirrors[seed % 2], 2 if seed % 3 == 0 else 1
            schedule = play(seed, place, mirrors.url(), addresses)
            did += schedule.did
            played += schedule.played
            kinds[f"{mirrors.kind}, {addresses} node{'s' * (addresses > 1)}{', apart' * schedule.ways.apart}"] += 1
    with capsys.disabled():
        print(f"\nfault schedules with seeds {FIRST} to {END - 1}: {did['end']} in {time.monotonic() - begun:.0f} s")
        print(f"  on {dict(kinds)}")
        print(f"  {dict(did)}")
        print(f"  faults played: {played.total()} of {len(played)} kinds: {dict(played.most_common())}")
    assert did["end"] == END - FIRST


BEARABLE = {"ranges refused", "stale", "another bloom"}
"""Faults with which a node can still be indexed from, if they are all that is wrong with it."""


@pytest.mark.parametrize("arm", [None, "eth_getLogs"], ids=["at once", "with the first logs"])
def test_a_fault_that_lasts_ends_in_a_clear_error_and_the_next_node_takes_over(
    place: World, both_mirrors: list[Databases], arm: str | None
) -> None:
    chance = random.Random(20261124)
    place.rewind("lasting", chance)
    truth = Truth(place.registry)
    truth.note()
    borne = set()
    names = sorted(FAULTS) if FULL else sorted(FAULTS)[arm is None :: 6]
    for number, (name, mirrors) in enumerate(zip(names, cycle(both_mirrors), strict=False)):
        ways = Ways(span=9, step_events=10, tries=2, standard_json=False, apart=number % 4 > 1)
        with fault_proxy(place.url, other=place.other) as bad, fault_proxy(place.url) as good:
            bad.arm, bad.stale_by = arm, 25
            bad.fail({name: 1})
            database = mirrors.url()
            store = open_store(database)
            ended = finish(Process(database, place.registry.file, [bad.url], ways, follow=False))
            assert bad.played[name], name
            rows = dump(store)
            truth.require_right(rows)
            if ended is None:
                borne.add(name)
                assert (rows == truth.now) == (name != "stale")
            else:
                ended.require_documented()
            bad.arm = arm
            ended = finish(Process(database, place.registry.file, [bad.url, good.url], ways, follow=False))
            assert ended is None, (name, ended)
            assert dump(store) == truth.now, name
            store.close()
    # Who is told of a head that the next answers do not know yet has to wait.
    assert borne == (BEARABLE - {"stale"} if arm else BEARABLE) & set(names)


def finish(indexer: Process) -> Ended | None:
    """Wait until an indexer that does not follow ends; why it stopped, None if it came to the head."""
    try:
        return indexer.end(PATIENCE)
    finally:
        indexer.close()
