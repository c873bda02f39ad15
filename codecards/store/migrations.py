"""From any older schema to the newest, step by step; a new store takes all the steps.

A step that was released is never changed: it is what the stores out there are made of. What has to change
gets a step of its own at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import sqlalchemy as sa

from codecards.errors import StoreError
from codecards.store.database import Database
from codecards.store.schema import store

__all__ = ["STEPS", "Step", "migrate"]


@attrs.frozen
class Step:
    """What leads from one version of the schema to the next.

    Args:
        sql: The statements, in order, by database: ``sqlite`` and ``postgresql``.
    """

    sql: Mapping[str, Sequence[str]]


_TABLES_SQLITE = (
    """CREATE TABLE codecards_store (version INTEGER NOT NULL)""",
    """INSERT INTO codecards_store (version) VALUES (0)""",
    """CREATE TABLE codecards_review (
        position INTEGER NOT NULL PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        card_id TEXT NOT NULL,
        at_us BIGINT NOT NULL,
        grade SMALLINT CHECK (grade BETWEEN 0 AND 5),
        duration_ms BIGINT CHECK (duration_ms >= 0),
        practice BOOLEAN NOT NULL CHECK (practice IN (0, 1)),
        undoes TEXT UNIQUE REFERENCES codecards_review (id),
        CHECK ((grade IS NULL) = (undoes IS NOT NULL))
    )""",
    """CREATE INDEX codecards_review_by_card ON codecards_review (card_id, at_us, id)""",
    """CREATE TABLE codecards_state (
        card_id TEXT NOT NULL PRIMARY KEY,
        due DATE,
        reviews BIGINT NOT NULL,
        last_at_us BIGINT NOT NULL,
        last_id TEXT NOT NULL,
        state TEXT NOT NULL
    )""",
    """CREATE INDEX codecards_state_by_due ON codecards_state (due, card_id)""",
    """CREATE TRIGGER codecards_review_keeps_rows BEFORE DELETE ON codecards_review
        BEGIN SELECT RAISE(ABORT, 'the review log is append-only'); END""",
    """CREATE TRIGGER codecards_review_keeps_values BEFORE UPDATE ON codecards_review
        BEGIN SELECT RAISE(ABORT, 'the review log is append-only'); END""",
)
# Collated as "C" so that both databases and Python put ids in the same order.
_TABLES_POSTGRESQL = (
    """CREATE TABLE codecards_store (version INTEGER NOT NULL)""",
    """INSERT INTO codecards_store (version) VALUES (0)""",
    """CREATE TABLE codecards_review (
        position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id TEXT COLLATE "C" NOT NULL UNIQUE,
        card_id TEXT COLLATE "C" NOT NULL,
        at_us BIGINT NOT NULL,
        grade SMALLINT CHECK (grade BETWEEN 0 AND 5),
        duration_ms BIGINT CHECK (duration_ms >= 0),
        practice BOOLEAN NOT NULL,
        undoes TEXT COLLATE "C" UNIQUE REFERENCES codecards_review (id),
        CHECK ((grade IS NULL) = (undoes IS NOT NULL))
    )""",
    """CREATE INDEX codecards_review_by_card ON codecards_review (card_id, at_us, id)""",
    """CREATE TABLE codecards_state (
        card_id TEXT COLLATE "C" PRIMARY KEY,
        due DATE,
        reviews BIGINT NOT NULL,
        last_at_us BIGINT NOT NULL,
        last_id TEXT COLLATE "C" NOT NULL,
        state TEXT NOT NULL
    )""",
    """CREATE INDEX codecards_state_by_due ON codecards_state (due, card_id)""",
    """CREATE FUNCTION codecards_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the review log is append-only'; END $$""",
    """CREATE TRIGGER codecards_review_keeps_rows BEFORE UPDATE OR DELETE ON codecards_review
        FOR EACH ROW EXECUTE FUNCTION codecards_append_only()""",
)

_SCHEDULER_SQLITE = (
    """ALTER TABLE codecards_store ADD COLUMN scheduler TEXT""",
    # INSERT OR REPLACE deletes without telling a DELETE trigger.
    """CREATE TRIGGER codecards_review_keeps_its_own BEFORE INSERT ON codecards_review
        WHEN EXISTS (SELECT 1 FROM codecards_review
            WHERE id = NEW.id OR position = NEW.position OR undoes = NEW.undoes)
        BEGIN SELECT RAISE(ABORT, 'the review log is append-only'); END""",
)
_SCHEDULER_POSTGRESQL = (
    """ALTER TABLE codecards_store ADD COLUMN scheduler TEXT""",
    """CREATE TRIGGER codecards_review_is_kept BEFORE TRUNCATE ON codecards_review
        FOR EACH STATEMENT EXECUTE FUNCTION codecards_append_only()""",
)

STEPS = (
    Step({"sqlite": _TABLES_SQLITE, "postgresql": _TABLES_POSTGRESQL}),
    # Which scheduler made the states; and the two ways round the guards of version 1 are closed.
    Step({"sqlite": _SCHEDULER_SQLITE, "postgresql": _SCHEDULER_POSTGRESQL}),
)
"""The steps, the first one making version 1."""


def migrate(database: Database, steps: Sequence[Step] = STEPS) -> str | None:
    """Bring the schema of a store to the newest version, all of it or nothing.

    Args:
        database: The database; an empty one becomes a new store.
        steps: The steps there are.

    Returns:
        Where the older store was copied to before, or None where nothing older was there.

    Raises:
        StoreError: The store is newer than the steps, the database is something else,
            or it cannot be written.
    """
    database.prepare()
    if database.read(lambda connection: _version(connection, database, len(steps))) == len(steps):
        return None

    def climb(connection: sa.Connection) -> str | None:
        database.lock_all(connection)
        # Asked again: another process may have been quicker.
        version = _version(connection, database, len(steps))
        copy = database.back_up(connection, version) if 0 < version < len(steps) else None
        for number, step in enumerate(steps[version:], version + 1):
            for statement in step.sql[database.name]:
                connection.exec_driver_sql(statement)
            connection.execute(sa.update(store).values(version=number))
        return copy

    return database.write(climb)


def _version(connection: sa.Connection, database: Database, newest: int) -> int:
    """Return the version of the schema, 0 where there is none yet."""
    tables = set(sa.inspect(connection).get_table_names())
    if store.name not in tables:
        database.check_is_ours(tables)
        return 0
    version = connection.execute(sa.select(store.c.version)).scalar_one()
    if version > newest:
        msg = (
            f"{database.where}: made by a newer codecards (its schema is version {version}, "
            f"this one knows {newest}); upgrade codecards to open it"
        )
        raise StoreError(msg)
    return int(version)
