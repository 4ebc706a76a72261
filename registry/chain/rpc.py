"""A thin JSON-RPC reader over httpx: what the verifier and the indexer ask a node with. No web3.

Faulty nodes are real: they time out, truncate, answer HTML, answer without end. Everything here is bounded (time,
size, tries), and whatever is not a JSON-RPC answer is `Unavailable`, naming the node without its credentials.
"""

import json
import logging
import re
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import httpx

from registry.chain.watching import NOBODY, RpcWatch
from registry.domain.errors import InvalidInput, OffsetproofError, Unavailable

Call = tuple[str, Sequence[Any]]

RETRYABLE_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
# A second sending of these would do the thing twice.
NOT_REPEATABLE = ("eth_sendTransaction", "evm_", "anvil_", "hardhat_")
MAX_BATCH = 100


class RpcError(OffsetproofError):
    """The node understood the question and answered with a JSON-RPC error. `data` carries a revert's bytes, if any."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(f"the node answered with error {code}: {message}")
        self.code = code
        self.rpc_message = message
        self.data = data


class Rpc(Protocol):
    """Whoever answers JSON-RPC: a node at a URL (`HttpRpc`), or the embedded chain (`Embedded`)."""

    @property
    def name(self) -> str:
        """How to name this source to people; never with credentials."""

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        """Ask once. Raises `RpcError` (the node says no) or `Unavailable` (no usable answer)."""

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        """Ask several questions; answers in the order of the questions. Raises the first error."""


def redact(url: str) -> str:
    """The URL without user, password, query, fragment, and with path segments that look like keys replaced."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(a URL that cannot be read)"
    host = f"[{host}]" if ":" in host else host
    path = "/".join("…" if re.fullmatch(r"[A-Za-z0-9_\-.~%]{16,}", part) else part for part in parts.path.split("/"))
    return urlunsplit((parts.scheme, host + port, path, "", ""))


