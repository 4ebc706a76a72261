"""Many clients at once over HTTP: requests a second, and how long each waited."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What clients saw: answers a second, and the time of each answer in ms, sorted."""

    per_second: float
    waits: list[float]

    def at(self, percent: int) -> float:
        """The wait that so many percent of the answers stayed below, in ms."""
        return self.waits[len(self.waits) * percent // 100]


def load(port: int, paths: Iterator[str], clients: int, seconds: float) -> Load:
    """Ask 127.0.0.1:`port` for `paths` with so many clients for so long; raises ValueError for any answer but 200."""
    return asyncio.run(_load(port, paths, clients, seconds))


async def _load(port: int, paths: Iterator[str], clients: int, seconds: float) -> Load:
    waits: list[float] = []
    start = time.perf_counter()
    await asyncio.gather(*(_client(port, paths, start + seconds, waits) for _ in range(clients)))
    took = time.perf_counter() - start
    return Load(len(waits) / took, sorted(waits))


async def _client(port: int, paths: Iterator[str], end: float, waits: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.perf_counter() < end:
        begun = time.perf_counter()
        writer.write(f"GET {next(paths)} HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise ValueError(head.decode("latin-1"))
        length = head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]
        await reader.readexactly(int(length))
        waits.append((time.perf_counter() - begun) * 1000)
    writer.close()
