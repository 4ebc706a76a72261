"""Indexer and server as an operator runs them: watched at a port of their own, and ended without cutting anything."""

import json
import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from registry.proofs.bundle import parse_bundle
from support.faulty_http import Behaviour, faulty_node, hangs, raw

from .conftest import Demo, offsetproof
from .processes import Process, answers, free_port, offsetproof_runs


@dataclass(frozen=True)
class Served:
    """A server of the demo's mirror."""

    process: Process
    url: str
    watch: str
    temporary: Path

    @property
    def place(self) -> tuple[str, int]:
        return "127.0.0.1", int(self.url.rpartition(":")[2])


def figures(watch: str) -> dict[str, float]:
    """The figures at a metrics port, with the values of their labels."""
    text = httpx.get(f"{watch}/metrics", trust_env=False).text
    return {
        " ".join((s.name, *s.labels.values())): s.value for f in text_string_to_metric_families(text) for s in f.samples
    }


def slowly(url: str) -> Behaviour:
    """Hand on to the node at `url`, as if it were far away."""

    def play(handler: BaseHTTPRequestHandler, question: Any) -> None:
        time.sleep(0.05)
        raw(httpx.post(url, json=question, trust_env=False).content)(handler, question)

    return play


@pytest.fixture
def settings(demo: Demo, tmp_path: Path) -> dict[str, str]:
    """The environment of a server and an indexer with a copy of the demo's mirror, for each test its own."""
    shutil.copy(demo.folder / "mirror.db", tmp_path / "mirror.db")
    # Other tests may have moved the chain since the demo.
    ran = offsetproof("index", "--db", tmp_path / "mirror.db", "--registry", demo.registry_path, "--rpc", demo.url)
    assert ran.code == 0, ran.err
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    return {
        "OFFSETPROOF_REGISTRY": str(demo.registry_path),
        "OFFSETPROOF_RPC_URL": demo.url,
        "OFFSETPROOF_DATABASE_URL": f"sqlite:///{tmp_path}/mirror.db",
        "OFFSETPROOF_LOG": "json",
        "TMPDIR": str(temporary),
    }


@pytest.fixture
def served(settings: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Served]:
    settings |= getattr(request, "param", {})
    port, watch = free_port(), free_port()
    arguments = ("serve", "--no-index", "--port", port, "--metrics-port", watch)
    with offsetproof_runs(*arguments, errors=tmp_path / "serve.log", **settings) as process:
        url = f"http://127.0.0.1:{port}"
        process.wait_for_answer(f"{url}/readyz")
        yield Served(process, url, f"http://127.0.0.1:{watch}", Path(settings["TMPDIR"]))


def half_a_question(served: Served, body: bytes) -> socket.socket:
    """A connection over which a file is half sent."""
    connection = socket.create_connection(served.place, timeout=30)
    head = f"POST /v1/verify HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    connection.sendall(head + body[:100])
    return connection


def wait_until_it_listens_no_more(served: Served) -> None:
    served.process.wait_for(lambda: answers(f"{served.url}/healthz") == 0)


def test_the_server_is_watched_at_a_port_that_visitors_do_not_reach(served: Served, demo: Demo) -> None:
    bundle = parse_bundle(demo.bundles[0].read_bytes())
    httpx.get(f"{served.url}/v1/certificates/0x{bundle.certificate_hash.hex()}", trust_env=False)
    found = figures(served.watch)
    assert found["offsetproof_ready"] == 1
    assert found["offsetproof_head_lag_blocks"] == 0
    assert found["offsetproof_head_lag_seconds"] == 0
    assert found["offsetproof_block_number indexed"] == found["offsetproof_block_number head"] > 0
    assert found["offsetproof_request_seconds_count GET /v1/certificates/{key} 200"] == 1
    assert found[f"offsetproof_rpc_seconds_count eth_getBlockByNumber {demo.url}"] >= 1
    assert answers(f"{served.watch}/readyz") == answers(f"{served.watch}/healthz") == 200
    assert answers(f"{served.watch}/v1/status") == answers(f"{served.url}/metrics") == 404


