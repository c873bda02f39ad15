"""Read the list of codes exempt from present-on-admission reporting, tab-separated text or XLSX.

The archive also holds what was added, deleted and revised since the last list; the list itself is the longest file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
import re

from codecards.codesets.poa_exempt import PoaExemptList
from codecards.codesets.readers.sheets import Cells, header_key, named_rows
from codecards.codesets.readers.text import refuse
from codecards.codesets.syntax import dotted, undotted
from codecards.errors import SourceFileError

__all__ = ["looks_like_poa_list", "read_poa_exempt"]

_CODE_COLUMN, _TITLE_COLUMN = "POAexemptCode", "Description"
# The order column carries the year in its name: Order26.
_ORDER_COLUMN = re.compile(r"order[0-9]*")
_CODE = re.compile(r"[A-Z][0-9A-Z]{2,6}")


def looks_like_poa_list(cells: Sequence[str]) -> bool:
    """Return whether a row names the columns of the list itself: order, code, title, and no action."""
    keys = [header_key(cell) for cell in cells if cell.strip()]
    has_order = any(map(_ORDER_COLUMN.fullmatch, keys))
    return has_order and header_key(_CODE_COLUMN) in keys and "action" not in keys


def read_poa_exempt(rows: Iterable[tuple[int, Cells]], name: str, release: str | None = None) -> PoaExemptList:
    """Read the list of exempt codes.

    Args:
        rows: The rows of the file.
        name: What to call the file in an error.
        release: The fiscal year it is for.

    Raises:
        SourceFileError: A row does not hold what belongs there; the message gives its number.
    """
    codes: dict[str, str] = {}
    for number, cells in named_rows(rows, (_CODE_COLUMN, _TITLE_COLUMN)):
        code = undotted(cells[_CODE_COLUMN])
        if not _CODE.fullmatch(code):
            refuse(name, number, f"{code[:20]!r} is not an ICD-10-CM code")
        if dotted(code) in codes:
            refuse(name, number, f"{dotted(code)} stands twice in the list")
        codes[dotted(code)] = " ".join(cells[_TITLE_COLUMN].split())
    if not codes:
        msg = f"{name}: holds no codes exempt from present-on-admission reporting; download the file again"
        raise SourceFileError(msg)
    return PoaExemptList(release, codes)
