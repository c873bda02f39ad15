"""What goes wrong with a store ends in one clear line, and never with an answer half kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
import os
from pathlib import Path
import sqlite3
import tempfile
import time

import platformdirs
import psycopg
import pytest
import sqlalchemy as sa

from codecards import Grade, MemoryState, Review, Store, open_store
from codecards.errors import CodecardsError, MissingExtraError, StoreError
from codecards.store.opening import default_store, open_existing_store
from databases import Server, full_disk

ANSWER = Review("icd-10-cm:E11.9#describe", Grade.GOOD, datetime(2026, 3, 1, 12, tzinfo=UTC), id="a")
LATER = Review("icd-10-cm:E11.9#describe", Grade.GOOD, datetime(2026, 3, 2, 12, tzinfo=UTC), id="b")
_NOBODY = 65_534


@contextmanager
def nobody() -> Iterator[None]:
    """Without the rights of root, who may write where nobody may."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


def test_the_learners_own_store_is_in_their_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a location, and made on the way."""
    monkeypatch.setattr(platformdirs, "user_data_path", lambda name, **_: tmp_path / name)

    with open_store() as store:
        store.record(ANSWER)
    assert default_store() == tmp_path / "codecards" / "reviews.sqlite3"
    assert default_store().is_file()
    with open_store(f"sqlite:///{default_store()}") as store:
        assert store.history(ANSWER.card_id) == (ANSWER,)
        assert repr(store) == f"Store('{default_store()}')"


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("", "a store has a name"),
        (":memory:", ":memory:: a store is kept in a file"),
        ("sqlite://", "sqlite://: a store is kept in a file"),
        ("sqlite:///:memory:", "a store is kept in a file"),
        ("mysql://me:secret@host/database", "not mysql$"),
        ("postgresql://me:secret@host:port/database", "the store's URL cannot be read"),
        ("postgresql://me:secret@127.0.0.1:1/database", r"^postgresql://me:\*\*\*@127.0.0.1:1/database: .*; check the"),
    ],
)
def test_a_location_that_is_none_is_refused(location: str, message: str) -> None:
    """With what is wrong about it, and never with the password in it."""
    with pytest.raises(StoreError, match=message) as caught:
        open_store(location)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_postgresql_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library is an extra: most learners never need it."""
    monkeypatch.setattr("codecards.store.postgresql.find_spec", lambda _: None)

    with pytest.raises(MissingExtraError, match=r"pip install 'codecards\[postgresql\]'"):
        open_store("postgresql://me@host/database")


def test_a_store_that_is_not_to_be_made_is_not_made(location: str) -> None:
    """Looking does not make one."""
    with pytest.raises(StoreError, match="there is no store yet"):
        open_existing_store(location)
    assert "://" in location or not Path(location).exists()
    open_store(location).close()
    with open_existing_store(location) as store:
        assert store.check() == ()


def test_a_file_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    """Neither a text nor the database of another program becomes a store."""
    text, other = tmp_path / "notes.txt", tmp_path / "collection.anki2"
    text.write_text("not a database " * 100)
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER)")
    before = other.read_bytes()

    with pytest.raises(StoreError, match=r"notes.txt: file is not a database; this is no store; name another file"):
        open_store(text)
    with pytest.raises(StoreError, match=r"of another program \(it holds notes\); name another file"):
        open_store(other)
    with closing(sqlite3.connect(other)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]
    assert len(before) == other.stat().st_size


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file stands where the folder should; and a folder where the file should."""
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match=r"the folder cannot be made .*; name another one"):
        open_store(tmp_path / "file" / "reviews.sqlite3")
    with pytest.raises(StoreError, match=r"unable to open database file; check that the folder"):
        open_store(tmp_path)


def test_a_full_disk_loses_only_what_was_not_acknowledged(tmp_path: Path) -> None:
    """The answer is refused with an error, what was kept before is there, and it goes on when there is room."""
    with open_store(tmp_path / "reviews.sqlite3") as store:
        state = store.record(ANSWER).state
        with full_disk(), pytest.raises(StoreError, match="space"):
            store.record(LATER)
        assert store.history(ANSWER.card_id) == (ANSWER,)
        assert store.state(ANSWER.card_id) == state
        assert store.record(LATER).is_new
        assert store.check() == ()


def test_a_store_that_may_not_be_written_says_so() -> None:
    """Such as one on a disk that is mounted read-only."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "reviews.sqlite3")
        open_store(path).close()
        Path(folder).chmod(0o555)
        path.chmod(0o444)

        with nobody(), pytest.raises(StoreError) as caught:
            open_store(path).record(ANSWER)
        assert str(caught.value).startswith(f"{path}: ")
        assert "writ" in str(caught.value)
        Path(folder).chmod(0o755)


def test_a_program_that_never_finishes_does_not_hang_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some patience there is an error, and nothing was kept."""
    monkeypatch.setattr("codecards.store.sqlite._PATIENCE_SECONDS", 0)
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    with open_store(tmp_path / "reviews.sqlite3") as store:
        with closing(sqlite3.connect(tmp_path / "reviews.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="locked; another program is writing to it; try again"):
                store.record(ANSWER)
            assert store.history(ANSWER.card_id) == ()
        assert pauses == sorted(pauses)
        assert len(pauses) == 7
        assert store.record(ANSWER).is_new


def test_too_many_threads_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever SQLAlchemy itself has to say ends as an error of ours, too."""
    with open_store(tmp_path / "reviews.sqlite3") as store:

        def none_left(*_: object) -> None:
            msg = "all connections are in use"
            raise sa.exc.TimeoutError(msg)

        monkeypatch.setattr(store._database.engine, "connect", none_left)
        with pytest.raises(StoreError, match=r"reviews.sqlite3: all connections are in use"):
            store.record(ANSWER)


def test_a_damaged_file_is_found(tmp_path: Path) -> None:
    """By check, which reads all of it."""
    path = tmp_path / "reviews.sqlite3"
    with open_store(path) as store:
        store.record_all(Review(f"card {number}", Grade.GOOD, ANSWER.at) for number in range(500))
    content = bytearray(path.read_bytes())
    for page in range(5, len(content) // 4096, 7):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(content)

    with pytest.raises(StoreError, match=r"put a backup in its place"):
        open_store(path).check()


def test_a_broken_reference_is_found(tmp_path: Path) -> None:
    """An undoing of an answer that is not there, which only another program can have written."""
    path = tmp_path / "reviews.sqlite3"
    open_store(path).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute(
            "INSERT INTO codecards_review (id, card_id, at_us, practice, undoes) VALUES ('u', 'card', 0, 0, 'gone')"
        )
        other.commit()

    with open_store(path) as store, pytest.raises(StoreError, match=r"damaged .*; put a backup in its place"):
        store.check()


def test_a_server_that_dropped_its_connections_is_asked_again(postgresql: Server) -> None:
    """As after a restart: the next answer is kept without a word."""
    location = postgresql.empty()
    with open_store(location) as store:
        store.record(ANSWER)
        with psycopg.connect(location, autocommit=True) as other:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            other.execute(f"{others} AND datname = current_database()")
        assert store.record(LATER).is_new
        assert store.history(ANSWER.card_id) == (ANSWER, LATER)


def test_every_error_is_one_that_callers_expect(store: Store[MemoryState]) -> None:
    """One base class for all, and the builtin that fits."""
    with pytest.raises(LookupError) as caught:
        store.undo("nothing", at=ANSWER.at)
    assert isinstance(caught.value, CodecardsError)
    assert isinstance(caught.value, OSError)
