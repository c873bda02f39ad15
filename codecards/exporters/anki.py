"""A deck as an Anki package (``.apkg``), made with genanki.

What must never change, because learners' collections hold it: the ids of the note type, its fields and
its templates, the order of its fields, and the rule that makes a note's GUID from its subject's id.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
import hashlib
from html import escape
import io
import itertools
import sqlite3
import zipfile

import genanki

from codecards.cards.model import CardKind, Deck, Subject
from codecards.faces.code_note import FIELDS, CodeFace, style, template
from codecards.progress import Progress, track

__all__ = ["anki_package", "note_guid"]

# Chosen once at random, as Anki asks.
_CODE_NOTE_ID = 1_763_802_871_407
_FIRST_FIELD_ID = 4_180_326_915_000_000_000
_FIRST_TEMPLATE_ID = 6_902_447_138_000_000_000
_DECK_IDS = range(1 << 40, 1 << 41)
# Spare fields: a later edition may rename one by its id, which Anki takes without a forced sync.
_SPARES = tuple(f"Spare {number}" for number in range(1, 5))
_TEMPLATES = {CardKind.DESCRIBE: "Describe", CardKind.ENCODE: "Encode"}
# SQLite writes its own version into bytes 96-99 of a database, and nobody reads it back.
_SQLITE_VERSION = slice(96, 100)
_ANY_SQLITE_VERSION = (3_040_000).to_bytes(4, "big")
_EARLIEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16
_STEP = "Writing notes"


def note_guid(subject: Subject) -> str:
    """Return the Anki GUID of the code note of a subject: a hash of the subject's id and of nothing else."""
    guid: str = genanki.guid_for(subject.id)
    return guid


def anki_package(deck: Deck, *, progress: Progress | None = None) -> bytes:
    """Return the bytes of an Anki package.

    The same deck gives the same bytes under one version of zlib and SQLite. Notes
    carry the day the deck was revised as their modification time, so that a deck
    imported over an older one updates its notes and leaves the learner's progress alone.

    Args:
        deck: The deck.
        progress: Told how far the work is.
    """
    timestamp = int(datetime.combine(deck.revised, time(), UTC).timestamp())
    note_type = _note_type()
    decks = {name: _anki_deck(deck, name) for name in _deck_names(deck)}
    face = CodeFace()
    for position, subject in enumerate(track(deck.subjects, _STEP, progress), 1):
        note = genanki.Note(
            model=note_type,
            fields=[*face.fields(subject).values(), *("" for _ in _SPARES)],
            tags=list(subject.tags),
            guid=note_guid(subject),
            due=position,
        )
        decks[_deck_name(deck, subject)].add_note(note)
    return _package(list(decks.values()), timestamp)


def _note_type() -> genanki.Model:
    fields = [{"name": name, "id": _FIRST_FIELD_ID + number} for number, name in enumerate((*FIELDS, *_SPARES))]
    templates = [
        {"name": name, "id": _FIRST_TEMPLATE_ID + number, "qfmt": front, "afmt": back}
        for number, (name, (front, back)) in enumerate((name, template(kind)) for kind, name in _TEMPLATES.items())
    ]
    return genanki.Model(_CODE_NOTE_ID, "codecards code", fields=fields, templates=templates, css=style())


def _deck_names(deck: Deck) -> list[str]:
    """Return the deck itself first, then its subdecks in the order of their first card."""
    return list(dict.fromkeys([_deck_name(deck, None), *(_deck_name(deck, subject) for subject in deck.subjects)]))


def _deck_name(deck: Deck, subject: Subject | None) -> str:
    subdeck = deck.subdecks.get(subject.id) if subject else None
    return "::".join(filter(None, [deck.title, subdeck]))


def _anki_deck(deck: Deck, name: str) -> genanki.Deck:
    digest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    description = _description(deck) if name == deck.title else ""
    return genanki.Deck(_DECK_IDS[digest % len(_DECK_IDS)], name, description)


def _description(deck: Deck) -> str:
    paragraphs = [deck.audience, deck.description]
    for item in deck.provenance:
        source = item.source
        paragraphs.append(
            f"Teaches {item.system.label} {item.release}, in force {item.effective}. "
            f"Source: {source.title}, {source.publisher}; free of charge at {source.url}. Titles and instructions are "
            "shown unchanged; the agencies do not endorse this deck."
        )
    return "".join(f"<p>{escape(text)}</p>" for text in paragraphs)


def _package(decks: list[genanki.Deck], timestamp: int) -> bytes:
    """Write decks into a package whose bytes depend on nothing else.

    genanki's own writing takes times from the clock and leaves a temporary file behind.
    """
    connection = sqlite3.connect(":memory:")
    try:
        genanki.Package(decks).write_to_db(connection.cursor(), timestamp, itertools.count(timestamp * 1000))
        connection.commit()
        connection.execute("VACUUM")
        database = memoryview(connection.serialize())
    finally:
        connection.close()
    head, tail = database[: _SQLITE_VERSION.start], database[_SQLITE_VERSION.stop :]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        _add(archive, "collection.anki2", head, _ANY_SQLITE_VERSION, tail)
        _add(archive, "media", b"{}")
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, *content: bytes | memoryview) -> None:
    member = zipfile.ZipInfo(name, _EARLIEST_ZIP_TIME)
    member.create_system = _UNIX
    member.external_attr = _PLAIN_FILE
    member.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(member, "w") as stream:
        for part in content:
            stream.write(part)
