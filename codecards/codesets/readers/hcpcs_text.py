"""Read the fixed-width HCPCS Level II file (ANWEB) of a quarterly release.

A long title goes on over several lines: record 3 begins a code and 7 a modifier, 4 and 8 continue
them. Older files begin with lines of disclaimer. Source: CMS, HCPCS record layout.
"""

from __future__ import annotations

from collections.abc import Iterator
import re
from typing import IO

from codecards.codesets.readers.hcpcs_records import COLUMNS, CONTINUES, HcpcsRecord, records_of
from codecards.codesets.readers.text import read_lines, refuse

__all__ = ["looks_like_hcpcs_text", "read_hcpcs_text"]

_RECORD = re.compile(r"(?:[A-Z0-9]{5}|   [A-Z0-9]{2})[0-9]{5}[3478]")
_FIRST = "37"
_ID = COLUMNS["RECID"].start
_TITLE = COLUMNS["LONG DESCRIPTION"]
_SHORTEST_RECORD = COLUMNS["ACTION CD"].stop


def looks_like_hcpcs_text(line: str) -> bool:
    """Return whether `line` has the shape of the first record of a code or modifier."""
    return len(line) >= _SHORTEST_RECORD and bool(_RECORD.match(line)) and line[_ID] in _FIRST


def read_hcpcs_text(stream: IO[bytes], name: str) -> list[HcpcsRecord]:
    """Read every code and modifier of a quarterly file, in its own order.

    Args:
        stream: The text file, as bytes.
        name: What to call the file in an error.

    Raises:
        SourceFileError: A line is not a record, or not where it belongs; the message gives its number.
    """
    return records_of(_groups(stream, name), name)


def _groups(stream: IO[bytes], name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the fields of each code, its long title whole, with the number of its first line."""
    begun, first, sequence = 0, "", ""
    titles: list[str] = []
    for number, line in read_lines(stream, name):
        if not _RECORD.match(line):
            if begun:
                refuse(name, number, "not a record of the HCPCS file")
            continue  # disclaimer
        if line[_ID] in _FIRST:
            if begun:
                yield begun, _fields(first, titles)
            if len(line) < _SHORTEST_RECORD:
                refuse(name, number, f"the record has {len(line)} characters of at least {_SHORTEST_RECORD}")
            begun, first, titles = number, line, [line[_TITLE]]
        elif line[:5] != first[:5] or CONTINUES[line[_ID]] != first[_ID] or line[COLUMNS["SEQNUM"]] <= sequence:
            refuse(name, number, "continues another record than the one above it")
        else:
            titles.append(line[_TITLE])
        sequence = line[COLUMNS["SEQNUM"]]
    if begun:
        yield begun, _fields(first, titles)


def _fields(first: str, titles: list[str]) -> dict[str, str]:
    fields = {column: first[place] for column, place in COLUMNS.items()}
    fields["LONG DESCRIPTION"] = " ".join(title.strip() for title in titles)
    return fields