def test_the_indexer_is_watched_too_and_follows(demo: Demo, settings: dict[str, str], tmp_path: Path) -> None:
    settings["OFFSETPROOF_DATABASE_URL"] = f"sqlite:///{tmp_path}/fresh.db"
    watch = free_port()
    events = offsetproof("audit", "--json", "--db", demo.folder / "mirror.db", **settings).json["counts"]["events"]
    with offsetproof_runs(
        "index", "--follow", "--poll", "0.1", "--metrics-port", watch, errors=tmp_path / "log", **settings
    ) as process:
        process.wait_for_answer(f"http://127.0.0.1:{watch}/readyz")
        found = figures(f"http://127.0.0.1:{watch}")
        assert found["offsetproof_indexed_events_total"] == events
        assert found["offsetproof_index_steps_total indexed"] >= 1
        assert found["offsetproof_head_lag_blocks"] == 0
        code, seconds = process.end()
    assert (code, seconds < 5) == (0, True)
    assert [line["message"] for line in process.lines()] == ["indexed"] * len(process.lines())
    assert sum(line["events"] for line in process.lines()) == events


def test_the_next_node_takes_over_and_log_and_figures_say_so_without_credentials(
    demo: Demo, settings: dict[str, str], tmp_path: Path
) -> None:
    settings["OFFSETPROOF_DATABASE_URL"] = f"sqlite:///{tmp_path}/fresh.db"
    watch = free_port()
    dead = "http://user:secret@127.0.0.1:9/v2/0123456789abcdef0123456789abcdef"
    arguments = ("index", "--follow", "--poll", "0.1", "--metrics-port", watch, "--rpc", dead, "--rpc", demo.url)
    with offsetproof_runs(*arguments, errors=tmp_path / "log", **settings) as process:
        process.wait_for_answer(f"http://127.0.0.1:{watch}/readyz")
        found = figures(f"http://127.0.0.1:{watch}")
        assert {name for name in found if name.startswith("offsetproof_index_node")} == {
            f"offsetproof_index_node {demo.url}"
        }
        process.end()
    took_over, *rest = process.lines()
    assert (took_over["level"], took_over["node"]) == ("warning", demo.url)
    assert took_over["message"].startswith(
        "another node takes over: the node at http://127.0.0.1:9/v2/… gave no usable"
    )
    assert {line["message"] for line in rest} == {"indexed"}
    assert "secret" not in process.errors.read_text()
    assert "0123456789abcdef" not in process.errors.read_text()


def test_a_request_that_was_begun_is_answered_before_the_server_ends(served: Served, demo: Demo) -> None:
    body = demo.bundles[0].read_bytes()
    with half_a_question(served, body) as connection:
        served.process.popen.terminate()
        wait_until_it_listens_no_more(served)
        connection.sendall(body[100:])
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 200")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["verdict"] in ("retired", "pending")
    assert served.process.popen.wait(10) == 0
    assert [line["status"] for line in served.process.lines() if line["message"] == "answered"] == [200]


@pytest.mark.parametrize("served", [{"OFFSETPROOF_GRACE_SECONDS": "1"}], indirect=True)
def test_a_request_that_never_ends_does_not_keep_the_server(served: Served, demo: Demo) -> None:
    with half_a_question(served, demo.bundles[0].read_bytes()):
        code, seconds = served.process.end()
    assert code == 0
    assert 1 <= seconds < 8


def test_parts_of_an_upload_are_dropped_when_the_server_ends(served: Served, demo: Demo) -> None:
    bundle = parse_bundle(demo.bundles[0].read_bytes())
    where = f"{served.url}/v1/tranches/{bundle.anchor.lot}/{bundle.anchor.tranche}?upload={'ab' * 16}&part=0&parts=2"
    leaf = {"grams": bundle.leaf.grams, "certificateHash": f"0x{bundle.certificate_hash.hex()}"}
    answer = httpx.put(where, json={"leaves": [leaf]}, trust_env=False)
    assert (answer.status_code, answer.json()["missingParts"]) == (202, 1)
    assert figures(served.watch)["offsetproof_staged_uploads"] == 1
    assert figures(served.watch)["offsetproof_staged_bytes"] > 50
    assert figures(served.watch)["offsetproof_publications_total part"] == 1
    assert list(served.temporary.iterdir())
    code, _ = served.process.end()
    assert code == 0
    assert not list(served.temporary.iterdir())


