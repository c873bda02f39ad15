"""What one release instructs that another does not, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from codecards.codesets.model import Code, Guidance, GuidanceKind, Section, SeventhCharacter
from codecards.codesets.outline import Outline
from codecards.codesets.syntax import CATEGORY_LENGTH

__all__ = ["GuidanceByPlace", "guidance_beyond", "guidance_by_place", "renamed_sections"]

GuidanceByPlace = dict[tuple[str, str], tuple[Guidance, ...]]
"""Guidance by where it stands; "code" or "section" comes first, since a section of one category bears its name."""

_Line = tuple[GuidanceKind, str | SeventhCharacter]


def guidance_by_place(outline: Outline) -> GuidanceByPlace:
    """Return all guidance of a release, in tabular order; empty where only a list of codes was read."""
    places: GuidanceByPlace = {}
    for category in _categories(outline):
        for place in reversed(category.sections):
            places.setdefault(("chapter", f"Chapter {place.chapter.number}"), place.chapter.guidance)
            places.setdefault(("section", place.id), place.guidance)
    for code in outline.codes.values():
        if items := code.guidance:
            places[("code", code.code)] = items
    return {place: items for place, items in places.items() if items}


def renamed_sections(old: Outline, new: Outline) -> dict[str, str]:
    """Return the sections that kept their name while their range changed: new range to old range."""
    before, after = _sections(old), _sections(new)
    by_name = {section.name: id_ for id_, section in before.items() if id_ not in after}
    fresh = (section for id_, section in after.items() if id_ not in before)
    return {section.id: by_name[section.name] for section in fresh if section.name in by_name}


def guidance_beyond(
    places: GuidanceByPlace, others: GuidanceByPlace, other_names: Mapping[str, str]
) -> tuple[Guidance, ...]:
    """Return the guidance in `places` that `others` does not hold.

    Each item holds only the lines, and the rows of 7th characters, that the
    other release has not at that place.

    Args:
        places: The guidance of one release.
        others: The guidance of the other.
        other_names: What the other release calls a section that is called differently.
    """
    beyond: list[Guidance] = []
    for (sort, name), items in places.items():
        other = others.get((sort, other_names.get(name, name) if sort == "section" else name), ())
        known = Counter(_lines(other))
        for item in items:
            notes = tuple(note for note in item.notes if not _strike(known, (item.kind, note)))
            rows = tuple(row for row in item.characters if not _strike(known, (item.kind, row)))
            if notes or rows:
                beyond.append(Guidance(item.kind, item.on, notes, rows))
    return tuple(beyond)


def _lines(items: Iterable[Guidance]) -> Iterable[_Line]:
    for item in items:
        yield from ((item.kind, note) for note in item.notes)
        yield from ((item.kind, row) for row in item.characters)


def _strike(known: Counter[_Line], line: _Line) -> bool:
    """Take one such line off the list, and return whether it was there."""
    if known[line] == 0:
        return False
    known[line] -= 1
    return True


def _categories(outline: Outline) -> Iterator[Code]:
    return (code for key, code in outline.codes.items() if len(key) == CATEGORY_LENGTH)


def _sections(outline: Outline) -> dict[str, Section]:
    return {place.id: place for code in _categories(outline) for place in code.sections}
