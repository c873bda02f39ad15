"""The one row of a store about itself: the version of its schema, and whose states it holds."""

from __future__ import annotations

import sqlalchemy as sa

from codecards.errors import StoreError
from codecards.store.database import Database
from codecards.store.ledger import Ledger
from codecards.store.schedulers import State, StoreScheduler, describe, described
from codecards.store.schema import store

__all__ = ["check_settings", "settle", "stored_settings"]


def stored_settings(connection: sa.Connection) -> str | None:
    """Return how the store names the scheduler that made its states; None where none did yet."""
    found: str | None = connection.execute(sa.select(store.c.scheduler)).scalar_one()
    return found


def check_settings(connection: sa.Connection, database: Database, settings: str) -> None:
    """Refuse to write where another program has given the store to another scheduler meanwhile.

    Raises:
        StoreError: It has.
    """
    if stored_settings(connection) != settings:
        msg = f"{database.where}: another program has switched it to another scheduler; open the store again"
        raise StoreError(msg)


def settle(database: Database, scheduler: StoreScheduler[State], *, switch: bool) -> str:
    """Make sure that the states of a store are those of a scheduler, and return how the store names it.

    Args:
        database: An opened database, its schema up to date.
        scheduler: The scheduler.
        switch: Whether to replay the log with it where another one made the states.

    Raises:
        StoreError: Another one did, and the store is not to be switched.
    """
    ours = describe(scheduler)
    there = database.read(stored_settings)
    if there is not None and _same(there, ours):
        return there

    def work(connection: sa.Connection) -> str:
        database.lock_all(connection)
        there = stored_settings(connection)
        if there is not None and not switch and not _same(there, ours):
            msg = (
                f"{database.where}: its states were made by {there}, not by {ours}; open it with that scheduler, or "
                "with switch=True to replay all answers with this one"
            )
            raise StoreError(msg)
        # States of nobody known, as in stores of schema 1, are made anew; in a new store there are none.
        connection.execute(sa.update(store).values(scheduler=ours))
        Ledger(connection, scheduler, database.where).rebuild()
        return ours

    return database.write(work)


def _same(there: str, ours: str) -> bool:
    """Say whether two descriptions mean the same scheduler; an older one may lack settings that are new."""
    return there == ours or ((scheduler := described(there)) is not None and scheduler == described(ours))
