"""``codecards codesets``: which releases of the code sets are on this machine."""

from __future__ import annotations

import click

from codecards.cli.output import json_option, print_json


@click.command("codesets", short_help="List the code sets on this machine.")
@json_option
def command(*, as_json: bool) -> None:
    """List the code sets on this machine, with the days on which each is in force."""
    from codecards.codesets.library import installed_releases

    installed = installed_releases()
    if as_json:
        print_json(
            [
                {
                    "system": item.system,
                    "release": item.release,
                    "aliases": list(item.aliases),
                    "first_day": str(item.effective.first),
                    "last_day": str(item.effective.last) if item.effective.last else None,
                    "origin": item.origin,
                }
                for item in installed
            ]
        )
        return
    for item in installed:
        also = f" (also {', '.join(item.aliases)})" if item.aliases else ""
        click.echo(f"{item.system.label} {item.release}{also}: in force {item.effective}, {item.origin}")
