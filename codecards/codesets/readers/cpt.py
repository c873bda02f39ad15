"""Read CPT from files the user is licensed to use, as the American Medical Association delivers them.

``SHORTU.txt`` and ``MEDU.txt``: code in columns 1-5, title from 7 on, upper case; ``LONGULT.txt``: code, tab,
long title; all behind a copyright notice that ends with a blank line. The Consolidated Code List is a
table (XLSX, CSV or tabs) that names its columns. A plain table with a code and a title works as well.
Nothing of CPT is part of codecards; whoever calls these readers has stated that they hold a licence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
import re
from typing import IO, NamedTuple

from codecards.codesets.readers.licensed import why_licensed
from codecards.codesets.readers.sheets import Cells, header_key, named_rows
from codecards.codesets.readers.text import read_lines, refuse
from codecards.codesets.system import System

__all__ = [
    "CptTitle",
    "looks_like_code_list",
    "looks_like_long_titles",
    "looks_like_titles",
    "read_code_list",
    "read_long_titles",
    "read_titles",
]

_CODE = re.compile(r"[0-9]{4}[0-9FTUMA]")
_CODE_WIDTH = 5
_NOTICE_LINES = 200
_LONGEST_LINE = 20_000

# The names by which tables call the code and its titles, best first.
_CODE_NAMES = ("CPT Code", "CPT", "Code")
_LONG_NAMES = ("Long", "Long Description", "Long Descriptor", "Description", "Descriptor", "Title", "Full Description")
_MEDIUM_NAMES = ("Medium", "Medium Description", "Medium Descriptor")
_SHORT_NAMES = ("Short", "Short Description", "Short Descriptor")
_TITLE_NAMES = (*_LONG_NAMES, *_MEDIUM_NAMES, *_SHORT_NAMES)

Split = Callable[[str], "tuple[str, str] | None"]


class CptTitle(NamedTuple):
    """A title of one code, or two: the one and the abbreviated one."""

    code: str
    title: str
    short: str | None = None


def looks_like_long_titles(lines: Sequence[str]) -> bool:
    """Return whether lines of a file have the shape of ``LONGULT.txt``."""
    return _is_mostly(_long_title, lines)


def looks_like_titles(lines: Sequence[str]) -> bool:
    """Return whether lines of a file have the shape of ``SHORTU.txt`` or ``MEDU.txt``."""
    return _is_mostly(_title, lines)


def looks_like_code_list(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether rows of a table name a column of codes and one of titles, with CPT codes below."""
    for above, cells in enumerate(rows):
        if _names_columns(cells):
            keys = [header_key(cell) for cell in cells]
            place = next(keys.index(header_key(name)) for name in _CODE_NAMES if header_key(name) in keys)
            return any(place < len(row) and _CODE.fullmatch(row[place].strip()) for row in rows[above + 1 :])
    return False


def read_long_titles(stream: IO[bytes], name: str) -> list[CptTitle]:
    """Read ``LONGULT.txt``.

    Raises:
        SourceFileError: A line behind the notice is not a row; the message gives its number.
    """
    return list(_rows(stream, name, _long_title))


def read_titles(stream: IO[bytes], name: str) -> list[CptTitle]:
    """Read ``SHORTU.txt`` or ``MEDU.txt``.

    Raises:
        SourceFileError: A line behind the notice is not a row; the message gives its number.
    """
    return list(_rows(stream, name, _title))


def read_code_list(rows: Iterable[tuple[int, Cells]], name: str) -> list[CptTitle]:
    """Read the Consolidated Code List, or any table that names a column of codes and one of titles.

    Args:
        rows: The rows of the file.
        name: What to call the file in an error.

    Raises:
        SourceFileError: A row holds no CPT code, or no title; the message gives its number.
    """
    found: dict[str, CptTitle] = {}
    for number, cells in named_rows(_from_header(rows), (), (*_CODE_NAMES, *_TITLE_NAMES)):
        code, title = _first(cells, _CODE_NAMES), _first(cells, _TITLE_NAMES)
        _check(code, title, name, number)
        # A list with consumer or laboratory texts repeats a code, with the same titles.
        found.setdefault(code, CptTitle(code, title, _first(cells, (*_SHORT_NAMES, *_MEDIUM_NAMES)) or None))
    return list(found.values())


def _names_columns(cells: Sequence[str]) -> bool:
    keys = {header_key(cell) for cell in cells}
    has_code = any(header_key(name) in keys for name in _CODE_NAMES)
    return has_code and any(header_key(name) in keys for name in _TITLE_NAMES)


def _from_header(rows: Iterable[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
    begun = False
    for number, cells in rows:
        begun = begun or _names_columns(cells)
        if begun:
            yield number, cells


def _rows(stream: IO[bytes], name: str, split: Split) -> Iterator[CptTitle]:
    codes: set[str] = set()
    for number, line in read_lines(stream, name, _LONGEST_LINE):
        found = split(line)
        if found is None:
            if codes or number > _NOTICE_LINES:
                refuse(name, number, "not a row of a CPT file")
            continue  # the copyright notice
        code, title = found
        _check(code, title, name, number)
        if code in codes:
            refuse(name, number, f"{code} stands twice in the file")
        codes.add(code)
        yield CptTitle(code, title)


def _check(code: str, title: str, name: str, number: int) -> None:
    licensed = why_licensed(code, System.CPT)
    if licensed:
        refuse(name, number, licensed)
    if not _CODE.fullmatch(code):
        refuse(name, number, f"{code[:20]!r} is not a CPT code")
    if not title:
        refuse(name, number, f"{code} has no title")


def _first(cells: dict[str, str], names: Iterable[str]) -> str:
    return next((" ".join(cells[name].split()) for name in names if cells[name].strip()), "")


def _long_title(line: str) -> tuple[str, str] | None:
    """Split a line into code, tab and title; None where it is not made so."""
    code, tab, title = line.partition("\t")
    return (code, " ".join(title.split())) if tab and _CODE.fullmatch(code) and "\t" not in title.strip() else None


def _title(line: str) -> tuple[str, str] | None:
    """Split a line into code, one blank and title; None where it is not made so."""
    code, title = line[:_CODE_WIDTH], line[_CODE_WIDTH + 1 :]
    is_row = _CODE.fullmatch(code) and line[_CODE_WIDTH : _CODE_WIDTH + 1] == " " and title[:1].strip()
    return (code, " ".join(title.split())) if is_row else None


def _is_mostly(split: Split, lines: Sequence[str]) -> bool:
    """Return whether the lines behind a notice have a shape; a damaged one among them is for the reader to name."""
    behind = [line for line in lines if _CODE.match(line)]
    return bool(behind) and sum(split(line) is not None for line in behind) * 2 > len(behind)
