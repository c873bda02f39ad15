"""``codecards codesets``: which releases of the code sets are on this machine, and how more get there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from codecards.cli.lazy import LazyGroup
from codecards.cli.output import json_option, print_json, print_warning

if TYPE_CHECKING:
    from codecards.codesets.library import InstalledRelease

__all__ = ["as_data", "command", "describe"]

_COMMANDS = ("add", "compare", "fetch")


@click.group(
    "codesets",
    cls=LazyGroup,
    modules={name: f"codesets_{name}" for name in _COMMANDS},
    invoke_without_command=True,
    short_help="List the code sets on this machine; add or fetch more.",
)
@json_option
@click.pass_context
def command(context: click.Context, *, as_json: bool) -> None:
    """List the code sets on this machine, or add more of them.

    Without a command: system, release, the days on which it is in force, how many codes
    it holds, where it came from, and its sha256; so for the files that stand beside it.
    """
    if context.invoked_subcommand is not None:
        return
    from codecards.codesets.library import installed_releases, library_problems, waiting_releases

    installed = (*installed_releases(), *waiting_releases())
    if as_json:
        print_json([as_data(item) for item in installed])
    else:
        for item in installed:
            click.echo(describe(item))
    for problem in library_problems():
        print_warning(problem)


def describe(item: InstalledRelease) -> str:
    """Return a release for people: what it is on one line, where its files came from on the next ones."""
    beside = "".join(
        f"\n    {one.kind.replace('-', ' ')} ({one.release}): {one.stored.origin}, sha256 {one.stored.sha256}"
        for one in item.companions
    )
    if not item.rows:
        return f"{item.system.label} {item.release}: no list of codes yet, only files that stand beside it{beside}"
    also = f" (also {', '.join(item.aliases)})" if item.aliases else ""
    holds = "codes" if item.is_complete else "billable codes, no headers"
    guidance = " with guidance" if item.has_guidance else ""
    licensed = ", licensed to you alone" if item.is_licensed else ""
    return (
        f"{item.system.label} {item.release}{also}: in force {item.effective}, "
        f"{item.rows:,} {holds}{guidance}{licensed}\n"
        f"    {item.origin}, sha256 {item.sha256}{beside}"
    )


def as_data(item: InstalledRelease) -> dict[str, Any]:
    """Return a release for programs."""
    return {
        "system": item.system,
        "release": item.release,
        "aliases": list(item.aliases),
        "first_day": str(item.effective.first),
        "last_day": str(item.effective.last) if item.effective.last else None,
        "rows": item.rows,
        "complete": item.is_complete,
        "guidance": item.has_guidance,
        "licensed": item.is_licensed,
        "origin": item.origin,
        "sha256": item.sha256,
        "companions": [
            {
                "kind": beside.kind,
                "release": beside.release,
                "file": beside.stored.name,
                "origin": beside.stored.origin,
                "sha256": beside.stored.sha256,
            }
            for beside in item.companions
        ],
    }
