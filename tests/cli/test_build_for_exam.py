"""``codecards build --exam-date``."""

from __future__ import annotations

from pathlib import Path

import pytest

from codecards.cli import main

RECIPE = """
title = "Few"
audience = "Tests."
description = "Two codes."
revised = 2026-11-22
certification = "CPC"

[releases]
icd-10-cm = "2026"

[[select]]
codes = ["E11.9", "I10"]
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A small recipe for the CPC."""
    path = tmp_path / "few.toml"
    path.write_text(RECIPE)
    return path


def build(recipe: Path, *options: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["build", str(recipe), "-o", str(recipe.with_suffix(".json")), *options])
    return int(end.value.code or 0)


def test_builds_the_edition_of_the_exam(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The release that is right is here, so nothing is said of it but its name."""
    assert build(recipe, "--exam-date", "2026-12-01") == 0

    printed = capsys.readouterr()
    assert "from ICD-10-CM 2026" in printed.out
    assert printed.err == ""


def test_warns_in_one_line_where_the_edition_is_missing(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The deck is built as pinned, and the line says what to type."""
    assert build(recipe, "--exam-date", "2027-02-01") == 0

    printed = capsys.readouterr()
    assert "from ICD-10-CM 2026" in printed.out
    assert printed.err.startswith("codecards: warning: the CPC exam on 2027-02-01 uses ICD-10-CM 2027")
    assert printed.err.endswith("codecards codesets fetch icd-10-cm 2027\n")
    assert printed.err.count("\n") == 1


def test_a_release_named_is_stronger_than_the_exam(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who names a release gets it, or hears why not."""
    assert build(recipe, "--exam-date", "2026-12-01", "--release", "icd-10-cm=2024") == 1
    assert "ICD-10-CM 2024 is not on this machine" in capsys.readouterr().err
    assert not recipe.with_suffix(".json").exists()


def test_a_day_that_is_none_is_wrong_usage(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Dates are written as on the way out."""
    assert build(recipe, "--exam-date", "soon") == 2
    assert "--exam-date" in capsys.readouterr().err
