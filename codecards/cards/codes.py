"""The code note: a code as a subject, and the two cards that ask for it both ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codecards.cards.model import Card, CardKind, Place, Subject
from codecards.codesets.model import Chapter, Code, Guidance, GuidanceKind, Section
from codecards.codesets.syntax import FULL_LENGTH, undotted

__all__ = ["code_cards", "code_subject"]


# All that stands on a header holds for the codes below: its inclusion terms are often what defines them, as the
# weeks at P07.2 or the age at O09.5. What a section or chapter includes is its name in other words, and the chapters
# it excludes are the table of contents; what it says to do, or not to code, holds for each of its codes.
_NOT_FROM_SECTIONS = {GuidanceKind.INCLUSION_TERM, GuidanceKind.INCLUDES}
_NOT_FROM_CHAPTERS = _NOT_FROM_SECTIONS | {GuidanceKind.EXCLUDES2}


def code_subject(code: Code) -> Subject:
    """Return the subject of a code: all that its cards show.

    Args:
        code: The code. What the subject holds depends on it and its release alone.
    """
    headers = code.ancestors
    sections = code.sections
    chapter = code.chapter
    table = _seventh_character_table(code, headers)
    guidance = code.guidance
    if table is not None:  # the tabular list prints the code without the character that a table adds
        guidance += headers[-1].guidance
    inherited = [
        *_from(reversed(headers), set()),
        *_from(sections, _NOT_FROM_SECTIONS),
        *_from([chapter] if chapter else [], _NOT_FROM_CHAPTERS),
    ]
    tags = [f"{code.system}::category::{headers[0].code if headers else code.code}"]
    if chapter is not None:
        tags.append(f"{code.system}::chapter::{chapter.number:02}")
    if not code.is_billable:
        tags.append(f"{code.system}::header")
    return Subject(
        id=f"{code.system}:{code.code}",
        system=code.system,
        release=code.release,
        code=code.code,
        title=code.description,
        is_billable=code.is_billable,
        path=(
            *([Place(f"Chapter {chapter.number}", chapter.title)] if chapter else []),
            *(Place(section.label, section.title) for section in reversed(sections)),
            *(Place(header.code, header.description) for header in headers),
        ),
        guidance=guidance,
        inherited=tuple(
            item for item in dict.fromkeys(inherited) if item not in guidance and (item is table or not item.characters)
        ),
        tags=tuple(sorted(tags)),
        source=f"{code.source.title}. {code.source.publisher}.",
    )


def code_cards(subject: Subject) -> tuple[Card, Card]:
    """Return the two cards of a code note: code to title, and title to code."""
    return (
        Card(subject, CardKind.DESCRIBE, subject.code, subject.title),
        Card(subject, CardKind.ENCODE, subject.title, subject.code),
    )


def _seventh_character_table(code: Code, headers: tuple[Code, ...]) -> Guidance | None:
    """Return the table that the last character of `code` comes from, the nearest above it."""
    if len(undotted(code.code)) < FULL_LENGTH:
        return None
    tables = (item for header in reversed(headers) for item in header.guidance if item.characters)
    return next(tables, None)


def _from(places: Iterable[Chapter | Section | Code], leave_out: set[GuidanceKind]) -> Iterator[Guidance]:
    return (item for place in places for item in place.guidance if item.kind not in leave_out)
