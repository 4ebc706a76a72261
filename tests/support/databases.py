"""Fresh mirrors in each of the databases that a mirror can live in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlmodel import SQLModel

from registry.store import Store, open_store
from support.postgres import TEMPLATE, Server

KINDS = ("sqlite", "postgresql")


class Databases:
    """Makes mirrors of one kind, and takes all of them away in the end."""

    def __init__(self, kind: str, folder: Path, server: Callable[[], Server]) -> None:
        self.kind = kind
        self._folder = folder
        self._server = server
        self._stores: list[Store] = []
        self._urls: list[str] = []

    def url(self) -> str:
        """The URL of a new, empty database: in a file, or on the server."""
        if self.kind == "sqlite":
            url = f"sqlite:///{self._folder / f'mirror-{len(self._urls)}.db'}"
        else:
            url = self._server().create()
        self._urls.append(url)
        return url

    def open(self) -> Store:
        """A new, empty mirror: in memory, or on the server."""
        if self.kind == "sqlite":
            url = "sqlite://"
        else:
            url = self._server().create(TEMPLATE)
            self._urls.append(url)
        store = open_store(url)
        self._stores.append(store)
        return store

    def close(self) -> None:
        """Close all mirrors; drop their databases."""
        for store in self._stores:
            store.close()
        if self.kind == "postgresql":
            for url in self._urls:
                self._server().drop(url)


@contextmanager
def databases(kind: str, folder: Path, server: Callable[[], Server]) -> Iterator[Databases]:
    """Databases of `kind` ("sqlite", "postgresql"), gone at the end."""
    made = Databases(kind, folder, server)
    try:
        yield made
    finally:
        made.close()


def prepare(server: Server) -> None:
    """Make the template that new mirrors are copies of."""
    server.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0 ENCODING 'UTF8'")
    open_store(server.url(TEMPLATE)).close()


def empty(store: Store) -> None:
    """Take every row away: faster than a new database."""
    with store.write() as session:
        for table in reversed(SQLModel.metadata.sorted_tables):
            session.connection().execute(text(f'DELETE FROM "{table.name}"'))
