"""The audit's memory is that of the lots, packed; and the first bad block is named however many follow."""

import tracemalloc

import pytest

from registry.workflows.audit import audit
from registry.workflows.audit_result import MOST_PROBLEMS, Findings
from scripts.benchmarks.synthetic_mirror import REGISTRY, Synthetic
from support.databases import Databases

BYTES_A_LOT = 250


def test_of_what_was_read_nothing_stays_but_some_bytes_a_lot(
    mirrors: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.workflows.audit_lots.MOST_OPEN", 100)
    monkeypatch.setattr("registry.store.fetching.FETCHED_AFAR", 100)
    peaks, lots = [], []
    for events in (2_000, 20_000):
        store = mirrors.open()
        Synthetic(store).fill(events)
        tracemalloc.start()
        found = audit(store, REGISTRY)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert found.problems == ()
        lots.append(found.counts.lots)
    assert peaks[1] - peaks[0] < (lots[1] - lots[0]) * BYTES_A_LOT


def test_of_too_many_problems_the_first_bad_block_is_kept() -> None:
    findings = Findings()
    for block in (*range(500, 500 + 2 * MOST_PROBLEMS), 7, 900, 3, 4):
        findings.add(block, "state", "wrong")
    assert len(findings.problems) == MOST_PROBLEMS
    assert min(problem.block for problem in findings.problems) == 3
    assert {500, 501} <= {problem.block for problem in findings.problems}
