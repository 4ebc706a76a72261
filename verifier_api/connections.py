"""Connections of slow or silent visitors end: uvicorn by itself waits without end for a head, and for who reads."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from verifier_api.settings import Settings


def patient_protocol(seconds: float) -> type[H11Protocol]:
    """A protocol that gives each request's head `seconds`, and as long to who reads an answer to read on."""

    class PatientProtocol(H11Protocol):
        _timer: asyncio.TimerHandle | None = None
        _unread = 0

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._wait()

        def pause_writing(self) -> None:
            super().pause_writing()
            self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            if self._timer:
                self._timer.cancel()
            super().connection_lost(exc)

        def _wait(self) -> None:
            if self._timer:
                self._timer.cancel()
            self._unread = self.transport.get_write_buffer_size()
            self._timer = self.loop.call_later(seconds, self._look)

        def _look(self) -> None:
            """End the connection if nobody reads on, or if nothing whole was asked; else look again later."""
            unread = self.transport.get_write_buffer_size()
            reads_on = 0 < unread < self._unread
            answering = self.cycle is not None and not self.cycle.response_complete
            if reads_on or (answering and not unread):
                self._wait()
            else:
                self.transport.abort()

    return PatientProtocol


def server_options(settings: Settings) -> dict[str, Any]:
    """uvicorn's options: what a visitor can take is bounded, and nothing is logged or believed twice."""
    return {
        "http": patient_protocol(settings.request_seconds),
        "ws": "none",
        "lifespan": "off",
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # the application believes those proxies that its settings name
        "h11_max_incomplete_event_size": settings.head_bytes,
        "limit_concurrency": settings.most_connections,
        "timeout_keep_alive": 5,
        "timeout_graceful_shutdown": settings.grace_seconds,
    }
