"""A deck for an exam teaches the edition of that exam, or says that it does not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import attrs
import pytest

from codecards import System, installed_releases, release_for_exam
from codecards.certifications.editions import CERTIFICATIONS
from codecards.codesets.library import InstalledRelease
from codecards.errors import RecipeError
from codecards.recipes.exam_editions import exam_editions
from codecards.recipes.model import Recipe
from codecards.recipes.reading import read_recipe

CM, PCS, HCPCS, CPT = System.ICD_10_CM, System.ICD_10_PCS, System.HCPCS, System.CPT


@pytest.mark.parametrize(
    ("certification", "day", "releases"),
    [
        ("CPC", date(2026, 12, 1), {CM: "2026", HCPCS: "2026", CPT: "2026"}),
        ("CIC", date(2027, 1, 1), {CM: "2027", PCS: "2027"}),
        ("CCS", date(2027, 4, 30), {CM: "2026", PCS: "2026", CPT: "2026"}),
        ("CCA", date(2027, 5, 1), {CM: "2027", PCS: "2027", HCPCS: "2027", CPT: "2027"}),
    ],
)
def test_an_exam_uses_one_release_of_each_of_its_books(
    certification: str, day: date, releases: dict[System, str]
) -> None:
    """Only the books that may be brought count."""
    assert release_for_exam(certification, day) == releases


def test_the_schema_knows_the_certifications() -> None:
    """A recipe may name each whose rule is known, and no other."""
    import json

    from codecards.recipes import reading

    schema = json.loads((Path(reading.__file__).parent / "recipe.schema.json").read_bytes())

    assert tuple(schema["properties"]["certification"]["enum"]) == CERTIFICATIONS


@pytest.fixture
def embedded(tmp_path: Path) -> InstalledRelease:
    """The only release of a machine without a library."""
    (release,) = installed_releases(folder=tmp_path)
    return release


@pytest.fixture
def recipe() -> Recipe:
    """The bundled recipe for the CPC, which teaches ICD-10-CM 2026."""
    return read_recipe("cpc")


def test_the_right_release_is_chosen_where_it_is_here(recipe: Recipe, embedded: InstalledRelease) -> None:
    """Of the recipe's own systems only; a posting within the year will do."""
    later = attrs.evolve(embedded, release="2027-04", aliases=())

    assert exam_editions(recipe, date(2026, 12, 1), [embedded]).releases == {CM: "2026"}
    assert exam_editions(recipe, date(2027, 2, 1), [embedded, later]).releases == {CM: "2027"}
    assert exam_editions(recipe, date(2027, 2, 1), [embedded, later]).warnings == ()


def test_a_release_that_is_not_here_leaves_the_pinned_one_and_says_so(
    recipe: Recipe, embedded: InstalledRelease
) -> None:
    """The newest on the machine is no better a guess than the recipe's own."""
    newer = attrs.evolve(embedded, release="2028", aliases=())

    editions = exam_editions(recipe, date(2027, 2, 1), [embedded, newer])

    assert editions.releases == {}
    (warning,) = editions.warnings
    assert warning == (
        "the CPC exam on 2027-02-01 uses ICD-10-CM 2027, which is not on this machine; this deck teaches 2026 instead. "
        "Get it and build again: codecards codesets fetch icd-10-cm 2027"
    )


def test_licensed_releases_are_the_users_to_add(recipe: Recipe) -> None:
    """CPT cannot be fetched."""
    with_cpt = attrs.evolve(recipe, releases={CPT: "2026"})

    assert exam_editions(with_cpt, date(2027, 2, 1), []).warnings[0].endswith("codesets add FILE --i-have-a-licence")


def test_a_pinned_release_that_is_right_needs_no_warning(recipe: Recipe) -> None:
    """Building says by itself where it is missing."""
    assert exam_editions(recipe, date(2026, 12, 1), []).warnings == ()


def test_a_recipe_for_no_exam_is_bad_input(embedded: InstalledRelease) -> None:
    """Nothing says whose rule to follow."""
    with pytest.raises(RecipeError, match=r"icd-10-cm.toml: names no exam; add certification"):
        exam_editions(read_recipe("icd-10-cm"), date(2026, 12, 1), [embedded])
