"""Releases: their names, the days they are in force, and who publishes them."""

from __future__ import annotations

from datetime import date, timedelta
import re

from codecards.codesets.model import Period
from codecards.codesets.system import System
from codecards.errors import UnknownReleaseError

__all__ = ["PUBLISHERS", "effective_period", "parse_release", "release_on"]

_RELEASE = re.compile(r"(20[0-9]{2})(?:-(0[1-9]|1[0-2]))?")
_FISCAL_YEAR_START = 10
_QUARTER = 3
_MONTHS = 12

PUBLISHERS = {
    System.ICD_10_CM: (
        "CDC/NCHS, under authorization of WHO; CMS",
        "https://www.cms.gov/medicare/coding-billing/icd-10-codes",
    ),
    System.ICD_10_PCS: ("CMS", "https://www.cms.gov/medicare/coding-billing/icd-10-codes"),
    System.HCPCS: (
        "CMS",
        "https://www.cms.gov/medicare/coding-billing/healthcare-common-procedure-system/quarterly-update",
    ),
    System.CPT: ("American Medical Association", "https://www.ama-assn.org/practice-management/cpt"),
}


def parse_release(release: str) -> tuple[int, int | None]:
    """Return the year of a release, and its month where it names one.

    Raises:
        UnknownReleaseError: The name is not a year, nor a year and a month.

    >>> parse_release("2026"), parse_release("2026-04")
    ((2026, None), (2026, 4))
    """
    match = _RELEASE.fullmatch(release)
    if match is None:
        msg = f"{release!r} is not a release; write a year (2026), or a year and a month (2026-04)"
        raise UnknownReleaseError(msg)
    year, month = match.groups()
    return int(year), int(month) if month else None


def effective_period(system: System, release: str) -> Period:
    """Return the days on which a release is in force, as far as its name tells.

    ICD-10 releases are fiscal years, from 1 October of the year before to 30
    September; a posting within the year begins with its month. Source: ICD-10-CM
    Guidelines FY2026, title page ("Effective October 1, 2025 - September 30, 2026").
    HCPCS and CPT are calendar years; a month begins a quarter of HCPCS. Source: CMS,
    "HCPCS Quarterly Update".

    >>> str(effective_period(System.ICD_10_CM, "2026"))
    '2025-10-01 to 2026-09-30'
    """
    year, month = parse_release(release)
    if system in (System.HCPCS, System.CPT):
        if month is None:
            return Period(date(year, 1, 1), date(year, 12, 31))
        next_quarter = month + _QUARTER
        end = date(year, next_quarter, 1) if next_quarter <= _MONTHS else date(year + 1, next_quarter - _MONTHS, 1)
        return Period(date(year, month, 1), end - timedelta(days=1))
    first = date(year, month, 1) if month else date(year - 1, _FISCAL_YEAR_START, 1)
    return Period(first, date(year, 9, 30))


def release_on(system: System, day: date) -> str:
    """Return the name of the release that is in force on a day, whether or not it is on this machine.

    For HCPCS this is the quarter, for the others the year.

    >>> release_on(System.ICD_10_CM, date(2026, 12, 1)), release_on(System.HCPCS, date(2026, 12, 1))
    ('2027', '2026-10')
    """
    if system is System.HCPCS:
        return f"{day.year}-{(day.month - 1) // _QUARTER * _QUARTER + 1:02}"
    if system is System.CPT or day.month < _FISCAL_YEAR_START:
        return str(day.year)
    return str(day.year + 1)
