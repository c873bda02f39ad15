"""Read the HCPCS Level II file of a quarterly release in its XLSX form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from codecards.codesets.readers.hcpcs_records import COLUMNS, CONTINUES, HcpcsRecord, records_of
from codecards.codesets.readers.sheets import header_key, named_rows, workbook_rows
from codecards.codesets.readers.text import refuse

__all__ = ["looks_like_hcpcs_workbook", "read_hcpcs_workbook"]

_REQUIRED = frozenset({"HCPC", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "COV"}) | {
    "ADD DT",
    "ACT EFF DT",
    "TERM DT",
    "ACTION CD",
}
# Empty fields come as None or as this word.
_NONE = "None"


def looks_like_hcpcs_workbook(cells: Sequence[str]) -> bool:
    """Return whether a row of a sheet names the columns of the HCPCS file."""
    return {header_key(column) for column in _REQUIRED} <= {header_key(cell) for cell in cells}


def read_hcpcs_workbook(stream: IO[bytes], name: str) -> list[HcpcsRecord]:
    """Read every code and modifier of a quarterly file, in its own order.

    Args:
        stream: The XLSX file, as bytes.
        name: What to call the file in an error.

    Raises:
        SourceFileError: The file is damaged, or a row is not a record; the message gives its number.
    """
    groups: list[tuple[int, dict[str, str]]] = []
    for number, cells in named_rows(workbook_rows(stream, name), _REQUIRED, COLUMNS):
        fields = {column: "" if text == _NONE else text for column, text in cells.items()}
        if fields["RECID"].strip() not in CONTINUES:
            groups.append((number, fields))
        elif groups and groups[-1][1]["HCPC"] == fields["HCPC"]:
            # Most titles stand whole in their cell; a few files break one over two rows all the same.
            groups[-1][1]["LONG DESCRIPTION"] += f" {fields['LONG DESCRIPTION']}"
        else:
            refuse(name, number, "continues another record than the one above it")
    return records_of(groups, name)
