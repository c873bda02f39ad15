"""Find codes by words, over the releases on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import attrs

from codecards._version import __version__
from codecards.codesets.model import Code
from codecards.codesets.places import cache_folder
from codecards.codesets.search_index import Found, SearchIndex, index_bytes, kept_index
from codecards.codesets.syntax import undotted
from codecards.codesets.system import System
from codecards.errors import CodecardsError

if TYPE_CHECKING:
    from codecards.codesets.codeset import CodeSet
    from codecards.codesets.library import InstalledRelease

__all__ = ["EmptySearchError", "Hit", "MatchKind", "search", "search_index"]

# Above every score that words can have.
_EXACT = 1000.0
_BEGINS = 900.0
_SHORTEST_BEGINNING = 3


class EmptySearchError(CodecardsError, ValueError):
    """A search for nothing."""


class MatchKind(StrEnum):
    """What a code was found by."""

    CODE = "code"
    TITLE = "title"
    INCLUSION_TERM = "inclusion-term"
    INDEX = "index"


_KINDS = {
    "code": MatchKind.CODE,
    "title": MatchKind.TITLE,
    "header": MatchKind.TITLE,
    "inclusion": MatchKind.INCLUSION_TERM,
    "entry": MatchKind.INDEX,
}


@attrs.frozen
class Hit:
    """A code that a search found.

    Args:
        code: The code. Its place and guidance are read when they are first asked for.
        score: How well it fits: higher is better, and 1,000 is the very code that was typed.
        matched: The text that holds the words: the title, an inclusion term, a line of the index, or the code.
        kind: Which of these it is.
    """

    code: Code
    score: float
    matched: str
    kind: MatchKind


def search(
    words: str, systems: Iterable[System | str] | None = None, *, limit: int = 20, cache: Path | None = None
) -> tuple[Hit, ...]:
    """Return the codes that `words` mean, best first, from the newest release of each system.

    A code, or its first characters, finds that code; a string that is a code in
    two systems finds both. Other words are looked for in titles, inclusion terms
    and the index; of each word the plural will do, of the last one its beginning,
    and of an unknown one those that a single letter makes of it.

    Args:
        words: What to look for.
        systems: Where to look; every system on this machine without it.
        limit: How many codes to return at most.
        cache: The folder for indexes; the user's own without it. It is safe to delete.

    Raises:
        EmptySearchError: There is nothing to look for.
        UnknownSystemError: No coding system is called that.
    """
    from codecards.codesets.library import installed_releases, load_codeset

    if not words.strip():
        msg = "there is nothing to search for; give a code or some words"
        raise EmptySearchError(msg)
    wanted = tuple(System) if systems is None else tuple(System.parse(system) for system in systems)
    newest = {item.system: item for item in installed_releases() if item.system in wanted}
    folder = cache or cache_folder()
    hits: list[Hit] = []
    for item in newest.values():
        codeset = _LateCodeSet(partial(load_codeset, item.system, item.release))
        index = search_index(item, codeset.load, folder)
        hits += (_hit(found, item, codeset) for found in _look_up(index, words, limit))
    return tuple(sorted(hits, key=lambda hit: -hit.score)[:limit])


def search_index(item: InstalledRelease, load: Callable[[], CodeSet], folder: Path) -> SearchIndex:
    """Return the index of a release on this machine, made when it is first asked for.

    The index of a licensed release is not written anywhere.

    Args:
        item: The release, with all that tells its files from others.
        load: Loads it.
        folder: Where indexes are kept.
    """
    from codecards.codesets.beside_here import index_terms

    name = f"{item.system}-{item.release}"
    kept_in = None if item.system is System.CPT else folder
    return kept_index(
        name, (__version__, repr(item)), lambda: index_bytes(load(), index_terms(item.companions)), kept_in
    )


def _look_up(index: SearchIndex, words: str, limit: int) -> list[Found]:
    """Return codes by their characters, then by the words of their texts; each once."""
    key = undotted(words)
    may_begin = len(key) >= _SHORTEST_BEGINNING and any(sign.isdigit() for sign in key)
    found: dict[str, Found] = {}
    for item in index.by_code(key, limit):
        is_exact = undotted(item.code) == key
        if is_exact or may_begin:
            found[item.code] = item._replace(score=_EXACT if is_exact else _BEGINS)
    for item in index.by_words(words, limit):
        found.setdefault(item.code, item)
    return list(found.values())[:limit]


def _hit(found: Found, item: InstalledRelease, codeset: _LateCodeSet) -> Hit:
    code = Code(
        item.system,
        item.release,
        found.code,
        found.description,
        found.short_description,
        found.is_billable,
        cast("CodeSet", codeset),
    )
    return Hit(code, found.score, found.matched, _KINDS[found.sort])


class _LateCodeSet:
    """Stands behind the codes of a search in place of their code set, which takes longer to load than to search."""

    def __init__(self, load: Callable[[], CodeSet]) -> None:
        self._load = load

    @cached_property
    def _codeset(self) -> CodeSet:
        return self._load()

    def load(self) -> CodeSet:
        """Return the code set itself."""
        return self._codeset

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codeset, name)
