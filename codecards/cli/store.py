"""``codecards store``: look after the store of what was answered."""

from __future__ import annotations

from collections.abc import Callable
import sys

import click

from codecards.cli.output import json_option, print_json


@click.group("store", short_help="Look after the store of your answers.")
def command() -> None:
    """Look after the store of your answers: the log of them, and the states that follow from it."""


def _location(decorated: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--store",
        "location",
        envvar="CODECARDS_STORE",
        metavar="URL",
        help="A SQLite file, or postgresql://user@host/database; also read from CODECARDS_STORE. "
        "[default: reviews.sqlite3 in your data folder]",
    )(decorated)


@command.command("check", short_help="Hold every stored state against the log.")
@_location
@json_option
def check(location: str | None, *, as_json: bool) -> None:
    """Replay the whole log and report every card whose stored state is another one; exit 1 where there is one."""
    from codecards.store.opening import open_existing_store

    with open_existing_store(location) as store:
        found = store.check()
    if as_json:
        print_json([{"card_id": item.card_id, "stored": item.stored, "replayed": item.replayed} for item in found])
    elif found:
        for item in found:
            click.echo(str(item))
    else:
        click.echo("every state follows from the log")
    if found:
        sys.exit(1)


@command.command("rebuild", short_help="Make every stored state what follows from the log.")
@_location
def rebuild(location: str | None) -> None:
    """Replay the whole log and put right every stored state that is not what follows from it."""
    from codecards.store.opening import open_existing_store

    with open_existing_store(location) as store:
        changed = store.rebuild()
    click.echo(f"{changed:,} states put right")
