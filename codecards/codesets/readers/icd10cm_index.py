"""Read the indexes and tables that lead from a term to ICD-10-CM codes (XML).

The Alphabetic Index, the External Cause Index, the Table of Neoplasms and the Table of Drugs share one
layout: main terms by letter, terms nested below them; the tables have cells in place of a code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, NamedTuple, NoReturn
import xml.etree.ElementTree as ET

from codecards.codesets.index import CodeIndex, DrugEntry, IndexEntry, NeoplasmEntry
from codecards.codesets.readers.xml import elements, own_text
from codecards.errors import SourceFileError

__all__ = ["index_kind", "read_drug_table", "read_index", "read_neoplasm_table"]

_EXTERNAL = "external cause"
# The words by which the heads of the tables tell their columns; the order of columns is not relied on.
_NEOPLASM_COLUMNS = {
    "malignant_primary": "malignant primary",
    "malignant_secondary": "malignant secondary",
    "in_situ": "in situ",
    "benign": "benign",
    "uncertain": "uncertain",
    "unspecified": "unspecified",
}
_DRUG_COLUMNS = {
    "accidental": "accidental",
    "self_harm": "self-harm",
    "assault": "assault",
    "undetermined": "undetermined",
    "adverse_effect": "adverse effect",
    "underdosing": "underdosing",
}


class _Term(NamedTuple):
    path: tuple[str, ...]
    modifiers: tuple[str, ...]
    element: ET.Element


def index_kind(stream: IO[bytes], name: str) -> str:
    """Tell the four files of this layout apart by their title or by the heads of their columns.

    Returns:
        The value of a `FileKind`.

    Raises:
        SourceFileError: The file is damaged.
    """
    for element in elements(stream, name, ("title", "head", "letter")):
        text = _words(element).lower()
        if element.tag == "head" and text.startswith("neoplasm"):
            return "table-of-neoplasms"
        if element.tag == "head" and text.startswith("substance"):
            return "table-of-drugs"
        if element.tag == "title":
            return "external-cause-index" if _EXTERNAL in text else "alphabetic-index"
    return "alphabetic-index"


def read_index(stream: IO[bytes], name: str) -> CodeIndex:
    """Read the Alphabetic Index or the External Cause Index.

    Args:
        stream: The XML, as bytes.
        name: What to call the file in an error.

    Raises:
        SourceFileError: The file is damaged, or not an index.
    """
    year = title = ""
    entries: list[IndexEntry] = []
    for element in elements(stream, name, ("version", "title", "letter")):
        if element.tag == "version":
            year = own_text(element)
        elif element.tag == "title":
            title = title or _title(element)
        else:
            entries += (_index_entry(term) for term in _terms(element, name))
    if not entries:
        _refuse(name, "holds no terms of an ICD-10-CM index")
    return CodeIndex(title, year, tuple(entries))


def read_neoplasm_table(stream: IO[bytes], name: str) -> tuple[NeoplasmEntry, ...]:
    """Read the Table of Neoplasms: for each site the codes by behavior.

    Raises:
        SourceFileError: The file is damaged, or not this table.
    """
    return tuple(
        NeoplasmEntry(
            path=term.path,
            nonessential_modifiers=term.modifiers,
            see=_optional(term.element, "see"),
            see_also=_optional(term.element, "seeAlso"),
            note=_optional(term.element, "manif"),  # a table has no second codes; it keeps words here
            **cells,
        )
        for term, cells in _table(stream, name, _NEOPLASM_COLUMNS)
    )


def read_drug_table(stream: IO[bytes], name: str) -> tuple[DrugEntry, ...]:
    """Read the Table of Drugs and Chemicals: for each substance the codes by circumstance.

    Raises:
        SourceFileError: The file is damaged, or not this table.
    """
    return tuple(
        DrugEntry(
            path=term.path,
            nonessential_modifiers=term.modifiers,
            see=_optional(term.element, "see"),
            see_also=_optional(term.element, "seeAlso"),
            note=_optional(term.element, "manif"),  # a table has no second codes; it keeps words here
            **cells,
        )
        for term, cells in _table(stream, name, _DRUG_COLUMNS)
    )


def _table(stream: IO[bytes], name: str, columns: dict[str, str]) -> Iterator[tuple[_Term, dict[str, str | None]]]:
    heads: dict[str, str] = {}
    places: dict[str, str] = {}
    for element in elements(stream, name, ("head", "letter")):
        if element.tag == "head":
            heads[element.get("col", "")] = _words(element).lower()
            continue
        if not places:
            places = {
                field: place for field, words in columns.items() for place, head in heads.items() if words in head
            }
            if len(places) < len(columns):
                _refuse(name, f"lacks the columns of this table ({', '.join(columns.values())})")
        for term in _terms(element, name):
            cells = {cell.get("col", ""): _words(cell) for cell in term.element.iterfind("cell")}
            yield term, {field: _code(cells.get(place)) for field, place in places.items()}
    if not places:
        _refuse(name, "holds no terms of this table")


def _terms(letter: ET.Element, name: str) -> Iterator[_Term]:
    """Yield the terms under a letter, each before those nested below it."""
    waiting = [_Term((), (), main) for main in reversed(letter.findall("mainTerm"))]
    while waiting:
        above, _, element = waiting.pop()
        heading = element.find("title")
        if heading is None:
            _refuse(name, f"holds a term without a title below {', '.join(above) or 'a letter'}")
        term = _Term((*above, _title(heading)), _modifiers(heading), element)
        waiting += (_Term(term.path, (), below) for below in reversed(element.findall("term")))
        yield term


def _index_entry(term: _Term) -> IndexEntry:
    return IndexEntry(
        path=term.path,
        nonessential_modifiers=term.modifiers,
        code=_optional(term.element, "code"),
        manifestation=(_optional(term.element, "manif") or "").strip("[]") or None,
        see=_optional(term.element, "see"),
        see_also=_optional(term.element, "seeAlso"),
        see_category=_optional(term.element, "seecat"),
        subcategory=_optional(term.element, "subcat"),
    )


def _title(element: ET.Element) -> str:
    """Return a title without the nonessential modifiers inside it."""
    tails = (child.tail or "" for child in element)
    return " ".join(" ".join((element.text or "", *tails)).split())


def _modifiers(element: ET.Element) -> tuple[str, ...]:
    return tuple(_words(child) for child in element.iterfind("nemod"))


def _words(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _optional(element: ET.Element, tag: str) -> str | None:
    found = element.find(tag)
    return (_words(found) or None) if found is not None else None


def _code(text: str | None) -> str | None:
    """Return a cell's code; the tables print dashes where there is none."""
    return None if text is None or not text.strip("-") else text


def _refuse(name: str, reason: str) -> NoReturn:
    msg = f"{name}: {reason}; download the file again"
    raise SourceFileError(msg)
