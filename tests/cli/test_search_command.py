"""``codecards search``: what it prints."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
import pytest

from codecards import CodecardsError, Guidance, GuidanceKind
from codecards.cli.search import command
from made_codesets import installed, made_codeset


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with one release."""
    guidance = {"A01": (Guidance(GuidanceKind.INCLUDES, "A01", ("enteric fever",)),)}
    cm = made_codeset([("A01", "Typhoid", False), ("A01.00", "Typhoid fever", True)], guidance=guidance)
    monkeypatch.setattr("codecards.codesets.library.load_codeset", lambda *_: cm)
    monkeypatch.setattr("codecards.codesets.library.installed_releases", lambda: installed(cm))
    monkeypatch.setenv("CODECARDS_CACHE", str(tmp_path))


def test_prints_codes_and_what_they_were_found_by() -> None:
    """One line a code; another with the words, where they are not in its title."""
    result = CliRunner().invoke(command, ["fever"], catch_exceptions=False)

    assert result.output == (
        "A01.00  Typhoid fever · ICD-10-CM 2026\nA01  Typhoid (header) · ICD-10-CM 2026\n    enteric fever\n"
    )


def test_json_holds_everything() -> None:
    """For programs, with a limit."""
    result = CliRunner().invoke(command, ["enteric", "fever", "--limit", "1", "--system", "icd-10-cm", "--json"])
    (hit,) = json.loads(result.output)

    assert hit.pop("score") > 0
    assert hit == {
        "system": "icd-10-cm",
        "release": "2026",
        "code": "A01",
        "description": "Typhoid",
        "billable": False,
        "kind": "inclusion-term",
        "matched": "enteric fever",
    }


def test_nothing_found_is_said() -> None:
    """Not an error: the answer is that there is none."""
    result = CliRunner().invoke(command, ["xyzzy"])

    assert result.exit_code == 0
    assert "nothing found for 'xyzzy'" in result.output
    assert CliRunner().invoke(command, ["xyzzy", "--json"]).output == "[]\n"


def test_an_empty_search_is_bad_input() -> None:
    """One clear line."""
    with pytest.raises(CodecardsError, match="nothing to search for"):
        CliRunner().invoke(command, [" "], catch_exceptions=False)
