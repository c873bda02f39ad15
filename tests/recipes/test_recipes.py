"""Recipes of one's own: what can be selected, and what a slip is told."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import attrs
import pytest

from codecards import System, build_deck, bundled_recipes
from codecards.errors import RecipeError, UnknownReleaseError
from codecards.recipes import build
from codecards.recipes.reading import read_recipe

HEAD = """\
title = "Mine"
audience = "Me."
description = "A few codes."
revised = 2026-11-22
"""
PIN = """
[releases]
icd-10-cm = "2026"
"""


def recipe(folder: Path, *selects: str, head: str = HEAD, pin: str = PIN) -> Path:
    """Write a recipe with the given lines under each ``[[select]]``."""
    path = folder / "mine.toml"
    path.write_text(head + pin + "".join(f"\n[[select]]\n{dedent(lines)}\n" for lines in selects), "utf-8")
    return path


def codes(path: Path) -> list[str]:
    return [subject.code for subject in build_deck(path).subjects]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('codes = ["I10", "e119"]', ["E11.9", "I10"]),
        ('codes = ["E11.31*"]', ["E11.311", "E11.319"]),
        ('codes = ["E11.0-E11.1"]', ["E11.00", "E11.01", "E11.10", "E11.11"]),
        ('categories = ["I10"]', ["I10"]),
        ('categories = ["E78"]\nper_category = 2', ["E78.00", "E78.010"]),
        ('categories = ["E78"]\nlimit = 1', ["E78.00"]),
        ('codes = ["Z79.4-", "Z79.5-"]', ["Z79.4", "Z79.51", "Z79.52"]),
        ('categories = ["S06"]\nseventh = "S"\nlimit = 1', ["S06.0X0S"]),
        ('categories = ["I15"]\nexcept = ["I15.1-I15.8"]', ["I15.0", "I15.9"]),
        ('codes = ["E11"]\nbillable = false', ["E11"]),
        ('recipe = "cpc"\ncodes = ["E11.*"]\nlimit = 1', ["E11.22"]),
        ('recipe = "cpc"\nlimit = 1', ["A41.02"]),
    ],
)
def test_codes_are_selected_in_every_way_offered(tmp_path: Path, lines: str, expected: list[str]) -> None:
    """By code, wildcard, range, category, 7th character, and out of another recipe."""
    assert codes(recipe(tmp_path, lines)) == expected


def test_choices_are_joined_in_tabular_order(tmp_path: Path) -> None:
    """A code that two of them take is there once."""
    path = recipe(tmp_path, 'codes = ["I10", "E11.9"]', 'codes = ["A00.0", "I10"]')

    assert codes(path) == ["A00.0", "E11.9", "I10"]


def test_a_limit_of_the_recipe_holds_for_all_choices(tmp_path: Path) -> None:
    """The first in tabular order stay."""
    assert codes(recipe(tmp_path, 'codes = ["I10", "E11.9"]', head=f"{HEAD}limit = 1\n")) == ["E11.9"]


def test_without_subdecks_there_are_none(tmp_path: Path) -> None:
    """They are the recipe's wish."""
    assert build_deck(recipe(tmp_path, 'codes = ["I10"]')).subdecks == {}


