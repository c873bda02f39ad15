"""Make sense of one HCPCS Level II record, whichever file it was read from.

Source of the fields: CMS, HCPCS record layout, 2019; the files of 2026 keep it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
import re
from typing import NamedTuple, TypeVar

from codecards.codesets.codeset import Row
from codecards.codesets.hcpcs import HcpcsAction, HcpcsCoverage, HcpcsDetails
from codecards.codesets.readers.licensed import why_licensed
from codecards.codesets.readers.text import refuse
from codecards.codesets.system import System

__all__ = ["COLUMNS", "CONTINUES", "HcpcsRecord", "hcpcs_rows", "records_of"]

Letter = TypeVar("Letter", HcpcsAction, HcpcsCoverage)

# Column of the XLSX file, and where the field stands in the fixed-width one, counted from 0.
COLUMNS = {
    "HCPC": slice(0, 5),
    "SEQNUM": slice(5, 10),
    "RECID": slice(10, 11),
    "LONG DESCRIPTION": slice(11, 91),
    "SHORT DESCRIPTION": slice(91, 119),
    **{f"PRICE{n}": slice(117 + 2 * n, 119 + 2 * n) for n in range(1, 5)},
    "MULT_PI": slice(127, 128),
    **{f"CIM{n}": slice(122 + 6 * n, 128 + 6 * n) for n in range(1, 4)},
    **{f"MCM{n}": slice(138 + 8 * n, 146 + 8 * n) for n in range(1, 4)},
    "STATUTE": slice(170, 180),
    **{f"LABCERT{n}": slice(177 + 3 * n, 180 + 3 * n) for n in range(1, 9)},
    **{f"XREF{n}": slice(199 + 5 * n, 204 + 5 * n) for n in range(1, 6)},
    "COV": slice(229, 230),
    "ASC_GRP": slice(230, 232),
    "PROCNOTE": slice(252, 256),
    "BETOS": slice(256, 259),
    **{f"TOS{n}": slice(259 + n, 260 + n) for n in range(1, 6)},
    "ANEST_BU": slice(265, 268),
    "ADD DT": slice(268, 276),
    "ACT EFF DT": slice(276, 284),
    "TERM DT": slice(284, 292),
    "ACTION CD": slice(292, 293),
}

_PROCEDURE = re.compile(r"[A-CE-V][0-9]{4}")
_MODIFIER = re.compile(r"[A-Z][A-Z0-9]")
_RECORD_IDS = {"3": _PROCEDURE, "7": _MODIFIER}
# The record that goes on with a long title, and the one it goes on from.
CONTINUES = {"4": "3", "8": "7"}


class HcpcsRecord(NamedTuple):
    """One code or modifier as the file has it."""

    code: str
    description: str
    short_description: str
    details: HcpcsDetails


def records_of(groups: Iterable[tuple[int, Mapping[str, str]]], name: str) -> list[HcpcsRecord]:
    """Check the records of a file and give their fields their types.

    Args:
        groups: Where each record begins, and the text of each of `COLUMNS`; the long title whole.
        name: What to call the file in an error.

    Raises:
        SourceFileError: A record is CPT or CDT, stands twice, or a field does not hold what belongs there.
    """
    records: dict[str, HcpcsRecord] = {}
    for line, fields in groups:
        code = fields["HCPC"].strip()
        if licensed := why_licensed(code, System.HCPCS):
            refuse(name, line, licensed)
        shape = _RECORD_IDS.get(fields["RECID"].strip())
        if shape is None or not shape.fullmatch(code):
            refuse(name, line, f"{code[:10]!r} is not an HCPCS Level II code or modifier of its record type")
        if code in records:
            refuse(name, line, f"{code} stands twice in the file")
        title = " ".join(fields["LONG DESCRIPTION"].split())
        if not title:
            refuse(name, line, f"{code} has no long description")
        short = " ".join(fields["SHORT DESCRIPTION"].split())
        records[code] = HcpcsRecord(code, title, short, _details(fields, name, line))
    return list(records.values())


def hcpcs_rows(records: Iterable[HcpcsRecord], first_day: date) -> list[Row]:
    """Return the rows of a code set: a code is billable unless it ended before the release began.

    Args:
        records: The records of the file.
        first_day: The first day of the release.
    """
    return [
        Row(code, title, short or None, details.last_day is None or details.last_day >= first_day)
        for code, title, short, details in records
    ]


def _details(fields: Mapping[str, str], name: str, line: int) -> HcpcsDetails:
    base_units = fields["ANEST_BU"].strip()
    if base_units and not base_units.isdecimal():
        refuse(name, line, f"{base_units[:10]!r} is no number of anesthesia base units")
    return HcpcsDetails(
        added=_date(fields["ADD DT"], name, line),
        last_day=_date(fields["TERM DT"], name, line),
        action=_letter(fields["ACTION CD"], HcpcsAction, name, line),
        action_date=_date(fields["ACT EFF DT"], name, line),
        coverage=_letter(fields["COV"], HcpcsCoverage, name, line),
        pricing=_several(fields, "PRICE", 4),
        multiple_pricing=fields["MULT_PI"].strip(),
        manual_references=(*_several(fields, "CIM", 3), *_several(fields, "MCM", 3)),
        statute=fields["STATUTE"].strip(),
        lab_certifications=_several(fields, "LABCERT", 8),
        cross_references=tuple(
            code for code in _several(fields, "XREF", 5) if _PROCEDURE.fullmatch(code) or _MODIFIER.fullmatch(code)
        ),
        asc_group=fields["ASC_GRP"].strip(),
        processing_note=fields["PROCNOTE"].strip(),
        betos=fields["BETOS"].strip(),
        types_of_service=_several(fields, "TOS", 5),
        anesthesia_base_units=int(base_units) if base_units else None,
    )


def _several(fields: Mapping[str, str], column: str, count: int) -> tuple[str, ...]:
    found = (fields[f"{column}{number}"].strip() for number in range(1, count + 1))
    return tuple(text for text in found if text)


def _date(text: str, name: str, line: int) -> date | None:
    digits = text.strip()
    if not digits:
        return None
    try:
        if len(digits) == len("20260101") and digits.isascii() and digits.isdecimal():
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        pass
    return refuse(name, line, f"{digits[:20]!r} is not a date of the form YYYYMMDD")


def _letter(text: str, letters: type[Letter], name: str, line: int) -> Letter | None:
    letter = text.strip()
    if not letter:
        return None
    try:
        return letters(letter)
    except ValueError:
        return refuse(name, line, f"{letter[:10]!r} is none of the letters {', '.join(letters)}")
