"""A store made by an older codecards opens with everything in it; what it was is kept beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
import sqlite3

import pytest
import sqlalchemy as sa

from codecards import Grade, MemoryState, Review, Store, open_store
from codecards.errors import StoreError
from codecards.store.database import Database
from codecards.store.migrations import STEPS, Step, migrate
from codecards.store.opening import _database
from codecards.store.schema import reviews
from databases import full_disk

TABLES = reviews.metadata.sorted_tables

# What version 1 made, as it stood then. It is never changed: such stores are out there.
VERSION_1 = {
    "sqlite": """
        CREATE TABLE codecards_store (version INTEGER NOT NULL);
        INSERT INTO codecards_store (version) VALUES (1);
        CREATE TABLE codecards_review (
            position INTEGER NOT NULL PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            card_id TEXT NOT NULL,
            at_us BIGINT NOT NULL,
            grade SMALLINT CHECK (grade BETWEEN 0 AND 5),
            duration_ms BIGINT CHECK (duration_ms >= 0),
            practice BOOLEAN NOT NULL CHECK (practice IN (0, 1)),
            undoes TEXT UNIQUE REFERENCES codecards_review (id),
            CHECK ((grade IS NULL) = (undoes IS NOT NULL))
        );
        CREATE INDEX codecards_review_by_card ON codecards_review (card_id, at_us, id);
        CREATE TABLE codecards_state (
            card_id TEXT NOT NULL PRIMARY KEY,
            due DATE,
            reviews BIGINT NOT NULL,
            last_at_us BIGINT NOT NULL,
            last_id TEXT NOT NULL,
            state TEXT NOT NULL
        );
        CREATE INDEX codecards_state_by_due ON codecards_state (due, card_id);
        CREATE TRIGGER codecards_review_keeps_rows BEFORE DELETE ON codecards_review
            BEGIN SELECT RAISE(ABORT, 'the review log is append-only'); END;
        CREATE TRIGGER codecards_review_keeps_values BEFORE UPDATE ON codecards_review
            BEGIN SELECT RAISE(ABORT, 'the review log is append-only'); END;
    """,
    "postgresql": """
        CREATE TABLE codecards_store (version INTEGER NOT NULL);
        INSERT INTO codecards_store (version) VALUES (1);
        CREATE TABLE codecards_review (
            position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id TEXT COLLATE "C" NOT NULL UNIQUE,
            card_id TEXT COLLATE "C" NOT NULL,
            at_us BIGINT NOT NULL,
            grade SMALLINT CHECK (grade BETWEEN 0 AND 5),
            duration_ms BIGINT CHECK (duration_ms >= 0),
            practice BOOLEAN NOT NULL,
            undoes TEXT COLLATE "C" UNIQUE REFERENCES codecards_review (id),
            CHECK ((grade IS NULL) = (undoes IS NOT NULL))
        );
        CREATE INDEX codecards_review_by_card ON codecards_review (card_id, at_us, id);
        CREATE TABLE codecards_state (
            card_id TEXT COLLATE "C" PRIMARY KEY,
            due DATE,
            reviews BIGINT NOT NULL,
            last_at_us BIGINT NOT NULL,
            last_id TEXT COLLATE "C" NOT NULL,
            state TEXT NOT NULL
        );
        CREATE INDEX codecards_state_by_due ON codecards_state (due, card_id);
        CREATE FUNCTION codecards_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the review log is append-only'; END $$;
        CREATE TRIGGER codecards_review_keeps_rows BEFORE UPDATE OR DELETE ON codecards_review
            FOR EACH ROW EXECUTE FUNCTION codecards_append_only();
    """,
}
# Three answers to one card, the second one taken back, and one answer to another card.
ANSWERS_1 = """
    INSERT INTO codecards_review (id, card_id, at_us, grade, duration_ms, practice, undoes) VALUES
        ('a', 'icd-10-cm:E11.9#describe', 1772366400000000, 4, 5200, false, NULL),
        ('b', 'icd-10-cm:E11.9#describe', 1772452800000000, 1, NULL, false, NULL),
        ('u', 'icd-10-cm:E11.9#describe', 1772452860000000, NULL, NULL, false, 'b'),
        ('c', 'icd-10-cm:E11.9#describe', 1772452870000001, 5, 900, false, NULL),
        ('d', 'icd-10-cm:I10#encode', 1772366400000000, 2, NULL, false, NULL);
    INSERT INTO codecards_state (card_id, due, reviews, last_at_us, last_id, state) VALUES
        ('icd-10-cm:E11.9#describe', '2026-03-08', 2, 1772452870000001, 'c',
         '{"version": 2, "repetitions": 2, "ease_permille": 2600, "interval_days": 6, "due": "2026-03-08",
           "last_review": "2026-03-02T12:01:10.000001+00:00"}'),
        ('icd-10-cm:I10#encode', '2026-03-02', 1, 1772366400000000, 'd',
         '{"version": 2, "repetitions": 0, "ease_permille": 2500, "interval_days": 1, "due": "2026-03-02",
           "last_review": "2026-03-01T12:00:00+00:00"}');
