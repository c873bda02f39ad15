"""``codecards lookup``: what a code means, where it stands and what the tabular list says about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from codecards.cli.output import json_option, print_json

if TYPE_CHECKING:
    from codecards.codesets.model import Code, Guidance

_WIDTH = 88


@click.command("lookup", short_help="Show what a code means and what the book says about it.")
@click.argument("code")
@click.option("--system", metavar="S", help="The coding system. [default: each one on this machine that has the code]")
@click.option("--release", metavar="R", help="The release, such as 2026. [default: the newest on this machine]")
@json_option
def command(code: str, system: str | None, release: str | None, *, as_json: bool) -> None:
    """Show CODE, dotted or not, in any case: title, status, place, guidance, and what is below it.

    A code of several systems is shown in each; as JSON that is a list.
    """
    from codecards.codesets.library import installed_releases, load_codeset
    from codecards.codesets.syntax import normalize_code
    from codecards.codesets.system import System

    asked = [System.parse(system)] if system else [System.ICD_10_CM]
    if not system and release is None:
        asked += [item.system for item in installed_releases() if item.system not in asked]
    if len(asked) == 1:
        normalize_code(code, asked[0])
    codesets = [load_codeset(item, release) for item in dict.fromkeys(asked)]
    found = [codeset[code] for codeset in codesets if code in codeset] or [codesets[0][code]]
    if as_json:
        print_json(_as_data(found[0]) if len(found) == 1 else [_as_data(item) for item in found])
        return
    for number, item in enumerate(found):
        if number:
            click.echo()
        _print(item)


def _print(code: Code) -> None:
    click.echo(f"{code.code}  {code.description}")
    click.echo(f"{code.system.label} {code.release}, {_status(code)}")
    click.echo()
    if code.chapter is not None:
        click.echo(f"Chapter {code.chapter.number}  {code.chapter.title}")
    for place in reversed(code.sections):
        click.echo(f"{place.id}  {place.title}")
    for header in code.ancestors:
        click.echo(f"{header.code}  {header.description}")
    for item in (*code.guidance, *code.inherited_guidance):
        _print_guidance(item)
    if code.children:
        click.echo()
        click.echo("Below it:")
        for child in code.children:
            click.echo(f"  {child.code}  {child.description}")


def _status(code: Code) -> str:
    if code.is_billable:
        return "billable"
    if code.hcpcs is not None:
        return f"ended, last valid on {code.hcpcs.last_day}"
    return "a header: needs more characters"


def _print_guidance(guidance: Guidance) -> None:
    click.echo()
    click.echo(f"{guidance.kind.label} (at {guidance.on})")
    for note in guidance.notes:
        click.echo(click.wrap_text(note, _WIDTH, "  ", "    "))
    for row in guidance.characters:
        click.echo(click.wrap_text(f"{row.character}  {row.meaning}", _WIDTH, "    ", "       "))


def _as_data(code: Code) -> dict[str, Any]:
    return {
        "system": code.system,
        "release": code.release,
        "code": code.code,
        "description": code.description,
        "short_description": code.short_description,
        "billable": code.is_billable,
        "last_day": str(code.hcpcs.last_day) if code.hcpcs and code.hcpcs.last_day else None,
        "chapter": {"number": code.chapter.number, "title": code.chapter.title} if code.chapter else None,
        "sections": [{"id": section.id, "title": section.title} for section in reversed(code.sections)],
        "ancestors": [{"code": header.code, "description": header.description} for header in code.ancestors],
        "children": [{"code": child.code, "description": child.description} for child in code.children],
        "guidance": [_guidance_as_data(item) for item in code.guidance],
        "inherited_guidance": [_guidance_as_data(item) for item in code.inherited_guidance],
        "source": code.source.title,
    }


def _guidance_as_data(guidance: Guidance) -> dict[str, Any]:
    return {
        "kind": guidance.kind,
        "on": guidance.on,
        "notes": list(guidance.notes),
        "characters": [{"character": row.character, "meaning": row.meaning} for row in guidance.characters],
    }
