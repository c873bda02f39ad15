"""Read the rows of a table that comes as XLSX, CSV or tab-separated text, by the names of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
import csv
from datetime import datetime
from itertools import chain, islice
import re
from typing import IO
import warnings
import zipfile

from codecards.codesets.readers.text import read_lines
from codecards.codesets.readers.xml import refuse_entities
from codecards.errors import SourceFileError

__all__ = ["header_key", "named_rows", "text_rows", "workbook_rows"]

Cells = tuple[str, ...]

# Official tables have at most 48 columns and 80,000 rows; their headers stand within the first 12 rows.
_MOST_COLUMNS = 80
_MOST_ROWS = 400_000
_HEADER_WITHIN = 60
_LARGEST_WORKBOOK = 100_000_000
_LARGEST_RATIO = 200
_SMALL = 1_000_000
_LONGEST_LINE = 40_000


def workbook_rows(stream: IO[bytes], name: str, most: int = _MOST_ROWS) -> Iterator[tuple[int, Cells]]:
    """Read the first sheet of an XLSX file, cell by cell as text.

    Args:
        stream: The file, as bytes.
        name: What to call it in an error.
        most: How many rows to read at most.

    Yields:
        The number of each row, counted from 1, and its cells; an empty cell is an empty string, a day
        is written YYYY-MM-DD.

    Raises:
        SourceFileError: The file is damaged, or larger than any official one.
    """
    _check_workbook(stream, name)
    import openpyxl  # heavy, and most files are not workbooks

    try:
        with warnings.catch_warnings():
            # What openpyxl warns of (headers and footers it cannot parse) does not touch the cells.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            columns = min(sheet.max_column or _MOST_COLUMNS, _MOST_COLUMNS)
            rows = sheet.iter_rows(values_only=True, max_col=columns, max_row=most)
            for number, cells in enumerate(rows, 1):
                yield number, tuple([cell if isinstance(cell, str) else _cell(cell) for cell in cells])
    except Exception as error:  # noqa: BLE001 -- a damaged workbook makes openpyxl raise anything
        reason = " ".join(str(error).split()) or type(error).__name__
        msg = f"{name}: not a workbook that can be read ({reason[:200]}); download the file again"
        raise SourceFileError(msg) from None


def text_rows(stream: IO[bytes], name: str) -> Iterator[tuple[int, Cells]]:
    """Read comma- or tab-separated text, whichever its header uses.

    Yields:
        The number of the line each row begins on, and its cells.

    Raises:
        SourceFileError: It is not text, or a line is longer than such a file allows.
    """
    lines = read_lines(stream, name, _LONGEST_LINE)
    ahead = list(islice(lines, _HEADER_WITHIN))
    tabs = sum("\t" in line for _, line in ahead) * 2 > len(ahead)
    number = 0

    def spoken() -> Iterator[str]:
        nonlocal number
        for at, line in chain(ahead, lines):
            number = at
            yield line + "\n"

    try:
        for cells in csv.reader(spoken(), delimiter="\t" if tabs else ",", strict=True):
            yield number, tuple(cell.strip() for cell in cells)
    except csv.Error as error:
        msg = f"{name}, line {number}: not a row of a table ({error}); download the file again"
        raise SourceFileError(msg) from None


def named_rows(
    rows: Iterable[tuple[int, Cells]], required: Iterable[str], optional: Iterable[str] = ()
) -> Iterator[tuple[int, dict[str, str]]]:
    """Find the row of column names, and give the rows below it by name.

    Args:
        rows: The rows, as `workbook_rows` and `text_rows` read them.
        required: The columns that the table must have, in any order.
        optional: Columns that come out empty where the table has none.

    Yields:
        Row number and text by column; nothing where no row names all required columns. Rows without
        any text in these columns are left out.
    """
    wanted = {header_key(column): column for column in (*required, *optional)}
    needed = {header_key(column) for column in required}
    empty = dict.fromkeys(wanted.values(), "")
    places: dict[str, int] = {}
    for count, (number, cells) in enumerate(rows):
        if not places:
            keys = [header_key(cell) for cell in cells]
            if needed <= set(keys):
                places = {wanted[key]: place for place, key in reversed(list(enumerate(keys))) if key in wanted}
            elif count > _HEADER_WITHIN:
                return
            continue
        width = len(cells)
        found = {column: cells[place] if place < width else "" for column, place in places.items()}
        if any(found.values()):
            yield number, {**empty, **found}


def header_key(name: str) -> str:
    """Return the name of a column without what spellings differ in.

    >>> header_key("Previous Code(s) Assignment"), header_key("ADD_DT") == header_key("add dt")
    ('previouscodesassignment', True)
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _check_workbook(stream: IO[bytes], name: str) -> None:
    """Hold a workbook, which is a zip of XML files, to the bounds of any other zip."""
    with zipfile.ZipFile(stream) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > _LARGEST_WORKBOOK or any(
            member.file_size > max(_SMALL, member.compress_size * _LARGEST_RATIO) for member in members
        ):
            msg = f"{name}: unpacks to more than any official workbook; download the file again"
            raise SourceFileError(msg)
        for member in members:
            if member.filename.endswith((".xml", ".rels")):
                with archive.open(member) as part:
                    refuse_entities(part, f"{name}/{member.filename}")
    stream.seek(0)
