"""A store in a SQLite file: one learner's machine, several programs on it."""

from __future__ import annotations

from collections.abc import Collection
import os
from pathlib import Path
import sqlite3
import tempfile

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from codecards.errors import StoreError
from codecards.store.database import WRITES, Database

__all__ = ["SQLite"]

# How long each attempt waits for another program that writes. A review takes milliseconds; importing years of them,
# seconds.
_PATIENCE_SECONDS = 2
_PRIMARY_CODE = 0xFF
_ADVICE = {
    sqlite3.SQLITE_BUSY: "another program is writing to it; try again when it is done",
    sqlite3.SQLITE_READONLY: "make the file and its folder writable",
    sqlite3.SQLITE_IOERR: "check the disk and the space left",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; put a backup in its place",
    sqlite3.SQLITE_FULL: "free some space",
    sqlite3.SQLITE_CANTOPEN: "check that the folder is there and may be written to",
    sqlite3.SQLITE_NOTADB: "this is no store; name another file",
}


class SQLite(Database):
    """A store in a file.

    Args:
        path: The file; it is made where it is missing, and so is its folder.
    """

    name = "sqlite"
    # A transaction in WAL mode sees one moment from its first query on.
    snapshot = None

    def __init__(self, path: Path) -> None:
        self.path = path
        engine = sa.create_engine(
            sa.URL.create("sqlite+pysqlite", database=str(path)), connect_args={"timeout": _PATIENCE_SECONDS}
        )
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
        super().__init__(engine, str(path))

    def exists(self) -> bool:
        """Say whether the file is there."""
        return self.path.is_file()

    def prepare(self) -> None:
        """Make the folder."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            msg = f"{self.path}: the folder cannot be made ({error.strerror or error}); name another one"
            raise StoreError(msg) from None

    def passes(self, error: DBAPIError) -> bool:
        """Say whether another program had the file. Making it a WAL file fails then without waiting."""
        return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

    def advice(self, error: DBAPIError) -> str:
        """Say what to do about SQLite's result code."""
        return _ADVICE.get(_code(error), "")

    def lock_card(self, connection: sa.Connection, card_id: str) -> None:
        """A transaction that writes holds the whole file from its first moment."""

    def lock_all(self, connection: sa.Connection) -> None:
        """A transaction that writes holds the whole file from its first moment."""

    def after_many(self, connection: sa.Connection) -> None:
        """SQLite finds the index for what is due without being told of the rows."""

    def back_up(self, connection: sa.Connection, version: int) -> str:  # noqa: ARG002 -- the lock is held by it
        """Copy the file beside itself, through another connection: the lock keeps writers out, not readers."""
        target = self.path.with_name(f"{self.path.name}.schema-{version}.backup")
        number = 1
        while target.exists():
            number += 1
            target = self.path.with_name(f"{self.path.name}.schema-{version}.backup-{number}")
        temporary: Path | None = None
        try:
            descriptor, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{target.name}.")
            temporary = Path(name)
            _copy(self.path, temporary)
            os.fsync(descriptor)
            os.close(descriptor)
            temporary.replace(target)
            temporary = None
        except (OSError, sqlite3.Error) as error:
            msg = f"{target}: the backup before upgrading the store cannot be written ({error}); the store is unchanged"
            raise StoreError(msg) from None
        finally:
            if temporary is not None:
                temporary.unlink(missing_ok=True)
        return str(target)

    def check_is_ours(self, tables: Collection[str]) -> None:
        """Refuse a file with any table in it: a store has its own file."""
        if tables:
            msg = f"{self.where}: a database of another program (it holds {min(tables)}); name another file"
            raise StoreError(msg)

    def check_is_whole(self, connection: sa.Connection) -> None:
        """Ask SQLite to read through the file, and through what refers to what."""
        for pragma in ("integrity_check(1)", "foreign_key_check"):
            found = connection.exec_driver_sql(f"PRAGMA {pragma}").first()
            if found is not None and found[0] != "ok":
                msg = f"{self.where}: damaged ({' '.join(str(found[0]).split())}); put a backup in its place"
                raise StoreError(msg)


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    # The sqlite3 module would begin transactions where it thinks fit; ours begin where _begin says.
    connection.isolation_level = None
    # WAL: readers and a writer at once. FULL: a commit returns when it is on disk, power cut or not.
    for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: sa.Connection) -> None:
    # One that reads first and writes later could find the file changed in between, and fail for good.
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _code(error: DBAPIError) -> int:
    return getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY_CODE


def _copy(source: Path, target: Path) -> None:
    old = sqlite3.connect(source)
    new = sqlite3.connect(target)
    try:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE").close()
    finally:
        new.close()
        old.close()
