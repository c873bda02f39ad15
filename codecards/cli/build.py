"""``codecards build``: make a deck from a recipe."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from codecards.cli.output import print_warning, progress_bar


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
@click.option(
    "--exam-date",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Teach the releases that the recipe's exam uses on this day, such as 2027-03-01.",
)
def command(recipe: str, outputs: tuple[Path, ...], releases: tuple[str, ...], exam_date: datetime | None) -> None:
    """Build the deck of RECIPE: the name of a bundled one (see codecards decks), or a TOML file."""
    from codecards.codesets.library import installed_releases
    from codecards.codesets.system import System
    from codecards.exporters import check_ending, export_deck
    from codecards.recipes.build import build_deck
    from codecards.recipes.exam_editions import exam_editions
    from codecards.recipes.reading import read_recipe

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
    if exam_date is not None:
        editions = exam_editions(read_recipe(recipe), exam_date.date(), installed_releases())
        for warning in editions.warnings:
            print_warning(warning)
        pinned = {**editions.releases, **pinned}
    with progress_bar() as progress:
        deck = build_deck(recipe, releases=pinned, progress=progress)
        for path in outputs:
            export_deck(deck, path, progress=progress)
    if deck.revised > date.today():  # noqa: DTZ011 -- the learner's own day
        later = f"the recipe is revised on {deck.revised}, a day to come; until then its notes count as newer than"
        print_warning(f"{later} anything the learner changes")
    taught = ", ".join(f"{item.system.label} {item.release}" for item in deck.provenance)
    click.echo(f"{deck.title}: {len(deck.subjects):,} notes, {len(deck):,} cards from {taught}")
    click.echo(f"content sha256 {deck.content_sha256}")
    for path in outputs:
        click.echo(f"written {path}")
