"""``codecards validate``: one line, or JSON, and an exit status that scripts can use."""

from __future__ import annotations

from datetime import date
import json

from click.testing import CliRunner
import pytest

from codecards import CodeSet, System
from codecards.cli.validate import command
from codecards.errors import UnknownReleaseError
from made_codesets import installed, made_codeset


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with two systems, in which one string is a code of both."""
    sets = {
        System.ICD_10_CM: made_codeset([("A01", "Fevers", False), ("A01.00", "Typhoid fever", True)]),
        System.HCPCS: made_codeset([("A0100", "Taxi", True), ("E0100", "Cane", True)], system=System.HCPCS),
    }

    def load(system: System | str, _release: str | None = None, *, on: date | None = None) -> CodeSet:
        found = sets[System.parse(system)]
        if on is not None and on not in found.effective:
            msg = "not on this machine"
            raise UnknownReleaseError(msg)
        return found

    monkeypatch.setattr("codecards.codesets.library.load_codeset", load)
    monkeypatch.setattr("codecards.codesets.library.installed_releases", lambda: installed(*sets.values()))


def test_a_code_in_two_systems_is_answered_with_both() -> None:
    """A system is never guessed."""
    result = CliRunner().invoke(command, ["a0100"])

    assert result.exit_code == 0
    assert result.output == (
        "A01.00 Typhoid fever is billable in ICD-10-CM 2026\nA0100 Taxi is billable in HCPCS Level II 2026\n"
    )


def test_an_invalid_code_ends_with_status_1() -> None:
    """The likeliest verdict is told: a header is more than an unknown code of another system."""
    result = CliRunner().invoke(command, ["A01"])

    assert result.exit_code == 1
    assert result.output == "A01 is a header: it needs a 4th to 5th character; choose from A01.00\n"


def test_a_system_narrows_the_question() -> None:
    """With the way out, where the code is one of another system."""
    result = CliRunner().invoke(command, ["E0100", "--system", "icd-10-cm", "--json"])
    data = json.loads(result.output)

    assert result.exit_code == 1
    assert data["valid"] is False
    assert data["verdicts"][0]["kind"] == "other-system"
    assert data["verdicts"][0]["suggestions"] == [{"code": "E0100", "description": "Cane"}]


def test_a_day_without_a_release_is_an_error() -> None:
    """Only systems with a release for that day are asked; where there is none, the library says so."""
    assert CliRunner().invoke(command, ["A01.00", "--on", "2026-01-01"]).exit_code == 0
    with pytest.raises(UnknownReleaseError):
        CliRunner().invoke(command, ["A01.00", "--on", "2030-01-01"], catch_exceptions=False)
