"""The slowest of many hostile files of a megabyte, against a tenth of a second: what one bad upload may cost."""

import time

from registry.domain.errors import OffsetproofError
from registry.domain.strict_json import MAX_BRACKETS, MAX_BYTES
from registry.proofs.bundle import parse_bundle
from registry.proofs.compact import parse_compact
from scripts.benchmarks.measure import Measured

_SECONDS = 0.1
_DEEP = "[" * 31 + "]" * 31


def run(_: int) -> Measured:
    times = {name: _cost(text.encode()[:MAX_BYTES]) for name, text in _texts().items()}
    slowest = max(times, key=lambda name: times[name])
    return Measured(
        "hostile",
        times[slowest] * 1000,
        _SECONDS * 1000,
        "ms",
        f"slowest file: {slowest}",
        "what one may cost",
        less_is_better=True,
        sizes={"files": len(times), "bytes": MAX_BYTES},
        more={"ms": {name: round(cost * 1000, 1) for name, cost in times.items()}},
    )


def _cost(data: bytes) -> float:
    costs = []
    for _ in range(5):
        start = time.process_time()
        for read in (parse_bundle, parse_compact):
            try:
                read(data)
            except OffsetproofError:
                continue
            raise AssertionError("a hostile file was read")
        costs.append(time.process_time() - start)
    return min(costs)


def _texts() -> dict[str, str]:
    deep = ",".join([_DEEP] * ((MAX_BRACKETS - 1) // 31))
    flat = {
        "integers": "1",
        "wide integers": "1234567890123456",
        "empty strings": '""',
        "escapes": '"\\u0041"',
        "deep lists": _DEEP,
        "objects with a list": '{"a":[]}',
        "objects": '{"a":1}',
        "words": "null",
    }
    return {name: _filled(unit) for name, unit in flat.items()} | {
        "as many brackets as allowed": f"[{deep}{',1' * ((MAX_BYTES - len(deep) - 3) // 2)}]",
        "brackets, and an escape at the end": f'[{deep}{",1" * ((MAX_BYTES - len(deep) - 20) // 2)},"\\u0041"]',
        "one large object": "{" + ",".join(f'"{i}":1' for i in range(100_000)) + "}",
        "opened and never closed": "[" * MAX_BYTES,
        "quotes": '"' * MAX_BYTES,
        "backslashes": '"' + "\\\\" * ((MAX_BYTES - 2) // 2) + '"',
        "a string of escapes": '"' + "\\u0041" * ((MAX_BYTES - 2) // 6) + '"',
    }


def _filled(unit: str) -> str:
    return "[" + ",".join([unit] * ((MAX_BYTES - 2) // (len(unit) + 1))) + "]"
