"""What a code is: releases, codes, and the official guidance that stands on them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
import re
from typing import TYPE_CHECKING

import attrs

from codecards.codesets.hcpcs import HcpcsDetails
from codecards.codesets.pcs import PcsAxis
from codecards.codesets.syntax import MODIFIER_LENGTH
from codecards.codesets.system import System

if TYPE_CHECKING:
    from codecards.codesets.codeset import CodeSet

__all__ = [
    "Chapter",
    "Code",
    "Guidance",
    "GuidanceKind",
    "Period",
    "Section",
    "SeventhCharacter",
    "Source",
    "System",
]

_TRAILING_RANGE = re.compile(r"\s*\([A-Z0-9]{3}(?:-[A-Z0-9]{3})?\)$")


class GuidanceKind(StrEnum):
    """The kinds of official instruction in the ICD-10-CM tabular list.

    Source: ICD-10-CM Guidelines FY2026, I.A.5, I.A.10-13 and I.A.17.
    """

    INCLUSION_TERM = "inclusion-term"
    INCLUDES = "includes"
    EXCLUDES1 = "excludes1"
    EXCLUDES2 = "excludes2"
    CODE_FIRST = "code-first"
    USE_ADDITIONAL_CODE = "use-additional-code"
    CODE_ALSO = "code-also"
    SEVENTH_CHARACTER = "seventh-character"
    NOTE = "note"

    @property
    def label(self) -> str:
        """The words the printed code book uses for this kind of instruction."""
        return _LABELS[self]


_LABELS = {
    GuidanceKind.INCLUSION_TERM: "Inclusion terms",
    GuidanceKind.INCLUDES: "Includes",
    GuidanceKind.EXCLUDES1: "Excludes1",
    GuidanceKind.EXCLUDES2: "Excludes2",
    GuidanceKind.CODE_FIRST: "Code first",
    GuidanceKind.USE_ADDITIONAL_CODE: "Use additional code",
    GuidanceKind.CODE_ALSO: "Code also",
    GuidanceKind.SEVENTH_CHARACTER: "7th character",
    GuidanceKind.NOTE: "Note",
}


@attrs.frozen
class SeventhCharacter:
    """One row of a 7th-character table.

    Args:
        character: The character itself, such as ``"A"``.
        meaning: Its official meaning, such as ``"initial encounter"``.
        notes: Terms that the tabular list sets under this row.
    """

    character: str
    meaning: str
    notes: tuple[str, ...] = ()


@attrs.frozen(cache_hash=True)
class Guidance:
    """An official instruction attached to a code or to a range of codes.

    Args:
        kind: What sort of instruction it is.
        on: Where it stands: a code (``"E11"``), a section (``"E08-E13"``, or ``"Section T07"``
            where it is a single category) or a chapter (``"Chapter 4"``).
        notes: The official lines, unchanged and in order; a line that ends
            with a colon leads in the lines after it.
        characters: The rows of a 7th-character table; empty for other kinds.
    """

    kind: GuidanceKind
    on: str
    notes: tuple[str, ...]
    characters: tuple[SeventhCharacter, ...] = ()


@attrs.frozen
class Period:
    """The days on which a release is in force, both ends included.

    Args:
        first: The first day.
        last: The last day, or None while no later release is known.
    """

    first: date
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def __str__(self) -> str:
        return f"{self.first} to {self.last or 'further notice'}"


@attrs.frozen
class Source:
    """Where a code set comes from.

    Args:
        title: The document, as its publisher calls it.
        publisher: The agencies, as they ask to be named.
        url: The agency's own page, where the files are free of charge.
        files: Name and sha256 of each file that was read.
    """

    title: str
    publisher: str
    url: str
    files: tuple[tuple[str, str], ...] = ()


@attrs.frozen
class Chapter:
    """A chapter of the tabular list.

    Args:
        number: Its number, 1 to 22 in ICD-10-CM.
        title: Its official title, unchanged, with its range.
        guidance: The instructions that stand on the whole chapter.
    """

    number: int
    title: str
    guidance: tuple[Guidance, ...] = ()

    @property
    def name(self) -> str:
        """The title without its official range, which editions change."""
        return _TRAILING_RANGE.sub("", self.title)


@attrs.frozen
class Section:
    """A section (block) of a chapter.

    Args:
        id: Its range, such as ``"E08-E13"``, or its only category.
        title: Its official title, unchanged, with its range.
        chapter: The chapter it belongs to.
        guidance: The instructions that stand on the whole section.
        within: The next wider section around it, or None.
    """

    id: str
    title: str
    chapter: Chapter
    guidance: tuple[Guidance, ...] = ()
    within: Section | None = None

    @property
    def label(self) -> str:
        """What to call it: its range; one of a single category is told from that category by a word."""
        return self.id if "-" in self.id else f"Section {self.id}"

    @property
    def name(self) -> str:
        """The title without its official range, which editions change."""
        return _TRAILING_RANGE.sub("", self.title)


@attrs.frozen
class Code:
    """One row of a code set.

    Two codes are equal when system, release, code, titles and status are.

    Args:
        system: The coding system.
        release: The edition it was read from, such as ``"2026"``.
        code: The code, dotted as published: ``"E11.9"``.
        description: The official long title, unchanged.
        short_description: The official abbreviated title, or None where the
            files of this release hold none.
        is_billable: True when the code is valid on a claim. False for a header, and
            for an HCPCS code or modifier that ended before its release began.
    """

    system: System
    release: str
    code: str
    description: str
    short_description: str | None
    is_billable: bool
    _codeset: CodeSet = attrs.field(eq=False, repr=False)

    def __str__(self) -> str:
        return f"{self.code} {self.description}"

    @property
    def parent(self) -> Code | None:
        """The header directly above, or None for a category."""
        return self._codeset.parent_of(self.code)

    @property
    def ancestors(self) -> tuple[Code, ...]:
        """The headers above, from the category down to the parent."""
        above: list[Code] = []
        parent = self.parent
        while parent is not None:
            above.append(parent)
            parent = parent.parent
        return tuple(reversed(above))

    @property
    def children(self) -> tuple[Code, ...]:
        """The codes directly below, in tabular order."""
        return self._codeset.children_of(self.code)

    @property
    def section(self) -> Section | None:
        """The narrowest section around it; None where only a list of codes was read."""
        return self._codeset.section_of(self.code)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections around it, narrowest first; empty where only a list of codes was read."""
        around: list[Section] = []
        section = self.section
        while section is not None:
            around.append(section)
            section = section.within
        return tuple(around)

    @property
    def chapter(self) -> Chapter | None:
        """The chapter around it; None where only a list of codes was read."""
        section = self.section
        return section.chapter if section else None

    @property
    def guidance(self) -> tuple[Guidance, ...]:
        """The instructions that stand on this very code."""
        return self._codeset.guidance_on(self.code)

    @property
    def inherited_guidance(self) -> tuple[Guidance, ...]:
        """The instructions that stand above it and hold for it as well, nearest first.

        They stand on its ancestors, on the sections around it and on its
        chapter. Of several 7th-character tables only the nearest holds.
        """
        chapter = self.chapter
        above = (*reversed(self.ancestors), *self.sections, *((chapter,) if chapter else ()))
        inherited = [item for place in above for item in place.guidance]
        tables = [item for item in (*self.guidance, *inherited) if item.characters]
        return tuple(item for item in inherited if item not in tables[1:])

    @property
    def seventh_characters(self) -> tuple[SeventhCharacter, ...]:
        """The rows of the 7th-character table that holds for it; empty where none does."""
        tables = (item.characters for item in (*self.guidance, *self.inherited_guidance) if item.characters)
        return next(tables, ())

    @property
    def is_modifier(self) -> bool:
        """True for a modifier of HCPCS or CPT, which stands on a claim only behind a code."""
        return self.system in (System.HCPCS, System.CPT) and len(self.code) == MODIFIER_LENGTH

    @property
    def hcpcs(self) -> HcpcsDetails | None:
        """What CMS records about an HCPCS code beside its titles; None for other systems."""
        return self._codeset.hcpcs_details(self.code)

    @property
    def axes(self) -> tuple[PcsAxis, ...]:
        """The axes of an ICD-10-PCS code by name, in order; empty where no tables were read.

        Seven for a code, three for the header of a table.
        """
        return self._codeset.axes_of(self.code)

    @property
    def is_licensed(self) -> bool:
        """True where it comes from a file that only its licensee may use, as CPT does."""
        return self._codeset.is_licensed

    @property
    def source(self) -> Source:
        """Where its code set was read from."""
        return self._codeset.source
