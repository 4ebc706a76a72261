"""A small HTTP server that misbehaves on command: it drops, delays, truncates, floods."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[[BaseHTTPRequestHandler, Any], None]


class FaultyNode:
    """Plays the behaviours in turn, the last one for ever; `questions` holds what was asked."""

    def __init__(self, port: int, behaviours: list[Behaviour]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.behaviours = behaviours
        self.questions: list[Any] = []

    def play(self, handler: BaseHTTPRequestHandler) -> None:
        question = json.loads(handler.rfile.read(int(handler.headers["content-length"])))
        self.questions.append(question)
        behaviour = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
        with suppress(BrokenPipeError, ConnectionResetError):  # the client had enough, as it should
            behaviour(handler, question)


@contextmanager
def faulty_node(*behaviours: Behaviour) -> Iterator[FaultyNode]:
    """A node that plays these behaviours, one for each request."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            node.play(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    node = FaultyNode(server.server_address[1], list(behaviours))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield node
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def raw(body: bytes, status: int = 200, length: int | None = None) -> Behaviour:
    """Answer with these bytes; `length` lies about how many there are."""

    def play(handler: BaseHTTPRequestHandler, _: Any) -> None:
        handler.send_response(status)
        handler.send_header("content-length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    return play


def answers(result: Any, status: int = 200) -> Behaviour:
    """Answer every question with this result."""

    def play(handler: BaseHTTPRequestHandler, question: Any) -> None:
        many = question if isinstance(question, list) else [question]
        replies = [{"jsonrpc": "2.0", "id": one["id"], "result": result} for one in many]
        raw(json.dumps(replies if isinstance(question, list) else replies[0]).encode(), status)(handler, question)

    return play


def fails(code: int, message: str, data: Any = None) -> Behaviour:
    """Answer with one JSON-RPC error, to a batch as well."""
    error = {"code": code, "message": message} | ({} if data is None else {"data": data})
    return raw(json.dumps({"jsonrpc": "2.0", "id": 0, "error": error}).encode())


def hangs(seconds: float) -> Behaviour:
    """Say nothing for a while, then close."""

    def play(_: BaseHTTPRequestHandler, __: Any) -> None:
        time.sleep(seconds)

    return play


def drips(seconds: float) -> Behaviour:
    """A byte now and then, each soon enough for a read's time-out."""

    def play(handler: BaseHTTPRequestHandler, _: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.02)

    return play


def floods(megabytes: int) -> Behaviour:
    """An answer without end, nearly."""

    def play(handler: BaseHTTPRequestHandler, _: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _chunk in range(megabytes * 16):
            handler.wfile.write(b"[" * 65_536)

    return play
