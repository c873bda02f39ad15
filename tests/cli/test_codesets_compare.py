"""``codecards codesets compare``: what it prints, and what it makes of its two arguments."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
import pytest

from codecards import CodecardsError, CodeSet, Guidance, GuidanceKind
from codecards.cli.codesets_compare import command
from made_codesets import made_codeset


def _order_file(path: Path, *rows: str) -> Path:
    lines = []
    for number, row in enumerate(rows, 1):
        code, status, title = row.split(" ", 2)
        lines.append(f"{number:05} {code:7} {status} {title:60} {title}")
    path.write_text("\r\n".join(lines), encoding="ascii")
    return path


@pytest.fixture
def two_years(tmp_path: Path) -> tuple[str, str]:
    """Two small releases that differ in every way an order file can."""
    old = _order_file(
        tmp_path / "icd10cm_order_2025.txt",
        *("A10 0 Fevers", "A101 1 Red fever", "A102 1 Blue fever", "A103 1 Old fever", "A11 0 Lost", "A111 1 Lost one"),
    )
    new = _order_file(
        tmp_path / "icd10cm_order_2026.txt",
        *("A10 0 All fevers", "A101 0 Red fever", "A1011 1 Dark red fever", "A102 1 Pale blue fever", "A104 1 New"),
        *("A12 0 Shade", "A120 0 Shades", "A1201 1 Grey"),
    )
    return str(old), str(new)


def test_prints_counts_then_lists_with_word_diffs(two_years: tuple[str, str]) -> None:
    """All that changed, readable."""
    result = CliRunner().invoke(command, two_years, catch_exceptions=False)

    assert result.output.startswith("ICD-10-CM 2025 to 2026\n       3 new billable codes\n       2 gone\n")
    assert "A10.2  [-Blue-]{+Pale blue+} fever" in result.output
    assert "A10.1  Red fever\n      use now: A10.11 (the codes now below it)" in result.output
    assert "A11.1  Lost one\n      use now: none is known" in result.output
    assert "(one side holds no guidance: it is not compared)" in result.output


def test_json_holds_everything(two_years: tuple[str, str]) -> None:
    """The same, for programs."""
    data = json.loads(CliRunner().invoke(command, [*two_years, "--json"], catch_exceptions=False).output)

    assert [item["code"] for item in data["added"]] == ["A10.11", "A10.4", "A12.01"]
    assert [item["code"] for item in data["headers_added"]] == ["A12", "A12.0"]
    assert [item["code"] for item in data["headers_removed"]] == ["A11"]
    assert data["revised"][0]["code"] == "A10.2"
    assert "".join(edit["text"] for edit in data["revised"][0]["diff"] if edit["op"] != "insert") == "Blue fever"
    assert data["headers_revised"][0]["new"] == "All fevers"
    assert data["short_revised"] == [{"code": "A10.2", "old": "Blue fever", "new": "Pale blue fever"}]
    assert data["successors"]["A10.1"] == {"codes": ["A10.11"], "how": "children"}


def test_moves_are_told_with_both_places(tmp_path: Path) -> None:
    """A header set between a code and its parent."""
    old = _order_file(tmp_path / "a2025.txt", "A10 0 Fevers", "A1011 1 Red")
    new = _order_file(tmp_path / "a2026.txt", "A10 0 Fevers", "A101 0 Dark", "A1011 1 Red")
    data = json.loads(CliRunner().invoke(command, [str(old), str(new), "--json"], catch_exceptions=False).output)

    assert data["moved"] == [
        {
            "code": "A10.11",
            "old": {"parent": "A10", "section": None, "chapter": None},
            "new": {"parent": "A10.1", "section": None, "chapter": None},
        }
    ]


@pytest.mark.parametrize("sides", [("icd-10-cm=2025", "2026"), ("2025", "icd-10-cm=2026")])
def test_releases_on_this_machine_have_names(sides: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One side that tells the system speaks for the other."""
    monkeypatch.setattr("codecards.codesets.library.load_codeset", lambda _, release: made_codeset([], release=release))
    result = CliRunner().invoke(command, sides, catch_exceptions=False)

    assert result.output.splitlines()[:2] == ["ICD-10-CM 2025 to 2026", "  no changes"]


