"""Spaced-repetition decks for learning US medical coding, made from the official code sets.

Everything a program needs stands here by name; a room is imported when a name of it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from codecards._version import __version__

if TYPE_CHECKING:
    from codecards.cards.model import Card, CardKind, Deck, Place, Provenance, Subject
    from codecards.codesets.changes import CodeSetChanges, compare_codesets
    from codecards.codesets.codeset import CodeSet
    from codecards.codesets.index_lookup import Route, index_lookup
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
    from codecards.codesets.search import Hit, search
    from codecards.codesets.successors import Successors
    from codecards.codesets.syntax import normalize_code
    from codecards.codesets.system import System
    from codecards.codesets.validation import judge_code, validate_code
    from codecards.codesets.verdict import Verdict, VerdictKind
    from codecards.codesets.word_diff import word_diff
    from codecards.errors import CodecardsError
    from codecards.exporters import export_deck
    from codecards.exporters.json import read_deck
    from codecards.recipes.build import build_deck
    from codecards.recipes.reading import bundled_recipes
    from codecards.scheduling.calendar import StudyCalendar
    from codecards.scheduling.grades import Grade
    from codecards.scheduling.sm2 import SM2
    from codecards.scheduling.state import MemoryState

_HOMES = {
    "Card": "cards.model",
    "CardKind": "cards.model",
    "Chapter": "codesets.model",
    "Code": "codesets.model",
    "CodeSet": "codesets.codeset",
    "CodeSetChanges": "codesets.changes",
    "CodecardsError": "errors",
    "Deck": "cards.model",
    "Grade": "scheduling.grades",
    "Guidance": "codesets.model",
    "GuidanceKind": "codesets.model",
    "Hit": "codesets.search",
    "MemoryState": "scheduling.state",
    "Period": "codesets.model",
    "Place": "cards.model",
    "Provenance": "cards.model",
    "Route": "codesets.index_lookup",
    "SM2": "scheduling.sm2",
    "Section": "codesets.model",
    "SeventhCharacter": "codesets.model",
    "Source": "codesets.model",
    "StudyCalendar": "scheduling.calendar",
    "Subject": "cards.model",
    "Successors": "codesets.successors",
    "System": "codesets.system",
    "Verdict": "codesets.verdict",
    "VerdictKind": "codesets.verdict",
    "build_deck": "recipes.build",
    "bundled_recipes": "recipes.reading",
    "compare_codesets": "codesets.changes",
    "export_deck": "exporters",
    "index_lookup": "codesets.index_lookup",
    "installed_releases": "codesets.library",
    "judge_code": "codesets.validation",
    "load_codeset": "codesets.library",
    "normalize_code": "codesets.syntax",
    "read_codeset": "codesets.readers",
    "read_deck": "exporters.json",
    "search": "codesets.search",
    "validate_code": "codesets.validation",
    "word_diff": "codesets.word_diff",
}

__all__ = [
    "SM2",
    "Card",
    "CardKind",
    "Chapter",
    "Code",
    "CodeSet",
    "CodeSetChanges",
    "CodecardsError",
    "Deck",
    "Grade",
    "Guidance",
    "GuidanceKind",
    "Hit",
    "MemoryState",
    "Period",
    "Place",
    "Provenance",
    "Route",
    "Section",
    "SeventhCharacter",
    "Source",
    "StudyCalendar",
    "Subject",
    "Successors",
    "System",
    "Verdict",
    "VerdictKind",
    "__version__",
    "build_deck",
    "bundled_recipes",
    "compare_codesets",
    "export_deck",
    "index_lookup",
    "installed_releases",
    "judge_code",
    "load_codeset",
    "normalize_code",
    "read_codeset",
    "read_deck",
    "search",
    "validate_code",
    "word_diff",
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
