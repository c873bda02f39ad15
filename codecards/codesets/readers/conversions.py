"""Read the ICD-10-CM conversion table, XLSX or CSV: new code, since when, and the codes it was before.

The last column is written for people: one code, lists with commas, semicolons, "and" or "&", ranges with a
hyphen, ranges of categories, or the word "None".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
import re

from codecards.codesets.conversions import Conversion, ConversionTable
from codecards.codesets.readers.sheets import Cells, header_key, named_rows
from codecards.codesets.readers.text import refuse
from codecards.codesets.syntax import dotted, undotted
from codecards.errors import SourceFileError

__all__ = ["looks_like_conversion_table", "read_conversion_table"]

_CODE_COLUMN, _DATE_COLUMN, _PREVIOUS_COLUMN = "Current code assignment", "Effective", "Previous Code(s) Assignment"
_COLUMNS = (_CODE_COLUMN, _DATE_COLUMN, _PREVIOUS_COLUMN)
# Editions word the names differently behind these beginnings ("Effective October 1").
_BEGINNINGS = {"currentcode": _CODE_COLUMN, "effective": _DATE_COLUMN, "previouscode": _PREVIOUS_COLUMN}
_OCTOBER = 10

# A handful of codes lack their dot. The digit in the category keeps the word "AND" out.
_CODE = re.compile(r"[A-Z](?:[0-9][0-9A-Z]|[A-Z][0-9])(?:\.?[0-9A-Z]{1,4})?")
# One code, a range of codes, or a code left open by a dash.
_MENTION = re.compile(rf"({_CODE.pattern})(?:\s*-\s*({_CODE.pattern})|(\.?-))?(?![0-9A-Z])")
_YEAR = re.compile(r"20[0-9]{2}")
_ISO_DAY = re.compile(r"(20[0-9]{2})-([0-9]{2})-([0-9]{2})(?:[ T].*)?")
_US_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/(20[0-9]{2})")
_MOST_OF_A_RANGE = 200


def looks_like_conversion_table(cells: Sequence[str]) -> bool:
    """Return whether a row names the columns of the conversion table."""
    return all(any(header_key(cell).startswith(beginning) for cell in cells) for beginning in _BEGINNINGS)


def read_conversion_table(rows: Iterable[tuple[int, Cells]], name: str) -> ConversionTable:
    """Read the conversion table.

    Args:
        rows: The rows of the file.
        name: What to call the file in an error.

    Raises:
        SourceFileError: A row does not hold what belongs there; the message gives its number.
    """
    found: list[Conversion] = []
    for number, cells in named_rows(_with_one_header(rows), _COLUMNS):
        code = "".join(cells[_CODE_COLUMN].split()).upper()
        if not _CODE.fullmatch(code):
            refuse(name, number, f"{code[:20]!r} is not an ICD-10-CM code")
        text = cells[_PREVIOUS_COLUMN]
        previous, categories = _previous(text)
        effective = _day(cells[_DATE_COLUMN].strip(), name, number)
        found.append(Conversion(dotted(undotted(code)), effective, previous, categories, text))
    if not found:
        msg = f"{name}: holds no rows of a conversion table ({', '.join(_COLUMNS)}); download the file again"
        raise SourceFileError(msg)
    return ConversionTable(tuple(found))


def _with_one_header(rows: Iterable[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
    """Give the columns the names of this edition, whichever the table's own edition uses."""
    for number, cells in rows:
        if looks_like_conversion_table(cells):
            keys = [header_key(cell) for cell in cells]
            named = (next((name for start, name in _BEGINNINGS.items() if key.startswith(start)), key) for key in keys)
            yield number, tuple(named)
        else:
            yield number, cells


def _day(text: str, name: str, number: int) -> date:
    """Return the first day: a bare year means 1 October of it, as the head of the table says."""
    try:
        if _YEAR.fullmatch(text):
            return date(int(text), _OCTOBER, 1)
        if iso := _ISO_DAY.fullmatch(text):
            return date(*map(int, iso.groups()))
        if spelt := _US_DAY.fullmatch(text):
            month, day, year = map(int, spelt.groups())
            return date(year, month, day)
    except ValueError:
        pass
    return refuse(name, number, f"{text[:20]!r} is neither a year nor a day")


def _previous(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes that the last column names, and the ranges that are no list of codes."""
    codes: dict[str, None] = {}
    categories: dict[str, None] = {}
    for match in _MENTION.finditer(text):
        first, last, is_open = match.groups()
        first = dotted(undotted(first))
        written_out = tuple(_between(first, dotted(undotted(last)))) if last else (first,)
        if is_open or not written_out:
            categories[match[0]] = None
        else:
            codes.update(dict.fromkeys(written_out))
    return tuple(codes), tuple(categories)


def _between(first: str, last: str) -> Iterator[str]:
    """Write out a range of codes whose last digits alone differ; nothing where more of them does."""
    end = first[-1] if first[-1] == last[-1] and first[-1].isalpha() else ""  # a 7th character
    first, last = first.removesuffix(end), last.removesuffix(end)
    stem = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    low, high = first[stem:], last[stem:]
    if "." in first[:stem] and len(low) == len(high) and low.isdecimal() and high.isdecimal():
        for number in range(int(low), min(int(high), int(low) + _MOST_OF_A_RANGE) + 1):
            yield f"{first[:stem]}{number:0{len(low)}}{end}"
