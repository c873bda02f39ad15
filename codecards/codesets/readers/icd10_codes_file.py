"""Read the official codes file of ICD-10-CM or ICD-10-PCS: billable codes and long titles, no headers.

Layout: CMS, "ICD-10-CM codes file" (the PDF in the same archive): code in columns 1-7, long title from 9.
"""

from __future__ import annotations

import re
from typing import IO

from codecards.codesets.codeset import Row
from codecards.codesets.readers.text import read_lines, refuse

__all__ = ["looks_like_codes_file", "read_codes_file"]

_CODE = slice(0, 7)
_TITLE = slice(8, None)
_ROW = re.compile(r"(?=[A-Z]*[0-9])[0-9A-Z]{3,7} *")


def looks_like_codes_file(line: str) -> bool:
    """Return whether `line` has the shape of one row of a codes file."""
    code, title = line[_CODE], line[_TITLE]
    return bool(_ROW.fullmatch(code)) and line[7:8] == " " and title[:1] not in ("", " ")


def read_codes_file(stream: IO[bytes], name: str) -> list[tuple[int, Row]]:
    """Read every row of a codes file, with the number of its line.

    Args:
        stream: The text file, as bytes.
        name: What to call the file in an error.

    Raises:
        SourceFileError: A line is not a row of a codes file; the message gives its number.
    """
    rows: list[tuple[int, Row]] = []
    for number, line in read_lines(stream, name):
        if not looks_like_codes_file(line):
            refuse(name, number, "not a row of an ICD-10 codes file")
        rows.append((number, Row(line[_CODE].rstrip(), line[_TITLE].rstrip(), None, is_billable=True)))
    return rows
