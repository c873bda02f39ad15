"""Read the tables and the definitions of ICD-10-PCS (XML)."""

from __future__ import annotations

from typing import IO, NoReturn
import xml.etree.ElementTree as ET

from codecards.codesets.pcs import PcsAxis, PcsDefinitions, PcsRow, PcsTable, PcsTables, PcsTerm
from codecards.codesets.readers.xml import elements, own_text
from codecards.errors import SourceFileError

__all__ = ["read_pcs_definitions", "read_pcs_tables"]

_HEAD_AXES = (1, 2, 3)
_ROW_AXES = (4, 5, 6, 7)


def read_pcs_tables(stream: IO[bytes], name: str) -> PcsTables:
    """Read the tables that make all codes of a release.

    Args:
        stream: The XML, as bytes.
        name: What to call the file in an error.

    Raises:
        SourceFileError: The file is damaged, or not the tables of ICD-10-PCS.
    """
    year = ""
    tables: dict[str, PcsTable] = {}
    for element in elements(stream, name, ("version", "pcsTable")):
        if element.tag == "version":
            year = own_text(element)
        else:
            table = _table(element, name)
            if table.code in tables:
                _refuse(name, f"table {table.code} stands twice in it")
            tables[table.code] = table
    if not tables:
        _refuse(name, "holds no ICD-10-PCS tables")
    return PcsTables(year, tables)


def read_pcs_definitions(stream: IO[bytes], name: str) -> PcsDefinitions:
    """Read the official definitions of operations, body parts, approaches and devices.

    Args:
        stream: The XML, as bytes.
        name: What to call the file in an error.

    Raises:
        SourceFileError: The file is damaged, or not the definitions of ICD-10-PCS.
    """
    year = ""
    sections: dict[str, str] = {}
    terms: list[PcsTerm] = []
    for element in elements(stream, name, ("version", "section")):
        if element.tag == "version":
            year = own_text(element)
            continue
        section = element.get("code", "")
        sections[section] = own_text(element.find("title"))
        for axis in element.iterfind("axis"):
            terms += (_term(section, axis, entry, name) for entry in axis.iterfind("terms"))
    if not terms:
        _refuse(name, "holds no ICD-10-PCS definitions")
    return PcsDefinitions(year, sections, tuple(terms))


def _table(element: ET.Element, name: str) -> PcsTable:
    heads = element.findall("axis")
    columns = [_values(axis, name) for axis in heads]
    shown = "".join(values[0].character for values in columns)
    if tuple(values[0].position for values in columns) != _HEAD_AXES or any(len(values) != 1 for values in columns):
        _refuse(name, f"table {shown or '?'} does not begin with three characters")
    rows = []
    for row in element.iterfind("pcsRow"):
        values = tuple(_values(axis, name) for axis in row.iterfind("axis"))
        found = PcsRow(values)
        if tuple(column[0].position for column in values) != _ROW_AXES:
            _refuse(name, f"table {shown} has a row without the characters 4 to 7")
        if row.get("codes", str(len(found))) != str(len(found)):
            _refuse(name, f"table {shown} has a row of {len(found)} codes that says it has {row.get('codes')}")
        rows.append(found)
    return PcsTable(tuple(values[0] for values in columns), own_text(heads[2].find("definition")), tuple(rows))


def _values(axis: ET.Element, name: str) -> tuple[PcsAxis, ...]:
    title = own_text(axis.find("title"))
    position = _position(axis, name)
    values = tuple(PcsAxis(position, title, label.get("code", ""), own_text(label)) for label in axis.iterfind("label"))
    if not values or any(len(value.character) != 1 or not value.meaning for value in values):
        _refuse(name, f"axis {position} ({title}) lacks a value")
    return values


def _term(section: str, axis: ET.Element, entry: ET.Element, name: str) -> PcsTerm:
    return PcsTerm(
        section=section,
        position=_position(axis, name),
        axis=own_text(axis.find("title")),
        titles=tuple(own_text(title) for title in entry.iterfind("title")),
        definition=own_text(entry.find("definition")),
        explanation=own_text(entry.find("explanation")),
        includes=tuple(own_text(item) for item in entry.iterfind("includes")),
    )


def _position(axis: ET.Element, name: str) -> int:
    position = axis.get("pos", "")
    if position not in {str(place) for place in (*_HEAD_AXES, *_ROW_AXES)}:
        _refuse(name, f"names an axis {position[:10]!r}, but there are only 1 to 7")
    return int(position)


def _refuse(name: str, reason: str) -> NoReturn:
    msg = f"{name}: {reason}; download the file again"
    raise SourceFileError(msg)
