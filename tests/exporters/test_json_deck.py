"""A deck as JSON: valid, stable, and read back whole or not at all."""

from __future__ import annotations

from importlib import resources
import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
import pytest

from codecards import Deck, export_deck, read_deck
from codecards.errors import DeckFileError
from codecards.exporters.json import json_document
from codecards.files import UnwritableFileError


@pytest.fixture(scope="module")
def document(cpc: Deck) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json_document(cpc))
    return data


def test_the_document_keeps_its_schema(document: dict[str, Any]) -> None:
    """The schema ships in the package."""
    schema = json.loads((resources.files("codecards.exporters") / "deck.schema.json").read_bytes())
    Draft202012Validator.check_schema(schema)

    assert [error.message for error in Draft202012Validator(schema).iter_errors(document)] == []


def test_a_deck_is_read_back_equal(cpc: Deck, tmp_path: Path) -> None:
    """Every field of every card, and the content hash with them."""
    path = tmp_path / "cpc.json"
    export_deck(cpc, path)

    again = read_deck(path)

    assert again == cpc
    assert again.content_sha256 == cpc.content_sha256


def test_shared_instructions_stand_once(document: dict[str, Any]) -> None:
    """Subjects refer to them."""
    assert len({json.dumps(item) for item in document["guidance"]}) == len(document["guidance"])
    assert len({json.dumps(item) for item in document["places"]}) == len(document["places"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": "anki"}, "not a codecards deck"),
        ({"version": 2}, "deck version 2, this codecards reads 1; install a newer one"),
        ({"version": None}, "deck version None"),
        ({"title": 5}, "title must be a string, not 5"),
        ({"cards": [{"subject": "x"}]}, "KeyError"),
        ({"subjects": None}, "TypeError"),
        ({"places": []}, "IndexError"),
        ({"revised": "soon"}, "ValueError"),
        ({"content_sha256": "0" * 64}, "content_sha256 is not what the rest of it says"),
        ({"content_sha256": None}, "content_sha256 is not what the rest of it says"),
        ({"provenance": []}, "a deck has a provenance"),
        ({"extra": 1}, "extra is not what the rest"),
        ({"version": True}, "version is not what the rest"),
        ({"audience": "\ud800"}, "UnicodeEncodeError"),
    ],
)
def test_a_changed_document_is_refused(
    document: dict[str, Any], tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    """In one line, with what to do."""
    path = tmp_path / "deck.json"
    path.write_text(json.dumps(document | change))

    with pytest.raises(DeckFileError) as caught:
        read_deck(path)

    assert reason in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("cards", {"id": "x"}),
        ("cards", {"front": "E11.8"}),
        ("subjects", {"billable": 1}),
        ("subjects", {"billable": "no"}),
        ("subjects", {"path": [False]}),
        ("subjects", {"unknown": 1}),
        ("provenance", {"effective": {"first": "2025-W40-3", "last": None}}),
        ("provenance", {"effective": {"first": "2025-10-01", "last": ""}}),
    ],
)
def test_a_changed_row_is_refused(document: dict[str, Any], tmp_path: Path, table: str, change: dict[str, Any]) -> None:
    """True is not 1, a week is not a day, and no key goes unread."""
    path = tmp_path / "deck.json"
    path.write_text(json.dumps(document | {table: [document[table][0] | change, *document[table][1:]]}))

    with pytest.raises(DeckFileError):
        read_deck(path)


def test_a_position_below_zero_is_refused(document: dict[str, Any], tmp_path: Path) -> None:
    """Python would count it from the end."""
    path = tmp_path / "deck.json"
    subjects = [document["subjects"][0] | {"path": [-1]}, *document["subjects"][1:]]
    path.write_text(json.dumps(document | {"subjects": subjects}))

    with pytest.raises(DeckFileError, match="a position is below 0"):
        read_deck(path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[1]", b"[" * 100_000])
def test_what_is_no_deck_is_refused(tmp_path: Path, content: bytes) -> None:
    """Whatever it is."""
    path = tmp_path / "deck.json"
    path.write_bytes(content)

    with pytest.raises(DeckFileError, match=r"deck\.json"):
        read_deck(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """By name."""
    with pytest.raises(DeckFileError, match="check the path"):
        read_deck(tmp_path / "none.json")


def test_the_ending_chooses_the_format(cpc: Deck, tmp_path: Path) -> None:
    """In any case; an unknown one is refused with those known."""
    export_deck(cpc, tmp_path / "new" / "deck.APKG")

    assert (tmp_path / "new" / "deck.APKG").read_bytes()[:2] == b"PK"
    with pytest.raises(DeckFileError, match=r"choose from \.apkg, \.json"):
        export_deck(cpc, tmp_path / "deck.pdf")


def test_a_file_that_cannot_be_written_leaves_nothing(cpc: Deck, tmp_path: Path) -> None:
    """Neither half of it nor a temporary one."""
    (tmp_path / "deck.json").mkdir()

    with pytest.raises(UnwritableFileError, match="check the folder and the space left"):
        export_deck(cpc, tmp_path / "deck.json")
    with pytest.raises(UnwritableFileError):
        export_deck(cpc, tmp_path / "deck.json" / "\0" / "x.json")
    assert [item.name for item in tmp_path.iterdir()] == ["deck.json"]


def test_a_link_stays_a_link(cpc: Deck, tmp_path: Path) -> None:
    """What it points to is replaced."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "deck.json").symlink_to(tmp_path / "shared" / "deck.json")
    export_deck(cpc, tmp_path / "deck.json")

    assert (tmp_path / "deck.json").is_symlink()
    assert (tmp_path / "shared" / "deck.json").is_file()


def test_a_written_file_has_the_permissions_of_any_new_file(cpc: Deck, tmp_path: Path) -> None:
    """Study groups share folders."""
    other = tmp_path / "other"
    other.touch()
    export_deck(cpc, tmp_path / "deck.json")

    assert (tmp_path / "deck.json").stat().st_mode == other.stat().st_mode
