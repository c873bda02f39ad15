"""What a store asks of its database, the same for SQLite and PostgreSQL: whole transactions, locks, clear errors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
import time
from typing import ClassVar, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from codecards.errors import StoreError

__all__ = ["WRITES", "Database"]

Result = TypeVar("Result")

WRITES = "codecards_writes"
"""The execution option that says that a transaction will write."""

# What passes by itself (a lock, a deadlock, a server that came back) has passed by then, or needs a person.
_ATTEMPTS = 8
_FIRST_PAUSE_SECONDS = 0.01


class Database(ABC):
    """A database that holds a store.

    Args:
        engine: Where its connections come from.
        where: What to call it in messages: a path, or a URL without its password.
    """

    name: ClassVar[str]

    def __init__(self, engine: sa.Engine, where: str) -> None:
        self.engine = engine
        self.where = where

    def read(self, work: Callable[[sa.Connection], Result]) -> Result:
        """Return what `work` returns; all it reads, it reads as of one moment.

        Raises:
            StoreError: The database could not be read.
        """
        return self._run(work, {"isolation_level": self.snapshot} if self.snapshot else {})

    def write(self, work: Callable[[sa.Connection], Result]) -> Result:
        """Return what `work` returns, once all that it wrote is on disk.

        `work` may be called again where the database asked for it; what an attempt
        wrote before it failed is gone by then.

        Raises:
            StoreError: The database could not be written; nothing of it was.
        """
        return self._run(work, {WRITES: True})

    def _run(self, work: Callable[[sa.Connection], Result], options: dict[str, object]) -> Result:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self.engine.connect().execution_options(**options) as connection, connection.begin():
                    return work(connection)
            except DBAPIError as error:
                if attempt == _ATTEMPTS or not (error.connection_invalidated or self.passes(error)):
                    raise self.failure(error) from None
                time.sleep(_FIRST_PAUSE_SECONDS * 2**attempt)
            except SQLAlchemyError as error:
                msg = f"{self.where}: {_first_line(error)}"
                raise StoreError(msg) from None
        raise AssertionError  # pragma: no cover -- the last attempt returns or raises

    def failure(self, error: DBAPIError) -> StoreError:
        """Return what to tell a person about an error of the database."""
        advice = self.advice(error)
        return StoreError(f"{self.where}: {_first_line(error.orig or error)}{'; ' if advice else ''}{advice}")

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    snapshot: ClassVar[str | None]
    """The isolation level under which several queries see one moment; None where any does."""

    @abstractmethod
    def exists(self) -> bool:
        """Say whether there is a store already.

        Raises:
            StoreError: The database could not be read.
        """

    @abstractmethod
    def prepare(self) -> None:
        """Make what the database needs before it can be opened.

        Raises:
            StoreError: It cannot be made.
        """

    @abstractmethod
    def passes(self, error: DBAPIError) -> bool:
        """Say whether the same work may succeed when it is tried again."""

    @abstractmethod
    def advice(self, error: DBAPIError) -> str:
        """Return what a person can do about an error, or nothing."""

    @abstractmethod
    def lock_card(self, connection: sa.Connection, card_id: str) -> None:
        """Keep other processes from writing about a card until the transaction ends."""

    @abstractmethod
    def lock_all(self, connection: sa.Connection) -> None:
        """Keep other processes from writing anything until the transaction ends."""

    @abstractmethod
    def after_many(self, connection: sa.Connection) -> None:
        """Do what keeps queries fast after many rows were written."""

    @abstractmethod
    def back_up(self, connection: sa.Connection, version: int) -> str:
        """Copy a store of an older schema, and return where the copy is.

        Args:
            connection: A transaction that holds `lock_all`.
            version: The version of the older schema.
        """

    @abstractmethod
    def check_is_ours(self, tables: Collection[str]) -> None:
        """Refuse to make a store among the tables of something else.

        Raises:
            StoreError: The database belongs to another program.
        """

    @abstractmethod
    def check_is_whole(self, connection: sa.Connection) -> None:
        """Refuse a database that is damaged.

        Raises:
            StoreError: It is.
        """


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].strip()
