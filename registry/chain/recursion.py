"""Undo what py_ecc and py-evm do at import: a recursion limit of 100,000.

With it, deeply nested JSON from a stranger overflows the stack and ends the process, instead of raising RecursionError.
They raise it for 1,024 nested contract calls, which our contracts never make.
"""

import sys

LIMIT = 3_000


def limit_recursion() -> None:
    """Call after importing eth_account or py-evm."""
    sys.setrecursionlimit(min(sys.getrecursionlimit(), LIMIT))
