"""How long work shows that it goes on: one line with rate and time left, on standard error."""

from time import monotonic_ns

from rich.console import Console

_SECOND = 1_000_000_000
_EVERY = _SECOND // 5
_EVERY_UNSEEN = 15 * _SECOND


class Meter:
    """A `Progress`: called with what is being done, how much is done, how much there is."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._pause = _EVERY if console.is_terminal else _EVERY_UNSEEN
        self._what = ""
        self._begun = self._shown = monotonic_ns()
        self._from = 0

    def __call__(self, what: str, done: int, total: int) -> None:
        now = monotonic_ns()
        if what != self._what:
            self._what, self._begun, self._from = what, now, done
        if now - self._shown < self._pause:
            return
        self._shown = now
        rate = (done - self._from) * _SECOND // max(now - self._begun, 1)
        left = (total - done) // max(rate, 1)
        line = f"{what}: {done:,} of {total:,}, {rate:,}/s, {left // 60}:{left % 60:02d} left"
        self._console.print(line, end="\r" if self._console.is_terminal else "\n")

    def end(self) -> None:
        """Leave the line behind."""
        if self._what and self._console.is_terminal:
            self._console.print()