def test_a_release_can_be_given_instead_of_the_pinned_one(tmp_path: Path) -> None:
    """The deck says which it was made from."""
    path = recipe(tmp_path, 'codes = ["I10"]', pin='\n[releases]\nicd-10-cm = "2027"\n')

    deck = build_deck(path, releases={System.ICD_10_CM: "2026"})

    assert [(item.system, item.release) for item in deck.provenance] == [("icd-10-cm", "2026")]
    with pytest.raises(UnknownReleaseError, match="ICD-10-CM 2027 is not on this machine"):
        build_deck(path)


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        ('codes = ["I10",\n"I1X"]', 11, "I1X is not a code of ICD-10-CM 2026"),
        ('codes = ["E11"]', 10, "'E11' is a header, not billable; write E11* to take the codes below it"),
        ('codes = ["I20-I10"]', 10, "a range runs from first to last"),
        ('codes = ["Q99*x"]', 10, "matches no code"),
        ('codes = ["hello"]', 10, "not shaped like a code of ICD-10-CM"),
        ('categories = ["S06"]\nseventh = "Q"', 10, "leaves no code with the 7th character Q"),
        ('recipe = "cpc"\ncodes = ["A00.0"]', 11, "is not in the recipe cpc"),
        ('recipe = "nope"', 10, "'nope' is not a bundled recipe; choose from cpc"),
        ('system = "hcpcs"', 9, "pin its release under [releases]"),
        ('cods = ["I10"]', 10, "there is no 'cods'; choose from system, recipe, categories, codes"),
        ("codes = [3]", 10, "codes: '3' will not do"),
        ('codes = "I10"', 10, "codes: 'I10' will not do"),
        ("codes = []", 10, "codes: '[]' will not do"),
        ("limit = 1.0", 10, "limit: '1.0' will not do"),
        ('recipe = "/etc/passwd"', 10, "'/etc/passwd' is not a bundled recipe; choose from cpc"),
        ('recipe = "./mine.toml"', 10, "is not a bundled recipe"),
        ("limit = 0", 10, "limit: '0' will not do"),
        ("billable = 1", 10, "billable: '1' will not do"),
        ('system = "icd-9"', 10, "system: 'icd-9' will not do"),
        ('categories = ["I15"]\nexcept = ["I15*"]', None, "selects no code"),
    ],
)
def test_a_slip_in_a_choice_is_named_with_its_line(tmp_path: Path, lines: str, line: int | None, reason: str) -> None:
    """File, line, what is wrong, what would be right."""
    path = recipe(tmp_path, lines)

    with pytest.raises(RecipeError) as caught:
        build_deck(path)

    said = str(caught.value)
    assert reason in said
    assert line is None or said.startswith(f"{path}, line {line}:")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ('title = "x"\n', "line 1: 'audience' is missing"),
        (HEAD.replace("Mine", "a: b"), "line 1: title: 'a: b' will not do"),
        (HEAD.replace("2026-11-22", "1999-01-01"), "line 4: revised"),
        (HEAD.replace("2026-11-22", "2026-11-22T10:00:00"), "line 4: revised"),
        (HEAD.replace("2026-11-22", '"yesterday"'), "line 4: revised: 'yesterday' will not do"),
        (HEAD.replace("2026-11-22", '"2026-11-22"'), "line 4: revised: '2026-11-22' will not do"),
        (HEAD.replace("Mine", "Mine "), "line 1: title: 'Mine ' will not do"),
        (HEAD.replace("Mine", "Mi\u202ene"), "line 1: title: holds a character that cannot be seen"),
        (f"{HEAD}bogus = 1\n", "line 5: there is no 'bogus'"),
        (f"{HEAD}x ==\n", "not valid TOML"),
        (f'{HEAD}subdecks = "letter"\n', "line 5: subdecks: 'letter' will not do"),
    ],
)
def test_a_slip_at_the_top_is_named_with_its_line(tmp_path: Path, head: str, reason: str) -> None:
    """Before anything is built."""
    with pytest.raises(RecipeError) as caught:
        read_recipe(recipe(tmp_path, 'codes = ["I10"]', head=head))

    assert reason in str(caught.value)


def test_a_release_that_is_none_is_refused(tmp_path: Path) -> None:
    """The newest is never taken instead of it."""
    with pytest.raises(RecipeError, match="line 7: icd-10-cm: 'latest' will not do"):
        read_recipe(recipe(tmp_path, 'codes = ["I10"]', pin='\n[releases]\nicd-10-cm = "latest"\n'))


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"\xff\xfe", "not UTF-8 at byte 0; save it as UTF-8"), (b"#" * 1_000_001, "larger than 1,000,000 bytes")],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    """In one line."""
    path = tmp_path / "x.toml"
    path.write_bytes(content)

    with pytest.raises(RecipeError, match=reason):
        read_recipe(path)


def test_windows_line_endings_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    """Editors leave them."""
    path = recipe(tmp_path, 'codes = ["I10"]')
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert codes(path) == ["I10"]


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    """With the bundled ones, or the path."""
    with pytest.raises(RecipeError, match="no recipe is called 'cpt'; choose from cpc, icd-10-cm"):
        read_recipe("cpt")
    with pytest.raises(RecipeError, match="No such file or directory"):
        read_recipe(tmp_path / "none.toml")


def test_a_recipe_of_one_s_own_may_be_called_like_a_bundled_one(tmp_path: Path) -> None:
    """And select from it."""
    path = recipe(tmp_path, 'recipe = "cpc"\nlimit = 1').rename(tmp_path / "cpc.toml")

    assert codes(path) == ["A41.02"]


def test_a_bundled_recipe_cannot_select_from_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nor through another: a cycle has no answer."""
    cyclic = attrs.evolve(read_recipe(recipe(tmp_path, 'recipe = "cpc"')), name="cpc", is_bundled=True)
    monkeypatch.setattr(build, "read_recipe", lambda _: cyclic)

    with pytest.raises(RecipeError, match="line 10: the recipe 'cpc' would select from itself"):
        build_deck("cpc")


def test_recipes_are_found_in_a_clone_as_well(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """There the source folder hides the installed package, and decks/ stands beside it."""
    (tmp_path / "codecards").mkdir()
    (tmp_path / "decks" / "recipes").mkdir(parents=True)
    (tmp_path / "decks" / "recipes" / "own.toml").touch()

    def files(package: str) -> Path:
        if package == "codecards.decks":
            raise ModuleNotFoundError(package)
        return tmp_path / package

    monkeypatch.setattr("codecards.recipes.reading.resources.files", files)

    assert bundled_recipes() == ("own",)


def test_progress_is_told_from_nothing_to_all(tmp_path: Path) -> None:
    """For each stage."""
    told: list[tuple[str, int, int]] = []

    build_deck(recipe(tmp_path, 'codes = ["I10"]'), progress=lambda *how_far: told.append(how_far))

    assert told == [
        ("Reading ICD-10-CM 2026", 0, 1),
        ("Reading ICD-10-CM 2026", 1, 1),
        ("Making cards", 0, 1),
        ("Making cards", 1, 1),
    ]
