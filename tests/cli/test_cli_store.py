"""``codecards store``: a check that says what differs, and a rebuild that mends it."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
import json
from pathlib import Path
import sqlite3

import pytest

from codecards import Grade, Review, open_store
from codecards.cli import main


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with two cards, the state of one of them changed by another program."""
    path = tmp_path / "reviews.sqlite3"
    with open_store(path) as store:
        for card in ("a", "b"):
            store.record(Review(card, Grade.GOOD, datetime(2026, 3, 1, 12, tzinfo=UTC), id=card))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE codecards_state SET due = '2031-01-01' WHERE card_id = 'b'")
        connection.commit()
    return path


def status(*words: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["store", *words])
    assert isinstance(end.value.code, int)
    return end.value.code


def test_check_prints_a_line_for_each_difference(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And ends with status 1; after a rebuild there is none."""
    assert status("check", "--store", str(path)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("b: stored [shown 2031-01-01; ")
    assert "but the log gives [shown 2026-03-02; " in lines[0]

    assert status("rebuild", "--store", str(path)) == 0
    assert capsys.readouterr().out == "1 states put right\n"
    assert status("check", "--store", str(path)) == 0
    assert capsys.readouterr().out == "every state follows from the log\n"


def test_check_answers_as_json(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list of differences, empty where all is well."""
    assert status("check", "--store", str(path), "--json") == 1
    (difference,) = json.loads(capsys.readouterr().out)
    assert difference["card_id"] == "b"
    assert set(difference) == {"card_id", "stored", "replayed"}
    status("rebuild", "--store", str(path))
    capsys.readouterr()
    assert status("check", "--store", str(path), "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_the_store_may_be_named_by_the_environment(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that it need not be typed every time."""
    monkeypatch.setenv("CODECARDS_STORE", str(path))

    assert status("check") == 1
    assert capsys.readouterr().out.startswith("b: ")


def test_a_store_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, with status 1; and none is made."""
    path = tmp_path / "none.sqlite3"

    assert status("check", "--store", str(path)) == 1
    assert capsys.readouterr().err == f"codecards: {path}: there is no store yet; answering a card makes one\n"
    assert list(tmp_path.iterdir()) == []
