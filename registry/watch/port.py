"""A port of its own for `/metrics`, `/healthz` and `/readyz`: not the one that visitors reach."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore, Thread
from typing import Any

from registry.domain.errors import InvalidInput
from registry.watch.metrics import MEDIA_TYPE, Metrics
from registry.watch.readiness import Readiness

_SECONDS = 5
_MOST_AT_ONCE = 8


class WatchPort:
    """An HTTP server in a thread, for as long as it is not closed. Port 0 takes a free one; `port` says which."""

    def __init__(self, host: str, port: int, metrics: Metrics, ready: Callable[[], Readiness]) -> None:
        """Raises InvalidInput if the port is taken."""

        class Handler(_Handler):
            answers = {  # noqa: RUF012
                "/metrics": lambda: (200, MEDIA_TYPE, metrics.to_text()),
                "/healthz": lambda: (200, "application/json", b'{"alive":true}'),
                "/readyz": lambda: readiness_answer(ready()),
            }

        try:
            self._server = _Server((host, port), Handler)
        except OSError as error:
            raise InvalidInput(
                "the port for metrics cannot be opened",
                expected="a free port",
                found=f"{host}:{port}: {error.strerror or error}",
                hint="--metrics-port",
            ) from None
        self.port: int = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


def readiness_value(found: Readiness) -> dict[str, object]:
    """Readiness as JSON members."""
    value: dict[str, object] = {"ready": found.ready, "behind": found.behind}
    if found.progress is not None:
        value["block"] = found.progress.indexed.number
    if not found.ready:
        value |= {"reason": found.reason, "detail": found.detail}
    return value


def readiness_answer(found: Readiness) -> tuple[int, str, bytes]:
    """Status, media type and body of `/readyz`."""
    return 200 if found.ready else 503, "application/json", json.dumps(readiness_value(found)).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *arguments: Any) -> None:
        self._free = BoundedSemaphore(_MOST_AT_ONCE)
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()


class _Handler(BaseHTTPRequestHandler):
    answers: dict[str, Callable[[], tuple[int, str, bytes]]]
    timeout = _SECONDS
    server_version = "offsetproof"
    sys_version = ""

    def do_GET(self) -> None:
        answer = self.answers.get(self.path.partition("?")[0])
        status, media_type, body = answer() if answer else (404, "text/plain", b"not here\n")
        self.send_response(status)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        self.send_header("cache-control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass
