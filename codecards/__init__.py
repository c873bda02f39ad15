"""Spaced-repetition decks for learning US medical coding, made from the official code sets.

Everything a program needs stands here by name; a room is imported when a name of it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from codecards._version import __version__

if TYPE_CHECKING:
    from codecards.cards.model import Card, CardKind, Deck, Place, Provenance, Subject
    from codecards.codesets.codeset import CodeSet
    from codecards.codesets.library import installed_releases, load_codeset
    from codecards.codesets.model import (
        Chapter,
        Code,
        Guidance,
        GuidanceKind,
        Period,
        Section,
        SeventhCharacter,
        Source,
    )
    from codecards.codesets.readers import read_codeset
    from codecards.codesets.syntax import normalize_code
    from codecards.codesets.system import System
    from codecards.errors import CodecardsError
    from codecards.exporters import export_deck
    from codecards.exporters.json import read_deck
    from codecards.recipes.build import build_deck
    from codecards.recipes.reading import bundled_recipes
    from codecards.scheduling.batch import replay_columns
    from codecards.scheduling.calendar import StudyCalendar
    from codecards.scheduling.drill import Drill
    from codecards.scheduling.fsrs import FSRS
    from codecards.scheduling.grades import Grade
    from codecards.scheduling.log import Review
    from codecards.scheduling.scheduler import Scheduler, replay_log
    from codecards.scheduling.sm2 import SM2
    from codecards.scheduling.state import MemoryState
    from codecards.store.opening import open_existing_store, open_store
    from codecards.store.store import Store

_HOMES = {
    "Card": "cards.model",
    "CardKind": "cards.model",
    "Chapter": "codesets.model",
    "Code": "codesets.model",
    "CodeSet": "codesets.codeset",
    "CodecardsError": "errors",
    "Deck": "cards.model",
    "Drill": "scheduling.drill",
    "FSRS": "scheduling.fsrs",
    "Grade": "scheduling.grades",
    "Guidance": "codesets.model",
    "GuidanceKind": "codesets.model",
    "MemoryState": "scheduling.state",
    "Period": "codesets.model",
    "Place": "cards.model",
    "Provenance": "cards.model",
    "Review": "scheduling.log",
    "SM2": "scheduling.sm2",
    "Scheduler": "scheduling.scheduler",
    "Section": "codesets.model",
    "SeventhCharacter": "codesets.model",
    "Source": "codesets.model",
    "Store": "store.store",
    "StudyCalendar": "scheduling.calendar",
    "Subject": "cards.model",
    "System": "codesets.system",
    "build_deck": "recipes.build",
    "bundled_recipes": "recipes.reading",
    "export_deck": "exporters",
    "installed_releases": "codesets.library",
    "load_codeset": "codesets.library",
    "normalize_code": "codesets.syntax",
    "open_existing_store": "store.opening",
    "open_store": "store.opening",
    "read_codeset": "codesets.readers",
    "read_deck": "exporters.json",
    "replay_columns": "scheduling.batch",
    "replay_log": "scheduling.scheduler",
}

__all__ = [
    "FSRS",
    "SM2",
    "Card",
    "CardKind",
    "Chapter",
    "Code",
    "CodeSet",
    "CodecardsError",
    "Deck",
    "Drill",
    "Grade",
    "Guidance",
    "GuidanceKind",
    "MemoryState",
    "Period",
    "Place",
    "Provenance",
    "Review",
    "Scheduler",
    "Section",
    "SeventhCharacter",
    "Source",
    "Store",
    "StudyCalendar",
    "Subject",
    "System",
    "__version__",
    "build_deck",
    "bundled_recipes",
    "export_deck",
    "installed_releases",
    "load_codeset",
    "normalize_code",
    "open_existing_store",
    "open_store",
    "read_codeset",
    "read_deck",
    "replay_columns",
    "replay_log",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(f"codecards.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
