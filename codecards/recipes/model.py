"""What a recipe says: for whom a deck is, which releases it teaches, which codes it takes."""

from __future__ import annotations

from datetime import date
import re

import attrs

from codecards.codesets.model import System

__all__ = ["Recipe", "Select", "locate"]


@attrs.frozen(kw_only=True)
class Select:
    """One choice of codes within a recipe: a ``[[select]]`` table.

    Args:
        system: The system to choose from.
        recipe: A bundled recipe whose choice this one narrows.
        categories: Headers, each taken with everything below it.
        codes: Codes, wildcards (``"E11.3*"``) and ranges (``"E08-E13"``).
        leave_out: Codes, wildcards and ranges not to take; ``except`` in the file.
        billable: Whether only codes valid on a claim are taken.
        seventh: Of codes made by a 7th-character table, take only this character.
        per_category: At most so many codes of a category, the first in tabular order.
        limit: At most so many codes altogether, the first in tabular order.
        why: The reason of the choice, for people.
    """

    system: System = System.ICD_10_CM
    recipe: str | None = None
    categories: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    billable: bool = True
    seventh: str | None = None
    per_category: int | None = None
    limit: int | None = None
    why: str = ""


@attrs.frozen(kw_only=True)
class Recipe:
    """A recipe: a whole TOML file.

    Args:
        title: The deck's title, without year or release.
        audience: For whom the deck is.
        description: What it holds, how it was chosen, what it leaves out.
        revised: The day the recipe last changed.
        releases: The release pinned for each system.
        select: The choices; the deck is their union, in tabular order.
        certification: The exam the deck prepares for, such as ``"CPC"``, or None.
        subdecks: ``"chapter"`` for a subdeck a chapter, or None for none.
        limit: At most so many codes altogether, the first in tabular order.
        name: The file's name without its ending.
        file: What to call the file in an error.
        text: The file itself, to find the line that an error is about.
        is_bundled: Whether it comes with codecards, so that others can select from it by name.
    """

    title: str
    audience: str
    description: str
    revised: date
    releases: dict[System, str]
    select: tuple[Select, ...]
    certification: str | None = None
    subdecks: str | None = None
    limit: int | None = None
    name: str = ""
    file: str = ""
    text: str = attrs.field(default="", repr=False)
    is_bundled: bool = False

    def at(self, choice: Select, item: str = "") -> str:
        """Return file and line of an item of a choice, to begin an error with."""
        return locate(self.file, self.text, self.select.index(choice), item)


def locate(file: str, text: str, choice: int | None, item: str) -> str:
    """Return file and line of `item`, the first at or after the given ``[[select]]``.

    Args:
        file: What to call the file.
        text: The file's text.
        choice: The index of the ``[[select]]`` table, or None for the top of the file.
        item: A key, or a string as it stands in quotes; where it is not found, the table's line counts.
    """
    lines = text.splitlines()
    heads = [number for number, line in enumerate(lines) if line.strip().startswith("[[select]]")]
    start = heads[choice] if choice is not None and choice < len(heads) else 0
    wanted = re.compile(rf"[\"']{re.escape(item)}[\"']|^\s*[\"']?{re.escape(item)}[\"']?\s*=" if item else "")
    found = next((number for number in range(start, len(lines)) if wanted.search(lines[number])), start)
    return f"{file}, line {found + 1}"
