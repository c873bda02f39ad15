"""Small code sets made for one test, and official ones that no reader of the library knows yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
import zipfile

import attrs

from codecards import CodeSet, Guidance, Period, Section, Source, System
from codecards.codesets.codeset import Row
from codecards.codesets.companions import Companion
from codecards.codesets.readers.icd10cm_tabular import compose_rows, read_tabular_list
from codecards.codesets.releases import effective_period
from codecards.codesets.syntax import undotted


@attrs.frozen
class Installed:
    """A release on the machine of a test, as far as callers look at it."""

    system: System
    release: str
    effective: Period
    companions: tuple[Companion, ...] = ()


def installed(*codesets: CodeSet) -> tuple[Installed, ...]:
    """Return what the library would list for `codesets`."""
    return tuple(Installed(item.system, item.release, item.effective) for item in codesets)


_SOURCE = Source("Made for a test", "Nobody", "https://example.org")


def made_codeset(
    rows: Iterable[tuple[str, str, bool]],
    *,
    release: str = "2026",
    system: System = System.ICD_10_CM,
    sections: Mapping[str, Section] | None = None,
    guidance: Mapping[str, tuple[Guidance, ...]] | None = None,
    is_complete: bool = True,
) -> CodeSet:
    """Return a code set of (code, title, billable) rows."""
    return CodeSet(
        system=system,
        release=release,
        effective=effective_period(system, release),
        source=_SOURCE,
        rows=[Row(undotted(code), title, title[:60], is_billable) for code, title, is_billable in rows],
        sections=sections,
        guidance=guidance,
        is_complete=is_complete,
    )


def codes_only_2027(official_data: Path) -> CodeSet:
    """Return ICD-10-CM FY2027 from the official codes file: billable codes only."""
    with zipfile.ZipFile(official_data / "icd-10-cm" / "2027-codes-and-addenda.zip") as archive:
        lines = archive.read("icd10cm_codes_2027.txt").decode("ascii").splitlines()
    rows = ((line[:7].strip(), line[8:].rstrip(), True) for line in lines)
    return made_codeset(rows, release="2027", is_complete=False)


def tabular_april_2025(official_data: Path, order_file_2025: CodeSet) -> CodeSet:
    """Return ICD-10-CM of April 2025 from the official tabular list; the posting changed no code."""
    archive = zipfile.ZipFile(official_data / "icd-10-cm" / "2025-april-tabular.zip")
    with archive, archive.open("icd10cm-tabular-April-2025.xml") as stream:
        tabular = read_tabular_list(stream, "April 2025")
    return CodeSet(
        system=System.ICD_10_CM,
        release="2025-04",
        effective=effective_period(System.ICD_10_CM, "2025-04"),
        source=_SOURCE,
        rows=compose_rows(tabular, [undotted(code.code) for code in order_file_2025]),
        sections=tabular.sections,
        guidance=tabular.guidance,
    )
