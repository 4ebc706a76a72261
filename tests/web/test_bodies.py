"""Uploads are bounded: large, deep, slow or broken ones get their answer quickly, and cost no memory."""

import resource
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from tests.web.scenario import World

JSON = {"content-type": "application/json"}
MEBIBYTE = 1_048_576
GROWTH = 64 * MEBIBYTE


def chunks(size: int) -> Iterator[bytes]:
    chunk = b" " * 65_536
    for _ in range(size // len(chunk)):
        yield chunk


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/verify"), ("POST", "/verify"), ("PUT", "/v1/tranches/1/0")])
def test_a_hundred_megabytes_are_refused_quickly_and_not_kept(
    address: str, method: str, path: str, announced: bool
) -> None:
    size = 100 * MEBIBYTE
    headers = dict(JSON) | ({"content-length": str(size)} if announced else {})
    before, start = peak(), time.monotonic()
    answer = httpx.request(method, address + path, content=chunks(size), headers=headers, timeout=30, trust_env=False)
    assert answer.status_code == 413
    assert time.monotonic() - start < 10
    assert peak() - before < GROWTH


def test_a_large_file_in_a_form_is_refused(client: httpx.Client) -> None:
    answer = client.post("/v1/verify", files={"file": ("c.json", b" " * (MEBIBYTE + 1), "application/json")})
    assert (answer.status_code, answer.json()["kind"]) == (413, "too-large")


@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
def test_a_hundred_thousand_brackets_are_refused_quickly(client: httpx.Client, bracket: bytes) -> None:
    start = time.monotonic()
    answer = client.post("/v1/verify", content=bracket * 100_000, headers=JSON)
    assert (answer.status_code, answer.json()["kind"]) == (400, "not-a-bundle")
    assert time.monotonic() - start < 2


def test_a_slow_body_is_given_up(address: str) -> None:
    parts = urlsplit(address)
    start = time.monotonic()
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20) as wire:
        wire.sendall(
            b"POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
        )
        answer = wire.recv(65_536)
    assert b"408" in answer.split(b"\r\n")[0]
    assert time.monotonic() - start < 8


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b'{"version":1e3}', JSON, 400),
        (b'{"a":1,"a":2}', JSON, 400),
        (b'{"a":9007199254740993}', JSON, 400),
        (b"{}", JSON, 422),
        (b"[]", JSON, 422),
        (b"<xml/>", {"content-type": "text/xml"}, 415),
        (b"x", {"content-type": "multipart/form-data"}, 400),
        (b"--b\r\nbroken", {"content-type": "multipart/form-data; boundary=b"}, 400),
    ],
)
def test_what_is_no_bundle_is_a_problem_with_its_status(
    client: httpx.Client, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = client.post("/v1/verify", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_form_without_a_file_says_what_to_do(client: httpx.Client) -> None:
    answer = client.post("/v1/verify", files={"other": (None, "text")})
    assert (answer.status_code, answer.json()["kind"]) == (400, "no-file")


def test_a_member_with_the_wrong_type_is_named(client: httpx.Client, world: World) -> None:
    text = world.retired.to_json().decode().replace('"index":0', '"index":"0"', 1)
    answer = client.post("/v1/verify", content=text, headers=JSON)
    assert (answer.status_code, answer.json()["place"]) == (422, "leaf.index")
