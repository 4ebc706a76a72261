"""A thin JSON-RPC reader over httpx: what the verifier and the indexer ask a node with. No web3.

Faulty nodes are real: they time out, truncate, answer HTML, answer without end. Everything here is bounded (time,
size, tries), and whatever is not a JSON-RPC answer is `Unavailable`, naming the node without its credentials.
"""

import json
import logging
import re
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit, urlunsplit

import httpx

from registry.chain.pace import Pace
from registry.chain.room import Place, Room
from registry.chain.watching import NOBODY, RpcWatch
from registry.domain.errors import InvalidInput, OffsetproofError, Unavailable

Call = tuple[str, Sequence[Any]]
T = TypeVar("T")

RETRYABLE_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
# A second sending of these would do the thing twice.
NOT_REPEATABLE = ("eth_sendTransaction", "evm_", "anvil_", "hardhat_")
# A question that took too long is asked again as it is, except this one: who asks it can ask for fewer blocks.
DIVISIBLE = "eth_getLogs"
MAX_BATCH = 100
# How nodes that answer with status 200 say "not so fast"; "-32005" alone may also mean "not so many logs".
_TOO_FAST = re.compile(r"too many requests|rate.?limit|request rate|per second|throttl|capacity", re.IGNORECASE)


class RpcError(OffsetproofError):
    """The node understood the question and answered with a JSON-RPC error. `data` carries a revert's bytes, if any."""

    def __init__(self, code: int, message: str, data: Any = None) -> None:
        super().__init__(f"the node answered with error {code}: {message}")
        self.code = code
        self.rpc_message = message
        self.data = data

    def __reduce__(self) -> tuple[Any, ...]:
        return RpcError, (self.code, self.rpc_message, self.data)


class Overburdened(Unavailable):
    """The answer would be too large, or takes too long: asking for less may help."""


class Throttled(Unavailable):
    """Too much is asked at once, for the node or for the room that answers have here.

    `seconds`: how long the node asked us to wait; 0 if it did not say.
    """

    seconds = 0


