"""Read the addenda text that comes with the codes files and order files of ICD-10-CM and ICD-10-PCS.

Layout: the action in columns 1-12, the row of the codes file or order file from 14 on; an order addenda of
ICD-10-CM sets a status, ``0`` or ``1``, before the code. A summary stands at the end.
"""

from __future__ import annotations

import re
from typing import IO

from codecards.codesets.addenda import Addenda, AddendaRow
from codecards.codesets.readers.text import read_lines, refuse
from codecards.codesets.syntax import CATEGORY_LENGTH
from codecards.errors import SourceFileError

__all__ = ["looks_like_addenda", "read_addenda"]

_ACTIONS = ("Add:", "Delete:", "Revise from:", "Revise to:")
_ADD, _DELETE, _FROM, _TO = _ACTIONS
_ROW = re.compile(rf"({'|'.join(map(re.escape, _ACTIONS))}) +(?=\S)")
_ACTION_WIDTH = 13
_STATUS_AND_CODE = re.compile(r"(?:([01]) )?([0-9A-Z]{3,7}) *(?= )")
_CODE_WIDTH = 7
_SHORT_WIDTH = 60
_COUNT = re.compile(r"\s*([0-9]{1,7}) (additions|deletions|revisions|(?:codes|headers) in \S+)\s*")


def looks_like_addenda(line: str) -> bool:
    """Return whether `line` has the shape of a row of an addenda file."""
    return len(line) > _ACTION_WIDTH and bool(_ROW.match(line)) and not line[_ACTION_WIDTH].isspace()


def read_addenda(stream: IO[bytes], name: str) -> Addenda:
    """Read an addenda file.

    Args:
        stream: The text file, as bytes.
        name: What to call the file in an error.

    Raises:
        SourceFileError: A line is neither a change nor part of the summary, a revision lacks its other
            half, or the numbers are not those of the summary; the message gives the line's number.
    """
    lines: list[tuple[int, str, str]] = []
    counts: list[tuple[str, int]] = []
    in_summary = False
    for number, line in read_lines(stream, name):
        if looks_like_addenda(line):
            if in_summary:
                refuse(name, number, "a change stands behind the summary")
            lines.append((number, line[: _ACTION_WIDTH - 1].strip(), line[_ACTION_WIDTH:]))
        elif not lines:
            refuse(name, number, "not a row of an addenda file")
        else:
            in_summary = True
            counted = _COUNT.fullmatch(line)
            if counted:
                counts.append((counted[2], int(counted[1])))
    if not lines:
        msg = f"{name}: holds no addenda; download the file again"
        raise SourceFileError(msg)
    has_short = all(_is_order_row(text) for _, _, text in lines)
    rows = [(number, action, _row(text, name, number, has_short=has_short)) for number, action, text in lines]
    addenda = Addenda(
        added=tuple(row for _, action, row in rows if action == _ADD),
        deleted=tuple(row for _, action, row in rows if action == _DELETE),
        revised=_revisions(rows, name),
        counts=tuple(counts),
    )
    _check(addenda, name, lines[-1][0])
    return addenda


def _is_order_row(text: str) -> bool:
    """Return whether a row has both titles: a blank column between them at the width of a short title."""
    start = (2 if text[1:2] == " " else 0) + _CODE_WIDTH + 1
    gap = start + _SHORT_WIDTH
    return len(text) > gap + 1 and text[gap] == " " and text[gap + 1] != " "


def _row(text: str, name: str, number: int, *, has_short: bool) -> AddendaRow:
    match = _STATUS_AND_CODE.match(text)
    if match is None:
        refuse(name, number, "names no code where the addenda set one")
    status, code = match.groups()
    titles = text[(2 if status else 0) + _CODE_WIDTH + 1 :]
    short, long = (titles[:_SHORT_WIDTH].rstrip(), titles[_SHORT_WIDTH + 1 :].rstrip()) if has_short else (None, titles)
    # ICD-10-PCS sets no status: there a header is a table, and has three characters.
    is_table = has_short and not status and len(code) == CATEGORY_LENGTH
    return AddendaRow(code, long.rstrip(), short, status != "0" and not is_table)


def _revisions(rows: list[tuple[int, str, AddendaRow]], name: str) -> tuple[tuple[AddendaRow, AddendaRow], ...]:
    """Pair the two rows of each revision, which follow one another."""
    pairs: list[tuple[AddendaRow, AddendaRow]] = []
    before: AddendaRow | None = None
    number = 0
    for number, action, row in rows:
        if (action == _TO) != (before is not None) or (before is not None and before.code != row.code):
            refuse(name, number, "a revision lacks the row it revises from, or the one it revises to")
        if before is not None:
            pairs.append((before, row))
        before = row if action == _FROM else None
    if before is not None:
        refuse(name, number, "the file stops within a revision: it is cut short")
    return tuple(pairs)


def _check(addenda: Addenda, name: str, last: int) -> None:
    """Hold the changes against the file's own summary, where it has one."""
    found = {"additions": len(addenda.added), "deletions": len(addenda.deleted), "revisions": len(addenda.revised)}
    for what, count in found.items():
        said = [number for kind, number in addenda.counts if kind == what]
        if said and sum(said) != count:
            refuse(name, last, f"lists {count} {what}, but its own summary says {sum(said)}")