"""
DESCRIBE = "icd-10-cm:E11.9#describe"
HISTORY = (
    Review(DESCRIBE, Grade.GOOD, datetime(2026, 3, 1, 12, tzinfo=UTC), 5_200, id="a"),
    Review(DESCRIBE, Grade.PERFECT, datetime(2026, 3, 2, 12, 1, 10, 1, tzinfo=UTC), 900, id="c"),
)


@pytest.fixture
def database(location: str) -> Iterator[Database]:
    found = _database(location)
    found.prepare()
    yield found
    found.close()


@pytest.fixture
def version_1(database: Database) -> Database:
    """A store as version 1 of its schema left it."""
    make(database)
    return database


def make(database: Database) -> None:
    # A semicolon ends a statement where its line ends, and not within a trigger.
    run(database, *(VERSION_1[database.name] + ANSWERS_1).strip().split(";\n"))


def run(database: Database, *statements: str) -> None:
    def work(connection: sa.Connection) -> None:
        for statement in statements:
            if statement.strip():
                connection.exec_driver_sql(statement)

    database.write(work)


def drop(database: Database) -> None:
    run(database, *(f"DROP TABLE codecards_{name}" for name in ("state", "review", "store")))
    if database.name == "postgresql":
        run(database, "DROP FUNCTION codecards_append_only")


def first(database: Database, query: str) -> tuple[object, ...]:
    return database.read(lambda connection: tuple(connection.exec_driver_sql(query).one()))


def shape(database: Database) -> object:
    """What a database says of its tables: columns, indexes, constraints, triggers."""
    triggers = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'codecards_review'::regclass "
        "AND NOT tgisinternal ORDER BY tgname",
    }

    def work(connection: sa.Connection) -> object:
        look = sa.inspect(connection)
        tables = [
            (
                [(column["name"], str(column["type"]), column["nullable"]) for column in look.get_columns(table.name)],
                look.get_indexes(table.name),
                look.get_unique_constraints(table.name),
                look.get_foreign_keys(table.name),
            )
            for table in TABLES
        ]
        return tables, connection.exec_driver_sql(triggers[database.name]).scalars().all()

    return database.read(work)


def upgraded_by(*statements: str) -> Step:
    return Step({"sqlite": statements, "postgresql": statements})


@pytest.mark.usefixtures("version_1")
def test_an_old_store_opens_with_everything_in_it(location: str) -> None:
    """Answers, what was taken back, states and due days; and it goes on from there."""
    with open_store(location) as store:
        assert store.check() == ()
        assert store.history(DESCRIBE) == HISTORY
        assert store.state(DESCRIBE) == MemoryState(2, 2600, 6, date(2026, 3, 8), HISTORY[1].at)
        assert store.due(on=date(2026, 3, 7)) == ("icd-10-cm:I10#encode",)
        state = store.record(Review(DESCRIBE, Grade.GOOD, datetime(2026, 3, 8, 12, tzinfo=UTC))).state
        assert state.interval_days == 16
        with pytest.raises(StoreError, match="was taken back before, by 'u'"):
            store.undo("b", at=datetime(2026, 3, 9, tzinfo=UTC))
        assert store.check() == ()


def test_an_old_store_becomes_what_a_new_one_is(version_1: Database) -> None:
    """Columns, indexes, constraints and guards: there is no second kind of store."""
    migrate(version_1)
    migrated = shape(version_1)
    drop(version_1)
    migrate(version_1)

    assert shape(version_1) == migrated


def test_the_tables_are_those_that_queries_expect(store: Store[MemoryState]) -> None:
    """The SQL of the steps and the tables that queries name have the same columns."""

    def work(connection: sa.Connection) -> list[dict[str, bool]]:
        look = sa.inspect(connection)
        return [{column["name"]: column["nullable"] for column in look.get_columns(table.name)} for table in TABLES]

    expected = [{column.name: column.nullable for column in table.columns} for table in TABLES]

    assert store._database.read(work) == expected


def test_what_it_was_is_kept(version_1: Database, location: str) -> None:
    """As a file beside it, or as tables in its database; a second upgrade does not write over the first copy."""
    copy = migrate(version_1)

    assert migrate(version_1) is None
    if version_1.name == "sqlite":
        assert copy == f"{location}.schema-1.backup"
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("SELECT version FROM codecards_store").fetchone() == (1,)
        drop(version_1)
        make(version_1)
        assert migrate(version_1) == f"{location}.schema-1.backup-2"
        # It is a store itself.
        with open_store(copy) as restored:
            assert restored.history(DESCRIBE) == HISTORY
    else:
        names = [f"codecards_{name}_backup_schema_1" for name in ("review", "state", "store")]
        assert copy == ", ".join(names)
        assert first(version_1, "SELECT version FROM codecards_store_backup_schema_1") == (1,)
        assert first(version_1, "SELECT count(*) FROM codecards_review_backup_schema_1") == (5,)
        assert first(version_1, "SELECT count(*) FROM codecards_state_backup_schema_1") == (2,)
        drop(version_1)
        make(version_1)
        assert migrate(version_1) == ", ".join(f"{name}_2" for name in names)


def test_a_step_that_fails_changes_nothing(version_1: Database) -> None:
    """All steps run in one transaction: the store stays as it was, for the older codecards to go on with."""
    before = shape(version_1)
    fails = upgraded_by(
        "ALTER TABLE codecards_state RENAME COLUMN reviews TO answers", "UPDATE no_such_table SET a = 1"
    )

    with pytest.raises(StoreError, match="no_such_table"):
        migrate(version_1, [*STEPS, fails])
    assert shape(version_1) == before
    assert first(version_1, "SELECT version FROM codecards_store") == (1,)


def test_steps_run_in_order(version_1: Database) -> None:
    """From whichever version, each of those that are missing, once."""
    steps = [
        *STEPS,
        upgraded_by("ALTER TABLE codecards_store ADD COLUMN one INTEGER", "UPDATE codecards_store SET one = 1"),
        upgraded_by("UPDATE codecards_store SET one = one + 2"),
    ]
    for known in (steps[:-1], steps, steps):
        migrate(version_1, known)

    assert first(version_1, "SELECT version, one FROM codecards_store") == (len(steps), 3)


def test_a_newer_store_is_left_alone(store: Store[MemoryState], location: str) -> None:
    """With a word about what to do: this codecards would not know what it destroys."""
    run(store._database, "UPDATE codecards_store SET version = 99")

    with pytest.raises(StoreError, match=r"made by a newer codecards .* version 99, .* upgrade codecards"):
        open_store(location)


def test_without_room_for_a_copy_nothing_is_upgraded(tmp_path: Path) -> None:
    """A SQLite file is copied first; the copy within PostgreSQL is part of the upgrade itself."""
    database = _database(tmp_path / "reviews.sqlite3")
    make(database)

    with full_disk(), pytest.raises(StoreError, match=r"backup .* cannot be written .* the store is unchanged"):
        migrate(database)
    assert first(database, "SELECT version FROM codecards_store") == (1,)
    database.close()
    assert [path.name for path in tmp_path.iterdir()] == ["reviews.sqlite3"]
