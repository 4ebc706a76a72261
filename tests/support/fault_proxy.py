"""An HTTP proxy before a node that fails in every way nodes were seen to fail: it delays, refuses, cuts, lies.

`proxy.rates` says how often each fault is played (1 is always), and may be changed while it runs. What a fault does is
drawn from the proxy's seed; `played` counts what was really bent.
"""

import json
import os
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Question = dict[str, Any]
Answer = dict[str, Any]
Header = dict[str, str]


class Exchange:
    """One request to the proxy: what was asked, and the ways to answer."""

    def __init__(self, proxy: "FaultProxy", handler: Any, body: bytes) -> None:
        self.proxy = proxy
        self.handler = handler
        self.body = body
        self.chance = random.Random(proxy.draw())
        parsed = json.loads(body)
        self.is_batch = isinstance(parsed, list)
        self.questions: list[Question] = parsed if self.is_batch else [parsed]

    def asks(self, *methods: str) -> bool:
        """Whether one of these methods is asked for."""
        return any(question["method"] in methods for question in self.questions)

    def honest(self, questions: list[Question] | None = None, *, of_another_chain: bool = False) -> list[Answer]:
        """What the node answers to the questions (or to others), in their order."""
        asked = self.questions if questions is None else questions
        body = json.dumps(asked if self.is_batch else asked[0]).encode()
        answers = json.loads(self.proxy.forward(self.handler, body, of_another_chain=of_another_chain))
        return answers if self.is_batch else [answers]

    def reply(self, answers: list[Answer]) -> None:
        """Answer with these."""
        self.send(json.dumps(answers if self.is_batch else answers[0]).encode())

    def pass_on(self) -> None:
        """Answer what the node answers."""
        self.send(self.proxy.forward(self.handler, self.body))

    def refuse(self, code: int, message: str) -> None:
        """Answer with a JSON-RPC error: for each question of a batch."""
        error = {"code": code, "message": message}
        self.reply([{"jsonrpc": "2.0", "id": question["id"], "error": error} for question in self.questions])

    def send(self, body: bytes, status: int = 200, headers: Header | None = None, length: int | None = None) -> None:
        """Answer with these bytes; `length` lies about how many there are."""
        self.handler.send_response(status)
        self.handler.send_header("content-type", "application/json")
        for name, value in (headers or {}).items():
            self.handler.send_header(name, value)
        self.handler.send_header("content-length", str(len(body) if length is None else length))
        self.handler.end_headers()
        self.handler.wfile.write(body)
        if length is not None:
            self.handler.close_connection = True


Fault = Callable[[Exchange], bool]
"""Plays a fault and answers; False, without an answer, if it has nothing to bend here."""

FAULTS: dict[str, Fault] = {}
"""By name, in words: what is wrong with the node."""


