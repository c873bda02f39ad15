"""From a term to its code as the book does it: main term, the terms below it, and where it says "see"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
import re
from typing import Generic, Protocol, TypeVar

import attrs

__all__ = ["IndexTerm", "Route", "TermIndex", "index_lookup"]

_NONESSENTIAL = re.compile(r"\s*\([^)]*\)")
_SEPARATOR = re.compile(r"\s*,\s*")
# ICD-10-CM Guidelines FY2026, I.A.15: the word stands between a term and what it is linked with.
_LINK = "with"


class IndexTerm(Protocol):
    """A line of an alphabetic index or of one of its tables."""

    @property
    def path(self) -> tuple[str, ...]:
        """The main term and the terms below it, down to this one."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes it leads to."""

    @property
    def see(self) -> str | None:
        """The term to look under instead, or None."""


Term = TypeVar("Term", bound=IndexTerm)


@attrs.frozen
class Route(Generic[Term]):
    """A line of the index that a term leads to.

    Args:
        entry: The line.
        via: The lines that said "see", in the order they were followed.
    """

    entry: Term
    via: tuple[Term, ...] = ()


class TermIndex(Generic[Term]):
    """The lines of one or several indexes, ready to be looked up.

    Args:
        entries: The lines, in print order.
    """

    def __init__(self, entries: Iterable[Term]) -> None:
        self._names = cache(_names)  # the same terms stand in many paths
        self._below = cache(self._by_name)
        self._by_main_term: dict[str, list[Term]] = {}
        for entry in entries:
            for name in self._names(entry.path[0]):
                self._by_main_term.setdefault(name, []).append(entry)

    def look_up(self, path: str | Sequence[str]) -> tuple[Route[Term], ...]:
        """Return where the index leads from a term, in print order.

        Every term asked for must stand in the line's path, in order, and the first
        one must be its main term; a line whose path holds nothing else comes alone.
        Otherwise the lines with the fewest terms left out count. A printed term
        answers to each of the words it has between commas (``Diabetes, diabetic``),
        without its nonessential modifiers; "with" may be left out. References
        ("see") are followed, and none twice.

        Args:
            path: The terms, as a tuple, or with commas between: ``"Diabetes, type 2, with, neuropathy"``.
        """
        found: list[Route[Term]] = []
        waiting: list[tuple[tuple[str, ...], tuple[Term, ...]]] = [(_terms(path), ())]
        asked = {waiting[0][0]}
        for wanted, via in waiting:
            for entry in self._nearest(wanted):
                if entry.codes or not entry.see:
                    found.append(Route(entry, via))
                elif (further := _terms(entry.see)) not in asked:
                    asked.add(further)
                    waiting.append((further, (*via, entry)))
        return tuple(found)

    def _nearest(self, wanted: Sequence[str]) -> list[Term]:
        """Return the lines that hold all terms wanted and leave out the fewest others."""
        below = self._below(wanted[0]) if wanted else {}
        # All terms must be there; the rarest one leaves the fewest lines to look at.
        lines = min((below.get(term, []) for term in wanted if term != _LINK), key=len, default=[])
        measured = ((_distance(names, wanted), line) for names, line in lines)
        distances = [(distance, line) for distance, line in measured if distance is not None]
        least = min((distance for distance, _ in distances), default=0)
        return [line for distance, line in distances if distance == least]

    def _by_name(self, main_term: str) -> dict[str, list[tuple[tuple[frozenset[str], ...], Term]]]:
        """Return the lines under a main term, with the names along their paths, by each of these names."""
        found: dict[str, list[tuple[tuple[frozenset[str], ...], Term]]] = {}
        for line in self._by_main_term.get(main_term, ()):
            path = tuple(map(self._names, line.path))
            for name in frozenset().union(*path):
                found.setdefault(name, []).append((path, line))
        return found


def index_lookup(entries: Iterable[Term], path: str | Sequence[str]) -> tuple[Route[Term], ...]:
    """Return where the index leads from a term; see `TermIndex`, which is quicker for many questions.

    Args:
        entries: The lines of one or several indexes, in print order.
        path: The terms, as a tuple, or with commas between.
    """
    return TermIndex(entries).look_up(path)


def _distance(path: Sequence[frozenset[str]], wanted: Sequence[str]) -> int | None:
    """Return how many terms of `path`, given by their names, are not wanted, or None where it lacks one that is.

    The first one is taken to be the main term that was asked for.
    """
    done = beyond = 0
    for names in path:
        before = done
        # One printed term may answer to several: "Abdomen, abdominal".
        while done < len(wanted) and wanted[done] in names:
            done += 1
        if done == before and _LINK not in names:
            beyond += 1
        if done < len(wanted) and wanted[done] == _LINK:
            done += 1
    return beyond if done == len(wanted) else None


def _names(printed: str) -> frozenset[str]:
    whole = _plain(printed)
    return frozenset((whole, *_SEPARATOR.split(whole)))


def _terms(path: str | Sequence[str]) -> tuple[str, ...]:
    parts = _SEPARATOR.split(path) if isinstance(path, str) else path
    return tuple(term for part in parts if (term := _plain(part)))


def _plain(term: str) -> str:
    """Return a term in lower case, without nonessential modifiers."""
    return " ".join(_NONESSENTIAL.sub("", term).lower().split())
