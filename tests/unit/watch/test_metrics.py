"""The figures are Prometheus' text, with labels that only the operator's side names."""

from contextlib import suppress

import pytest
from prometheus_client.parser import text_string_to_metric_families

from registry.chain.rpc import HttpRpc
from registry.domain.errors import OffsetproofError, Unavailable
from registry.watch.indexing import IndexWatch
from registry.watch.metrics import Metrics
from registry.workflows.index import Step, Turn
from support.faulty_http import answers, fails, faulty_node, raw


def values(metrics: Metrics) -> dict[str, float]:
    """Samples by name and labels, as `name{label=value}`."""
    found = {}
    for family in text_string_to_metric_families(metrics.to_text().decode()):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[sample.name + (f"{{{labels}}}" if labels else "")] = sample.value
    return found


def test_each_request_to_a_node_is_counted_with_its_fault() -> None:
    metrics = Metrics()
    with faulty_node(raw(b"", 503), raw(b"<html>"), answers("0x1"), fails(-32000, "no")) as node:
        client = HttpRpc(node.url, pause=0, watch=metrics)
        client.request("eth_chainId")
        for _ in range(2):
            with suppress(OffsetproofError):
                client.request("eth_getLogs")
        client.close()
        found = values(metrics)
        assert found[f"offsetproof_rpc_seconds_count{{method=eth_chainId,node={node.url}}}"] == 3
        assert found[f"offsetproof_rpc_seconds_count{{method=eth_getLogs,node={node.url}}}"] == 2
        faults = {name: value for name, value in found.items() if name.startswith("offsetproof_rpc_faults_total")}
        assert faults == {
            f"offsetproof_rpc_faults_total{{kind={kind},node={node.url}}}": count
            for kind, count in (("http-503", 1), ("not-json", 1), ("refused", 2))
        }


def test_a_node_is_named_without_its_key() -> None:
    metrics = Metrics()
    address = "/v2/0123456789abcdef0123456789abcdef?token=secret"
    with faulty_node(answers("0x1")) as node, HttpRpc(node.url + address, watch=metrics) as client:
        client.request("eth_chainId")
    text = metrics.to_text()
    assert b"0123456789abcdef" not in text
    assert b"secret" not in text


def test_an_unreachable_node_is_a_fault_of_the_connection() -> None:
    metrics = Metrics()
    with HttpRpc("http://127.0.0.1:1", tries=1, watch=metrics) as client, suppress(Unavailable):
        client.request("eth_chainId")
    assert values(metrics)["offsetproof_rpc_faults_total{kind=connection,node=http://127.0.0.1:1}"] == 1


def test_steps_count_events_and_blocks_and_a_good_one_ends_the_trouble() -> None:
    now = 0.0
    metrics = Metrics()
    watch = IndexWatch(metrics, patience=60, clock=lambda: now)
    watch.step(Step("indexed", 1, 10, 25, 30))
    now = 59.0
    watch.wait(Unavailable("the node sleeps"))
    assert watch.trouble == ""
    now = 60.0
    assert watch.trouble == "no step of the indexer for 60 seconds: the node sleeps"
    watch.step(Step("idle", 31, 30, 0, 30))
    assert watch.trouble == ""
    watch.stop(OffsetproofError("the history is broken"))
    assert watch.trouble == "the indexer stopped: the history is broken"
    found = values(metrics)
    assert found["offsetproof_indexed_events_total"] == 25
    assert found["offsetproof_indexed_blocks_total"] == 10
    assert {name: value for name, value in found.items() if name.startswith("offsetproof_index_steps_total")} == {
        "offsetproof_index_steps_total{did=indexed}": 1,
        "offsetproof_index_steps_total{did=idle}": 1,
        "offsetproof_index_steps_total{did=waiting}": 1,
    }


def test_the_node_that_is_asked_is_told_and_a_change_is_logged_with_its_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    metrics = Metrics()
    watch = IndexWatch(metrics)
    caplog.set_level("INFO")
    for turn in (Turn("a", None), Turn("b", Unavailable("a sleeps")), Turn("a", None)):
        watch.turn(turn)
        found = values(metrics)
        assert {name for name in found if name.startswith("offsetproof_index_node")} == {
            f"offsetproof_index_node{{node={turn.node}}}"
        }
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "another node takes over: a sleeps"),
        ("INFO", "a node comes back"),
    ]


def test_gauges_are_read_when_asked_for_and_two_processes_figures_do_not_mix() -> None:
    one, other = Metrics(), Metrics()
    place = [1]
    one.watch_gauges(lambda: [("block_number", "…", {"block": "indexed"}, place[0])])
    other.judged("retired")
    place[0] = 7
    assert values(one)["offsetproof_block_number{block=indexed}"] == 7
    assert "offsetproof_verdicts_total{verdict=retired}" not in values(one)
    assert values(other)["offsetproof_verdicts_total{verdict=retired}"] == 1
