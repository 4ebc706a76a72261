"""Slow, huge and malformed requests end within bounds, and cost nobody else an answer."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import httpx
import pytest

from tests.web.conftest import ask, serve
from tests.web.scenario import World
from verifier_api.app import create_app
from verifier_api.settings import Settings

SECONDS = 1.0
SLACK = 4.0


@pytest.fixture(scope="module")
def patient(world: World) -> Iterator[str]:
    """A server with little patience."""
    settings = Settings(request_seconds=SECONDS, body_seconds=SECONDS, head_bytes=4_096)
    with serve(create_app(settings, registry=world.registry, store=world.store)) as address:
        yield address


@contextmanager
def connected(address: str) -> Iterator[socket.socket]:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        yield connection


def until_closed(connection: socket.socket) -> tuple[bytes, float]:
    """What comes until the server closes, and after how many seconds it does."""
    begun, found = time.monotonic(), b""
    with suppress(ConnectionResetError):
        while chunk := connection.recv(65_536):
            found += chunk
    return found, time.monotonic() - begun


def drip(connection: socket.socket, text: bytes, pause: float) -> float:
    """Send a byte at a time; after how many seconds the server had enough."""
    begun = time.monotonic()
    for byte in text:
        try:
            connection.sendall(bytes([byte]))
            connection.settimeout(pause)
            if connection.recv(1) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - begun


def test_who_says_nothing_is_left(patient: str) -> None:
    with connected(patient) as connection:
        said, seconds = until_closed(connection)
    assert said == b""
    assert SECONDS * 0.9 <= seconds < SECONDS + SLACK


def test_who_sends_the_head_byte_by_byte_is_left(patient: str) -> None:
    with connected(patient) as connection:
        seconds = drip(connection, b"GET /v1/status HTTP/1.1\r\nhost: x\r\n" + b"x: y\r\n" * 200, 0.05)
    assert seconds < SECONDS + SLACK


def test_a_second_head_on_a_kept_connection_has_the_same_time(patient: str) -> None:
    with connected(patient) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        assert connection.recv(4_096).startswith(b"HTTP/1.1 200")
        seconds = drip(connection, b"GET /v1/status HTTP/1.1\r\nhost: x\r\n" + b"x: y\r\n" * 200, 0.05)
    assert seconds < SECONDS + SLACK


def test_who_sends_the_body_byte_by_byte_is_told_and_left(patient: str) -> None:
    with connected(patient) as connection:
        connection.sendall(b"POST /v1/verify HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{")
        said, seconds = until_closed(connection)
    assert said.startswith(b"HTTP/1.1 408")
    assert seconds < SECONDS + SLACK


def test_a_body_that_nobody_reads_does_not_hold_the_connection(patient: str) -> None:
    with connected(patient) as connection:
        connection.sendall(b"POST /nothing HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n")
        seconds = drip(connection, b"x" * 400, 0.05)
    assert seconds < 2 * SECONDS + SLACK


def test_who_does_not_read_the_answer_is_left(patient: str) -> None:
    head = b"GET /static/verify.js HTTP/1.1\r\nhost: x\r\n\r\n"
    parts = urlsplit(patient)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(20)
        connection.connect((parts.hostname, parts.port))
        connection.sendall(head * 40)
        time.sleep(2 * SECONDS + SLACK)
        said, seconds = until_closed(connection)
    assert len(said) < 40 * 150_000
    assert seconds < SLACK


def test_who_reads_slowly_but_does_read_gets_all_of_it(patient: str) -> None:
    whole = httpx.get(f"{patient}/static/verify.js", headers={"accept-encoding": "identity"}, trust_env=False).content
    parts = urlsplit(patient)
    found = b""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(20)
        connection.connect((parts.hostname, parts.port))
        connection.sendall(b"GET /static/verify.js HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        begun = time.monotonic()
        while chunk := connection.recv(4_096):
            found += chunk
            time.sleep(0.06)
    assert time.monotonic() - begun > 2 * SECONDS, "slower than a request's time"
    assert found.partition(b"\r\n\r\n")[2] == whole


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nhost: x\r\nx: " + b"y" * 2_000_000 + b"\r\n\r\n",
        b"GET /" + b"y" * 8_192,
        b"GET / HTTP/1.1\r\n" + b"".join(b"x%d: y\r\n" % n for n in range(2_000)),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / FTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
        b"POST /v1/verify HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFFFF\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n",
        b"\r\n" * 10_000,
        b"GET \x00\xff HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
def test_what_is_no_request_of_bounded_size_is_refused(patient: str, sent: bytes) -> None:
    with connected(patient) as connection:
        with suppress(ConnectionResetError, BrokenPipeError):  # it need not hear all of it
            connection.sendall(sent)
        said, seconds = until_closed(connection)
    assert not said or said.startswith((b"HTTP/1.1 400", b"HTTP/1.1 408"))
    assert seconds < SECONDS + SLACK
    assert httpx.get(f"{patient}/healthz", trust_env=False).status_code == 200


def test_beyond_the_most_connections_the_answer_is_503_and_later_all_is_well(world: World) -> None:
    settings = Settings(most_connections=20, request_seconds=SECONDS)
    with ask(create_app(settings, registry=world.registry, store=world.store)) as client:
        idle = [socket.create_connection((client.base_url.host, client.base_url.port)) for _ in range(25)]
        try:
            busy = httpx.get(f"{client.base_url}/healthz", trust_env=False)
            assert busy.status_code == 503
            time.sleep(SECONDS + 1)
            assert httpx.get(f"{client.base_url}/healthz", trust_env=False).status_code == 200
        finally:
            for connection in idle:
                connection.close()


def test_a_hundred_silent_visitors_do_not_keep_another_waiting(patient: str) -> None:
    parts = urlsplit(patient)
    silent = [socket.create_connection((parts.hostname, parts.port)) for _ in range(100)]
    try:
        for connection in silent:
            connection.sendall(b"GET /v1/status HTTP/1.1\r\n")
        begun = time.monotonic()
        assert httpx.get(f"{patient}/v1/status", trust_env=False).status_code == 200
        assert time.monotonic() - begun < SLACK
    finally:
        for connection in silent:
            connection.close()


def test_an_upgrade_to_websockets_is_answered_as_any_request(patient: str) -> None:
    headers = {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
    headers["sec-websocket-key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    assert httpx.get(f"{patient}/healthz", headers=headers, trust_env=False).status_code == 200
