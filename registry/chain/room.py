"""Room for answers: so many bytes for all that are on their way from one node at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Room:
    """`most` bytes, shared by all answers. Safe between threads."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._taken = 0

    @contextmanager
    def place(self) -> Iterator["Place"]:
        """A place for one answer; what it took is given back at the end."""
        place = Place(self)
        try:
            yield place
        finally:
            self._change(-place.taken)

    def _change(self, size: int) -> bool:
        """Whether there was room for so many bytes more; they are then taken."""
        with self._lock:
            if size > 0 and self._taken + size > self.most:
                return False
            self._taken += size
            return True


class Place:
    """One answer's part of the room. `taken`: bytes."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.taken = 0

    def grow(self, size: int) -> bool:
        """Take so many bytes more; False if others leave no room for them."""
        grown = self._room._change(size)
        self.taken += size if grown else 0
        return grown
