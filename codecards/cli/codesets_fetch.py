"""``codecards codesets fetch``: download a release from the agency that publishes it."""

from __future__ import annotations

import click

from codecards.cli.codesets import as_data, describe
from codecards.cli.output import json_option, print_json, progress_bar


@click.command("fetch", short_help="Download a release from its agency.")
@click.argument("system")
@click.argument("release", required=False)
@json_option
def command(system: str, release: str | None, *, as_json: bool) -> None:
    """Download RELEASE of SYSTEM, such as icd-10-cm 2027, from CMS or CDC; the newest known without RELEASE.

    It is verified before it is used; a download that was cut goes on where it ended.
    """
    from codecards.codesets.download import fetch_release

    with progress_bar() as progress:
        fetched = fetch_release(system, release, progress=progress)
    if as_json:
        print_json(as_data(fetched))
    else:
        click.echo(describe(fetched))
