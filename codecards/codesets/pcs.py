"""How ICD-10-PCS is built: the tables that make its codes, and the official definitions of their values.

Source: ICD-10-PCS Guidelines A1-A11; the tables and definitions as CMS publishes them in XML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import attrs

__all__ = ["PcsAxis", "PcsDefinitions", "PcsRow", "PcsTable", "PcsTables", "PcsTerm"]

_TABLE_LENGTH = 3
_CODE_LENGTH = 7


@attrs.frozen
class PcsAxis:
    """One character of a code, by name.

    Args:
        position: Its place in the code, 1 to 7.
        name: What this place tells, such as ``"Approach"``; it differs from section to section.
        character: The character itself, such as ``"4"``.
        meaning: Its official meaning, such as ``"Percutaneous Endoscopic"``.
    """

    position: int
    name: str
    character: str
    meaning: str


@attrs.frozen
class PcsRow:
    """One row of a table: any value of one column goes with any of the others.

    Args:
        columns: For each of the characters 4 to 7 its possible values.
    """

    columns: tuple[tuple[PcsAxis, ...], ...]

    def __len__(self) -> int:
        count = 1
        for column in self.columns:
            count *= len(column)
        return count


@attrs.frozen
class PcsTable:
    """One table: everything that codes of one first three characters may be.

    Args:
        axes: The first three characters: section, body system, operation.
        definition: The official definition of the operation; empty where there is none.
        rows: What may follow.
    """

    axes: tuple[PcsAxis, ...]
    definition: str
    rows: tuple[PcsRow, ...]

    @property
    def code(self) -> str:
        """The first three characters, which name the table: ``"0DT"``."""
        return "".join(axis.character for axis in self.axes)

    def codes(self) -> Iterator[str]:
        """Yield every code that the table allows, row by row."""
        for row in self.rows:
            for values in product(*row.columns):
                yield self.code + "".join(value.character for value in values)

    def allowed(self, beginning: str = "") -> tuple[PcsAxis, ...]:
        """Return the values that may come next.

        Args:
            beginning: What has been chosen so far: the table's three
                characters, or up to three more behind them.
        """
        chosen = beginning[_TABLE_LENGTH:]
        if beginning and not beginning.startswith(self.code):
            return ()
        next_values = (
            value
            for row in self.rows
            if len(chosen) < len(row.columns) and _goes_with(row, chosen)
            for value in row.columns[len(chosen)]
        )
        return tuple(sorted(set(next_values), key=lambda value: value.character))


@attrs.frozen
class PcsTables:
    """All tables of one release.

    Args:
        year: The fiscal year the file names, such as ``"2026"``.
        tables: The tables by their three characters.
    """

    year: str
    tables: Mapping[str, PcsTable]

    def __len__(self) -> int:
        return len(self.tables)

    def __iter__(self) -> Iterator[PcsTable]:
        return iter(self.tables.values())

    def codes(self) -> Iterator[str]:
        """Yield every code that the tables allow."""
        for table in self:
            yield from table.codes()

    def axes_of(self, code: str) -> tuple[PcsAxis, ...]:
        """Return the axes of a code, or of a table's three characters, by name.

        Args:
            code: Seven characters, or three.

        Returns:
            One axis for each character; empty where the tables do not allow the code.
        """
        table = self.tables.get(code[:_TABLE_LENGTH])
        if table is None or len(code) == _TABLE_LENGTH:
            return table.axes if table else ()
        rest = code[_TABLE_LENGTH:]
        for row in table.rows:
            if len(code) == _CODE_LENGTH and _goes_with(row, rest):
                values = zip(row.columns, rest, strict=True)
                return (*table.axes, *(next(v for v in column if v.character == sign) for column, sign in values))
        return ()


@attrs.frozen
class PcsTerm:
    """A value of an axis and how it is to be understood.

    Args:
        section: The section it belongs to, such as ``"0"``.
        position: The axis it is a value of, 3 to 7.
        axis: The name of that axis, such as ``"Operation"``.
        titles: The values that the entry speaks of; an entry may speak of several.
        definition: The official definition; empty where there is none.
        explanation: The official explanation; empty where there is none.
        includes: For an operation its examples; for a body part, device or
            substance the other names that mean it.
    """

    section: str
    position: int
    axis: str
    titles: tuple[str, ...]
    definition: str = ""
    explanation: str = ""
    includes: tuple[str, ...] = ()


@attrs.frozen
class PcsDefinitions:
    """The official definitions of one release.

    Args:
        year: The fiscal year the file names, such as ``"2026"``.
        sections: The titles of the sections that have definitions, by character.
        terms: The entries, in the order of the file.
    """

    year: str
    sections: Mapping[str, str]
    terms: tuple[PcsTerm, ...]

    def of_axis(self, section: str, position: int) -> tuple[PcsTerm, ...]:
        """Return the entries of one axis of one section: ``of_axis("0", 3)`` are the root operations."""
        return tuple(term for term in self.terms if term.section == section and term.position == position)

    def of_value(self, section: str, axis: PcsAxis) -> PcsTerm | None:
        """Return the entry that speaks of a value, or None where there is none."""
        found = (term for term in self.of_axis(section, axis.position) if axis.meaning in term.titles)
        return next(found, None)


def _goes_with(row: PcsRow, chosen: str) -> bool:
    return all(
        any(value.character == sign for value in column) for column, sign in zip(row.columns, chosen, strict=False)
    )
