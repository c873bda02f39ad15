"""A code set as a collection: spelling, hierarchy, ranges, and what it says of codes it does not hold."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
import pytest

from codecards import Code, CodeSet, Period, Source, System
from codecards.codesets.codeset import Row
from codecards.errors import UnknownCodeError


@pytest.mark.parametrize("spelling", ["E11.9", "e11.9", "E119", " e119 "])
def test_a_code_is_found_in_any_spelling(icd10cm: CodeSet, spelling: str) -> None:
    """Dotted or not, in any case."""
    assert icd10cm[spelling].code == "E11.9"
    assert spelling in icd10cm
    assert icd10cm.get(spelling) == icd10cm["E11.9"]


@pytest.mark.parametrize("spelling", ["", "hello", "E1.19", "E..119", "Z99.99", "ı10", "E11.9\x00", "E11.9\n.x"])
def test_what_is_no_code_is_not_found(icd10cm: CodeSet, spelling: str) -> None:
    """Neither by luck of case folding nor by forgiving a misplaced dot."""
    assert spelling not in icd10cm
    assert icd10cm.get(spelling) is None
    with pytest.raises(LookupError):
        icd10cm[spelling]


def test_every_code_is_found_by_both_its_spellings(icd10cm: CodeSet) -> None:
    """Over the whole release."""
    for code in icd10cm:
        assert icd10cm[code.code] == icd10cm[code.code.replace(".", "").lower()]
        assert code in icd10cm


@pytest.mark.parametrize(
    ("unknown", "reason"),
    [
        ("Z99.99", "Z99.99 is not a code of ICD-10-CM 2026; below Z99 are Z99.0, Z99.1, Z99.2, Z99.3, Z99.8"),
        ("E11.99", "E11.99 is not a code of ICD-10-CM 2026; E11.9 is complete as it is"),
        ("E66.9.", "not shaped like"),
        ("I99.7", "I99.7 is not a code of ICD-10-CM 2026; below I99 are I99.8, I99.9"),
        ("E14.9", "nor is there a category E14"),
        ("S72.001", None),
        ("T36.9", None),
        ("E11.B", "and 2 more"),
    ],
)
def test_an_unknown_code_is_explained(icd10cm: CodeSet, unknown: str, reason: str | None) -> None:
    """The message says what is near."""
    if reason is None:
        assert not icd10cm[unknown].is_billable
        return
    with pytest.raises(UnknownCodeError) as caught:
        icd10cm[unknown]

    assert reason in str(caught.value)


def test_letters_in_positions_two_and_three_are_valid(icd10cm: CodeSet) -> None:
    """Category QA0 came with FY2026, and broke every validator that asked for a digit."""
    assert icd10cm["qa00101"].description == "SCN2A-related neurodevelopmental disorder"
    assert icd10cm["C7A"].code == "C7A"


def test_parents_and_children_mirror_each_other(icd10cm: CodeSet) -> None:
    """Over the whole release."""
    for code in icd10cm:
        assert all(child.parent == code for child in code.children)
        assert code.parent is None or code in code.parent.children


def test_a_placeholder_is_skipped_on_the_way_to_the_parent(icd10cm: CodeSet) -> None:
    """W08.XXXA stands right below W08."""
    code = icd10cm["W08.XXXA"]

    assert code.parent == icd10cm["W08"]
    assert [above.code for above in icd10cm["T36.0X1A"].ancestors] == ["T36", "T36.0", "T36.0X", "T36.0X1"]
    assert str(code) == "W08.XXXA Fall from other furniture, initial encounter"


def test_sections_nest_from_narrow_to_wide(icd10cm: CodeSet) -> None:
    """The XML lists them flat."""
    assert [section.id for section in icd10cm["C18.0"].sections] == ["C15-C26", "C00-C75", "C00-C96"]
    assert [section.id for section in icd10cm["C7A.00"].sections] == ["C7A", "C00-C96"]
    assert [section.id for section in icd10cm["T20.00XA"].sections] == ["T20-T25", "T20-T32", "T07-T88"]
    section = icd10cm["E11.9"].section
    assert section is not None
    assert (section.name, section.chapter.name) == (
        "Diabetes mellitus",
        "Endocrine, nutritional and metabolic diseases",
    )


def test_guidance_is_inherited_nearest_first(icd10cm: CodeSet) -> None:
    """Ancestors, then sections from narrow to wide, then the chapter."""
    places = list(dict.fromkeys(item.on for item in icd10cm["T36.0X1A"].inherited_guidance))

    assert places == ["T36.0X1", "T36", "T36-T50", "Chapter 19"]


def test_of_several_seventh_character_tables_only_the_nearest_holds(icd10cm: CodeSet) -> None:
    """A code takes one 7th character, so one table."""
    for code in icd10cm.billable:
        tables = [item for item in (*code.guidance, *code.inherited_guidance) if item.characters]
        assert len(tables) <= 1


def test_seventh_characters_are_those_that_make_codes(icd10cm: CodeSet) -> None:
    """A, D and S for most injuries; none where no table stands."""
    assert [row.character for row in icd10cm["S06.0X0A"].seventh_characters] == ["A", "D", "S"]
    assert icd10cm["E11.9"].seventh_characters == ()


def test_a_range_runs_in_tabular_order(icd10cm: CodeSet) -> None:
    """J4A and J4B stand between J44 and J45, wherever the alphabet puts them."""
    categories = {code.code[:3] for code in icd10cm.between("J44", "J45")}
    order = [code.code for code in icd10cm.between("J44", "J4A")]

    assert categories == {"J44", "J4A", "J45"}
    assert order == sorted(order, key=icd10cm.position)
    assert icd10cm.between("J45", "J44.0") == ()


def test_a_range_takes_what_is_below_its_end(icd10cm: CodeSet) -> None:
    """E08-E13 ends with the last code of E13."""
    assert icd10cm.between("E08", "E13")[-1].code == "E13.9"


def test_wildcards_are_held_against_the_spelling_they_use(icd10cm: CodeSet) -> None:
    """With a dot against dotted codes, without against undotted ones."""
    assert [code.code for code in icd10cm.matching("I10*")] == ["I10"]
    assert icd10cm.matching("I10.*") == ()
    assert len(icd10cm.matching("L89.15?")) == 7
    assert icd10cm.matching("l8915?") == icd10cm.matching("L89.15?")
    assert icd10cm.matching("[E]*") == ()


def test_no_wildcard_takes_long(icd10cm: CodeSet) -> None:
    """However many stars it has: a star is never tried twice."""
    assert icd10cm.matching("*" * 39 + "!") == ()
    assert icd10cm.matching("*A" * 19 + "!") == ()


def test_codes_are_values(icd10cm: CodeSet) -> None:
    """Equal when their content is, whatever object they came from; usable in sets."""
    assert icd10cm["E11.9"] == icd10cm["e119"]
    assert len({icd10cm["E11.9"], icd10cm["e119"]}) == 1
    assert icd10cm["E11.9"] != icd10cm["E11.8"]
    assert 5 not in icd10cm


@given(st.text(max_size=12))
def test_any_string_is_answered_or_refused(icd10cm: CodeSet, text: str) -> None:
    """Never with another sort of error, and with one line."""
    try:
        code = icd10cm[text]
    except UnknownCodeError as error:
        assert len(str(error).splitlines()) == 1
    else:
        assert code.code.replace(".", "") == text.strip().upper().replace(".", "")


def test_a_header_of_a_list_of_billable_codes_is_told_as_one() -> None:
    """Such a list holds none, and yet the category is there."""
    codeset = CodeSet(
        system=System.ICD_10_CM,
        release="2027",
        effective=Period(date(2026, 10, 1)),
        source=Source("a list", "nobody", "nowhere"),
        rows=[Row("E119", "Type 2, plain", None, True)],
        is_complete=False,
    )

    with pytest.raises(UnknownCodeError, match=r"lists billable codes only; it is a header, and E11\.9 is below it"):
        codeset["E11"]


def test_a_list_of_codes_alone_has_no_chapters() -> None:
    """An order file says nothing of chapters, sections or guidance."""
    codeset = CodeSet(
        system=System.ICD_10_CM,
        release="2026",
        effective=Period(date(2025, 10, 1)),
        source=Source("a list", "nobody", "nowhere"),
        rows=[Row("E11", "Type 2", "T2", False), Row("E119", "Type 2, plain", "T2", True)],
    )
    code: Code = codeset["E11.9"]

    assert (code.chapter, code.section, code.guidance, code.inherited_guidance) == (None, None, (), ())
    assert code.source.title == "a list"
    assert str(codeset.effective) == "2025-10-01 to further notice"
    assert date(2030, 1, 1) in codeset.effective
