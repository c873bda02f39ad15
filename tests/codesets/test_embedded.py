"""The embedded ICD-10-CM, held against the official files."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
import unicodedata

import pytest

from codecards import CodeSet, GuidanceKind, installed_releases
from codecards.codesets.embedded import read_embedded
from codecards.errors import SourceFileError


def test_holds_every_code_of_the_official_release(icd10cm: CodeSet) -> None:
    """The counts are those that CMS publishes for FY2026."""
    assert len(icd10cm) == 98_186
    assert sum(1 for _ in icd10cm.billable) == 74_719


def test_is_listed_as_what_it_is(icd10cm: CodeSet, tmp_path: Path) -> None:
    """What is said of it without reading it is true of it."""
    (listed,) = installed_releases(folder=tmp_path)

    assert (listed.rows, listed.is_complete, listed.has_guidance) == (len(icd10cm), True, True)
    assert (listed.release, listed.effective, listed.origin) == (icd10cm.release, icd10cm.effective, "embedded")
    assert listed.sha256 in dict(icd10cm.source.files).values()


def test_equals_the_official_order_file_but_for_diacritics(icd10cm: CodeSet, order_file: CodeSet) -> None:
    """Two readers, two official files, one result: code, status and title, row by row."""
    ours = [(code.code, code.is_billable, _plain(code.description)) for code in icd10cm]
    official = [(code.code, code.is_billable, code.description) for code in order_file]

    assert official == ours


def test_billable_codes_are_those_without_children(icd10cm: CodeSet) -> None:
    """What the order file states, the hierarchy shows as well."""
    assert all(code.is_billable != bool(code.children) for code in icd10cm)


def test_has_the_chapters_and_sections_of_the_tabular_list(icd10cm: CodeSet) -> None:
    """22 chapters in order, and 297 sections, 12 of which hold only other sections."""
    chapters = dict.fromkeys(code.chapter for code in icd10cm.categories)
    sections = {section.id for code in icd10cm.categories for section in code.sections}

    assert [chapter.number for chapter in chapters if chapter] == list(range(1, 23))
    assert len(sections) == 297


def test_has_all_guidance_of_the_tabular_list(icd10cm: CodeSet) -> None:
    """As many blocks as the XML has elements on codes, counted there by hand."""
    counts = dict.fromkeys(GuidanceKind, 0)
    for code in icd10cm:
        for item in code.guidance:
            counts[item.kind] += 1

    assert counts == {
        GuidanceKind.INCLUSION_TERM: 6_805 + 3,  # three tables hold a stray note that is one
        GuidanceKind.INCLUDES: 379,
        GuidanceKind.EXCLUDES1: 2_576,
        GuidanceKind.EXCLUDES2: 1_086,
        GuidanceKind.CODE_FIRST: 360,
        GuidanceKind.USE_ADDITIONAL_CODE: 826,
        GuidanceKind.CODE_ALSO: 315,
        GuidanceKind.SEVENTH_CHARACTER: 508,
        GuidanceKind.NOTE: 57 + 1,  # and the table of visual impairment
    }


def test_stray_notes_in_seventh_character_tables_stay_out_of_titles(icd10cm: CodeSet) -> None:
    """These are the tables that other libraries get wrong."""
    assert icd10cm["W08.XXXS"].description == "Fall from other furniture, sequela"
    assert icd10cm["H34.8112"].description == "Central retinal vein occlusion, right eye, stable"
    assert icd10cm["S52.001B"].description.endswith("initial encounter for open fracture type I or II")


def test_an_indented_stray_note_explains_the_row_above_it(icd10cm: CodeSet) -> None:
    """The tab in the file is what tells the two sorts apart."""
    rows = {row.character: row for row in icd10cm["S52.001B"].seventh_characters}

    assert rows["B"].notes == ("initial encounter for open fracture NOS",)
    assert any("Fall from stool" in item.notes for item in icd10cm["W08"].guidance)


def test_the_table_of_visual_impairment_is_read_line_by_line(icd10cm: CodeSet) -> None:
    """H54 speaks of the table below; in the XML it hangs on H54.8."""
    lines = [line for item in icd10cm["H54"].guidance for line in item.notes]

    assert "5: No light perception" in lines
    assert any(line.startswith("1: maximum less than 6/18; minimum equal to or better than 6/60 | ") for line in lines)


def test_tells_where_it_comes_from(icd10cm: CodeSet) -> None:
    """Release, days in force, and the checksums of what was read."""
    assert (icd10cm.release, icd10cm.aliases, icd10cm.is_complete) == ("2026", ("2026-04",), True)
    assert str(icd10cm.effective) == "2025-10-01 to 2026-09-30"
    assert [len(sha256) for _, sha256 in icd10cm.source.files] == [64, 64]
    assert repr(icd10cm) == "<CodeSet icd-10-cm 2026: 98,186 codes>"


def test_a_changed_data_file_is_not_believed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A card made from another file than the pinned one could be wrong."""
    folder = tmp_path / "simple_icd_10_cm" / "data"
    folder.mkdir(parents=True)
    (folder / "icd10c-tabular-April-1-2026.xml").write_text("<ICD10CM.tabular/>")
    monkeypatch.setattr(metadata, "distribution", lambda _: metadata.PathDistribution(tmp_path / "x.dist-info"))

    with pytest.raises(SourceFileError, match=r"sha256 differs.*install simple-icd-10-cm==1\.5\.0 again"):
        read_embedded()


def test_a_missing_data_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The message says what to install."""
    monkeypatch.setattr(metadata, "distribution", lambda _: metadata.PathDistribution(tmp_path / "x.dist-info"))

    with pytest.raises(SourceFileError, match=r"cannot be read.*install simple-icd-10-cm==1\.5\.0 again"):
        read_embedded()


def _plain(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
