"""One release against another: the counts that the agencies' own files give, and every kind of change."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from codecards import (
    Chapter,
    CodeSet,
    CodeSetChanges,
    Guidance,
    GuidanceKind,
    Section,
    SeventhCharacter,
    System,
    compare_codesets,
    read_codeset,
)
from codecards.codesets.changes import IncomparableError
from codecards.codesets.successors import Evidence
from made_codesets import codes_only_2027, made_codeset, tabular_april_2025


@pytest.fixture(scope="module")
def cm_2025_to_2026(order_file_2025: CodeSet, order_file: CodeSet) -> CodeSetChanges:
    """ICD-10-CM FY2025 to FY2026, order file to order file."""
    return compare_codesets(order_file_2025, order_file)


@pytest.fixture(scope="module")
def cm_2026_to_2027(icd10cm: CodeSet, official_data: Path) -> CodeSetChanges:
    """ICD-10-CM FY2026 to FY2027, which has no headers."""
    return compare_codesets(icd10cm, codes_only_2027(official_data))


@pytest.fixture(scope="module")
def guidance_2025_to_2026(order_file_2025: CodeSet, icd10cm: CodeSet, official_data: Path) -> CodeSetChanges:
    """The tabular list of April 2025 to that of April 2026."""
    return compare_codesets(tabular_april_2025(official_data, order_file_2025), icd10cm)


def _counts(changes: CodeSetChanges) -> tuple[int, int, int, int]:
    return len(changes.added), len(changes.removed), len(changes.became_header), len(changes.revised)


def test_icd10cm_2026_changed_as_published(cm_2025_to_2026: CodeSetChanges) -> None:
    """The addenda of FY2026 say 487 additions and 28 deletions; the deletions are of two sorts."""
    assert _counts(cm_2025_to_2026) == (487, 12, 16, 38)
    assert len(cm_2025_to_2026.headers_added) == 127
    assert len(cm_2025_to_2026.headers_revised) == 7
    assert not cm_2025_to_2026.moved


def test_icd10cm_2027_changed_as_published(cm_2026_to_2027: CodeSetChanges) -> None:
    """Against a list of billable codes, a code that longer codes begin with became a header."""
    assert _counts(cm_2026_to_2027) == (190, 15, 15, 4)
    assert not cm_2026_to_2027.is_complete
    assert not cm_2026_to_2027.headers_added
    assert not cm_2026_to_2027.headers_removed
    assert {code.code for code in cm_2026_to_2027.became_header} >= {"D69.1", "I42.0", "M86.8X1", "Z68.1"}


def test_icd10pcs_2026_changed_as_published(official_data: Path) -> None:
    """206 new rows, 39 gone, 2 titles revised; similar titles are other drugs, so none is a successor."""
    folder = official_data / "icd-10-pcs"
    changes = compare_codesets(
        read_codeset(folder / "2025-icd-10-pcs-order-file.zip"),
        read_codeset(folder / "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"),
    )

    assert _counts(changes) == (206, 39, 0, 2)
    assert {found.how for found in changes.successors.values()} == {Evidence.NONE}


def test_diacritics_are_no_revision(order_file: CodeSet, icd10cm: CodeSet) -> None:
    """The tabular list prints them, the order file does not; both are FY2026."""
    changes = compare_codesets(order_file, icd10cm)

    assert _counts(changes) == (0, 0, 0, 0)
    assert not changes.headers_revised
    assert not changes.compares_guidance


def test_a_release_against_itself_has_no_changes() -> None:
    """Guidance included."""
    guidance = {"A10": (Guidance(GuidanceKind.NOTE, "A10", ("Hot.", "Hot.")),)}
    release = made_codeset([("A10", "Fevers", False), ("A10.1", "Red fever", True)], guidance=guidance)
    changes = compare_codesets(release, release)

    assert changes.compares_guidance
    assert not any(getattr(changes, field.name) for field in attrs.fields(CodeSetChanges)[5:])


def test_back_and_forth_are_each_others_mirror() -> None:
    """What came one way goes the other way; the code above, billable again, is what to use."""
    one = made_codeset([("B88", "Other infestations", False), ("B88.0", "Other acariasis", True)])
    two = made_codeset(
        [("B88", "Other infestations", False), ("B88.0", "Other acariasis", False), ("B88.01", "Demodex", True)]
    )
    back = compare_codesets(two, one)

    assert _counts(back) == (0, 1, 0, 0)
    assert [code.code for code in back.became_billable] == ["B88.0"]
    assert str(back.successors["B88.01"]) == "B88.0 (the code above it, which is now complete)"
    assert [code.code for code in compare_codesets(one, two).became_header] == ["B88.0"]


def test_guidance_changed_between_the_tabular_lists(guidance_2025_to_2026: CodeSetChanges) -> None:
    """Held against the two printed lists by hand."""
    added = {(item.on, item.kind): item.notes for item in guidance_2025_to_2026.guidance_added}
    removed = {(item.on, item.kind): item.notes for item in guidance_2025_to_2026.guidance_removed}

    assert (len(added), len(removed)) == (222, 93)
    assert added["C7B.04", GuidanceKind.INCLUSION_TERM] == ("Mesentery metastasis of carcinoid tumor",)
    assert removed["C7B.04", GuidanceKind.INCLUSION_TERM] == ("Mesentary metastasis of carcinoid tumor",)
    # An Excludes1 that became an Excludes2: one gone, one come, same words.
    moved = ("examinations related to pregnancy and reproduction (Z30-Z36, Z39.-)",)
    assert removed["Z00-Z13", GuidanceKind.EXCLUDES1] == added["Z00-Z13", GuidanceKind.EXCLUDES2] == moved


def test_successors_by_hierarchy_are_those_of_the_conversion_table(cm_2025_to_2026: CodeSetChanges) -> None:
    """The rows of the official FY2026 conversion table for these codes, found without it."""
    successors = cm_2025_to_2026.successors

    assert str(successors["B88.0"]) == "B88.01, B88.09 (the codes now below it)"
    assert [code.code for code in successors["S30.1XXD"].codes] == ["S30.11XD", "S30.12XD", "S30.13XD"]
    assert [code.code for code in successors["T78.1XXA"].codes] == [
        *("T78.110A", "T78.111A", "T78.119A", "T78.120A", "T78.121A", "T78.129A", "T78.19XA")
    ]
    assert set(successors) == {code.code for code in (*cm_2025_to_2026.removed, *cm_2025_to_2026.became_header)}


def test_the_conversion_table_comes_first() -> None:
    """In any spelling, over several years, and only to codes that are billable now."""
    old = made_codeset([("B88.0", "Mites", True), ("D71", "Disorders", True), ("E78.01", "Familial", True)])
    new = made_codeset(
        [
            *(("B88.0", "Mites", False), ("B88.01", "Some mites", True), ("B88.1", "Sand fleas", True)),
            *(("D71", "Disorders", False), ("D71.1", "One", True)),
            *(("E78.01", "Familial", False), ("E78.010", "One", True), ("E78.019", "Two", True)),
        ]
    )
    table = {"b88.0": ("B88.0", "B88.1"), "E7801": ("E78.0",), "E780": ("E78.019", "e78.010"), "D71": ("D71",)}
    successors = compare_codesets(old, new, conversions=table).successors

    assert str(successors["B88.0"]) == "B88.1 (the official conversion table says so)"
    assert str(successors["E78.01"]) == "E78.010, E78.019 (the official conversion table says so)"
    assert successors["D71"].how is Evidence.CHILDREN


def test_successors_by_title_and_by_header() -> None:
    """An equal title counts anywhere, another new code under the same header when nothing else is known."""
    old = made_codeset([("A10", "Fevers", False), ("A10.1", "Red fever", True), ("A10.2", "Blue Féver", True)])
    new = made_codeset(
        [
            *(("A10", "Fevers", False), ("A10.3", "Green fever", True), ("A10.4", "Black fever", True)),
            *(("B20", "Other", False), ("B20.1", "Blue fever", True)),
        ]
    )
    successors = compare_codesets(old, new).successors

    assert str(successors["A10.1"]) == "A10.3, A10.4 (new codes under the same header)"
    assert str(successors["A10.2"]) == "B20.1 (the new code with the same title)"
    assert str(compare_codesets(old, made_codeset([("B20", "Other", True)])).successors["A10.1"]) == "none is known"


def test_listed_codes_that_ended_are_terminated() -> None:
    """HCPCS keeps a code after its last day; it is neither gone nor a header."""
    old = made_codeset([("E0100", "Cane", True), ("E0105", "Cane, quad", False)], system=System.HCPCS)
    new = made_codeset([("E0100", "Cane", False), ("E0105", "Cane, quad", True)], system=System.HCPCS)
    changes = compare_codesets(old, new)

    assert [code.code for code in changes.terminated] == ["E0100"]
    assert [code.code for code in changes.became_billable] == ["E0105"]
    assert _counts(changes) == (0, 0, 0, 0)


def test_both_titles_are_compared() -> None:
    """The long and the abbreviated title each on its own."""
    old = made_codeset([("A10", "x" * 60 + " old", True), ("A11", "Old", True)])
    new = made_codeset([("A10", "x" * 60 + " new", True), ("A11", "New", True)])
    changes = compare_codesets(old, new)

    assert [(was.description, now.description) for was, now in changes.revised][1] == ("Old", "New")
    assert [now.code for _, now in changes.short_revised] == ["A11"]


def test_moves_are_told_from_renamed_ranges() -> None:
    """A new header between, another section, another chapter: moved. A longer range: not."""
    first, second = Chapter(1, "One (A00-B99)"), Chapter(2, "Two (A00-B99)")
    rows = [("A10", "Fevers", False), ("A10.11", "Red", True), ("B20", "Coughs", True), ("C30", "Sighs", True)]
    old = made_codeset(
        rows,
        sections={
            "A10": Section("A10-A19", "Fevers (A10-A19)", first),
            "B20": Section("B20-B29", "Coughs (B20-B29)", first),
            "C30": Section("C30-C39", "Sighs (C30-C39)", first),
        },
    )
    new = made_codeset(
        [*rows[:1], ("A10.1", "Colours", False), *rows[1:]],
        sections={
            "A10": Section("A10-A1A", "Fevers (A10-A1A)", first),
            "B20": Section("B20-B25", "Wheezes (B20-B25)", first),
            "C30": Section("C30-C39", "Sighs (C30-C39)", second),
        },
    )

    assert [now.code for _, now in compare_codesets(old, new).moved] == ["A10.11", "B20", "C30"]


def test_guidance_is_compared_line_by_line() -> None:
    """Only the lines and rows that differ are told; a section that was renamed is the same place."""

    def release(section: str, *items: Guidance) -> CodeSet:
        chapter = Chapter(1, "One", (Guidance(GuidanceKind.NOTE, "Chapter 1", ("Read on.",)),))
        placed = Section(section, f"Fevers ({section})", chapter, (Guidance(GuidanceKind.NOTE, section, ("Hot.",)),))
        return made_codeset([("A10", "Fever", True)], sections={"A10": placed}, guidance={"A10": items})

    before = release(
        "A10-A19",
        Guidance(GuidanceKind.EXCLUDES1, "A10", ("cold (B20)", "cold (B20)", "cough (B21)")),
        Guidance(GuidanceKind.SEVENTH_CHARACTER, "A10", ("Add one:",), (SeventhCharacter("A", "first"),)),
    )
    after = release(
        "A10-A1A",
        Guidance(GuidanceKind.EXCLUDES1, "A10", ("cold (B20)", "cough (B22)")),
        Guidance(
            GuidanceKind.SEVENTH_CHARACTER,
            "A10",
            ("Add one:",),
            (SeventhCharacter("A", "first"), SeventhCharacter("S", "sequela")),
        ),
    )
    changes = compare_codesets(before, after)

    assert changes.guidance_added == (
        Guidance(GuidanceKind.EXCLUDES1, "A10", ("cough (B22)",)),
        Guidance(GuidanceKind.SEVENTH_CHARACTER, "A10", (), (SeventhCharacter("S", "sequela"),)),
    )
    assert changes.guidance_removed == (Guidance(GuidanceKind.EXCLUDES1, "A10", ("cold (B20)", "cough (B21)")),)


def test_two_systems_cannot_be_compared() -> None:
    """The error says so."""
    with pytest.raises(IncomparableError, match="ICD-10-CM and HCPCS Level II cannot be compared"):
        compare_codesets(made_codeset([]), made_codeset([], system=System.HCPCS))
