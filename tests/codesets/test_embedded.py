"""The embedded ICD-10-CM, held against the official files."""

from __future__ import annotations

from pathlib import Path
import unicodedata

from codecards import CodeSet, installed_releases


def test_holds_every_code_of_the_official_release(icd10cm: CodeSet) -> None:
    """The counts are those that CMS publishes for FY2026."""
    assert len(icd10cm) == 98_186
    assert sum(code.is_billable for code in icd10cm) == 74_719


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

    assert ours == official


def _plain(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
