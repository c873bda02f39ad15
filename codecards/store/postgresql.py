"""A store in PostgreSQL: a server that several machines share."""

from __future__ import annotations

from collections.abc import Collection
from importlib.util import find_spec

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from codecards.errors import MissingExtraError
from codecards.store.database import Database
from codecards.store.schema import reviews, states, store

__all__ = ["PostgreSQL"]

# Advisory locks are numbers that programs agree on; ours, chosen once at random.
_STORE_LOCK = 6_114_920_337_518_204_741
_CARD_LOCKS = 1_203_771_940
_PASSING = frozenset({"40001", "40P01", "55P03", "23505"})
"""Serialisation failure, deadlock, lock not available; and an id that another process has just used."""
_ADVICE = {
    "53": "free some space, or connections, on the server",
    "42501": "ask the owner of the database for the right to do this",
    "25006": "the server is read-only; ask its owner",
}


class PostgreSQL(Database):
    """A store in a PostgreSQL database, in tables whose names begin with ``codecards_``.

    Args:
        url: Where the server and the database are.

    Raises:
        MissingExtraError: The library that speaks to PostgreSQL is not installed.
    """

    name = "postgresql"
    snapshot = "REPEATABLE READ"

    def __init__(self, url: sa.URL) -> None:
        if find_spec("psycopg") is None:
            msg = "a store in PostgreSQL needs psycopg; install it with: pip install 'codecards[postgresql]'"
            raise MissingExtraError(msg)
        engine = sa.create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        sa.event.listen(engine, "begin", _begin)
        super().__init__(engine, url.render_as_string(hide_password=True))

    def exists(self) -> bool:
        """Say whether the tables are there."""
        return self.read(lambda connection: sa.inspect(connection).has_table(store.name))

    def prepare(self) -> None:
        """The database is made by whoever looks after the server."""

    def passes(self, error: DBAPIError) -> bool:
        """Say whether another transaction was in the way."""
        return _sqlstate(error) in _PASSING

    def advice(self, error: DBAPIError) -> str:
        """Say what to do about PostgreSQL's error code."""
        state = _sqlstate(error)
        if not state:
            return "check the address, and that the server is running"
        return _ADVICE.get(state) or _ADVICE.get(state[:2], "")

    def lock_card(self, connection: sa.Connection, card_id: str) -> None:
        """Take the card's lock, and a share in that of the whole store."""
        card = sa.func.pg_advisory_xact_lock(_CARD_LOCKS, sa.func.hashtext(card_id))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_STORE_LOCK), card))

    def lock_all(self, connection: sa.Connection) -> None:
        """Take the lock of the whole store, alone."""
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_STORE_LOCK)))

    def after_many(self, connection: sa.Connection) -> None:
        """Tell the planner of the rows; left to itself, it would read all of them until it hears of them."""
        connection.exec_driver_sql(f"ANALYZE {states.name}")

    def back_up(self, connection: sa.Connection, version: int) -> str:
        """Copy the tables within the database; the copy comes with the migration or not at all."""
        there = set(sa.inspect(connection).get_table_names())
        names = {table.name: f"{table.name}_backup_schema_{version}" for table in (reviews, states, store)}
        number = 1
        while not there.isdisjoint(names.values()):
            number += 1
            names = {table: f"{table}_backup_schema_{version}_{number}" for table in names}
        for table, copy in names.items():
            connection.exec_driver_sql(f"CREATE TABLE {copy} AS TABLE {table}")
        return ", ".join(names.values())

    def check_is_ours(self, tables: Collection[str]) -> None:
        """A database may hold other tables beside ours."""

    def check_is_whole(self, connection: sa.Connection) -> None:
        """PostgreSQL looks after its own files."""


def _begin(connection: sa.Connection) -> None:
    # Whatever the server's settings are: an answer that is acknowledged is on disk.
    connection.exec_driver_sql("SET LOCAL synchronous_commit TO on")


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""
