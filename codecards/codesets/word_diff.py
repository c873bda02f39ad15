"""What changed between two titles, word by word."""

from __future__ import annotations

from difflib import SequenceMatcher
from enum import StrEnum
import re
from typing import NamedTuple

__all__ = ["Edit", "Op", "word_diff"]

# A word, a run of white space, or one other sign: joined again they are the text itself.
_PIECES = re.compile(r"\w+|\s+|[^\w\s]")


class Op(StrEnum):
    """What happened to a piece of text."""

    EQUAL = "equal"
    DELETE = "delete"
    INSERT = "insert"


class Edit(NamedTuple):
    """A piece of text and what happened to it."""

    op: Op
    text: str


def word_diff(old: str, new: str) -> tuple[Edit, ...]:
    """Return how `old` became `new`, in whole words.

    What is kept and deleted, joined, is `old`; what is kept and inserted, joined, is `new`.

    >>> [f"{edit.op}: {edit.text}" for edit in word_diff("rabies immune globin", "rabies immune globulin")]
    ['equal: rabies immune ', 'delete: globin', 'insert: globulin']
    """
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    edits: list[Edit] = []
    for _, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[start:end]), "".join(after[new_start:new_end])
        if gone == come:
            edits.append(Edit(Op.EQUAL, gone))
            continue
        if gone:
            edits.append(Edit(Op.DELETE, gone))
        if come:
            edits.append(Edit(Op.INSERT, come))
    return tuple(edits)
