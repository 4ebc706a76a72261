"""A node may time out, truncate, flood or answer HTML: the reader says so, within bounds, and tells no secrets."""

import json
import logging
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from registry.chain.rpc import HttpRpc, RpcError, redact
from registry.domain.errors import InvalidInput, Unavailable
from support.faulty_http import answers, drips, fails, faulty_node, floods, hangs, raw


def rpc(url: str, **options: object) -> HttpRpc:
    return HttpRpc(url, **{"timeout": 0.3, "pause": 0.0, **options})  # type: ignore[arg-type]


def test_request_returns_the_result() -> None:
    with faulty_node(answers("0x7a69")) as node, rpc(node.url) as client:
        assert client.request("eth_chainId") == "0x7a69"
        assert node.questions == [{"jsonrpc": "2.0", "id": 0, "method": "eth_chainId", "params": []}]


def test_request_hands_on_the_nodes_error_with_code_message_and_data() -> None:
    with faulty_node(fails(3, "execution reverted", "0x1234")) as node, rpc(node.url) as client:
        with pytest.raises(RpcError) as caught:
            client.request("eth_call")
        assert (caught.value.code, caught.value.rpc_message, caught.value.data) == (3, "execution reverted", "0x1234")
        assert len(node.questions) == 1, "a node's own error is not asked again"


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_request_tries_again_after_a_retryable_status(status: int) -> None:
    with faulty_node(raw(b"busy", status), raw(b"busy", status), answers(1)) as node, rpc(node.url) as client:
        assert client.request("m") == 1
        assert len(node.questions) == 3


def test_request_tries_again_after_a_time_out_and_after_a_reset_connection() -> None:
    with faulty_node(hangs(0.6), raw(b"", 200, length=50), answers(1)) as node, rpc(node.url) as client:
        assert client.request("m") == 1


def test_request_gives_up_after_its_tries() -> None:
    pauses: list[float] = []
    with faulty_node(raw(b"", 503)) as node:
        client = rpc(node.url, tries=4, pause=0.25, sleep=pauses.append)
        with client, pytest.raises(Unavailable, match="status 503"):
            client.request("m")
        assert len(node.questions) == 4
        assert pauses == [0.25, 0.5, 1.0]


@pytest.mark.parametrize("method", ["eth_sendTransaction", "evm_mine", "anvil_reorg"])
def test_request_never_repeats_what_must_happen_once(method: str) -> None:
    with faulty_node(raw(b"", 503)) as node, rpc(node.url) as client:
        with pytest.raises(Unavailable):
            client.request(method)
        assert len(node.questions) == 1


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"<!DOCTYPE html><h1>Bad gateway</h1>", "an HTML page"),
        (b'{"jsonrpc":"2.0","id":0,"result":"0x12', "not JSON"),
        (b"", "an empty answer"),
        (b"[" * 100_000, "not JSON"),
        (b'"text"', "a str"),
        (b'{"jsonrpc":"2.0","id":0}', "the members"),
        (b'{"jsonrpc":"2.0","id":0,"error":"no"}', "the members"),
        (b"\xff\xfe", "not JSON"),
    ],
)
def test_request_calls_what_is_no_answer_unavailable_and_says_what_it_found(body: bytes, found: str) -> None:
    with faulty_node(raw(body)) as node, rpc(node.url, tries=1) as client:
        with pytest.raises(Unavailable) as caught:
            client.request("eth_chainId")
        assert found in caught.value.found
        assert node.url in str(caught.value)


def test_request_stops_reading_a_huge_answer() -> None:
    with faulty_node(floods(64)) as node:
        client = rpc(node.url, tries=1, max_bytes=100_000, timeout=5.0)
        with client, pytest.raises(Unavailable, match="at most 100000 bytes"):
            client.request("m")


def test_answers_on_their_way_share_one_room_and_who_finds_none_asks_again() -> None:
    """Two answers of 60,000 bytes, where 100,000 have room: the second waits until the first is read."""
    body = json.dumps({"jsonrpc": "2.0", "id": 0, "result": "x" * 60_000}).encode()
    half, go_on = threading.Event(), threading.Event()

    def halting(handler: BaseHTTPRequestHandler, _: Any) -> None:
        handler.send_response(200)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:50_000])
        handler.wfile.flush()
        half.set()
        go_on.wait(5)
        handler.wfile.write(body[50_000:])

    watch = Watch()
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        go_on.set()
        first.join(5)

    with faulty_node(halting, raw(body)) as node:
        client = HttpRpc(node.url, timeout=5.0, pause=0.5, max_bytes=100_000, sleep=sleep, watch=watch)
        found: list[Any] = []
        first = threading.Thread(target=lambda: found.append(client.request("a")))
        with client:
            first.start()
            assert half.wait(5)
            found.append(client.request("b"))
        first.join(5)
    assert found == ["x" * 60_000] * 2
    assert pauses == [0.5]
    assert watch.kinds == ["crowded"]


def test_the_room_of_an_answer_is_free_again_whatever_became_of_it() -> None:
    bodies = [raw(b"x" * 90_000), raw(b"{" * 90_000, 503), raw(b"y" * 90_000, 429), raw(b"z" * 200_000)]
    with faulty_node(*bodies, answers("w" * 90_000)) as node:
        client = HttpRpc(node.url, max_bytes=100_000, pause=0.0, tries=5, sleep=lambda _: None)
        with client:
            assert client.request("m") == "w" * 90_000
            assert client.request("m") == "w" * 90_000


