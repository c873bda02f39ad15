"""``codecards validate``: whether a code may stand on a claim, and what is wrong if not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
import sys
from typing import TYPE_CHECKING, Any

import click

from codecards.cli.output import json_option, print_json

if TYPE_CHECKING:
    from codecards.codesets.verdict import Verdict


@click.command("validate", short_help="Tell why a code is wrong, and what would be right.")
@click.argument("code")
@click.option("--system", metavar="S", help="The coding system. [default: every one on this machine]")
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day of service; the release in force on it decides. [default: the newest release]",
)
@json_option
def command(code: str, system: str | None, day: datetime | None, *, as_json: bool) -> None:
    """Tell whether CODE is valid on a claim; exit status 0 where it is, 1 where not.

    Without a system every one on this machine is asked, for a string may be a code in two of them.
    """
    verdicts = tuple(_verdicts(code, system, day.date() if day else None))
    is_valid = any(verdict.is_valid for verdict in verdicts)
    if as_json:
        print_json({"code": code, "valid": is_valid, "verdicts": [_as_data(verdict) for verdict in verdicts]})
    else:
        for verdict in verdicts:
            click.echo(verdict.message)
    if not is_valid:
        sys.exit(1)


def _verdicts(code: str, system: str | None, day: date | None) -> Iterator[Verdict]:
    """Yield the verdict of the system asked for; without one, of each that holds the code, or else the likeliest."""
    from codecards.codesets.library import installed_releases
    from codecards.codesets.system import System
    from codecards.codesets.validation import validate_code
    from codecards.codesets.verdict import VerdictKind

    if system is not None:
        yield validate_code(code, system, on=day)
        return
    systems = {item.system for item in installed_releases() if day is None or day in item.effective}
    asked = [name for name in System if name in systems] or [System.ICD_10_CM]
    verdicts = [validate_code(code, name, on=day) for name in asked]
    if valid := [verdict for verdict in verdicts if verdict.is_valid]:
        yield from valid
        return
    # What says most: a certain fault, then one with a suggestion, then an unknown code of the right shape.
    vague = (VerdictKind.UNKNOWN, VerdictKind.OTHER_SYSTEM, VerdictKind.IMPOSSIBLE_FORMAT)
    ranks = {kind: place for place, kind in enumerate(vague)}
    yield min(verdicts, key=lambda one: (one.kind in ranks and not one.suggestions, ranks.get(one.kind, -1)))


def _as_data(verdict: Verdict) -> dict[str, Any]:
    return {
        "system": verdict.system,
        "release": verdict.release,
        "code": verdict.code,
        "valid": verdict.is_valid,
        "kind": verdict.kind,
        "message": verdict.message,
        "suggestions": [{"code": item.code, "description": item.description} for item in verdict.suggestions],
    }
