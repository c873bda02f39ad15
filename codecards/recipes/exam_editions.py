"""Choose the releases of a deck by the exam that its reader will take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import attrs

from codecards.certifications.editions import edition_rule
from codecards.codesets.library import InstalledRelease
from codecards.codesets.model import System
from codecards.codesets.releases import parse_release
from codecards.errors import RecipeError
from codecards.recipes.model import Recipe

__all__ = ["ExamEditions", "exam_editions", "release_for_exam"]


@attrs.frozen
class ExamEditions:
    """The releases that a deck should teach for an exam.

    Args:
        releases: The releases to build with, for those of the recipe's systems that the exam uses
            and whose right release is on this machine.
        warnings: A line about each that is not: what the deck teaches instead, and how to get it.
    """

    releases: Mapping[System, str]
    warnings: tuple[str, ...]


def release_for_exam(certification: str, day: date) -> dict[System, str]:
    """Return the release of each coding system that an exam uses, whether or not it is on this machine.

    Args:
        certification: Its name, such as ``"CPC"``.
        day: The day of the exam.

    Raises:
        UnknownCertificationError: No certification is called that.

    Source: `EditionRule.sources` of `codecards.certifications.editions.edition_rule`.

    >>> release_for_exam("CIC", date(2026, 12, 1))
    {<System.ICD_10_CM: 'icd-10-cm'>: '2026', <System.ICD_10_PCS: 'icd-10-pcs'>: '2026'}
    """
    rule = edition_rule(certification)
    return {System(system): str(rule.year_of(day)) for system in rule.systems}


def exam_editions(recipe: Recipe, day: date, installed: Iterable[InstalledRelease]) -> ExamEditions:
    """Choose the releases that a recipe's deck should teach for an exam on a day.

    Where the right release is not on this machine the deck keeps the release
    that the recipe pins, never merely the newest, and a warning says so.

    Args:
        recipe: The recipe; its certification is the exam.
        day: The day of the exam.
        installed: The releases on this machine.

    Raises:
        RecipeError: The recipe names no certification.
    """
    if recipe.certification is None:
        msg = f'{recipe.file}: names no exam; add certification = "CPC" (or another), or choose with --release'
        raise RecipeError(msg)
    here = {(item.system, name) for item in installed for name in _names(item)}
    releases: dict[System, str] = {}
    warnings: list[str] = []
    for system, wanted in release_for_exam(recipe.certification, day).items():
        if system not in recipe.releases:
            continue
        if (system, wanted) in here:
            releases[system] = wanted
        elif recipe.releases[system] != wanted:
            get = "add FILE --i-have-a-licence" if system is System.CPT else f"fetch {system} {wanted}"
            warnings.append(
                f"the {recipe.certification} exam on {day} uses {system.label} {wanted}, which is not on this machine; "
                f"this deck teaches {recipe.releases[system]} instead. Get it and build again: codecards codesets {get}"
            )
    return ExamEditions(releases, tuple(warnings))


def _names(item: InstalledRelease) -> tuple[str, ...]:
    """Return what a release answers to; a posting within a year also to that year."""
    return (item.release, *item.aliases, str(parse_release(item.release)[0]))
