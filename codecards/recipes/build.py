"""Build a deck: the way from a recipe to its cards."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from codecards.cards.codes import code_cards, code_subject
from codecards.cards.model import Card, Deck, Provenance
from codecards.codesets.codeset import CodeSet
from codecards.codesets.library import load_codeset
from codecards.codesets.model import Code, System
from codecards.errors import RecipeError
from codecards.progress import Progress, track
from codecards.recipes.model import Recipe, Select
from codecards.recipes.reading import bundled_recipes, read_recipe
from codecards.recipes.selection import choose

__all__ = ["build_deck"]


def build_deck(
    recipe: str | Path,
    *,
    releases: Mapping[System, str] | None = None,
    progress: Progress | None = None,
) -> Deck:
    """Build the deck that a recipe describes.

    The same recipe over the same releases gives the same deck, always and everywhere.

    Args:
        recipe: The name of a bundled recipe, or the path of a TOML file.
        releases: Releases to use instead of those that the recipe pins.
        progress: Told how far the work is.

    Raises:
        RecipeError: There is no such recipe, or it cannot be followed.
        UnknownReleaseError: A release it needs is not on this machine.

    >>> build_deck("cpc").title
    'CPC'
    """
    read = read_recipe(recipe)
    build = _Build({**read.releases, **(releases or {})}, progress)
    cards: list[Card] = []
    subdecks: dict[str, str] = {}
    for code in track(build.codes_of(read), "Making cards", progress):
        subject = code_subject(code)
        cards.extend(code_cards(subject))
        if read.subdecks == "chapter" and code.chapter is not None:
            subdecks[subject.id] = f"{code.chapter.number:02} {code.chapter.name}"
    return Deck(
        name=read.name,
        title=read.title,
        audience=read.audience,
        description=read.description,
        revised=read.revised,
        cards=tuple(cards),
        subdecks=subdecks,
        provenance=tuple(
            Provenance(codeset.system, codeset.release, codeset.effective, codeset.source) for codeset in build.codesets
        ),
    )


class _Build:
    """One build: its releases, each loaded once, and its recipes, each followed once."""

    def __init__(self, releases: Mapping[System, str], progress: Progress | None) -> None:
        self._releases = releases
        self._progress = progress
        self._loaded: dict[System, CodeSet] = {}
        self._selected: dict[str, frozenset[Code]] = {}
        self._following: set[str] = set()

    @property
    def codesets(self) -> tuple[CodeSet, ...]:
        """The code sets that were needed, in the fixed order of systems."""
        return tuple(self._loaded[system] for system in System if system in self._loaded)

    def codes_of(self, recipe: Recipe) -> list[Code]:
        """Return the codes a recipe selects, by system and in tabular order."""
        if recipe.is_bundled:
            self._following.add(recipe.name)
        places: dict[Code, tuple[System, int]] = {}
        for choice in recipe.select:
            codeset = self._load(recipe, choice)
            among = None if choice.recipe is None else self._selected_by(recipe, choice, choice.recipe)
            for code in choose(recipe, choice, codeset, among):
                places[code] = (code.system, codeset.position(code.code))
        self._following.discard(recipe.name)
        if not places:
            msg = f"{recipe.file}: selects no code"
            raise RecipeError(msg)
        return sorted(places, key=lambda code: places[code])[: recipe.limit]

    def _selected_by(self, recipe: Recipe, choice: Select, name: str) -> frozenset[Code]:
        if name not in bundled_recipes():
            bundled = ", ".join(bundled_recipes())
            msg = f"{recipe.at(choice, name)}: {name!r} is not a bundled recipe; choose from {bundled}"
            raise RecipeError(msg)
        if name in self._following:
            msg = f"{recipe.at(choice, name)}: the recipe {name!r} would select from itself"
            raise RecipeError(msg)
        if name not in self._selected:
            self._selected[name] = frozenset(self.codes_of(read_recipe(name)))
        return self._selected[name]

    def _load(self, recipe: Recipe, choice: Select) -> CodeSet:
        system = choice.system
        if system not in self._loaded:
            if system not in self._releases:
                msg = f"{recipe.at(choice)}: selects from {system}; pin its release under [releases]"
                raise RecipeError(msg)
            doing = f"Reading {system.label} {self._releases[system]}"
            for _ in track((system,), doing, self._progress):
                self._loaded[system] = load_codeset(system, self._releases[system])
        return self._loaded[system]
