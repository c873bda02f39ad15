"""Turn what a recipe selects into codes: exact codes, wildcards, ranges and categories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
import re

from codecards.codesets.codeset import CodeSet
from codecards.codesets.model import Code
from codecards.codesets.syntax import CATEGORY_LENGTH, FULL_LENGTH, undotted
from codecards.errors import RecipeError, UnknownCodeError
from codecards.recipes.model import Recipe, Select

__all__ = ["choose", "matching"]

_WILDCARDS = re.compile(r"[*?]")


def choose(recipe: Recipe, choice: Select, codeset: CodeSet, among: frozenset[Code] | None = None) -> tuple[Code, ...]:
    """Return the codes of one choice, in tabular order.

    Args:
        recipe: The recipe the choice stands in, for its errors.
        choice: The choice.
        codeset: The release to choose from.
        among: The only codes that may be taken, or None for all of the release.

    Raises:
        RecipeError: An item names no code, or nothing that may be taken.
    """
    taken: dict[str, Code] = {}
    for item in (*choice.categories, *choice.codes):
        found = _found(recipe, choice, item, codeset)
        usable = [
            code
            for code in found
            if (code.is_billable or not choice.billable)
            and (among is None or code in among)
            and _has_seventh(code, choice.seventh)
        ]
        if not usable:
            msg = f"{recipe.at(choice, item)}: {item!r} {_why_nothing(found, choice, among)}"
            raise RecipeError(msg)
        taken.update((code.code, code) for code in usable)
    if not choice.categories and not choice.codes:
        everything = codeset.billable if choice.billable else iter(codeset)
        taken = {
            code.code: code
            for code in everything
            if (among is None or code in among) and _has_seventh(code, choice.seventh)
        }
    for item in choice.leave_out:
        for code in _found(recipe, choice, item, codeset):
            taken.pop(code.code, None)
    ordered = sorted(taken.values(), key=lambda code: codeset.position(code.code))
    return tuple(_first_of_each_category(ordered, choice.per_category))[: choice.limit]


def matching(item: str, codeset: CodeSet) -> tuple[Code, ...]:
    """Return the codes that `item` names, headers included, in tabular order.

    Args:
        item: A code; a wildcard, where ``*`` stands for any characters, ``?`` for
            one and a dash at the end, as in the code book, for what is below; or a
            range ``FIRST-LAST``, which runs in tabular order and takes what is
            below its last code.
        codeset: The release to look in.

    Raises:
        UnknownCodeError: A code, or an end of the range, is not in the release.
    """
    if len(item) > 1 and item.endswith("-"):
        item = f"{item[:-1]}*"
    if _WILDCARDS.search(item):
        return codeset.matching(item)
    first, dash, last = item.partition("-")
    if not dash:
        return (codeset[item],)
    return codeset.between(first, last)


def _found(recipe: Recipe, choice: Select, item: str, codeset: CodeSet) -> tuple[Code, ...]:
    """Return what an item names; a category stands for itself and everything below."""
    try:
        if item in choice.categories:
            return (codeset[item], *codeset.descendants_of(item))
        return matching(item, codeset)
    except UnknownCodeError as error:
        msg = f"{recipe.at(choice, item)}: {error}"
        raise RecipeError(msg) from None


def _why_nothing(found: tuple[Code, ...], choice: Select, among: frozenset[Code] | None) -> str:
    if not found:
        return "matches no code; a range runs from first to last in tabular order"
    if choice.billable and not any(code.is_billable for code in found):
        return f"is a header, not billable; write {found[0].code}* to take the codes below it"
    if among is not None and not any(code in among for code in found):
        return f"is not in the recipe {choice.recipe}"
    return f"leaves no code with the 7th character {choice.seventh}"


def _has_seventh(code: Code, seventh: str | None) -> bool:
    """Return whether a code has that 7th character, or takes none."""
    if seventh is None or len(undotted(code.code)) < FULL_LENGTH or not code.seventh_characters:
        return True
    return code.code.endswith(seventh)


def _first_of_each_category(codes: list[Code], per_category: int | None) -> Iterator[Code]:
    taken: Counter[str] = Counter()
    for code in codes:
        category = code.code[:CATEGORY_LENGTH]
        taken[category] += 1
        if per_category is None or taken[category] <= per_category:
            yield code
