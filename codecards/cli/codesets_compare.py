"""``codecards codesets compare``: what changed from one release of a code set to another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from codecards.cli.output import json_option, print_json

if TYPE_CHECKING:
    from codecards.codesets.changes import CodePair, CodeSetChanges
    from codecards.codesets.codeset import CodeSet
    from codecards.codesets.model import Code, Guidance

_WIDTH = 100


@click.command("compare", short_help="Show what changed from one release to another.")
@click.argument("old", metavar="A")
@click.argument("new", metavar="[B]", required=False)
@json_option
def command(old: str, new: str | None, *, as_json: bool) -> None:
    """Show what changed from A to B: codes, titles, guidance, and what to use instead of codes that ended.

    A and B are official files (a zip as downloaded), releases on this machine such as
    icd-10-cm=2026, or only 2026 where the other one tells the system. The conversion table
    names the successors where it was added (codecards codesets add FILE).

    A alone, of HCPCS Level II, shows what the official file itself says was done in its quarter.
    """
    from codecards.codesets.beside_here import replacements_here
    from codecards.codesets.changes import compare_codesets

    if new is None:
        _show_actions(old, as_json=as_json)
        return
    first, second = _load_both(old, new)
    changes = compare_codesets(first, second, conversions=replacements_here(first.effective.first, second))
    if as_json:
        print_json(_as_data(changes))
    else:
        _print(changes)


def _show_actions(text: str, *, as_json: bool) -> None:
    from codecards.codesets.hcpcs import hcpcs_actions

    codeset = _load(text)
    actions = {} if codeset is None else hcpcs_actions(codeset)
    if codeset is None or not actions:
        msg = f"{text!r} tells of no changes itself, as releases of hcpcs do; give a second release to compare with"
        raise click.UsageError(msg)
    if as_json:
        print_json(
            {
                "system": codeset.system,
                "release": codeset.release,
                "actions": {action.name.lower(): [*map(_code_as_data, codes)] for action, codes in actions.items()},
            }
        )
        return
    click.echo(f"{codeset.system.label} {codeset.release}, as the official file says")
    for action, codes in actions.items():
        click.echo(f"{len(codes):>8,} {action.label}")
    for action, codes in actions.items():
        _print_codes(action.label.capitalize(), codes)


def _load_both(old: str, new: str) -> tuple[CodeSet, CodeSet]:
    """Load both sides; one that tells its system speaks for the other."""
    first = _load(old)
    second = _load(new, first)
    if second is None:
        msg = f"neither {old!r} nor {new!r} names a file or a system; write SYSTEM=RELEASE, such as icd-10-cm=2026"
        raise click.UsageError(msg)
    return _load_release(second, old) if first is None else first, second


def _load(text: str, other: CodeSet | None = None) -> CodeSet | None:
    from codecards.codesets.library import load_codeset
    from codecards.codesets.readers import read_codeset

    system, equals, release = text.partition("=")
    if Path(text).exists():
        return read_codeset(text)
    if equals:
        return load_codeset(system, release.strip())
    if Path(text).suffix:
        return read_codeset(text)  # which says that there is no such file
    return None if other is None else _load_release(other, text)


def _load_release(other: CodeSet, release: str) -> CodeSet:
    from codecards.codesets.library import load_codeset

    return load_codeset(other.system, release)


def _print(changes: CodeSetChanges) -> None:
    click.echo(f"{changes.system.label} {changes.old_release} to {changes.new_release}")
    for line in _counts(changes):
        click.echo(f"  {line}")
    if not changes.is_complete:
        click.echo("  (one side lists billable codes only: headers are not compared)")
    if not changes.compares_guidance:
        click.echo("  (one side holds no guidance: it is not compared)")
    _print_codes("New", changes.added)
    _print_codes("Gone", changes.removed, changes)
    _print_codes("Now a header, needs more characters", changes.became_header, changes)
    _print_codes("Now billable", changes.became_billable)
    _print_codes("Ended", changes.terminated, changes)
    _print_pairs("Title revised", changes.revised)
    _print_pairs("Header's title revised", changes.headers_revised)
    _print_codes("New header", changes.headers_added)
    _print_codes("Header gone", changes.headers_removed)
    _print_codes("Moved", [new for _, new in changes.moved])
    _print_guidance("Guidance added", changes.guidance_added)
    _print_guidance("Guidance removed", changes.guidance_removed)


def _counts(changes: CodeSetChanges) -> list[str]:
    counted = [
        (len(changes.added), "new billable codes"),
        (len(changes.removed), "gone"),
        (len(changes.became_header), "turned header"),
        (len(changes.became_billable), "turned billable"),
        (len(changes.terminated), "ended, still listed"),
        (len(changes.revised), "billable titles revised"),
        (len(changes.short_revised), "abbreviated titles revised"),
        (len(changes.headers_added), "new headers"),
        (len(changes.headers_removed), "headers gone"),
        (len(changes.headers_revised), "titles of headers revised"),
        (len(changes.moved), "moved"),
        (len(changes.guidance_added), "instructions added"),
        (len(changes.guidance_removed), "instructions removed"),
    ]
    return [f"{count:>6,} {what}" for count, what in counted if count] or ["no changes"]


def _print_codes(heading: str, codes: Sequence[Code], changes: CodeSetChanges | None = None) -> None:
    if not codes:
        return
    click.echo(f"\n{heading}:")
    for code in codes:
        last_day = f" (last day {code.hcpcs.last_day})" if code.hcpcs and code.hcpcs.last_day else ""
        _print_wrapped(f"{code.code}  {code.description}{last_day}")
        if changes is not None:
            click.echo(click.wrap_text(f"use now: {changes.successors[code.code]}", _WIDTH, "      ", "        "))


def _print_pairs(heading: str, pairs: Sequence[CodePair]) -> None:
    if not pairs:
        return
    click.echo(f"\n{heading} ([-deleted-], {{+inserted+}}):")
    for old, new in pairs:
        _print_wrapped(f"{new.code}  {_marked(old.description, new.description)}")


def _print_guidance(heading: str, items: Sequence[Guidance]) -> None:
    if not items:
        return
    click.echo(f"\n{heading}:")
    for item in items:
        click.echo(f"  {item.on}  {item.kind.label}")
        for line in (*item.notes, *(f"{row.character}  {row.meaning}" for row in item.characters)):
            click.echo(click.wrap_text(line, _WIDTH, "      ", "        "))


def _print_wrapped(text: str) -> None:
    click.echo(click.wrap_text(text, _WIDTH, "  ", "      "))


def _marked(old: str, new: str) -> str:
    from codecards.codesets.word_diff import Op, word_diff

    marks = {Op.EQUAL: "{}", Op.DELETE: "[-{}-]", Op.INSERT: "{{+{}+}}"}
    return "".join(marks[op].format(text) for op, text in word_diff(old, new))


def _as_data(changes: CodeSetChanges) -> dict[str, Any]:
    lists = ("added", "removed", "became_header", "became_billable", "terminated", "headers_added", "headers_removed")
    pairs = ("revised", "headers_revised", "short_revised", "moved")
    return {
        "system": changes.system,
        "old_release": changes.old_release,
        "new_release": changes.new_release,
        "complete": changes.is_complete,
        "compares_guidance": changes.compares_guidance,
        **{name: [_code_as_data(code) for code in getattr(changes, name)] for name in lists},
        **{name: [_PAIRS_AS_DATA[name](*pair) for pair in getattr(changes, name)] for name in pairs},
        "guidance_added": [_guidance_as_data(item) for item in changes.guidance_added],
        "guidance_removed": [_guidance_as_data(item) for item in changes.guidance_removed],
        "successors": {
            code: {"codes": [after.code for after in found.codes], "how": found.how}
            for code, found in changes.successors.items()
        },
    }


def _code_as_data(code: Code) -> dict[str, Any]:
    data: dict[str, Any] = {"code": code.code, "description": code.description, "billable": code.is_billable}
    if code.hcpcs is not None:
        data["last_day"] = str(code.hcpcs.last_day) if code.hcpcs.last_day else None
    return data


def _retitled_as_data(old: Code, new: Code) -> dict[str, Any]:
    from codecards.codesets.word_diff import word_diff

    return {
        "code": new.code,
        "old": old.description,
        "new": new.description,
        "diff": [{"op": op, "text": text} for op, text in word_diff(old.description, new.description)],
    }


def _abbreviated_as_data(old: Code, new: Code) -> dict[str, Any]:
    return {"code": new.code, "old": old.short_description, "new": new.short_description}


def _moved_as_data(old: Code, new: Code) -> dict[str, Any]:
    return {"code": new.code, "old": _place_as_data(old), "new": _place_as_data(new)}


_PAIRS_AS_DATA = {
    "revised": _retitled_as_data,
    "headers_revised": _retitled_as_data,
    "short_revised": _abbreviated_as_data,
    "moved": _moved_as_data,
}


def _place_as_data(code: Code) -> dict[str, Any]:
    return {
        "parent": code.parent.code if code.parent else None,
        "section": code.section.id if code.section else None,
        "chapter": code.chapter.number if code.chapter else None,
    }


def _guidance_as_data(item: Guidance) -> dict[str, Any]:
    return {
        "on": item.on,
        "kind": item.kind,
        "notes": list(item.notes),
        "characters": [{"character": row.character, "meaning": row.meaning} for row in item.characters],
    }
