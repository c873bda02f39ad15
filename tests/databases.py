"""A store in each of its databases: the same tests run against a SQLite file and a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
import itertools
import os
from pathlib import Path
import pwd
import resource
import shutil
import subprocess
import tempfile

import psycopg
import pytest

from codecards import MemoryState, Store, open_store

_NUMBERS = itertools.count()


class Server:
    """A PostgreSQL server of the tests' own, reached through a socket in its own folder."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._data = folder / "data"
        # The server refuses to run as root.
        self._as_its_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def run(self, program: str, *arguments: str) -> None:
        command = [*self._as_its_user, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self._folder, user.pw_uid, user.pw_gid)
        self.run("initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "-D", str(self._data))
        options = f"-c listen_addresses='' -c unix_socket_directories='{self._folder}'"
        log = str(self._folder / "log")
        self.run("pg_ctl", "-D", str(self._data), "-l", log, "-o", options, "-w", "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def empty(self) -> str:
        """Make an empty schema, which takes a tenth of the time of a database, and return its URL."""
        name = f"test_{next(_NUMBERS)}"
        address = f"postgresql://postgres@/postgres?host={self._folder}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{address}&options=-csearch_path%3D{name}"


@pytest.fixture(scope="session")
def postgresql() -> Generator[Server]:
    """A running server; tests that need it skip where PostgreSQL is not installed."""
    found = shutil.which("initdb") or max(map(str, Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=None)
    if found is None:
        pytest.skip("needs a PostgreSQL server: install the package postgresql")
    folder = Path(tempfile.mkdtemp(prefix="codecards-postgresql-"))
    server = Server(Path(found).resolve().parent, folder)
    try:
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store can be made, in each database."""
    if request.param == "sqlite":
        return str(tmp_path / "reviews.sqlite3")
    server: Server = request.getfixturevalue("postgresql")
    return server.empty()


Open = Callable[[], Store[MemoryState]]


@pytest.fixture
def opened(location: str) -> Iterator[Open]:
    """Open the store at `location`, as often as wanted; all are closed in the end."""
    stores: list[Store[MemoryState]] = []

    def one_more() -> Store[MemoryState]:
        stores.append(open_store(location))
        return stores[-1]

    yield one_more
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Open) -> Store[MemoryState]:
    """A new, empty store."""
    return opened()


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow: to whoever writes, the disk is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
