"""Read the ICD-10-CM tabular list (XML): chapters, sections, titles and all guidance.

The tabular list is where guidance stands. It is not a list of codes: codes that end in a 7th
character are not in it, only the tables they are made from. `compose_rows` makes their titles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO
import xml.etree.ElementTree as ET

import attrs

from codecards.codesets.codeset import Row
from codecards.codesets.model import Chapter, Guidance, GuidanceKind, Section, SeventhCharacter
from codecards.codesets.readers.xml import elements, own_text
from codecards.codesets.syntax import CATEGORY_LENGTH, FULL_LENGTH, undotted
from codecards.errors import SourceFileError

__all__ = ["TabularList", "compose_rows", "read_tabular_list"]

_SIMPLE_GUIDANCE = {
    "inclusionTerm": GuidanceKind.INCLUSION_TERM,
    "includes": GuidanceKind.INCLUDES,
    "excludes1": GuidanceKind.EXCLUDES1,
    "excludes2": GuidanceKind.EXCLUDES2,
    "codeFirst": GuidanceKind.CODE_FIRST,
    "useAdditionalCode": GuidanceKind.USE_ADDITIONAL_CODE,
    "codeAlso": GuidanceKind.CODE_ALSO,
    "notes": GuidanceKind.NOTE,
}
_PLACEHOLDER = "X"


@attrs.frozen
class TabularList:
    """What the tabular list holds, keyed by undotted code.

    Args:
        year: The fiscal year the file names.
        titles: The title of each code that is printed in the list.
        guidance: The instructions that stand on each code, in print order.
        sections: The narrowest section of each category.
    """

    year: str
    titles: dict[str, str]
    guidance: dict[str, tuple[Guidance, ...]]
    sections: dict[str, Section]


def read_tabular_list(stream: IO[bytes], name: str) -> TabularList:
    """Read the XML of the ICD-10-CM tabular list.

    Args:
        stream: The XML, as bytes.
        name: What to call the file in an error.

    Raises:
        SourceFileError: The file is not well-formed XML, or not a tabular list.
    """
    tabular = TabularList("", {}, {}, {})
    year = ""
    for element in elements(stream, name, ("version", "chapter")):
        if element.tag == "version":
            year = own_text(element)
        else:
            _read_chapter(element, tabular, name)
    if not tabular.titles:
        msg = f"{name}: holds no chapters of an ICD-10-CM tabular list"
        raise SourceFileError(msg)
    return attrs.evolve(tabular, year=year)


def compose_rows(tabular: TabularList, codes: Iterable[str]) -> Iterator[Row]:
    """Give each code its title and status.

    A code in the list keeps its title; a code with a 7th character gets the
    title of the code it extends, a comma and the meaning of the character.
    Composed this way the titles equal the official FY2026 order file, but for
    diacritics, which only the XML has.

    Args:
        tabular: The tabular list.
        codes: Every code of the release, undotted and in tabular order.

    Raises:
        SourceFileError: A code is neither in the list nor made by one of its tables.
    """
    ordered = list(dict.fromkeys(codes))
    prefixes = {code[:length] for code in ordered for length in range(CATEGORY_LENGTH, len(code))}
    meanings = {
        code: {row.character: row.meaning for item in items for row in item.characters}
        for code, items in tabular.guidance.items()
        if any(item.characters for item in items)
    }
    for code in ordered:
        yield Row(
            code, tabular.titles.get(code) or _composed_title(code, tabular, meanings), None, code not in prefixes
        )


def _composed_title(code: str, tabular: TabularList, meanings: dict[str, dict[str, str]]) -> str:
    stem = code[: FULL_LENGTH - 1]
    while stem not in tabular.titles and stem.endswith(_PLACEHOLDER):
        stem = stem[:-1]
    if len(code) == FULL_LENGTH and stem in tabular.titles:
        for length in range(len(stem), CATEGORY_LENGTH - 1, -1):
            table = meanings.get(stem[:length])
            if table is not None and code[-1] in table:
                return f"{tabular.titles[stem]}, {table[code[-1]]}"
    msg = f"the tabular list has no title for {code}, nor a 7th-character table that makes one"
    raise SourceFileError(msg)


def _read_chapter(element: ET.Element, tabular: TabularList, name: str) -> None:
    number = own_text(element.find("name"))
    if not (number.isascii() and number.isdecimal()):
        msg = f"{name}: {number[:20]!r} is not the number of a chapter; download the file again"
        raise SourceFileError(msg)
    chapter = Chapter(int(number), own_text(element.find("desc")), _guidance(element, f"Chapter {number}"))
    found = list(element.iterfind("section"))
    categories = [own_text(name) for child in found for name in child.iterfind("diag/name")]
    sections = [_read_section(child, chapter) for child in found]
    nested = _nest(sections, {category: place for place, category in enumerate(categories)})
    for child in found:
        for category in child.iterfind("diag"):
            tabular.sections[own_text(category.find("name"))] = nested[_id(child)]
            _read_code(category, tabular)
            _read_visual_impairment(category, tabular)


def _read_section(element: ET.Element, chapter: Chapter) -> Section:
    section = Section(_id(element), own_text(element.find("desc")), chapter)
    return attrs.evolve(section, guidance=_guidance(element, section.label))


def _nest(sections: list[Section], places: dict[str, int]) -> dict[str, Section]:
    """Set each section within the narrowest one whose range is around its own.

    The XML lists them flat: ``C00-C96``, ``C00-C75``, ``C00-C14`` are siblings there. Ranges
    are compared by the places of their categories: alphabetically, C7A would be in C76-C80.
    """

    def span(section: Section) -> tuple[int, int]:
        first, _, last = section.id.partition("-")
        return places.get(first, -1), places.get(last or first, -1)

    nested: dict[str, Section] = {}
    for section in sorted(sections, key=lambda section: (span(section)[0], -span(section)[1])):
        first, last = span(section)
        around = [wider for wider in nested.values() if span(wider)[0] <= first and last <= span(wider)[1]]
        nested[section.id] = attrs.evolve(section, within=around[-1] if around else None)
    return nested


def _read_code(element: ET.Element, tabular: TabularList) -> None:
    spelt = own_text(element.find("name"))
    code = undotted(spelt)
    tabular.titles[code] = own_text(element.find("desc"))
    guidance = _guidance(element, spelt)
    if guidance:
        tabular.guidance[code] = guidance
    for child in element.iterfind("diag"):
        _read_code(child, tabular)


def _guidance(element: ET.Element, on: str) -> tuple[Guidance, ...]:
    found: list[Guidance] = []
    for child in element:
        kind = _SIMPLE_GUIDANCE.get(child.tag)
        if kind is not None:
            found.append(Guidance(kind, on, _notes(child)))
        elif child.tag == "sevenChrDef":
            characters, strays = _seventh_characters(child)
            found.append(Guidance(GuidanceKind.SEVENTH_CHARACTER, on, _notes(element.find("sevenChrNote")), characters))
            if strays:
                found.append(Guidance(GuidanceKind.INCLUSION_TERM, on, strays))
    return tuple(found)


def _seventh_characters(table: ET.Element) -> tuple[tuple[SeventhCharacter, ...], tuple[str, ...]]:
    """Read a 7th-character table, and the notes that strayed into it.

    Eight tables of the FY2026 list hold a note between their rows. Indented by a
    tab it explains the row above it; otherwise it is an inclusion term of the code.
    """
    rows: list[SeventhCharacter] = []
    strays: list[str] = []
    for child in table:
        if child.tag == "extension":
            rows.append(SeventhCharacter(child.get("char", ""), own_text(child)))
        elif (child.text or "").startswith("\t") and rows:
            rows[-1] = attrs.evolve(rows[-1], notes=(*rows[-1].notes, own_text(child)))
        else:
            strays.append(own_text(child))
    return tuple(rows), tuple(strays)


def _read_visual_impairment(category: ET.Element, tabular: TabularList) -> None:
    """Set the one table of its sort on its category, which speaks of "the table below"; the XML hangs it on H54.8."""
    table = category.find(".//visualImpairment")
    lines = () if table is None else tuple(_visual_impairment(table))
    if lines:
        on = own_text(category.find("name"))
        note = Guidance(GuidanceKind.NOTE, on, lines)
        tabular.guidance[on] = (*tabular.guidance.get(on, ()), note)


def _visual_impairment(table: ET.Element) -> Iterator[str]:
    """Read the table under H54 as one line a category, its ranges in the table's own words."""
    heading = table.find("visCategory")
    if heading is None:
        return
    names = [own_text(item) for item in heading.iter("heading")]
    yield f"{names[0]}. {names[1]}:"
    for category in table.iterfind("visCategory[value]"):
        ranges = [_visual_range(limits, names[2:]) for limits in category.iterfind("visRange")]
        if len(ranges) == 1 and category.find(".//visMin") is None:  # a wording, not a limit
            ranges = [own_text(category.find(".//visMax/value"))]
        yield f"{own_text(category.find('value'))}: {' | '.join(ranges)}"


def _visual_range(limits: ET.Element, names: list[str]) -> str:
    values = [own_text(end.find("value")) for end in limits]
    return "; ".join(
        f"{name[:1].lower()}{name[1:].rstrip(':')} {value}" for name, value in zip(names, values, strict=False)
    )


def _notes(element: ET.Element | None) -> tuple[str, ...]:
    return () if element is None else tuple(own_text(note) for note in element.iterfind("note"))


def _id(element: ET.Element) -> str:
    return element.get("id", "")
