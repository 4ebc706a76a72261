"""What the collector of cycles need not look at: a server's program, which lives as long as the server."""

import gc

_LEFT_OVER = 10_000
"""A request leaves some hundred objects over and few cycles: to look for these after every 700 costs a fifth of the
time, and after so many the cycles still come to a few megabytes at most."""


def settle() -> None:
    """Call once, when all is set up and before the first request: what is in memory by now stays, and is passed over
    when unreachable objects are looked for."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_LEFT_OVER, *gc.get_threshold()[1:])
