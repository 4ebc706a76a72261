"""Waiting, but never for long: a function that other processes find by its name."""

import time


def short_sleep(seconds: float) -> None:
    """Sleep so many seconds, a few hundredths at most."""
    time.sleep(min(seconds, 0.03))
