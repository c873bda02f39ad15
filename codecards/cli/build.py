"""``codecards build``: make a deck from a recipe."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from codecards.cli.output import progress_bar


@click.command("build", short_help="Build a deck from a recipe.")
@click.argument("recipe")
@click.option(
    "-o",
    "--output",
    "outputs",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="Where to write the deck: .apkg for Anki, .json for programs. May be given again. [default: RECIPE.apkg]",
)
@click.option(
    "--release",
    "releases",
    multiple=True,
    metavar="SYSTEM=RELEASE",
    help="Teach another release than the recipe pins, such as icd-10-cm=2026.",
)
def command(recipe: str, outputs: tuple[Path, ...], releases: tuple[str, ...]) -> None:
    """Build the deck of RECIPE: the name of a bundled one (see codecards decks), or a TOML file."""
    from codecards.codesets.system import System
    from codecards.exporters import check_ending, export_deck
    from codecards.recipes.build import build_deck

    outputs = outputs or (Path(f"{Path(recipe).stem if recipe.endswith('.toml') else recipe}.apkg"),)
    for path in outputs:
        check_ending(path)
    pinned: dict[System, str] = {}
    for text in releases:
        system, equals, release = text.partition("=")
        if not equals:
            msg = f"{text!r} is not SYSTEM=RELEASE"
            raise click.BadParameter(msg, param_hint="--release")
        pinned[System.parse(system)] = release.strip()
    with progress_bar() as progress:
        deck = build_deck(recipe, releases=pinned, progress=progress)
        for path in outputs:
            export_deck(deck, path, progress=progress)
    if deck.revised > date.today():  # noqa: DTZ011 -- the learner's own day
        later = f"codecards: warning: the recipe is revised on {deck.revised}, a day to come; until then its notes"
        click.echo(f"{later} count as newer than anything the learner changes", err=True)
    editions = ", ".join(f"{item.system.label} {item.release}" for item in deck.provenance)
    click.echo(f"{deck.title}: {len(deck.subjects):,} notes, {len(deck):,} cards from {editions}")
    click.echo(f"content sha256 {deck.content_sha256}")
    for path in outputs:
        click.echo(f"written {path}")
