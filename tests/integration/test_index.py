"""The indexer on real chains: every kind of event arrives, and the mirror answers what the contracts answer."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import index_scenario as scenario
import pytest
from index_chain import CHAINS, dump

from registry.chain.blocks import Header
from registry.chain.contracts import REGISTRAR_ROLE
from registry.chain.node import BlockRef, Node
from registry.domain.errors import Contradiction, InvalidInput, Unavailable
from registry.domain.hexes import ZERO_ADDRESS
from registry.domain.numbers import ShortNumber
from registry.proofs.facts import Block, Reading, Seen
from registry.proofs.slots import read_facts
from registry.store import Store, open_store
from registry.store.batches import segments_of
from registry.store.bundles import bundle_of
from registry.store.claims import totals, unpublished_tranches
from registry.store.facts import facts_from_mirror
from registry.store.kinds import KINDS
from registry.store.lists import list_accounts, list_batches, list_lots, list_projects, list_retirements
from registry.store.lots import anchored_tranche, lot_state
from registry.store.place_queries import hashes_between, places_of
from registry.store.projects import accreditation, holders_of_role, organisation_of, reports_of_project
from registry.store.publications import publish
from registry.store.trace import trace_credit
from registry.workflows.index import Indexer, Step, status
from support.databases import Databases

FIRST = 1 << 32
SECOND = 2 << 32


@pytest.fixture(scope="module", params=sorted(CHAINS))
def registry(request: pytest.FixtureRequest) -> Iterator[scenario.Registry]:
    with CHAINS[request.param]() as (rpc, signers):
        registry = scenario.deploy(rpc, signers)
        scenario.live(registry)
        yield registry


@pytest.fixture(scope="module")
def mirror(registry: scenario.Registry, lasting_mirrors: Databases) -> Store:
    store = lasting_mirrors.open()
    Indexer(registry.node, store, registry.file).run()
    scenario.publish_all(store)
    return store


class HeadReader:
    """Storage words of a node at its head, for `read_facts`."""

    def __init__(self, registry: scenario.Registry) -> None:
        self._node = registry.node
        self._head = self._node.header()

    @property
    def seen(self) -> Seen:
        return Seen(1, Block(self._head.number, self._head.hash, self._head.timestamp), False, "the mirror")

    def read(self, contract: bytes, slots: Any) -> list[int]:
        return [int.from_bytes(word, "big") for word in self._node.storage(contract, slots, self._head)]


def test_a_life_leaves_a_row_of_every_kind(mirror: Store) -> None:
    rows = dump(mirror)
    assert [kind.name for kind in KINDS if not rows[kind.table.name]] == []


def test_rows_depend_neither_on_the_database_nor_on_how_the_run_was_cut(
    registry: scenario.Registry, mirror: Store, mirrors: Databases
) -> None:
    wanted = dump(mirror)
    for span in (1, 7):
        store = open_store(mirrors.url())
        Indexer(registry.node, store, registry.file, span=span, step_events=1).run()
        scenario.publish_all(store)
        assert dump(store) == wanted
        store.close()


def test_the_mirror_gives_the_facts_that_the_contracts_storage_gives(
    registry: scenario.Registry, mirror: Store
) -> None:
    with mirror.read() as session:
        lots = [lot.lot for lot in list_lots(session).items]
        assert len(lots) == 6
        for lot in [*lots, 3 << 32]:
            for tranche in range(4):
                pinned = registry.file
                wanted = read_facts(
                    pinned.project_registry.address, pinned.credit_registry.address, lot, tranche, HeadReader(registry)
                )
                found = facts_from_mirror(session, pinned, lot, tranche)
                assert found == wanted
                assert isinstance(found.lot, Reading)


def test_the_mirror_gives_every_lot_as_the_contract_does(registry: scenario.Registry, mirror: Store) -> None:
    with mirror.read() as session:
        for state in list_lots(session).items:
            said = registry.credits[0].lot_of(state.lot)
            assert (state.owner, state.count, state.retired) == (said.owner, said.count, said.retired)
            assert (state.withdrawal_requested, state.withdrawn) == (said.withdrawal_requested, said.withdrawn)
            assert (state.claimant or ZERO_ADDRESS) == said.claimant
        assert len(segments_of(session, 1)) == len(registry.credits[0].segments_of(1)) == 4


def test_status_tells_how_far_the_mirror_is(registry: scenario.Registry, mirror: Store) -> None:
    head = registry.node.header()
    with mirror.read() as session:
        now = status(session, registry.file)
    assert (now.indexed.number, now.indexed.hash, now.behind) == (head.number, head.hash, 0)
    assert now.histories.credit == registry.credits[0].history_hash()
    assert now.histories.project == registry.projects[0].history_hash()


def test_lists_page_by_key_without_gaps_or_repeats(mirror: Store) -> None:
    with mirror.read() as session:
        everything = list_lots(session)
        first = list_lots(session, limit=4)
        rest = list_lots(session, after=first.next or 0, limit=4)
        assert first.items + rest.items == everything.items
        assert everything.next is None
        assert rest.next is None
        retirements = list_retirements(session)
        one = list_retirements(session, limit=1)
        assert one.next is not None
        assert one.items + list_retirements(session, one.next).items == retirements.items
        assert [r.count for r in retirements.items] == [10, 5, 15]
        assert [b.count for b in list_batches(session).items] == [100, 60]
        assert [p.status for p in list_projects(session).items] == [
            "registered",
            "recorded",
            "deregistered",
            "deregistered",
            "proposed",
        ]
        accounts = list_accounts(session)
        assert sum(account.lots for account in accounts.items) == len(everything.items)
        for account in accounts.items:
            owned = list_lots(session, owner=account.account).items
            assert len(owned) == account.lots
            assert all(lot.owner == account.account for lot in owned)


def test_state_as_of_an_earlier_block_is_what_it_was_then(mirror: Store) -> None:
    with mirror.read() as session:
        retirement = list_retirements(session, lot=FIRST).items[0]
        before = lot_state(session, FIRST, retirement.block_number - 1)
        then = lot_state(session, FIRST, retirement.block_number)
        assert before is not None
        assert then is not None
        assert (before.retired, then.retired) == (0, 5)
        with pytest.raises(Unavailable):
            lot_state(session, FIRST, 10**6)


def test_a_credit_is_traced_from_its_serial_to_the_grams_of_each_certificate(mirror: Store) -> None:
    with mirror.read() as session:
        trace = trace_credit(session, "CCER-2023-0001", 1001)
        assert trace is not None
        assert (trace.batch.batch, trace.index, trace.start_gram) == (1, 1, 1_000_000)
        assert trace.project is not None
        assert trace.project.source_id == "CCER-0001"
        assert trace.retirement is not None
        assert trace.retirement.count == 5
        assert [(t.tranche, t.claims and [c.grams for c in t.claims]) for t in trace.tranches] == [
            (0, [400, 1_499_600]),
        ]
        third = trace_credit(session, "CCER-2023-0001", 1003)
        assert third is not None
        assert [(t.tranche, t.claims and len(t.claims)) for t in third.tranches] == [(1, 1), (2, None)]
        wide = trace_credit(session, "VCS-VCU-1234", 2**100 + 40)
        assert wide is not None
        assert wide.lot is not None
        assert wide.lot.withdrawn
        suspended = trace_credit(session, "CCER-2023-0001", 1041)
        assert suspended is not None
        assert suspended.trouble == "suspended"
        assert trace_credit(session, "CCER-2023-0001", 1100) is None
        assert trace_credit(session, "NO-SUCH", 1) is None


def test_a_certificate_is_found_by_its_hash_and_by_its_first_60_bits(mirror: Store) -> None:
    certificate = scenario.evidence(scenario.DOCUMENTS[1])
    with mirror.read() as session:
        (claim,) = places_of(session, certificate, 10)
        assert (claim.lot, claim.tranche, claim.index, claim.start, claim.grams) == (FIRST, 0, 1, 1_000_000, 400)
        prefix = int.from_bytes(certificate[:8], "big") >> 4
        assert hashes_between(session, *ShortNumber(prefix).bounds(), 10) == [certificate]
        assert hashes_between(session, *ShortNumber(2**60 - 1).bounds(), 10) == []
        bundle = bundle_of(session, anchored_tranche(session, FIRST, 0), 1)
        assert bundle is not None
        assert bundle.certificate_hash == certificate
        nameless = bundle_of(session, anchored_tranche(session, FIRST, 1), 0)
        assert nameless is not None
        assert nameless.known_hash == scenario.evidence(scenario.DOCUMENTS[3])
        assert bundle_of(session, anchored_tranche(session, FIRST, 2), 0) is None


def test_totals_tell_what_is_claimed_without_being_published(mirror: Store) -> None:
    with mirror.read() as session:
        found = totals(session)
        hidden, over_invalid = unpublished_tranches(session)
    assert (found.issued, found.retired, found.claimed_grams) == (160, 30, 7_200_000)
    assert (found.unpublished_tranches, found.unpublished_grams, found.certificates) == (2, 3_700_000, 303)
    assert (over_invalid.lot, over_invalid.tranche, over_invalid.grams) == (FIRST, 3, 1_700_000)
    assert (hidden.lot, hidden.tranche, hidden.grams) == (FIRST, 2, 2_000_000)


def test_roles_members_and_reports_are_what_the_contracts_say(registry: scenario.Registry, mirror: Store) -> None:
    with mirror.read() as session:
        contract = registry.file.credit_registry.address
        assert holders_of_role(session, contract, REGISTRAR_ROLE) == [registry.accounts[0]]
        assert organisation_of(session, registry.accounts[2]) == 2
        assert accreditation(session, 2, 0) == registry.projects[0].accreditation_of(2, 0)
        assert accreditation(session, 3, 1) == (0, 2**64 - 1)
        assert [(r.status, r.tonnes) for r in reports_of_project(session, 1)] == [("verified", 100), ("rejected", 10)]


def test_publishing_leaves_that_are_not_the_anchored_ones_is_refused(mirror: Store) -> None:
    leaves = scenario.LEAVES[0]
    with pytest.raises(InvalidInput, match="not the ones anchored"), mirror.write() as session:
        publish(session, FIRST, 0, [leaves[1], leaves[0], leaves[2]])
    with pytest.raises(InvalidInput, match="number of leaves"), mirror.write() as session:
        publish(session, FIRST, 0, leaves[:2])
    with pytest.raises(InvalidInput, match="does not hash"), mirror.write() as session:
        publish(session, FIRST, 0, leaves, {leaves[2][1]: "another text"})
    for text in ("a NUL \0", "a lone surrogate \ud800"):
        with pytest.raises(InvalidInput, match="no text"), mirror.write() as session:
            publish(session, FIRST, 0, leaves, {leaves[2][1]: text})
    with pytest.raises(Unavailable, match="not anchored"), mirror.write() as session:
        publish(session, SECOND, 0, leaves)


def test_a_following_indexer_takes_what_comes_and_outlasts_a_node_that_is_away(mirrors: Databases) -> None:
    class Absent(Node):
        away = 3

        def find_header(self, block: BlockRef) -> Header | None:
            if block == "latest" and self.away > 0:
                self.away -= 1
                raise Unavailable("the node is away")
            return super().find_header(block)

    with CHAINS["embedded"]() as (rpc, signers):
        registry = scenario.deploy(rpc, signers)
        store = open_store(mirrors.url())
        stop = threading.Event()
        steps: list[Step] = []
        seen = threading.Semaphore(0)

        def note(step: Step) -> None:
            steps.append(step)
            if step.did == "idle":
                seen.release()

        indexer = Indexer(Absent(rpc), store, registry.file, on_step=note)
        follower = threading.Thread(target=indexer.run, kwargs={"follow": True, "poll": 0.01, "stop": stop})
        follower.start()
        try:
            assert seen.acquire(timeout=30)
            registry.projects[0].add_organisation(scenario.evidence("one more"))
            head = registry.node.header().number
            while steps[-1].last < head:
                assert seen.acquire(timeout=30)
        finally:
            stop.set()
            follower.join(30)
        assert not follower.is_alive()
        with store.read() as session:
            assert status(session, registry.file).indexed.number == head
        store.close()


def test_a_node_of_another_chain_or_another_contract_is_refused(registry: scenario.Registry) -> None:
    good = registry.file
    lookalike = replace(good.credit_registry, code_hash=bytes(32))
    for file in (
        replace(good, chain_id=good.chain_id + 1),
        replace(good, genesis_hash=bytes(32)),
        replace(good, credit_registry=lookalike),
    ):
        store = open_store("sqlite://")
        with pytest.raises(Contradiction, match="not on the registry's chain"):
            Indexer(registry.node, store, file).run()
        store.close()


def test_a_mirror_of_another_registry_is_left_alone(registry: scenario.Registry, mirror: Store) -> None:
    other = replace(registry.file, first_block=registry.file.first_block + 1)
    wanted = dump(mirror)
    with pytest.raises(InvalidInput, match="another registry"):
        Indexer(registry.node, mirror, other).run()
    assert dump(mirror) == wanted
