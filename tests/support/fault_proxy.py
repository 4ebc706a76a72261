"""An HTTP proxy before a node that fails in every way nodes were seen to fail: it delays, refuses, cuts, lies.

`proxy.rates` says how often each fault is played (1 is always), and may be changed while it runs. What a fault does is
drawn from the proxy's seed; `played` counts what was really bent.
"""

import random
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from support import fault_honest, fault_lies
from support.fault_exchange import FAULTS, Exchange

__all__ = ["FAULTS", "FaultProxy", "fault_proxy"]
KINDS = fault_honest, fault_lies
"""Where the faults are; being imported, they stand in `FAULTS`, in this order."""


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
