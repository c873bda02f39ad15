"""What new ICD-10-CM codes were coded as before they existed: the official conversion table."""

from __future__ import annotations

from datetime import date
from functools import cached_property

import attrs

__all__ = ["Conversion", "ConversionTable"]


@attrs.frozen
class Conversion:
    """One row of the conversion table.

    Args:
        code: The new code, dotted.
        effective: The first day it was valid.
        previous: The codes it was coded as before, dotted; lists and ranges are
            written out, so a code of a range may never have existed.
        previous_categories: Ranges of categories and open codes that the row names in place
            of codes, such as ``"T15-T19"`` or ``"I63.-"``.
        text: What the table prints, unchanged.
    """

    code: str
    effective: date
    previous: tuple[str, ...]
    previous_categories: tuple[str, ...]
    text: str


@attrs.frozen(slots=False)
class ConversionTable:
    """The conversion table of one release: every new code since October 2015.

    Args:
        rows: The rows, in the order of the file.
    """

    rows: tuple[Conversion, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def previous(self, code: str) -> tuple[str, ...]:
        """Return what `code`, dotted, was coded as before; empty where the table does not say."""
        return tuple(old for row in self.rows if row.code == code for old in row.previous)

    def successors(self, code: str) -> tuple[Conversion, ...]:
        """Return the rows of the codes that took over from `code`, dotted, in the order of the file."""
        return tuple(self._by_previous.get(code, ()))

    def replacements(self, after: date, until: date | None) -> dict[str, tuple[str, ...]]:
        """Return what took over from each old code, dotted, within a time, for `compare_codesets`.

        A code that lost some of its uses to a new one, and ended later, has rows of
        both days; the last ones count.

        Args:
            after: What took effect on this day or before does not count.
            until: The last day that counts; all later ones without it.
        """
        found: dict[str, tuple[str, ...]] = {}
        for old, rows in self._by_previous.items():
            days = [row.effective for row in rows if after < row.effective <= (until or row.effective)]
            if days:
                found[old] = tuple(row.code for row in rows if row.effective == max(days))
        return found

    @cached_property
    def _by_previous(self) -> dict[str, list[Conversion]]:
        found: dict[str, list[Conversion]] = {}
        for row in self.rows:
            for old in row.previous:
                found.setdefault(old, []).append(row)
        return found
