"""``codecards codesets add``: put an official file into the library."""

from __future__ import annotations

from pathlib import Path

import click

from codecards.cli.codesets import as_data, describe
from codecards.cli.output import json_option, print_json


@click.command("add", short_help="Add an official file you have downloaded.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--release", metavar="R", help="The release it is, such as 2027, where its name does not tell.")
@click.option(
    "--i-have-a-licence", "i_have_a_licence", is_flag=True, help="You hold a licence for this file; needed for CPT."
)
@json_option
def command(file: Path, release: str | None, *, i_have_a_licence: bool, as_json: bool) -> None:
    """Add FILE, a zip or text file as the agency publishes it, to the code sets on this machine.

    The file is recognised by what is in it, read whole, and kept unchanged. What stands beside
    a list of codes (tabular list, indexes, tables, conversions) is kept with its release.
    """
    from codecards.codesets.library import add_file

    added = add_file(file, release=release, i_have_a_licence=i_have_a_licence)
    if as_json:
        print_json(as_data(added))
    else:
        click.echo(describe(added))