def test_guidance_is_printed_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instructions of the tabular list, with the place and the kind."""
    notes = {"2025": ("cough (B20)",), "2026": ("cough (B20)", "cold (B21)")}

    def release_of(_: str, release: str) -> CodeSet:
        guidance = {"A10": (Guidance(GuidanceKind.EXCLUDES1, "A10", notes[release]),)}
        rows = [("A10", "Fever", True)]
        return made_codeset(rows, release=release, guidance=guidance, is_complete=release == "2025")

    monkeypatch.setattr("codecards.codesets.library.load_codeset", release_of)
    arguments = ["icd-10-cm=2025", "2026"]
    output = CliRunner().invoke(command, arguments, catch_exceptions=False).output
    data = json.loads(CliRunner().invoke(command, [*arguments, "--json"], catch_exceptions=False).output)

    assert "  1 instructions added\n  (one side lists billable codes only: headers are not compared)\n" in output
    assert output.endswith("\nGuidance added:\n  A10  Excludes1\n      cold (B21)\n")
    added = {"on": "A10", "kind": "excludes1", "notes": ["cold (B21)"], "characters": []}
    assert data["guidance_added"] == [added]


def test_says_what_a_side_may_be() -> None:
    """Two bare releases name no system; a file that is not there is named."""
    result = CliRunner().invoke(command, ["2025", "2026"])
    assert result.exit_code == 2
    assert "SYSTEM=RELEASE" in result.output

    with pytest.raises(CodecardsError, match=r"missing\.zip: cannot be read"):
        CliRunner().invoke(command, ["missing.zip", "icd-10-cm=2026"], catch_exceptions=False)


def test_a_quarter_of_hcpcs_tells_what_was_done_in_it(official_data: Path) -> None:
    """One release is enough; what was discontinued is named with its last day, for people and for programs."""
    path = str(official_data / "hcpcs" / "HCPC2026_JUL_ANWEB.xlsx")
    output = CliRunner().invoke(command, [path], catch_exceptions=False).output
    data = json.loads(CliRunner().invoke(command, [path, "--json"], catch_exceptions=False).output)

    assert output.startswith(
        "HCPCS Level II 2026-07, as the official file says\n"
        "      41 code or modifier added\n"
        "       5 long title changed\n"
    )
    assert "C9309" in output
    assert "(last day 2026-06-30)" in " ".join(output.split())
    assert {action: len(codes) for action, codes in data["actions"].items()} == {
        "added": 41,
        "long_title": 5,
        "short_title": 2,
        "administrative": 4,
        "payment": 4,
        "discontinued": 1,
        "miscellaneous": 1,
    }
    assert data["actions"]["discontinued"][0]["last_day"] == "2026-06-30"


def test_codes_of_hcpcs_that_ended_are_named_with_their_last_day(official_data: Path) -> None:
    """From January 2019 to July 2026; of one code CMS told its last day late."""
    folder = official_data / "hcpcs"
    sides = [str(folder / "2019-Alpha-Numeric-HCPCS-File.zip"), str(folder / "HCPC2026_JUL_ANWEB.xlsx")]
    data = json.loads(CliRunner().invoke(command, [*sides, "--json"], catch_exceptions=False).output)

    assert data["terminated"]
    assert all("2018-12-31" <= code["last_day"] <= "2026-06-30" for code in data["terminated"])


def test_other_systems_need_two_releases() -> None:
    """Their files do not tell what was done."""
    result = CliRunner().invoke(command, ["icd-10-cm=2026"])

    assert result.exit_code == 2
    assert "give a second release" in result.output