class Watch:
    """Remembers how requests failed."""

    def __init__(self) -> None:
        self.kinds: list[str] = []

    def asked(self, node: str, method: str, seconds: float) -> None:
        pass

    def failed(self, node: str, kind: str) -> None:
        self.kinds.append(kind)


def test_request_stops_waiting_for_an_answer_that_drips() -> None:
    with faulty_node(drips(5)) as node:
        client = rpc(node.url, tries=1, deadline=0.2)
        with client, pytest.raises(Unavailable, match=r"within 0\.2 s"):
            client.request("m")


def test_request_to_nobody_is_unavailable() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with rpc(url, tries=1) as client, pytest.raises(Unavailable, match="ConnectError"):
        client.request("m")


def test_batch_answers_in_the_order_of_the_questions_whatever_the_nodes_order() -> None:
    def shuffled(handler: object, question: list[dict[str, object]]) -> None:
        replies = [{"id": one["id"], "result": one["method"]} for one in reversed(question)]
        raw(json.dumps(replies).encode())(handler, question)  # type: ignore[arg-type]

    with faulty_node(shuffled) as node, rpc(node.url) as client:  # type: ignore[arg-type]
        assert client.batch([("a", []), ("b", []), ("c", [])]) == ["a", "b", "c"]


def test_batch_asks_one_by_one_where_the_node_takes_no_batches() -> None:
    with faulty_node(fails(-32600, "no batches"), answers(7)) as node, rpc(node.url) as client:
        assert client.batch([("a", []), ("b", [])]) == [7, 7]
        assert client.batch([("a", []), ("b", [])]) == [7, 7]
        assert [isinstance(question, list) for question in node.questions] == [True, False, False, False, False]


@pytest.mark.parametrize("ids", [[0], [0, 0], [0, 2], [0, 1, 1]])
def test_batch_with_an_answer_missing_or_doubled_is_unavailable(ids: list[int]) -> None:
    body = json.dumps([{"id": number, "result": 1} for number in ids]).encode()
    with faulty_node(raw(body)) as node, rpc(node.url, tries=1) as client, pytest.raises(Unavailable):
        client.batch([("a", []), ("b", [])])


@pytest.mark.parametrize("strange", [[0], {"a": 1}, None, "0", True, 0.0])
def test_batch_with_an_answer_to_no_question_is_unavailable(strange: object) -> None:
    replies = [{"jsonrpc": "2.0", "id": strange, "result": "a"}, {"jsonrpc": "2.0", "id": 1, "result": "b"}]
    body = json.dumps(replies).encode()
    with faulty_node(raw(body)) as node, rpc(node.url, tries=1) as client, pytest.raises(Unavailable, match="one for"):
        client.batch([("eth_chainId", []), ("eth_chainId", [])])


def test_batch_splits_long_lists() -> None:
    with faulty_node(answers(1)) as node, rpc(node.url) as client:
        assert client.batch([("a", [])] * 250) == [1] * 250
        assert [len(question) for question in node.questions] == [100, 100, 50]


def test_batch_raises_the_error_of_one_question() -> None:
    body = json.dumps([{"id": 0, "result": 1}, {"id": 1, "error": {"code": -5, "message": "no"}}]).encode()
    with faulty_node(raw(body)) as node, rpc(node.url) as client, pytest.raises(RpcError, match="-5: no"):
        client.batch([("a", []), ("b", [])])


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:secret@node.example:8545/rpc?key=secret#x", "https://node.example:8545/rpc"),
        ("https://mainnet.example/v3/0123456789abcdef0123456789abcdef", "https://mainnet.example/v3/…"),
        ("http://[::1]:8545/", "http://[::1]:8545/"),
        ("http://127.0.0.1:8545", "http://127.0.0.1:8545"),
        ("http://x:notaport/secret", "(a URL that cannot be read)"),
    ],
)
def test_redact_leaves_no_credentials(url: str, shown: str) -> None:
    assert redact(url) == shown


def test_no_error_repr_or_log_tells_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with faulty_node(raw(b"<html>", 200)) as node:
        url = node.url.replace("http://", "http://me:passw0rd@") + "/v3/0123456789abcdef0123456789abcdef?k=hidden"
        client = rpc(url, tries=1)
        with client, pytest.raises(Unavailable) as caught:
            client.request("m")
    told = f"{caught.value} {client!r} {client.name} {caplog.text}"
    assert "HTTP Request" in caplog.text, "httpx logged, so there was something to redact"
    for secret in ("passw0rd", "0123456789abcdef", "hidden"):
        assert secret not in told


def test_an_address_that_is_no_url_is_refused_at_once() -> None:
    with pytest.raises(InvalidInput, match="http"):
        HttpRpc("ws://node.example")


def test_the_reader_and_the_events_need_neither_web3_nor_a_database() -> None:
    program = (
        "import sys, registry.chain.rpc, registry.chain.node, registry.chain.pinned, registry.chain.events;"
        "import registry.workflows.verifying;"
        "heavy = {'web3', 'eth_abi', 'eth_account', 'eth', 'eth_tester', 'solcx', 'sqlmodel', 'orjson'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"[]\n"
    program = "import sys, registry.chain.events; print('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"False\n"


def test_nested_json_ends_no_process_even_after_the_libraries_that_sign_were_imported() -> None:
    program = (
        "import registry.chain.embedded, registry.chain.keys, json\n"
        "try: json.loads('[' * 1_000_000)\n"
        "except RecursionError: print('refused')"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == b"refused\n"
