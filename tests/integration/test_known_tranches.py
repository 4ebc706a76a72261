"""What is remembered of a tranche is what the mirror says at that block, and nothing of another block."""

from registry.proofs.verdict import RETIRED
from registry.proofs.verify import verify
from registry.store import open_store
from registry.store.bundles import bundle_of
from registry.store.mirror import read_progress
from scripts.benchmarks.synthetic_mirror import REGISTRY, Synthetic
from support.databases import Databases
from verifier_api.known import KnownTranches

RIDES = 300


def test_a_ride_of_a_known_tranche_is_judged_as_retired(mirrors: Databases) -> None:
    store = mirrors.open()
    synthetic = Synthetic(store)
    synthetic.fill(50)
    rides, known = synthetic.claim_rides(RIDES), KnownTranches(REGISTRY)
    with store.read() as session:
        tranche = known.of(session, rides.lot, 0)
        bundle = bundle_of(session, tranche.anchored, 7)
        progress = read_progress(session)
    assert bundle is not None
    assert progress is not None
    assert bundle.document == rides.document(7)
    assert tranche.head_facts is None
    assert verify(bundle, REGISTRY, tranche.facts, now=progress.indexed.timestamp).verdict == RETIRED
    with store.read() as session:
        assert known.of(session, rides.lot, 0) is tranche


def test_it_is_forgotten_when_the_mirror_moves_and_an_older_view_keeps_its_own(mirrors: Databases) -> None:
    store = open_store(mirrors.url())
    synthetic = Synthetic(store)
    synthetic.fill(50)
    known, lot = KnownTranches(REGISTRY), synthetic.claim_rides(RIDES).lot
    following = lot + (1 << 32)
    with store.read() as before:
        assert known.of(before, following, 0).lot is None
        old = known.of(before, lot, 0)
        assert synthetic.claim_rides(RIDES).lot == following
        with store.read() as after:
            new = known.of(after, following, 0)
            assert new.lot is not None
            assert new.lot.claimed_grams == RIDES
            assert known.of(after, lot, 0) is not old
            assert known.of(after, lot, 0).lot == old.lot
        assert known.of(before, following, 0).lot is None
        assert known.of(before, following, 0).anchored is None
    with store.read() as session:
        assert known.of(session, following, 0).lot == new.lot
    store.close()


def test_no_more_are_remembered_than_may_be_and_the_longest_unasked_goes(mirrors: Databases) -> None:
    store = mirrors.open()
    synthetic = Synthetic(store)
    synthetic.fill(50)
    lots, known = [synthetic.claim_rides(2).lot for _ in range(3)], KnownTranches(REGISTRY, most=2)
    with store.read() as session:
        first, second = (known.of(session, lot, 0) for lot in lots[:2])
        assert known.of(session, lots[0], 0) is first
        known.of(session, lots[2], 0)
        assert known.of(session, lots[0], 0) is first
        assert known.of(session, lots[1], 0) is not second