def test_an_audit_that_runs_does_not_keep_the_server(served: Served) -> None:
    assert httpx.get(f"{served.url}/v1/audit", trust_env=False, timeout=30).json()["ok"] is True
    assert figures(served.watch)["offsetproof_audit_ok"] == 1
    code, seconds = served.process.end()
    assert (code, seconds < 5) == (0, True)


def test_a_server_that_indexes_ends_in_time_too(settings: dict[str, str], tmp_path: Path) -> None:
    settings["OFFSETPROOF_DATABASE_URL"] = f"sqlite:///{tmp_path}/fresh.db"
    port = free_port()
    with offsetproof_runs("serve", "--port", port, errors=tmp_path / "log", **settings) as process:
        process.wait_for_answer(f"http://127.0.0.1:{port}/readyz")
        code, seconds = process.end()
    assert (code, seconds < 8) == (0, True)
    assert offsetproof("audit", **settings).code == 0


def test_an_indexer_that_is_told_to_end_leaves_a_whole_mirror_and_the_next_goes_on(
    settings: dict[str, str], tmp_path: Path
) -> None:
    settings["OFFSETPROOF_DATABASE_URL"] = f"sqlite:///{tmp_path}/fresh.db"
    seen, head, runs = 0, 1, 0
    with faulty_node(slowly(settings["OFFSETPROOF_RPC_URL"])) as far:
        while seen < head:
            options = ("--follow", "--span", "1", "--rpc", far.url)
            with offsetproof_runs("index", *options, errors=tmp_path / f"{runs}.log", **settings) as process:
                process.wait_for(lambda process=process: bool(process.lines()))
                code, seconds = process.end()
            assert (code, seconds < 8) == (0, True)
            for line in process.lines():
                assert line["first"] == seen + 1, "each block once, from where the last one ended"
                seen, head = line["block"], line["head"]
            assert offsetproof("audit", **settings).code == 0
            runs += 1
    assert runs > 1


def test_a_node_that_hangs_does_not_keep_the_indexer(settings: dict[str, str], tmp_path: Path) -> None:
    with faulty_node(hangs(60)) as node:
        settings |= {"OFFSETPROOF_RPC_URL": node.url, "OFFSETPROOF_GRACE_SECONDS": "1"}
        with offsetproof_runs("index", "--follow", errors=tmp_path / "log", **settings) as process:
            process.wait_for(lambda: bool(node.questions))
            code, seconds = process.end()
    assert code == 1
    assert 1 <= seconds < 4
    assert [line["level"] for line in process.lines()] == ["error"]
    settings.pop("OFFSETPROOF_RPC_URL")
    assert offsetproof("audit", **settings).code == 0


def test_what_stops_an_indexer_is_a_line_of_the_log(settings: dict[str, str], tmp_path: Path) -> None:
    ran = offsetproof("index", "--log", "json", **{**settings, "OFFSETPROOF_RPC_URL": "http://127.0.0.1:1"})
    assert ran.code == 3
    (line,) = [json.loads(text) for text in ran.err.splitlines()]
    assert (line["level"], line["error"]) == ("error", "Unavailable")
    assert "no usable answer" in line["message"]


@pytest.mark.parametrize(
    ("options", "environment", "said"),
    [
        (("--log", "xml"), {}, "json or text"),
        (("--metrics-port", "70000"), {}, "65535"),
        ((), {"OFFSETPROOF_READY_BLOCKS": "many"}, "OFFSETPROOF_READY_BLOCKS"),
        ((), {"OFFSETPROOF_LIMIT_READS": "many"}, "OFFSETPROOF_LIMIT_READS"),
        ((), {"OFFSETPROOF_LOG_ADDRESSES": "some"}, "OFFSETPROOF_LOG_ADDRESSES"),
    ],
)
def test_a_setting_that_cannot_be_read_stops_the_server_by_name(
    settings: dict[str, str], options: tuple[str, ...], environment: dict[str, str], said: str
) -> None:
    del settings["OFFSETPROOF_LOG"]
    ran = offsetproof("serve", "--no-index", "--port", free_port(), *options, **settings, **environment)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_port_that_is_taken_is_named(settings: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = offsetproof("index", "--follow", "--metrics-port", taken.getsockname()[1], "--json", **settings)
    assert ran.code == 2
    assert "cannot be opened" in ran.json["message"]
