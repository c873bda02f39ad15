"""The code note: what a learner finds on both sides of it."""

from __future__ import annotations

import pytest

from codecards import CodeSet, Guidance, GuidanceKind
from codecards.cards.codes import code_cards, code_subject


def test_a_code_is_asked_both_ways(icd10cm: CodeSet) -> None:
    """Code to title, and title to code; ids hold neither year nor text."""
    describe, encode = code_cards(code_subject(icd10cm["E11.9"]))
    title = "Type 2 diabetes mellitus without complications"

    assert (describe.id, describe.front, describe.back) == ("icd-10-cm:E11.9#describe", "E11.9", title)
    assert (encode.id, encode.front, encode.back) == ("icd-10-cm:E11.9#encode", title, "E11.9")
    assert describe.source == encode.source == encode.subject.source
    assert "CDC/NCHS, under authorization of WHO" in describe.source


def test_no_two_billable_codes_share_a_title(icd10cm: CodeSet) -> None:
    """Or a title would have two right codes."""
    titles = [code.description for code in icd10cm.billable]

    assert len(set(titles)) == len(titles)


def test_the_path_leads_from_the_chapter_to_the_header_above(icd10cm: CodeSet) -> None:
    """Titles as published."""
    path = code_subject(icd10cm["E11.9"]).path

    assert [(place.id, place.title) for place in path] == [
        ("Chapter 4", "Endocrine, nutritional and metabolic diseases (E00-E89)"),
        ("E08-E13", "Diabetes mellitus (E08-E13)"),
        ("E11", "Type 2 diabetes mellitus"),
    ]


def test_a_code_with_a_seventh_character_has_the_guidance_of_the_code_it_extends(icd10cm: CodeSet) -> None:
    """The tabular list prints only the shorter one."""
    subject = code_subject(icd10cm["T36.0X1A"])

    assert [(item.kind, item.on) for item in subject.guidance] == [(GuidanceKind.INCLUSION_TERM, "T36.0X1")]
    assert subject.seventh_table is not None
    assert [row.character for row in subject.seventh_table.characters] == ["A", "D", "S"]


def test_a_seven_character_code_without_a_table_has_only_its_own_guidance(icd10cm: CodeSet) -> None:
    """QA0.0101 ends in a seventh character that no table adds."""
    subject = code_subject(icd10cm["QA0.0101"])

    assert subject.seventh_table is None
    assert subject.guidance == icd10cm["QA0.0101"].guidance


@pytest.mark.parametrize(
    ("code", "on", "words"),
    [
        ("O09.511", "O09.5", "35 years and older at expected date of delivery"),
        ("P07.21", "P07.2", "Less than 28 completed weeks"),
        ("S06.0X0A", "S06.0", "Commotio cerebri"),
        ("R65.20", "R65.2", "Code first underlying infection"),
    ],
)
def test_what_defines_a_header_is_shown_at_its_codes(icd10cm: CodeSet, code: str, on: str, words: str) -> None:
    """The age, the weeks, the other name: without them the code cannot be told from its neighbours."""
    inherited = code_subject(icd10cm[code]).inherited

    assert any(item.on == on and _has(item, words) for item in inherited)


def _has(item: Guidance, words: str) -> bool:
    said = f"{item.kind.label} {' '.join(item.notes)}" if item.kind is GuidanceKind.CODE_FIRST else " ".join(item.notes)
    return words in said


def test_a_section_of_one_category_is_told_from_it(icd10cm: CodeSet) -> None:
    """C7A stands in section C7A."""
    assert [place.id for place in code_subject(icd10cm["C7A.00"]).path][:4] == [
        "Chapter 2",
        "C00-C96",
        "Section C7A",
        "C7A",
    ]


@pytest.mark.parametrize(
    ("code", "on", "kind"),
    [
        ("E11.9", "E11", GuidanceKind.USE_ADDITIONAL_CODE),
        ("I10", "I10-I1A", GuidanceKind.EXCLUDES2),
        ("B20", "Chapter 1", GuidanceKind.USE_ADDITIONAL_CODE),
        ("O80", "Chapter 15", GuidanceKind.NOTE),
        ("T20.00XA", "T20-T32", GuidanceKind.EXCLUDES2),
    ],
)
def test_what_must_be_done_is_inherited_from_wherever_it_stands(
    icd10cm: CodeSet, code: str, on: str, kind: GuidanceKind
) -> None:
    """From a category, a section, a wider section or the chapter."""
    assert (on, kind) in [(item.on, item.kind) for item in code_subject(icd10cm[code]).inherited]


def test_no_instruction_is_shown_twice(icd10cm: CodeSet) -> None:
    """Section T07 and category T07 hold the same one."""
    for category in icd10cm.categories:
        subject = code_subject(category)
        shown = [*subject.guidance, *subject.inherited]
        assert len(set(shown)) == len(shown)


def test_at_most_one_seventh_character_table_is_shown(icd10cm: CodeSet) -> None:
    """The one that makes the code."""
    for code in icd10cm.between("M80", "M85"):
        subject = code_subject(code)
        assert sum(bool(item.characters) for item in (*subject.guidance, *subject.inherited)) <= 1


def test_tags_are_hierarchical_and_hold_no_spaces(icd10cm: CodeSet) -> None:
    """Anki parts tags at spaces and folds them at double colons."""
    assert code_subject(icd10cm["E11.9"]).tags == ("icd-10-cm::category::E11", "icd-10-cm::chapter::04")
    assert "icd-10-cm::header" in code_subject(icd10cm["E11"]).tags
    assert code_subject(icd10cm["E11"]).tags[0] == "icd-10-cm::category::E11"


def test_a_subject_depends_on_its_code_alone(icd10cm: CodeSet) -> None:
    """Decks may overlap in one collection."""
    assert code_subject(icd10cm["I10"]) == code_subject(icd10cm["i10"])


def test_a_code_of_a_bare_list_has_no_chapter_to_show(order_file: CodeSet) -> None:
    """Its headers are still known."""
    subject = code_subject(order_file["E11.9"])

    assert [place.id for place in subject.path] == ["E11"]
    assert subject.tags == ("icd-10-cm::category::E11",)
