"""Read the official order file of ICD-10-CM or ICD-10-PCS: every code, with both titles and its status.

Layout: CMS, "ICD-10-CM and ICD-10-PCS order files" (the PDF in the same archive): order number in
columns 1-5, code in 7-13, ``0`` (header) or ``1`` (valid) in 15, short title in 17-76, long title from 78.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from codecards.codesets.codeset import Row
from codecards.errors import SourceFileError

__all__ = ["looks_like_order_file", "read_order_file"]

_ORDER = slice(0, 5)
_CODE = slice(6, 13)
_STATUS = 14
_SHORT = slice(16, 76)
_LONG = slice(77, None)
_BLANKS = (5, 13, 15, 76)
# CMS states at most 400 characters a line; a line beyond four times that is no order file.
_LONGEST_LINE = 1600


def looks_like_order_file(line: str) -> bool:
    """Return whether `line` has the shape of one row of an order file."""
    return (
        len(line) > _LONG.start
        and line[_ORDER].isdigit()
        and line[_STATUS] in "01"
        and bool(line[_CODE].strip())
        and all(line[column] == " " for column in _BLANKS)
    )


def read_order_file(stream: IO[bytes], name: str) -> Iterator[Row]:
    """Read an order file row by row, in its own order.

    Args:
        stream: The text file, as bytes.
        name: What to call the file in an error.

    Raises:
        SourceFileError: A line is not a row of an order file; the message gives its number.
    """
    number = 0
    while raw := stream.readline(_LONGEST_LINE):
        number += 1
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n\x1a")
        except UnicodeDecodeError:
            line = raw.decode("cp1252", errors="replace").rstrip("\r\n\x1a")
        if not line.strip():
            continue
        if not looks_like_order_file(line):
            msg = f"{name}, line {number}: not a row of an ICD-10 order file; download the file again"
            raise SourceFileError(msg)
        yield Row(line[_CODE].rstrip(), line[_LONG].rstrip(), line[_SHORT].rstrip(), line[_STATUS] == "1")