class FaultProxy:
    """Stands before the node at `upstream`. `other`: the address of a node of another chain.

    `rates`: by the name of a fault, how often it is played, 0 to 1. `pause`: seconds that a slow answer takes.
    `arm`: a method whose first question starts the faults; before, all is well.
    """

    def __init__(self, port: int, upstream: str, other: str | None, seed: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.rates: Mapping[str, float] = {}
        self.pause = 0.5
        self.arm: str | None = None
        self.stale_by = 0
        """How many blocks a stale node is behind; drawn for each request if 0."""
        self.played: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self._upstream, self._other = upstream, other
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self._healed = threading.Event()

    def draw(self) -> int:
        """A seed for one request's own chances."""
        with self._lock:
            return self._chance.getrandbits(64)

    def heal(self) -> None:
        """No faults from now on."""
        self.rates = {}
        self._healed.set()

    def fail(self, rates: Mapping[str, float]) -> None:
        """Play these faults from now on."""
        self._healed.clear()
        self.rates = dict(rates)

    def wait(self) -> None:
        """Keep somebody waiting, at most until all is well again."""
        self._healed.wait(self.pause)

    def play(self, handler: Any) -> None:
        """Answer one request."""
        exchange = Exchange(self, handler, handler.rfile.read(int(handler.headers["content-length"])))
        self.asked.update(question["method"] for question in exchange.questions)
        if self.arm and exchange.asks(self.arm):
            self.arm = None
        for name, rate in () if self.arm else tuple(self.rates.items()):
            if exchange.chance.random() < rate and self._plays(name, exchange):
                return
        exchange.pass_on()

    def _plays(self, name: str, exchange: Exchange) -> bool:
        try:
            played = FAULTS[name](exchange)
        except OSError:  # whoever asked is gone: it had its fault
            self.played[name] += 1
            raise
        self.played[name] += played
        return played

    def forward(self, handler: Any, body: bytes, *, of_another_chain: bool = False) -> bytes:
        """Ask the node behind; one connection for each of the proxy's own."""
        url = self._other if of_another_chain else self._upstream
        assert url is not None, "a node of another chain"
        connections: dict[str, HTTPConnection] = handler.connections
        if url not in connections:
            connections[url] = HTTPConnection(urlsplit(url).netloc, timeout=30)
        connections[url].request("POST", "/", body, {"content-type": "application/json"})
        return connections[url].getresponse().read()


@contextmanager
def fault_proxy(upstream: str, seed: int = 0, *, other: str | None = None) -> Iterator[FaultProxy]:
    """A proxy on a free port, without faults at first."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            self.connections: dict[str, HTTPConnection] = {}

        def finish(self) -> None:
            for connection in self.connections.values():
                connection.close()
            with suppress(OSError, ValueError):
                super().finish()

        def do_POST(self) -> None:
            try:
                proxy.play(self)
            except (BrokenPipeError, ConnectionResetError, ConnectionAbortedError):
                self.close_connection = True  # the client had enough, or was killed

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: Any) -> None:
            """A connection that broke is what this is for; anything else shows as an answer that is missing."""

    server = Server(("127.0.0.1", 0), Handler)
    proxy = FaultProxy(server.server_address[1], upstream, other, seed)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def fault(name: str) -> Callable[[Fault], Fault]:
    """Give a fault its name."""

    def named(play: Fault) -> Fault:
        FAULTS[name] = play
        return play

    return named


def _sends(name: str, body: bytes, status: int = 200, headers: Header | None = None) -> None:
    """A fault that answers everything with these bytes."""

    @fault(name)
    def play(exchange: Exchange) -> bool:
        exchange.send(body, status, headers)
        return True


# What the way to the node does.

HTML = b"<!DOCTYPE html><html><body><h1>Service temporarily unavailable</h1></body></html>"

_sends("429", b"slow down", 429)
_sends("429 with Retry-After", b"slow down", 429, {"retry-after": "1"})
_sends("429 with a date", b"slow down", 429, {"retry-after": "Fri, 31 Dec 1999 23:59:59 GMT"})
_sends("500", b"oops", 500)
_sends("502 with a page", HTML, 502)
_sends("503", b"", 503)
_sends("504", b"", 504)
_sends("404", HTML, 404)
_sends("a page", HTML)
_sends("nothing", b"")
_sends("a redirect", b"", 307, {"location": "http://127.0.0.1:9/"})


@fault("silence")
def _silence(exchange: Exchange) -> bool:
    exchange.proxy.wait()
    exchange.handler.close_connection = True
    return True


@fault("slow")
def _slow(exchange: Exchange) -> bool:
    exchange.proxy.wait()
    exchange.pass_on()
    return True


@fault("reset")
def _reset(exchange: Exchange) -> bool:
    """The connection is reset, before the answer or within it."""
    connection: socket.socket = exchange.handler.connection
    if exchange.chance.random() < 0.5:
        exchange.send(exchange.proxy.forward(exchange.handler, exchange.body)[:20], length=10_000)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())
    exchange.handler.close_connection = True
    return True


@fault("cut short")
def _cut_short(exchange: Exchange) -> bool:
    """The body ends before its announced length."""
    body = exchange.proxy.forward(exchange.handler, exchange.body)
    exchange.send(body[: exchange.chance.randrange(len(body))], length=len(body))
    return True


@fault("cut JSON")
def _cut_json(exchange: Exchange) -> bool:
    """The body ends early, and its length says so."""
    body = exchange.proxy.forward(exchange.handler, exchange.body)
    exchange.send(body[: exchange.chance.randrange(1, len(body))])
    return True


@fault("not UTF-8")
def _not_utf8(exchange: Exchange) -> bool:
    body = exchange.proxy.forward(exchange.handler, exchange.body)
    exchange.send(body.replace(b'"0x', b'"\xff\xfe\0', 1))
    return True


SHAPES: list[Any] = [
    None, [], {}, "ok", 7, [None], {"jsonrpc": "2.0", "id": 0}, {"result": None, "error": None}, [[]], {"error": "no"},
    {"jsonrpc": "2.0", "id": 0, "result": {}}, {"jsonrpc": "2.0", "id": 0, "result": [[]]}, {"error": {}},
    {"jsonrpc": "2.0", "id": 0, "result": "0x"}, {"jsonrpc": "2.0", "id": 0, "result": [{"blockNumber": []}]},
    {"jsonrpc": "2.0", "id": 0, "result": [{"blockNumber": "0x5", "logIndex": None}]},
    {"jsonrpc": "2.0", "id": 0, "result": {"number": "latest"}},
]  # fmt: skip
"""JSON that answers nothing."""


@fault("another shape")
def _another_shape(exchange: Exchange) -> bool:
    exchange.send(json.dumps(exchange.chance.choice(SHAPES)).encode())
    return True


@fault("answers to other questions")
def _other_answers(exchange: Exchange) -> bool:
    """One answer of a batch is missing, comes twice, or bears another's number."""
    answers = exchange.honest()
    if not exchange.is_batch:
        return False
    if exchange.chance.random() < 0.5:
        answers.pop()
    else:
        answers[0] = answers[-1]
    exchange.reply(answers)
    return True


# What the node refuses.

REFUSALS = [
    (-32005, "query returned more than 10000 results. Try with this block range [0x1, 0x2]."),
    (-32602, "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range"),
    (-32000, "block range is too wide"),
    (-32000, "exceed maximum block range: 5000"),
    (-32600, "eth_getLogs is limited to a 1000 blocks range"),
    (-32000, "query timeout exceeded"),
    (-32701, "Please specify an address in your request or, to remove restrictions, order a dedicated full node"),
    (-32616, "requested too many blocks from 0 to 16384, maximum is set to 2048"),
]
"""How nodes say that they will not hand over so many logs."""


@fault("ranges refused")
def _ranges_refused(exchange: Exchange) -> bool:
    """Logs of more than two blocks are refused, in words that differ."""
    query = exchange.questions[0]["params"][0] if exchange.asks("eth_getLogs") else {}
    if "fromBlock" not in query or int(query["toBlock"], 16) - int(query["fromBlock"], 16) < 2:
        return False
    exchange.refuse(*exchange.chance.choice(REFUSALS))
    return True


@fault("logs refused")
def _logs_refused(exchange: Exchange) -> bool:
    if not exchange.asks("eth_getLogs"):
        return False
    exchange.refuse(*exchange.chance.choice(REFUSALS))
    return True


@fault("internal error")
def _internal_error(exchange: Exchange) -> bool:
    exchange.refuse(-32603, "Internal error")
    return True


@fault("hostile words")
def _hostile_words(exchange: Exchange) -> bool:
    exchange.refuse(-32000, "\0\x1b[31m\ud800\u202egnp.exe" + "x" * 5_000)
    return True


@fault("too fast")
def _too_fast(exchange: Exchange) -> bool:
    """A refusal for speed that comes with status 200."""
    exchange.refuse(-32005, "rate limit exceeded, 25 requests per second")
    return True


@fault("no state")
def _no_state(exchange: Exchange) -> bool:
    """No storage is told: neither old nor new."""
    if not exchange.asks("eth_getStorageAt"):
        return False
    exchange.refuse(-32000, "missing trie node 0xabc (path )")
    return True


# What the node does not know yet, or any more.


@fault("null blocks")
def _null_blocks(exchange: Exchange) -> bool:
    return _bend(exchange, ("eth_getBlockByNumber", "eth_getBlockByHash"), lambda *_: None)


@fault("stale")
def _stale(exchange: Exchange) -> bool:
    """This answer comes from a node that is some blocks behind."""
    if not exchange.asks("eth_getBlockByNumber", "eth_getLogs", "eth_getStorageAt"):
        return False
    ask = {"jsonrpc": "2.0", "id": 0, "method": "eth_blockNumber", "params": []}
    told = json.loads(exchange.proxy.forward(exchange.handler, json.dumps(ask).encode()))["result"]
    head = max(0, int(told, 16) - (exchange.proxy.stale_by or exchange.chance.randrange(1, 30)))
    answers = exchange.honest([_as_of(question, head) for question in exchange.questions])
    for question, answer in zip(exchange.questions, answers, strict=True):
        if question["method"] == "eth_getBlockByNumber" and _above(question["params"][0], head):
            answer["result"] = None
    exchange.reply(answers)
    return True


def _as_of(question: Question, head: int) -> Question:
    """The question as a node would understand it whose head is block `head`."""
    params = [hex(head) if param == "latest" else param for param in question["params"]]
    if question["method"] == "eth_getLogs" and _above(params[0].get("toBlock"), head):
        params = [params[0] | {"toBlock": hex(max(head, int(params[0]["fromBlock"], 16) - 1))}]
    return question | {"params": params}


def _above(number: Any, head: int) -> bool:
    return isinstance(number, str) and number.startswith("0x") and int(number, 16) > head


@fault("another head")
def _another_head(exchange: Exchange) -> bool:
    """The newest block is called some blocks newer than it is."""
    if not any(question["params"][:1] == ["latest"] for question in exchange.questions):
        return False
    answers = exchange.honest()
    for question, answer in zip(exchange.questions, answers, strict=True):
        if question["method"] == "eth_getBlockByNumber" and question["params"][0] == "latest":
            answer["result"]["number"] = hex(int(answer["result"]["number"], 16) + exchange.chance.randrange(1, 10))
    exchange.reply(answers)
    return True


@fault("another chain")
def _another_chain(exchange: Exchange) -> bool:
    """The load balancer hands the request to a node of another chain."""
    exchange.reply(exchange.honest(of_another_chain=True))
    return True


# Wrong answers about logs.

Bend = Callable[[Any, random.Random], Any]


def _bend(exchange: Exchange, methods: tuple[str, ...], bend: Bend) -> bool:
    """Answer with what `bend` makes of one result, drawn from those that these methods gave."""
    if not exchange.asks(*methods):
        return False
    answers = exchange.honest()
    pairs = zip(exchange.questions, answers, strict=True)
    bendable = [answer for question, answer in pairs if question["method"] in methods and answer.get("result")]
    if not bendable:
        return False
    answer = exchange.chance.choice(bendable)
    bent = bend(answer["result"], exchange.chance)
    if bent == answer["result"]:
        return False
    answer["result"] = bent
    exchange.reply(answers)
    return True


def _logs(name: str, bend: Callable[[list[Any], int, random.Random], list[Any]]) -> None:
    """A fault of the logs in an answer: `bend` takes them, a place among them, and a chance."""

    def at_some_place(logs: list[Any], chance: random.Random) -> list[Any]:
        return bend(list(logs), chance.randrange(len(logs)), chance)

    @fault(name)
    def play(exchange: Exchange) -> bool:
        return _bend(exchange, ("eth_getLogs",), at_some_place)


def _with(log: Any, **members: Any) -> Any:
    return log | members


def _flipped(text: str, chance: random.Random) -> str:
    """Hex with one other digit."""
    at = chance.randrange(2, len(text))
    return text[:at] + format(int(text[at], 16) ^ chance.randrange(1, 16), "x") + text[at + 1 :]


def _altered(logs: list[Any], at: int, name: str, value: Any) -> list[Any]:
    logs[at] = _with(logs[at], **{name: value})
    return logs


def _shuffled(logs: list[Any], _: int, chance: random.Random) -> list[Any]:
    chance.shuffle(logs)
    return logs


def _lagging(logs: list[Any], _: int, __: random.Random) -> list[Any]:
    """The header is there, the logs of the newest block are not."""
    return [log for log in logs if log["blockNumber"] != logs[-1]["blockNumber"]]


def _another_topic(logs: list[Any], at: int, chance: random.Random) -> list[Any]:
    topics = list(logs[at]["topics"])
    place = chance.randrange(len(topics))
    topics[place] = _flipped(topics[place], chance)
    return _altered(logs, at, "topics", topics)


def _traded(logs: list[Any], at: int, chance: random.Random) -> list[Any]:
    """Two events trade their contents: not those of two contracts in one block, whose order nothing proves."""
    one = logs[at]
    others = [
        n for n, log in enumerate(logs) if log["address"] == one["address"] or log["blockHash"] != one["blockHash"]
    ]
    other = chance.choice(others)
    two = logs[other]
    for place, log in ((at, two), (other, one)):
        logs[place] = logs[place] | {name: log[name] for name in ("address", "topics", "data")}
    return logs


def _other_data(logs: list[Any], at: int, chance: random.Random) -> list[Any]:
    return _altered(logs, at, "data", _flipped(logs[at]["data"], chance))


_logs("logs dropped", lambda logs, at, _: logs[:at] + logs[at + 1 :])
_logs("logs cut", lambda logs, at, _: logs[:at])
_logs("no logs", lambda *_: [])
_logs("logs twice", lambda logs, at, _: logs[: at + 1] + logs[at:])
_logs("logs shuffled", _shuffled)
_logs("logs traded", _traded)
_logs("logs removed", lambda logs, at, _: _altered(logs, at, "removed", True))
_logs("logs late", _lagging)
_logs("another topic", _another_topic)
_logs("other data", _other_data)
_logs("no hex", lambda logs, at, _: _altered(logs, at, "data", "0x\0\ud800"))
_logs("data of an odd length", lambda logs, at, _: _altered(logs, at, "data", logs[at]["data"] + "00"))
_logs("another contract", lambda logs, at, c: _altered(logs, at, "address", _flipped(logs[at]["address"], c)))
_logs("another block's log", lambda logs, at, c: _altered(logs, at, "blockHash", _flipped(logs[at]["blockHash"], c)))
_logs("another number", lambda logs, at, c: _altered(logs, at, "blockNumber", _flipped(logs[at]["blockNumber"], c)))


# Wrong answers about blocks and storage.


def _blocks(name: str, member: str) -> None:
    @fault(name)
    def play(exchange: Exchange) -> bool:
        return _bend(
            exchange,
            ("eth_getBlockByNumber", "eth_getBlockByHash"),
            lambda block, chance: block | {member: _flipped(block[member], chance)},
        )


_blocks("another hash", "hash")
_blocks("another parent", "parentHash")
_blocks("another time", "timestamp")
_blocks("another bloom", "logsBloom")


@fault("another word")
def _another_word(exchange: Exchange) -> bool:
    """A storage word is altered, or comes shorter."""

    def bend(word: str, chance: random.Random) -> str:
        return _flipped(word, chance) if chance.random() < 0.8 else word[:-2]

    return _bend(exchange, ("eth_getStorageAt",), bend)


@fault("zero words")
def _zero_words(exchange: Exchange) -> bool:
    """The node forgot its state and says so by zeros."""
    return _bend(exchange, ("eth_getStorageAt",), lambda word, _: "0x" + "0" * (len(word) - 2))
