"""A deck as a file: an Anki package or plain JSON, chosen by the file's ending."""

from __future__ import annotations

from pathlib import Path

from codecards.cards.model import Deck
from codecards.errors import DeckFileError
from codecards.files import write_file
from codecards.progress import Progress

__all__ = ["ENDINGS", "check_ending", "export_deck"]

ENDINGS = (".apkg", ".json")


def export_deck(deck: Deck, path: str | Path, *, progress: Progress | None = None) -> None:
    """Write a deck to a file, all of it or nothing.

    Args:
        deck: The deck.
        path: The file; its ending says the format: ``.apkg`` or ``.json``.
        progress: Told how far the work is.

    Raises:
        DeckFileError: No format has that ending.
        UnwritableFileError: The file could not be written.
    """
    check_ending(path)
    # Imported where used: genanki alone takes longer to import than most commands run.
    if Path(path).suffix.lower() == ".apkg":
        from codecards.exporters.anki import anki_package

        content = anki_package(deck, progress=progress)
    else:
        from codecards.exporters.json import json_document

        content = json_document(deck, progress=progress)
    write_file(path, content)


def check_ending(path: str | Path) -> None:
    """Hold a path against the known endings, before any work is done for it.

    Raises:
        DeckFileError: No format has that ending.
    """
    if Path(path).suffix.lower() not in ENDINGS:
        msg = f"{path}: no format has that ending; choose from {', '.join(ENDINGS)}"
        raise DeckFileError(msg)
