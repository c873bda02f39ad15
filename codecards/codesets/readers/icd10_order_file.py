"""Read the official order file of ICD-10-CM or ICD-10-PCS: every code, with both titles and its status.

Layout: CMS, "ICD-10-CM and ICD-10-PCS order files" (the PDF in the same archive): order number in
columns 1-5, code in 7-13, ``0`` (header) or ``1`` (valid) in 15, short title in 17-76, long title from 78.
"""

from __future__ import annotations

import re
from typing import IO

from codecards.codesets.codeset import Row
from codecards.codesets.readers.text import read_lines, refuse

__all__ = ["looks_like_order_file", "read_order_file"]

# Order number, code, status, short title, long title, with a blank between each two.
_ROW = re.compile(r"([0-9]{5}) (\S.{6}) ([01]) (.{60}) (.*\S)\s*")
# CMS states at most 400 characters a line; a line beyond four times that is no order file.
_LONGEST_LINE = 1600


def looks_like_order_file(line: str) -> bool:
    """Return whether `line` has the shape of one row of an order file."""
    return _ROW.fullmatch(line) is not None


def read_order_file(stream: IO[bytes], name: str) -> list[tuple[int, Row]]:
    """Read every row of an order file, in its own order, with the number of its line.

    Args:
        stream: The text file, as bytes.
        name: What to call the file in an error.

    Raises:
        SourceFileError: A line is not a row of an order file, the rows are out of order, or the last row is
            a header without codes; the message gives the line's number.
    """
    rows: list[tuple[int, Row]] = []
    last = ""
    number = 0
    for number, line in read_lines(stream, name, _LONGEST_LINE):
        match = _ROW.fullmatch(line)
        if match is None:
            refuse(name, number, "not a row of an ICD-10 order file")
        order, code, status, short, long = match.groups()
        if order <= last:
            refuse(name, number, f"order number {order} comes after {last}")
        last = order
        row = Row(code.rstrip(), long, short.rstrip(), status == "1")
        rows.append((number, row))
    if rows and not rows[-1][1].is_billable:
        refuse(name, number, "the file stops behind a header, before the codes that belong to it: it is cut short")
    return rows
