"""What every measurement shares: how a figure is taken, what is printed."""

import platform
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

REPEATS = 5
PACKAGES = ("httpx", "pycryptodome", "rfc8785", "sqlalchemy", "web3")


@dataclass(frozen=True)
class Measured:
    """`ratio` = `ours` / `against` (both in `unit`); more is better unless `less_is_better`."""

    name: str
    ours: float
    against: float
    unit: str
    ours_is: str
    against_is: str
    less_is_better: bool = False
    sizes: dict[str, int] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        return self.ours / self.against

    def to_value(self) -> dict[str, Any]:
        return {
            "ratio": round(self.ratio, 4),
            "name": self.name,
            "ours": {"value": round(self.ours, 6), "unit": self.unit, "what": self.ours_is},
            "against": {"value": round(self.against, 6), "unit": self.unit, "what": self.against_is},
            "better": "less" if self.less_is_better else "more",
            "peak_memory_mb": peak_memory_mb(),
            "peak_memory_of_largest_child_mb": peak_memory_mb(resource.RUSAGE_CHILDREN),
            "sizes": self.sizes,
            **self.more,
            "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        }


def best_seconds(do: Callable[[], object], repeats: int = REPEATS) -> float:
    """The shortest of several runs: what the machine can do when nothing disturbs it."""
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        do()
        best = min(best, time.perf_counter() - start)
    return best


def peak_memory_mb(whose: int = resource.RUSAGE_SELF) -> int:
    """The largest resident size so far: of this process, or of its largest child that has ended."""
    return resource.getrusage(whose).ru_maxrss // 1024
