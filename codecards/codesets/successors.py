"""Which codes to use in place of one that can no longer be used, and how that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import attrs

from codecards.codesets.model import Code
from codecards.codesets.outline import Outline, folded
from codecards.codesets.syntax import CATEGORY_LENGTH, FULL_LENGTH, undotted
from codecards.codesets.system import System

__all__ = ["Evidence", "Successors", "find_successors"]

_PLACEHOLDER = "X"


class Evidence(StrEnum):
    """How successors are known, best first."""

    CONVERSION_TABLE = "conversion-table"
    CHILDREN = "children"
    PARENT = "parent"
    PLACEHOLDER = "placeholder"
    TITLE = "title"
    SIBLINGS = "siblings"
    NONE = "none"

    @property
    def label(self) -> str:
        """The same in words."""
        return _LABELS[self]


_LABELS = {
    Evidence.CONVERSION_TABLE: "the official conversion table says so",
    Evidence.CHILDREN: "the codes now below it",
    Evidence.PARENT: "the code above it, which is now complete",
    Evidence.PLACEHOLDER: "new codes that fill its placeholder X",
    Evidence.TITLE: "the new code with the same title",
    Evidence.SIBLINGS: "new codes under the same header",
    Evidence.NONE: "none is known",
}


@attrs.frozen
class Successors:
    """The codes to use now, and how that is known.

    Args:
        codes: Billable codes of the newer release, in tabular order; empty where none is known.
        how: Where the answer comes from.
    """

    codes: tuple[Code, ...]
    how: Evidence

    def __str__(self) -> str:
        named = ", ".join(code.code for code in self.codes)
        return f"{named} ({self.how.label})" if named else self.how.label


def find_successors(
    ended: Iterable[Code], old: Outline, new: Outline, conversions: Mapping[str, tuple[str, ...]] | None = None
) -> dict[str, Successors]:
    """Return what to use in `new` for codes that were billable in `old` and no longer are.

    The conversion table decides where it names a code. Otherwise the hierarchy
    does: the codes below a new header, a code above that needs no more characters
    now, or the new codes that spell out a former placeholder (``S30.1XXA``:
    ``S30.11XA``, ``S30.12XA``, ``S30.13XA``); then an equal title; then the new
    codes under the same header. Titles that are merely alike do not count: those
    of two drugs differ in one word.

    Args:
        ended: The codes in question, as `old` held them.
        old: The earlier release.
        new: The later release.
        conversions: Old code to the codes that replaced it, in any spelling, from
            the official conversion table.

    Returns:
        The successors of each code, by code as published.
    """
    table = {undotted(code): tuple(map(undotted, after)) for code, after in (conversions or {}).items()}
    added = {key: code for key, code in new.codes.items() if code.is_billable and not old.is_billable(key)}
    titles: dict[str, list[Code]] = {}
    for code in added.values():
        titles.setdefault(_title(code), []).append(code)
    return {code.code: _successors(code, table, new, added, titles) for code in ended}


def _successors(
    code: Code,
    table: Mapping[str, tuple[str, ...]],
    new: Outline,
    added: Mapping[str, Code],
    titles: Mapping[str, list[Code]],
) -> Successors:
    answers = _answers(code, table, new, added, titles)
    return next((answer for answer in answers if answer.codes), Successors((), Evidence.NONE))


def _answers(
    code: Code,
    table: Mapping[str, tuple[str, ...]],
    new: Outline,
    added: Mapping[str, Code],
    titles: Mapping[str, list[Code]],
) -> Iterator[Successors]:
    """Yield what each sort of evidence says, best first; empty where it says nothing."""
    key = undotted(code.code)
    is_cm = code.system is System.ICD_10_CM
    yield Successors(_converted(key, table, new), Evidence.CONVERSION_TABLE)
    yield Successors(new.billable_below(key) if new.is_header(key) else (), Evidence.CHILDREN)
    yield Successors(tuple(new.codes[prefix] for prefix in _prefixes(key) if new.is_billable(prefix)), Evidence.PARENT)
    yield Successors(_filling_placeholder(key, added) if is_cm else (), Evidence.PLACEHOLDER)
    yield Successors(tuple(titles.get(_title(code), ())), Evidence.TITLE)
    yield Successors(_new_siblings(key, new, added) if is_cm else (), Evidence.SIBLINGS)


def _converted(key: str, table: Mapping[str, tuple[str, ...]], new: Outline) -> tuple[Code, ...]:
    """Follow the table, over several years where it must, to codes that are billable in `new`."""
    seen, found, waiting = {key}, set[str](), [key]
    while waiting:
        for after in table.get(waiting.pop(), ()):
            if new.is_billable(after):
                found.add(after)
            elif after not in seen:
                seen.add(after)
                waiting.append(after)
    return tuple(code for other, code in new.codes.items() if other in found) if found else ()


def _filling_placeholder(key: str, added: Mapping[str, Code]) -> tuple[Code, ...]:
    """Return the new codes that equal `key` wherever it holds no placeholder."""
    fixed = [(place, sign) for place, sign in enumerate(key) if place < CATEGORY_LENGTH or sign != _PLACEHOLDER]
    if len(fixed) == len(key):
        return ()
    return tuple(
        code
        for other, code in added.items()
        if len(other) == len(key) and all(other[place] == sign for place, sign in fixed)
    )


def _new_siblings(key: str, new: Outline, added: Mapping[str, Code]) -> tuple[Code, ...]:
    """Return the new codes under the nearest header that is left, with the same 7th character."""
    above = next(filter(new.is_header, _prefixes(key)), None)
    ending = key[FULL_LENGTH - 1 :]
    if above is None:
        return ()
    return tuple(
        code for other, code in added.items() if other.startswith(above) and other[FULL_LENGTH - 1 :] == ending
    )


def _prefixes(key: str) -> Iterator[str]:
    """Yield what may stand above `key`, nearest first."""
    return (key[:length] for length in range(len(key) - 1, CATEGORY_LENGTH - 1, -1))


def _title(code: Code) -> str:
    return folded(code.description).casefold()
