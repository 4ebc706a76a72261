"""A way to PostgreSQL that is cut at a COMMIT: before the server hears it, or after the server has done it."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from psycopg.conninfo import conninfo_to_dict

NAME = ".s.PGSQL.5432"
COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
"""The message as the protocol has it (a BEGIN may name READ COMMITTED)."""


class Severed:
    """Passes on whatever is said, but for the commits that a test chose; `cuts` counts those."""

    def __init__(self, url: str, folder: Path) -> None:
        parts = conninfo_to_dict(url)
        self.url = f"postgresql://postgres@/{parts['dbname']}?host={folder}"
        self.cuts = 0
        self._server = str(Path(str(parts["host"])) / NAME)
        self._lock = threading.Lock()
        self._left: int | None = None
        self._done = False

    def cut(self, at: int, *, done: bool) -> None:
        """Cut at commit number `at` from now, 0 for the next one; `done`: the server commits, and nobody hears so."""
        with self._lock:
            self._left, self._done = at, done

    def listen(self, listener: socket.socket) -> None:
        """Serve until the listener is closed."""
        with suppress(OSError):
            while True:
                threading.Thread(target=self._pass, args=(listener.accept()[0],), daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(self._server)
            while True:
                ready, _, _ = select.select([client, server], [], [])
                for end in ready:
                    said = end.recv(1 << 16)
                    if not said:
                        return
                    if end is client and COMMIT in said and self._is_chosen():
                        if self._done:
                            server.sendall(said)
                            server.recv(1 << 16)
                        self.cuts += 1
                        return
                    (server if end is client else client).sendall(said)

    def _is_chosen(self) -> bool:
        with self._lock:
            if self._left is None:
                return False
            self._left -= 1
            chosen = self._left < 0
            if chosen:
                self._left = None
            return chosen


@contextmanager
def severed(url: str) -> Iterator[Severed]:
    """A way to the database at `url` that can be cut."""
    with TemporaryDirectory(prefix="cut-", dir="/tmp") as name, socket.socket(socket.AF_UNIX) as listener:
        made = Severed(url, Path(name))
        listener.bind(str(Path(name) / NAME))
        listener.listen()
        thread = threading.Thread(target=made.listen, args=(listener,), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
