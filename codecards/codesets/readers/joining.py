"""Join a list of codes with what the XML of the same release says about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codecards.codesets.codeset import CodeSet, Row
from codecards.codesets.pcs import PcsTables
from codecards.codesets.readers.icd10cm_tabular import TabularList
from codecards.codesets.releases import parse_release
from codecards.codesets.syntax import CATEGORY_LENGTH, FULL_LENGTH
from codecards.codesets.system import System
from codecards.errors import SourceFileError

__all__ = ["join_pcs_tables", "join_tabular"]


def join_tabular(codeset: CodeSet, tabular: TabularList) -> CodeSet:
    """Return an ICD-10-CM code set with the chapters, sections and guidance of the tabular list.

    Titles and status stay those of the code set. Where it holds billable codes
    only, the headers join it from the tabular list, which has all of them.

    Args:
        codeset: From an order file or codes file.
        tabular: The tabular list of the same fiscal year.

    Raises:
        SourceFileError: They are not of the same system and year.
    """
    _check_year(codeset, System.ICD_10_CM, tabular.year, "tabular list")
    rows: Iterable[Row] = codeset.rows
    is_complete = codeset.is_complete
    if not is_complete:
        rows = list(_with_headers(codeset.rows, tabular))
        known = {row.code for row in rows}
        is_complete = all(row.code[:CATEGORY_LENGTH] in known for row in rows)
    known = {row.code for row in rows}
    return CodeSet(
        system=codeset.system,
        release=codeset.release,
        effective=codeset.effective,
        source=codeset.source,
        rows=rows,
        sections=tabular.sections,
        guidance={code: items for code, items in tabular.guidance.items() if code in known},
        aliases=codeset.aliases,
        is_complete=is_complete,
    )


def join_pcs_tables(codeset: CodeSet, tables: PcsTables) -> CodeSet:
    """Return an ICD-10-PCS code set whose codes name their axes.

    Args:
        codeset: From an order file or codes file.
        tables: The tables of the same fiscal year.

    Raises:
        SourceFileError: They are not of the same system and year.
    """
    _check_year(codeset, System.ICD_10_PCS, tables.year, "tables")
    return CodeSet(
        system=codeset.system,
        release=codeset.release,
        effective=codeset.effective,
        source=codeset.source,
        rows=codeset.rows,
        aliases=codeset.aliases,
        is_complete=codeset.is_complete,
        tables=tables,
    )


def _check_year(codeset: CodeSet, system: System, year: str, what: str) -> None:
    if codeset.system is not system or str(parse_release(codeset.release)[0]) != year[:4]:
        msg = (
            f"the {what} of {system.label} {year} cannot join {codeset.system.label} {codeset.release}; "
            "give two files of the same release"
        )
        raise SourceFileError(msg)


def _with_headers(rows: Iterable[Row], tabular: TabularList) -> Iterator[Row]:
    """Set before each code the headers above it that have not come yet."""
    codes = {row.code for row in rows}
    seen: set[str] = set()
    for row in rows:
        for length in range(CATEGORY_LENGTH, min(len(row.code), FULL_LENGTH)):
            header = row.code[:length]
            if header in tabular.titles and header not in codes and header not in seen:
                seen.add(header)
                yield Row(header, tabular.titles[header], None, is_billable=False)
        yield row