_ERRORS: dict[str, type[Unavailable]] = {
    "timeout": Overburdened,
    "slow": Overburdened,
    "too-large": Overburdened,
    "http-429": Throttled,
    "crowded": Throttled,
}
"""By the kind of failure that `RpcWatch` hears of; all others are Unavailable."""


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

    `timeout` and `deadline` are seconds: for one step of a request, and for the whole answer. `max_bytes` bounds all
    answers on their way at once, after decompression. Retryable faults are tried `tries` times with a growing pause.
    `watch` hears of each. `loads` reads JSON.

    Pickled for another process it asks there in the same ways, through connections of its own and watched by nobody;
    `sleep` and `loads` must then be functions that the other process finds by their names.
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
        loads: Callable[[bytes], Any] = json.loads,
    ) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise InvalidInput("this is not the address of a node", expected="http://… or https://…", found=redact(url))
        self._url = url
        self._ways: dict[str, Any] = {
            "timeout": timeout, "deadline": deadline, "max_bytes": max_bytes, "tries": tries, "pause": pause,
            "sleep": sleep, "loads": loads,
        }  # fmt: skip
        self._deadline = deadline
        self._room = Room(max_bytes)
        self._tries = max(1, tries)
        self._pause = pause
        self._sleep = sleep
        self.watch = watch
        """Hears of each question, and of each that failed."""
        self._name = redact(url)
        self._loads = loads
        self._batches = True
        self._pace = Pace(sleep=sleep)
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

    def __reduce__(self) -> tuple[Any, ...]:
        return _connected, (self._url, self._ways)

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> "HttpRpc":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def request(self, method: str, params: Sequence[Any] = ()) -> Any:
        """Ask once. Raises `RpcError` (the node says no) or `Unavailable` (no usable answer)."""
        return self._ask(_question(0, (method, params)), [method], lambda answer: self._result(answer, method))

    def batch(self, calls: Sequence[Call]) -> list[Any]:
        """Ask several questions, in one request where the node takes batches. Answers in the order of `calls`."""
        results: list[Any] = []
        for start in range(0, len(calls), MAX_BATCH):
            results += self._batch(calls[start : start + MAX_BATCH])
        return results

    def _batch(self, calls: Sequence[Call]) -> list[Any]:
        if len(calls) > 1 and self._batches:
            questions = [_question(i, call) for i, call in enumerate(calls)]
            results = self._ask(questions, [method for method, _ in calls], lambda answers: self._each(answers, calls))
            if results is not None:
                return results
            self._batches = False  # this node takes no batches
        return [self.request(method, params) for method, params in calls]

    def _each(self, answers: Any, calls: Sequence[Call]) -> list[Any] | None:
        """The results in the order of `calls`; None if the node refused the batch as such."""
        if isinstance(answers, dict) and "error" in answers:
            try:
                self._result(answers, "a batch")
            except RpcError:
                return None
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
            message = _printable(error.get("message", ""))
            if code == 429 or _TOO_FAST.search(message):
                raise self._unusable("an answer", f"the error {code}: {message}", "http-429")
            self.watch.failed(self._name, "refused")
            raise RpcError(code if isinstance(code, int) else 0, message, error.get("data"))
        if error is not None or "result" not in answer:
            raise self._unusable(f"a result or an error for {method}", f"the members {sorted(map(ascii, answer))[:8]}")
        return answer["result"]

    def _ask(self, question: Any, methods: Sequence[str], read: Callable[[Any], T]) -> T:
        body = json.dumps(question, separators=(",", ":")).encode()
        tries = 1 if any(m.startswith(NOT_REPEATABLE) for m in methods) else self._tries
        for attempt in range(1, tries + 1):
            begun = time.monotonic()
            try:
                with self._pace.turn():
                    answer = read(self._post(body))
                self._pace.went_well()
                return answer
            except Unavailable as error:
                if isinstance(error, Throttled):
                    self._pace.slow_down(error.seconds)
                hopeless = isinstance(error, Overburdened) and DIVISIBLE in methods
                if attempt == tries or hopeless:
                    raise
            finally:
                self.watch.asked(self._name, methods[0], time.monotonic() - begun)
            self._sleep(self._pause * 2 ** (attempt - 1))
        raise AssertionError("unreachable")

    def _post(self, body: bytes) -> Any:
        with self._room.place() as place:
            text, status = self._receive(body, place)
            return self._parse(text, status)

    def _receive(self, body: bytes, place: Place) -> tuple[bytes, int]:
        deadline = time.monotonic() + self._deadline
        received: list[bytes] = []
        try:
            with self._client.stream("POST", self._url, content=body) as response:
                for chunk in response.iter_bytes():
                    if not place.grow(len(chunk)):
                        raise self._no_room(place.taken + len(chunk))
                    received.append(chunk)
                    if time.monotonic() > deadline:
                        raise self._unusable(f"a whole answer within {self._deadline:g} s", "a part of it", "slow")
                if response.status_code == 429:
                    raise self._throttled(response.headers.get("retry-after", ""))
                status = response.status_code
        except httpx.TimeoutException as error:
            raise self._unusable("an answer in time", type(error).__name__, "timeout") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise self._unusable("an answer", type(error).__name__, "connection") from None
        return b"".join(received), status

    def _no_room(self, size: int) -> Unavailable:
        """The error for an answer of `size` bytes or more: too large by itself, or too much beside others."""
        most = self._room.most
        if size > most:
            return self._unusable(f"an answer of at most {most} bytes", "a larger one", "too-large")
        return self._unusable(f"answers of at most {most} bytes at once", "more", "crowded")

    def _throttled(self, retry_after: str) -> Unavailable:
        error = self._unusable("HTTP status 200", "status 429 (too many requests)", "http-429")
        if isinstance(error, Throttled) and retry_after.isascii() and retry_after.isdigit():
            error.seconds = int(retry_after)
        return error

    def _parse(self, text: bytes, status: int) -> Any:
        if status in RETRYABLE_STATUS:
            raise self._unusable("HTTP status 200", f"status {status}", f"http-{status}")
        try:
            answer = self._loads(text)
        except (ValueError, RecursionError):
            # HTML of a proxy, a truncated answer, nothing at all
            raise self._unusable("a JSON answer", f"status {status} and {_excerpt(text)}", "not-json") from None
        if status != 200 and not (isinstance(answer, dict) and "error" in answer):
            raise self._unusable("HTTP status 200", f"status {status}", f"http-{status}")
        return answer

    def _unusable(self, expected: str, found: str, kind: str = "not-rpc") -> Unavailable:
        self.watch.failed(self._name, kind)
        return _ERRORS.get(kind, Unavailable)(
            f"the node at {self.name} gave no usable answer",
            expected=expected,
            found=found,
            hint="again later, or another node (--rpc)",
        )


def _connected(url: str, ways: dict[str, Any]) -> HttpRpc:
    return HttpRpc(url, **ways)


def _question(number: int, call: Call) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": call[0], "params": list(call[1])}


def _printable(message: object) -> str:
    """What the node says, cut, and safe to print: no controls, no lone surrogates."""
    return "".join(c if c.isprintable() else "?" for c in str(message)[:1000])


def _kind(value: Any) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"


def _excerpt(text: bytes) -> str:
    if not text.strip():
        return "an empty answer"
    start = text.lstrip()[:15].lower()
    return "an HTML page" if start.startswith((b"<!doctype", b"<html")) else f"{len(text)} bytes that are not JSON"
