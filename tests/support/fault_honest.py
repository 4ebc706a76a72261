"""Faults that leave the answers true: of the way to a node, of what it refuses, of what it does not know."""

import json
import os
import socket
import struct
from typing import Any

from support.fault_exchange import Exchange, Header, Question, bend_one, fault


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
    return bend_one(exchange, ("eth_getBlockByNumber", "eth_getBlockByHash"), lambda *_: None)


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
