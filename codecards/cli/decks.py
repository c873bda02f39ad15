"""``codecards decks``: which decks can be built by name."""

from __future__ import annotations

import click

from codecards.cli.output import json_option, print_json


@click.command("decks", short_help="List the decks that can be built by name.")
@json_option
def command(*, as_json: bool) -> None:
    """List the decks that can be built by name, and for whom each is."""
    from codecards.recipes.reading import bundled_recipes, read_recipe

    recipes = [read_recipe(name) for name in bundled_recipes()]
    if as_json:
        print_json(
            [
                {
                    "name": recipe.name,
                    "title": recipe.title,
                    "audience": recipe.audience,
                    "description": recipe.description,
                    "revised": str(recipe.revised),
                    "releases": recipe.releases,
                }
                for recipe in recipes
            ]
        )
        return
    for recipe in recipes:
        releases = ", ".join(f"{system.label} {release}" for system, release in recipe.releases.items())
        click.echo(f"{recipe.name}  ({recipe.title}; {releases})")
        click.echo(click.wrap_text(recipe.audience, 88, "    ", "    "))
