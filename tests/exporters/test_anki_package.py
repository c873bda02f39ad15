"""The bytes of an Anki package: the same everywhere, and only what they should be."""

from __future__ import annotations

from datetime import UTC, datetime
import io
import json
import os
from pathlib import Path
import sqlite3
import subprocess
import sys
from typing import Any
import zipfile

import attrs
import pytest

from codecards import Deck, read_deck
from codecards.exporters.anki import anki_package, note_guid
from codecards.exporters.json import json_document

BUILD = """
from hashlib import sha256
from codecards import build_deck
from codecards.exporters.anki import anki_package
from codecards.exporters.json import json_document
deck = build_deck("cpc")
print(sha256(anki_package(deck)).hexdigest(), sha256(json_document(deck)).hexdigest(), deck.content_sha256)
"""


@pytest.fixture(scope="module")
def package(cpc: Deck) -> bytes:
    return anki_package(cpc)


@pytest.fixture(scope="module")
def database(package: bytes, tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    path = tmp_path_factory.mktemp("package") / "collection.anki2"
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        path.write_bytes(archive.read("collection.anki2"))
    return sqlite3.connect(path)


def test_two_builds_anywhere_are_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the hash seed, the folder, the time zone and the time."""
    built = set()
    for number, (seed, zone) in enumerate([("0", "UTC"), ("1", "Pacific/Kiritimati"), ("2", "America/Anchorage")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        run = subprocess.run(
            [sys.executable, "-P", "-c", BUILD], cwd=folder, env=environment, capture_output=True, text=True, check=True
        )
        built.add(run.stdout)

    assert len(built) == 1


def test_the_package_holds_a_collection_and_no_media(package: bytes) -> None:
    """With times and modes that are the same on every system."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert [(item.filename, item.date_time[:3]) for item in archive.infolist()] == [
            ("collection.anki2", (1980, 1, 1)),
            ("media", (1980, 1, 1)),
        ]
        assert archive.read("media") == b"{}"


def test_nothing_is_left_behind(cpc: Deck, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """genanki's own writer leaves a database in the temporary folder each time."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    anki_package(cpc)

    assert list(tmp_path.iterdir()) == []


def test_a_note_is_known_by_its_subject_alone(cpc: Deck) -> None:
    """Text, release and recipe may change under its GUID. The two here are frozen for ever."""
    subject = cpc.subjects[0]
    guids = {item.code: note_guid(item) for item in cpc.subjects}

    assert note_guid(attrs.evolve(subject, title="x", release="2099", tags=())) == note_guid(subject)
    assert (guids["E11.9"], guids["I10"]) == ("K<oTB?@R*z", "B;;72D@:[{")
    assert len(set(guids.values())) == len(guids)


def test_the_note_type_is_frozen(database: sqlite3.Connection) -> None:
    """A learner's collection holds it: ids, order of fields, names of templates."""
    models: dict[str, dict[str, Any]] = json.loads(database.execute("SELECT models FROM col").fetchone()[0])
    ((number, model),) = models.items()

    assert number == model["id"] == "1763802871407"
    assert [field["name"] for field in model["flds"]] == [
        "Code", "Title", "Subject", "System", "Release", "Status", "Place", "Guidance", "More", "Source",
        "Explanation", "Changes", "Spare 1", "Spare 2", "Spare 3", "Spare 4",
    ]  # fmt: skip
    assert [field["id"] for field in model["flds"]] == [4_180_326_915_000_000_000 + place for place in range(16)]
    assert [(item["name"], item["id"]) for item in model["tmpls"]] == [
        ("Describe", 6_902_447_138_000_000_000),
        ("Encode", 6_902_447_138_000_000_001),
    ]


def test_every_note_was_modified_when_the_recipe_was_revised(database: sqlite3.Connection, cpc: Deck) -> None:
    """Anki takes an update only if its time has grown."""
    revised = datetime(cpc.revised.year, cpc.revised.month, cpc.revised.day, tzinfo=UTC)

    assert database.execute("SELECT DISTINCT mod FROM notes").fetchall() == [(int(revised.timestamp()),)]


def test_cards_are_new_and_due_in_the_order_of_the_deck(database: sqlite3.Connection, cpc: Deck) -> None:
    """Siblings share their place."""
    rows = database.execute(
        "SELECT n.sfld, c.ord, c.due, c.type, c.queue FROM cards c JOIN notes n ON n.id = c.nid ORDER BY c.due, c.ord"
    ).fetchall()
    expected = [(subject.code, order, place, 0, 0) for place, subject in enumerate(cpc.subjects, 1) for order in (0, 1)]

    assert rows == expected


def test_deck_names_hold_no_year_and_no_range(database: sqlite3.Connection) -> None:
    """Anki matches decks by name, so a name must outlive editions."""
    decks = json.loads(database.execute("SELECT decks FROM col").fetchone()[0]).values()
    names = [deck["name"] for deck in decks if deck["name"] != "Default"]

    assert "CPC" in names
    assert all(name == "CPC" or name.startswith("CPC::") for name in names)
    assert not any("20" in name.removeprefix("CPC::20 ") or "(" in name for name in names)


def test_the_deck_tells_what_it_teaches(database: sqlite3.Connection) -> None:
    """Edition, days in force, source, and that no agency endorses it."""
    decks = json.loads(database.execute("SELECT decks FROM col").fetchone()[0]).values()
    (description,) = [deck["desc"] for deck in decks if deck["name"] == "CPC"]

    for words in ("ICD-10-CM 2026", "2025-10-01 to 2026-09-30", "CDC/NCHS", "free of charge", "do not endorse"):
        assert words in description


def test_a_deck_without_subdecks_is_one_deck(cpc: Deck) -> None:
    """No empty parents."""
    with zipfile.ZipFile(io.BytesIO(anki_package(attrs.evolve(cpc, subdecks={})))) as archive:
        database = archive.read("collection.anki2")

    assert b"CPC::" not in database


def test_a_deck_read_back_gives_the_same_package(cpc: Deck, package: bytes, tmp_path: Path) -> None:
    """JSON loses nothing that Anki needs."""
    path = tmp_path / "cpc.json"
    path.write_bytes(json_document(cpc))

    assert anki_package(read_deck(path)) == package
