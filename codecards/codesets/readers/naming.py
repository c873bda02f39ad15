"""Tell a release by the names of its files, since the rows do not say which release they are."""

from __future__ import annotations

import re

from codecards.codesets.system import System

__all__ = ["release_named"]

_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_SHORT_YEAR = re.compile(r"(?:FY|HCPC)([0-9]{2})(?![0-9])", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+")
_FISCAL_YEAR_START = 10
_MONTHS = (
    ("jan", "january"),
    ("feb", "february"),
    ("mar", "march"),
    ("apr", "april"),
    ("may",),
    ("jun", "june"),
    ("jul", "july"),
    ("aug", "august"),
    ("sep", "september"),
    ("oct", "october"),
    ("nov", "november"),
    ("dec", "december"),
)


def release_named(system: System, *names: str) -> str | None:
    """Return the release that the names of a file and of the archives around it tell.

    A month before October makes an ICD-10 release a posting within the year; from
    October on it begins the next fiscal year. For HCPCS a month names the quarter.

    Args:
        system: The coding system.
        names: File names, the innermost first; folders count with the name they stand in.

    Returns:
        A release such as ``"2026"`` or ``"2026-04"``, or None where no name holds a year.

    >>> release_named(System.ICD_10_CM, "icd10cm_order_2026.txt", "april-1-2026-code-descriptions-tabular-order.zip")
    '2026-04'
    >>> release_named(System.HCPCS, "HCPC2026_JUL_ANWEB_06172026.txt")
    '2026-07'
    >>> release_named(System.ICD_10_CM, "ICD-10-CM-October-2025.zip")
    '2026'
    """
    dated = [(years[-1], name) for name in names if (years := _years(name))]
    if not dated:
        return None
    year = dated[0][0]
    month = next((found for in_year, name in dated if in_year == year and (found := _month(name))), None)
    if month is None or system is System.CPT:
        return str(year)
    if system is not System.HCPCS and month >= _FISCAL_YEAR_START:
        return str(year + 1) if _month(dated[0][1]) else str(year)
    return f"{year}-{month:02}"


def _years(name: str) -> list[int]:
    return [int(year) for year in _YEAR.findall(name)] or [2000 + int(year) for year in _SHORT_YEAR.findall(name)]


def _month(name: str) -> int | None:
    words = set(_WORD.findall(name.lower()))
    return next((number for number, spellings in enumerate(_MONTHS, 1) if words.intersection(spellings)), None)
