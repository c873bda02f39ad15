"""``codecards search``: codes by words, by their first characters, or by a code in any system."""

from __future__ import annotations

import click

from codecards.cli.output import json_option, print_json

_WIDTH = 100


@click.command("search", short_help="Find codes by words.")
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--system", "systems", multiple=True, metavar="S", help="Where to look; may be given again. [default: everywhere]"
)
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, metavar="N", help="How many to show at most."
)
@click.option(
    "--index",
    "in_index",
    is_flag=True,
    help="Look up a term of the ICD-10-CM index as the book does, with commas: Diabetes, type 2, with, neuropathy.",
)
@json_option
def command(words: tuple[str, ...], systems: tuple[str, ...], limit: int, *, in_index: bool, as_json: bool) -> None:
    """Find the codes that WORDS mean: in titles, inclusion terms and the index of the newest releases here.

    The last word may be unfinished, and a word may have one letter wrong.
    """
    from codecards.codesets.search import MatchKind, search
    from codecards.codesets.system import System

    text = " ".join(words)
    if in_index:
        _look_up(text, limit, as_json=as_json)
        return
    hits = search(text, systems or None, limit=limit)
    if as_json:
        print_json(
            [
                {
                    "system": hit.code.system,
                    "release": hit.code.release,
                    "code": hit.code.code,
                    "description": hit.code.description,
                    "billable": hit.code.is_billable,
                    "score": round(hit.score, 3),
                    "kind": hit.kind,
                    "matched": hit.matched,
                }
                for hit in hits
            ]
        )
        return
    for hit in hits:
        status = "" if hit.code.is_billable else " (ended)" if hit.code.system is System.HCPCS else " (header)"
        line = f"{hit.code.code}  {hit.code.description}{status} · {hit.code.system.label} {hit.code.release}"
        click.echo(click.wrap_text(line, _WIDTH, "", "    "))
        if hit.kind in (MatchKind.INCLUSION_TERM, MatchKind.INDEX):
            click.echo(click.wrap_text(hit.matched, _WIDTH, "    ", "    "))
    if not hits:
        click.echo(f"nothing found for {text!r}", err=True)


def _look_up(text: str, limit: int, *, as_json: bool) -> None:
    """Print the lines of the newest index on this machine that a term leads to."""
    from codecards.codesets.beside_here import load_index_terms
    from codecards.codesets.index_lookup import index_lookup

    found = index_lookup(load_index_terms(), text)
    # A heading ("with") leads to no code itself; the lines below it do.
    routes = ([route for route in found if route.entry.codes] or list(found))[:limit]
    if as_json:
        print_json(
            [
                {
                    "path": list(route.entry.path),
                    "codes": list(route.entry.codes),
                    "see": route.entry.see,
                    "via": [list(line.path) for line in route.via],
                }
                for route in routes
            ]
        )
        return
    for route in routes:
        codes = ", ".join(route.entry.codes) or "no code"
        click.echo(click.wrap_text(f"{', '.join(route.entry.path)}: {codes}", _WIDTH, "", "    "))
        for line in route.via:
            click.echo(click.wrap_text(f"from {', '.join(line.path)}, see {line.see}", _WIDTH, "    ", "    "))
    if not routes:
        click.echo(f"nothing found in the index for {text!r}", err=True)
