"""The bundled recipes keep what they say of themselves."""

from __future__ import annotations

from collections import Counter
from importlib import resources
import json

from jsonschema import Draft202012Validator
import pytest

from codecards import CodeSet, Deck, build_deck, bundled_recipes
from codecards.recipes.reading import read_recipe


@pytest.fixture(scope="module")
def essentials() -> Deck:
    return build_deck("icd-10-cm-essentials")


def test_there_are_three() -> None:
    """So far."""
    assert bundled_recipes() == ("cpc", "icd-10-cm", "icd-10-cm-essentials")


@pytest.mark.parametrize("name", ["cpc", "icd-10-cm", "icd-10-cm-essentials"])
def test_titles_hold_no_year_and_no_range(name: str) -> None:
    """They become the names of Anki decks, which outlive editions."""
    assert not any(sign.isdigit() for sign in read_recipe(name).title.replace("ICD-10-CM", ""))


def test_the_complete_deck_has_every_billable_code(icd10cm: CodeSet) -> None:
    """And no header."""
    deck = build_deck("icd-10-cm")

    assert [subject.code for subject in deck.subjects] == [code.code for code in icd10cm.billable]


def test_the_essentials_are_a_thousand_to_fifteen_hundred_codes(essentials: Deck) -> None:
    """What a person can finish."""
    assert 1_000 <= len(essentials.subjects) <= 1_500


def test_the_essentials_take_at_most_eight_codes_of_a_category(essentials: Deck) -> None:
    """Of one pattern of the 7th character."""
    sizes = Counter(subject.code[:3] for subject in essentials.subjects)
    sevenths: dict[str, set[str]] = {}
    for subject in essentials.subjects:
        if subject.seventh_table is not None:
            sevenths.setdefault(subject.code[:3], set()).add(subject.code[-1])

    assert max(sizes.values()) <= 8
    assert all(len(characters) == 1 for characters in sevenths.values())


def test_the_essentials_reach_every_category_they_promise(essentials: Deck) -> None:
    """The high-yield categories of certification guides, as far as each is a single one."""
    promised = (
        "A41 B20 Z21 R75 C34 C50 C79 Z85 D63 D64 E08 E09 E10 E11 E13 E66 E78 E86 E87 F10 F17 F32 F33 F41 G40 G43 "
        "G89 H25 H40 I10 I11 I12 I13 I15 I16 I1A I20 I21 I22 I25 I48 I50 I63 I69 J18 J44 J45 J96 K21 K50 K57 K80 "
        "L03 L89 L97 M16 M17 M54 M80 M81 M84 N17 N18 N39 N40 O09 O24 O80 P07 Z37 Z38 Z3A R05 R06 R07 R10 R50 R65 "
        "R73 S06 S52 S72 S82 T20 T31 T36 T50 T74 T76 T81 T84 Y92 Y93 Y99 Z00 Z01 Z12 Z20 Z23 Z30 Z34 Z41 Z47 Z48 "
        "Z51 Z53 Z55 Z65 Z66 Z68 Z71 Z72 Z76 Z77 Z79 Z80 Z87 Z90 Z99 U07 U09 "
    )
    categories = {subject.code[:3] for subject in essentials.subjects}

    assert set(promised.split()) <= categories
    assert {"V", "W", "X"} <= {category[0] for category in categories}


def test_cpc_is_at_most_three_hundred_of_the_essentials(cpc: Deck, essentials: Deck) -> None:
    """For now, and its description says so."""
    assert 250 <= len(cpc.subjects) <= 300
    assert {subject.id for subject in cpc.subjects} <= {subject.id for subject in essentials.subjects}
    assert "at most 300 of the essentials for now" in cpc.description


def test_overlapping_decks_hold_equal_notes(cpc: Deck, essentials: Deck) -> None:
    """What a note holds never depends on which recipe picked it."""
    by_id = {subject.id: subject for subject in essentials.subjects}

    assert all(by_id[subject.id] == subject for subject in cpc.subjects)


def test_subdecks_are_chapters(cpc: Deck) -> None:
    """Numbered, so that Anki keeps the order of the book."""
    assert cpc.subdecks["icd-10-cm:E11.9"] == "04 Endocrine, nutritional and metabolic diseases"
    assert set(cpc.subdecks) == {subject.id for subject in cpc.subjects}


def test_the_schema_of_recipes_is_one() -> None:
    """Editors rely on it."""
    Draft202012Validator.check_schema(
        json.loads((resources.files("codecards.recipes") / "recipe.schema.json").read_bytes())
    )
