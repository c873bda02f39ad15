"""Open a store: find it, make it, bring it up to date."""

from __future__ import annotations

from contextlib import ExitStack
import os
from pathlib import Path
from typing import Any, overload

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from codecards.errors import StoreError
from codecards.scheduling.fsrs import FSRSState
from codecards.scheduling.sm2 import SM2
from codecards.scheduling.state import MemoryState
from codecards.store.database import Database
from codecards.store.migrations import migrate
from codecards.store.postgresql import PostgreSQL
from codecards.store.schedulers import State, StoreScheduler, described
from codecards.store.settings import settle, stored_settings
from codecards.store.sqlite import SQLite
from codecards.store.store import Store

__all__ = ["default_store", "open_existing_store", "open_store"]

Location = str | os.PathLike[str]

_FILE = "reviews.sqlite3"
_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")


def default_store() -> Path:
    """Return the file of the learner's own store, in the folder where this system keeps a user's data."""
    import platformdirs

    return platformdirs.user_data_path("codecards", appauthor=False) / _FILE


@overload
def open_store(location: Location | None = None, *, switch: bool = False) -> Store[MemoryState]: ...
@overload
def open_store(
    location: Location | None = None, *, scheduler: StoreScheduler[State], switch: bool = False
) -> Store[State]: ...
def open_store(
    location: Location | None = None, *, scheduler: StoreScheduler[Any] | None = None, switch: bool = False
) -> Store[Any]:
    """Open a store, making it where there is none and bringing an older one up to date.

    An older store is copied before: a file beside itself, tables within their database.

    Args:
        location: A SQLite file, by its path or as ``sqlite:///path``, or the URL of a
            PostgreSQL database, ``postgresql://user@host/database`` (which needs
            ``pip install 'codecards[postgresql]'``). The learner's own store without it.
        scheduler: What makes states of answers; SM-2 as it is by default without it.
        switch: Whether a store whose states another scheduler made is switched to this
            one: its log is replayed, and nothing of the history is lost.

    Raises:
        MissingExtraError: It is in PostgreSQL, and psycopg is not installed.
        StoreError: The store cannot be opened, a newer codecards made it, or another
            scheduler its states.

    >>> import tempfile
    >>> from datetime import UTC, datetime
    >>> from codecards.scheduling.grades import Grade
    >>> from codecards.scheduling.log import Review
    >>> folder = tempfile.TemporaryDirectory()
    >>> with open_store(f"{folder.name}/reviews.sqlite3") as store:
    ...     kept = store.record(Review("icd-10-cm:E11.9#describe", Grade.GOOD, datetime(2026, 3, 1, 12, tzinfo=UTC)))
    ...     store.due(at=datetime(2026, 3, 2, 12, tzinfo=UTC))
    ('icd-10-cm:E11.9#describe',)
    >>> folder.cleanup()
    """
    with ExitStack() as until_open:
        database = _database(location)
        until_open.callback(database.close)
        migrate(database)
        chosen = scheduler or SM2()
        store = Store(database, chosen, settle(database, chosen, switch=switch))
        until_open.pop_all()
        return store


def open_existing_store(location: Location | None = None) -> Store[MemoryState] | Store[FSRSState]:
    """Open a store that is there, with the scheduler that made its states.

    Args:
        location: As for `open_store`.

    Raises:
        StoreError: There is none, it cannot be opened, or its scheduler is not one of codecards.
    """
    with ExitStack() as until_open:
        database = _database(location)
        until_open.callback(database.close)
        if not database.exists():
            msg = f"{database.where}: there is no store yet; answering a card makes one"
            raise StoreError(msg)
        migrate(database)
        settings = database.read(stored_settings)
        scheduler = SM2() if settings is None else described(settings)
        if scheduler is None:
            msg = f"{database.where}: its states were made by {settings}, which codecards does not know; name it"
            raise StoreError(msg)
        store: Store[MemoryState] | Store[FSRSState]
        if isinstance(scheduler, SM2):
            store = Store(database, scheduler, settle(database, scheduler, switch=False))
        else:
            store = Store(database, scheduler, settle(database, scheduler, switch=False))
        until_open.pop_all()
        return store


def _database(location: Location | None) -> Database:
    if location is None:
        return SQLite(default_store())
    text = os.fspath(location)
    if not text:
        msg = "a store has a name: a path, or a URL such as postgresql://user@host/database"
        raise StoreError(msg)
    if "://" not in text:
        return SQLite(_file(text, text))
    try:
        url = sa.make_url(text)
    except (ArgumentError, ValueError):
        # Not shown: a password may stand in it.
        msg = "the store's URL cannot be read; it looks like postgresql://user@host/database or sqlite:///path"
        raise StoreError(msg) from None
    if url.drivername in _POSTGRESQL:
        return PostgreSQL(url)
    if url.drivername == "sqlite":
        return SQLite(_file(url.database or "", text))
    msg = f"a store is a SQLite file or a PostgreSQL database, not {url.drivername}"
    raise StoreError(msg)


def _file(name: str, shown: str) -> Path:
    if name in ("", ":memory:"):
        msg = f"{shown}: a store is kept in a file; name one"
        raise StoreError(msg)
    return Path(name)
