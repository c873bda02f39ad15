"""A deck as plain JSON, and back.

The file is versioned and described by ``deck.schema.json`` beside this module. Instructions and places
that many codes share stand once, in tables of their own; subjects refer to them by position.
"""

from __future__ import annotations

from datetime import date
import json
from pathlib import Path
from typing import Any, TypeVar

from codecards.cards.model import (
    Card,
    CardKind,
    Deck,
    Guidance,
    GuidanceKind,
    Period,
    Place,
    Provenance,
    SeventhCharacter,
    Source,
    Subject,
    System,
)
from codecards.errors import DeckFileError
from codecards.progress import Progress, track

__all__ = ["FORMAT", "VERSION", "json_document", "read_deck"]

FORMAT = "codecards-deck"
VERSION = 1

Item = TypeVar("Item")


def json_document(deck: Deck, *, progress: Progress | None = None) -> bytes:
    """Return a deck as a JSON document, in UTF-8.

    The same deck gives the same bytes everywhere.

    Args:
        deck: The deck.
        progress: Told how far the work is.
    """
    places = _Table[Place]()
    guidance = _Table[Guidance]()
    subjects = [_from_subject(item, places, guidance) for item in track(deck.subjects, "Writing cards", progress)]
    document = {
        "format": FORMAT,
        "version": VERSION,
        "name": deck.name,
        "title": deck.title,
        "audience": deck.audience,
        "description": deck.description,
        "revised": deck.revised.isoformat(),
        "content_sha256": deck.content_sha256,
        "provenance": [_from_provenance(item) for item in deck.provenance],
        "places": [{"id": place.id, "title": place.title} for place in places],
        "guidance": [_from_guidance(item) for item in guidance],
        "subjects": [
            subject | ({"subdeck": deck.subdecks[subject["id"]]} if subject["id"] in deck.subdecks else {})
            for subject in subjects
        ],
        "cards": [
            {"id": card.id, "subject": card.subject.id, "kind": card.kind, "front": card.front, "back": card.back}
            for card in deck.cards
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def read_deck(path: str | Path) -> Deck:
    """Read a deck back from its JSON document; it equals the deck that was exported.

    Args:
        path: The file.

    Raises:
        DeckFileError: The file cannot be read, is not a deck, was written by a
            later version of codecards, or contradicts itself: the message says which.
            A title or a date that was changed by hand cannot be told; a card can.
    """
    try:
        document = json.loads(Path(path).read_bytes())
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); check the path"
        raise DeckFileError(msg) from None
    except (ValueError, RecursionError) as error:
        msg = f"{path}: not JSON ({error}); export the deck again"
        raise DeckFileError(msg) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        msg = f"{path}: not a codecards deck"
        raise DeckFileError(msg)
    if document.get("version") != VERSION:
        msg = f"{path}: deck version {document.get('version')!r}, this codecards reads {VERSION}; install a newer one"
        raise DeckFileError(msg)
    try:
        deck = _to_deck(document)
        again = json.loads(json_document(deck))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        msg = f"{path}: not a whole deck ({type(error).__name__}: {error}); export it again"
        raise DeckFileError(msg) from None
    if (found := _first_difference(document, again)) is not None:
        msg = f"{path}: {found} is not what the rest of it says; it was changed by hand or damaged: export it again"
        raise DeckFileError(msg)
    return deck


def _first_difference(document: dict[str, Any], again: dict[str, Any]) -> str | None:
    """Return the first key whose value is not the same in both, to the letter: True is not 1 here."""
    keys = dict.fromkeys([*document, *again])
    return next((key for key in keys if _exact(document, key) != _exact(again, key)), None)


def _exact(document: dict[str, Any], key: str) -> str:
    return json.dumps(document[key], sort_keys=True) if key in document else ""


class _Table(dict[Item, int]):
    """Gives each item it is asked for a position, in the order of the first asking."""

    def __missing__(self, item: Item) -> int:
        self[item] = len(self)
        return self[item]


def _from_subject(subject: Subject, places: _Table[Place], guidance: _Table[Guidance]) -> dict[str, Any]:
    return {
        "id": subject.id,
        "system": subject.system,
        "release": subject.release,
        "code": subject.code,
        "title": subject.title,
        "billable": subject.is_billable,
        "path": [places[place] for place in subject.path],
        "guidance": [guidance[item] for item in subject.guidance],
        "inherited": [guidance[item] for item in subject.inherited],
        "tags": list(subject.tags),
        "source": subject.source,
    }


def _from_guidance(guidance: Guidance) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": guidance.kind, "on": guidance.on, "notes": list(guidance.notes)}
    if guidance.characters:
        data["characters"] = [
            {"character": row.character, "meaning": row.meaning, "notes": list(row.notes)}
            for row in guidance.characters
        ]
    return data


def _from_provenance(provenance: Provenance) -> dict[str, Any]:
    source = provenance.source
    return {
        "system": provenance.system,
        "release": provenance.release,
        "effective": {
            "first": provenance.effective.first.isoformat(),
            "last": provenance.effective.last.isoformat() if provenance.effective.last else None,
        },
        "source": {
            "title": source.title,
            "publisher": source.publisher,
            "url": source.url,
            "files": [{"name": name, "sha256": sha256} for name, sha256 in source.files],
        },
    }


def _to_deck(document: dict[str, Any]) -> Deck:
    if not document["provenance"] or not document["cards"]:
        msg = "a deck has a provenance and cards"
        raise ValueError(msg)
    places = [Place(_text(item, "id"), _text(item, "title")) for item in document["places"]]
    guidance = [_to_guidance(item) for item in document["guidance"]]
    subjects = {item["id"]: _to_subject(item, places, guidance) for item in document["subjects"]}
    return Deck(
        name=_text(document, "name"),
        title=_text(document, "title"),
        audience=_text(document, "audience"),
        description=_text(document, "description"),
        revised=date.fromisoformat(document["revised"]),
        cards=tuple(
            Card(subjects[item["subject"]], CardKind(item["kind"]), _text(item, "front"), _text(item, "back"))
            for item in document["cards"]
        ),
        subdecks={item["id"]: _text(item, "subdeck") for item in document["subjects"] if "subdeck" in item},
        provenance=tuple(_to_provenance(item) for item in document["provenance"]),
    )


def _to_subject(data: dict[str, Any], places: list[Place], guidance: list[Guidance]) -> Subject:
    return Subject(
        id=_text(data, "id"),
        system=System(data["system"]),
        release=_text(data, "release"),
        code=_text(data, "code"),
        title=_text(data, "title"),
        is_billable=bool(data["billable"]),
        path=_at(places, data["path"]),
        guidance=_at(guidance, data["guidance"]),
        inherited=_at(guidance, data["inherited"]),
        tags=_texts(data, "tags"),
        source=_text(data, "source"),
    )


def _at(table: list[Item], positions: list[int]) -> tuple[Item, ...]:
    if any(position < 0 for position in positions):
        msg = "a position is below 0"
        raise ValueError(msg)
    return tuple(table[position] for position in positions)


def _to_guidance(data: dict[str, Any]) -> Guidance:
    rows = tuple(
        SeventhCharacter(_text(row, "character"), _text(row, "meaning"), _texts(row, "notes"))
        for row in data.get("characters", ())
    )
    return Guidance(GuidanceKind(data["kind"]), _text(data, "on"), _texts(data, "notes"), rows)


def _to_provenance(data: dict[str, Any]) -> Provenance:
    first, last = data["effective"]["first"], data["effective"]["last"]
    source = data["source"]
    return Provenance(
        System(data["system"]),
        _text(data, "release"),
        Period(date.fromisoformat(first), date.fromisoformat(last) if last else None),
        Source(
            _text(source, "title"),
            _text(source, "publisher"),
            _text(source, "url"),
            tuple((_text(file, "name"), _text(file, "sha256")) for file in source["files"]),
        ),
    )


def _text(data: dict[str, Any], key: str) -> str:
    value = data[key]
    if not isinstance(value, str):
        msg = f"{key} must be a string, not {value!r}"
        raise TypeError(msg)
    return value


def _texts(data: dict[str, Any], key: str) -> tuple[str, ...]:
    return tuple(_text({key: item}, key) for item in data[key])