class _RedactUrls(logging.Filter):
    """httpx logs each request's URL; keys in it must not reach a log."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(redact(str(a)) if isinstance(a, httpx.URL) else a for a in record.args)
        return True


logging.getLogger("httpx").addFilter(_RedactUrls())


class HttpRpc:
    """JSON-RPC over HTTP. Safe to share between threads.

    `timeout` and `deadline` are seconds: for one step of a request, and for the whole answer. `max_bytes` bounds the
    answer after decompression. Retryable faults are tried `tries` times with a growing pause. `watch` hears of each.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float = 10.0,
        deadline: float = 60.0,
        max_bytes: int = 64 * 1024 * 1024,
        tries: int = 4,
        pause: float = 0.25,
        sleep: Callable[[float], None] = time.sleep,
        watch: RpcWatch = NOBODY,
    ) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise InvalidInput("this is not the address of a node", expected="http://… or https://…", found=redact(url))
        self._url = url
        self._deadline = deadline
        self._max_bytes = max_bytes
        self._tries = max(1, tries)
        self._pause = pause
        self._sleep = sleep
        self._watch = watch
        self._name = redact(url)
        self._batches = True
        self._client = httpx.Client(timeout=timeout, headers={"content-type": "application/json"}, trust_env=False)

    @property
    def name(self) -> str:
        return self._name

    @property
    def url(self) -> str:
        """The address as it was given, with whatever credentials it holds: to ask, not to show."""
        return self._url

    def __repr__(self) -> str:
        return f"HttpRpc({self.name!r})"

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> "HttpRpc":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        """Ask once. Raises `RpcError` (the node says no) or `Unavailable` (no usable answer)."""
        answer = self._ask(_question(0, (method, params)), [method])
        return self._result(answer, method)

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        """Ask several questions, in one request where the node takes batches. Answers in the order of `calls`."""
        results: list[Any] = []
        for start in range(0, len(calls), MAX_BATCH):
            results += self._batch(calls[start : start + MAX_BATCH])
        return results

    def _batch(self, calls: Sequence[Call]) -> list[Any]:
        if len(calls) < 2 or not self._batches:
            return [self.request(method, params) for method, params in calls]
        answers = self._ask([_question(i, call) for i, call in enumerate(calls)], [method for method, _ in calls])
        if isinstance(answers, dict) and "error" in answers:
            self._batches = False  # this node takes no batches
            return self._batch(calls)
        if not isinstance(answers, list):
            raise self._unusable("a list of answers to a batch", _kind(answers))
        by_id = {a.get("id"): a for a in answers if isinstance(a, dict) and type(a.get("id")) is int}
        if len(answers) != len(calls) or set(by_id) != set(range(len(calls))):
            raise self._unusable(f"{len(calls)} answers, one for each question", f"{len(answers)} answers")
        return [self._result(by_id[i], method) for i, (method, _) in enumerate(calls)]

    def _result(self, answer: Any, method: str) -> Any:
        if not isinstance(answer, dict):
            raise self._unusable(f"an answer object to {method}", _kind(answer))
        error = answer.get("error")
        if isinstance(error, dict):
            code = error.get("code")
            message = str(error.get("message", ""))[:1000]
            self._watch.failed(self._name, "refused")
            raise RpcError(code if isinstance(code, int) else 0, message, error.get("data"))
        if error is not None or "result" not in answer:
            raise self._unusable(f"a result or an error for {method}", f"the members {sorted(map(str, answer))[:8]}")
        return answer["result"]

    def _ask(self, question: Any, methods: Sequence[str]) -> Any:
        body = json.dumps(question, separators=(",", ":")).encode()
        tries = 1 if any(m.startswith(NOT_REPEATABLE) for m in methods) else self._tries
        for attempt in range(1, tries + 1):
            begun = time.monotonic()
            try:
                return self._post(body)
            except Unavailable:
                if attempt == tries:
                    raise
            finally:
                self._watch.asked(self._name, methods[0], time.monotonic() - begun)
            self._sleep(self._pause * 2 ** (attempt - 1))
        raise AssertionError("unreachable")

    def _post(self, body: bytes) -> Any:
        deadline = time.monotonic() + self._deadline
        received = bytearray()
        try:
            with self._client.stream("POST", self._url, content=body) as response:
                for chunk in response.iter_bytes():
                    received += chunk
                    if len(received) > self._max_bytes:
                        expected = f"an answer of at most {self._max_bytes} bytes"
                        raise self._unusable(expected, "a larger one", "too-large")
                    if time.monotonic() > deadline:
                        raise self._unusable(f"a whole answer within {self._deadline:g} s", "a part of it", "slow")
                status = response.status_code
        except httpx.TimeoutException as error:
            raise self._unusable("an answer in time", type(error).__name__, "timeout") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise self._unusable("an answer", type(error).__name__, "connection") from None
        return self._parse(bytes(received), status)

    def _parse(self, text: bytes, status: int) -> Any:
        if status in RETRYABLE_STATUS:
            raise self._unusable("HTTP status 200", f"status {status}", f"http-{status}")
        try:
            answer = json.loads(text)
        except (ValueError, RecursionError):
            # HTML of a proxy, a truncated answer, nothing at all
            raise self._unusable("a JSON answer", f"status {status} and {_excerpt(text)}", "not-json") from None
        if status != 200 and not (isinstance(answer, dict) and "error" in answer):
            raise self._unusable("HTTP status 200", f"status {status}", f"http-{status}")
        return answer

    def _unusable(self, expected: str, found: str, kind: str = "not-rpc") -> Unavailable:
        self._watch.failed(self._name, kind)
        return Unavailable(
            f"the node at {self.name} gave no usable answer",
            expected=expected,
            found=found,
            hint="again later, or another node (--rpc)",
        )


def _question(number: int, call: Call) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": call[0], "params": list(call[1])}


def _kind(value: Any) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"


def _excerpt(text: bytes) -> str:
    if not text.strip():
        return "an empty answer"
    start = text.lstrip()[:15].lower()
    return "an HTML page" if start.startswith((b"<!doctype", b"<html")) else f"{len(text)} bytes that are not JSON"
