"""Companion files in the library: kept with the release they belong to, and part of what is loaded."""

from __future__ import annotations

import json
from pathlib import Path
import shutil
import zipfile

import pytest

from codecards import installed_releases, load_codeset
from codecards.codesets.library import InstalledRelease, add_file, library_problems, waiting_releases
from codecards.errors import SourceFileError

INDEX = (
    b"<ICD10CM.index><version>2027</version><letter><title>A</title>"
    b"<mainTerm><title>Ague</title><code>B54</code></mainTerm></letter></ICD10CM.index>"
)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """The folder of a library of its own."""
    return tmp_path / "library"


def kinds(item: InstalledRelease) -> list[str]:
    return [beside.kind for beside in item.companions]


def order_file(folder: Path) -> Path:
    path = folder / "icd10cm_order_2027.txt"
    path.write_text(f"00001 B54     1 {'Synthetic ague':60} Synthetic ague\n")
    return path


def test_the_tabular_list_joins_the_codes_on_loading(official_data: Path, tmp_path: Path, shelf: Path) -> None:
    """Added after the order file of its year, which is cached already; listed with guidance, and loaded with it."""
    folder = official_data / "icd-10-cm"
    add_file(folder / "2025-code-descriptions-tabular-order.zip", folder=shelf)
    bare = load_codeset("icd-10-cm", "2025", folder=shelf, cache=tmp_path / "cache")
    assert bare["E11.9"].chapter is None

    added = add_file(folder / "2025-april-tabular.zip", folder=shelf)

    assert (added.release, added.has_guidance, kinds(added)) == ("2025", True, ["tabular-list"])
    assert added in installed_releases(folder=shelf)
    for _ in range(2):  # from the files, and from the cache
        full = load_codeset("icd-10-cm", "2025", folder=shelf, cache=tmp_path / "cache")
        chapter = full["E11.9"].chapter
        assert chapter is not None
        assert chapter.number == 4
        assert full["E11"].guidance
        assert len(full) == len(bare) == added.rows
    assert library_problems(folder=shelf) == ()


def test_companions_may_come_before_the_codes(official_data: Path, tmp_path: Path, shelf: Path) -> None:
    """Tables and definitions of ICD-10-PCS wait for the order file, and are no release themselves."""
    folder = official_data / "icd-10-pcs"

    waiting = add_file(folder / "2026-icd-10-pcs-code-tables-definitions.zip", folder=shelf)

    assert waiting_releases(folder=shelf) == (waiting,)
    assert (waiting.rows, waiting.release, kinds(waiting)) == (0, "2026", ["pcs-tables", "pcs-definitions"])
    assert [item.release for item in installed_releases(folder=shelf)] == ["2026"]

    added = add_file(folder / "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip", folder=shelf)

    assert waiting_releases(folder=shelf) == ()
    assert kinds(added) == ["pcs-tables", "pcs-definitions"]
    tables = load_codeset("icd-10-pcs", folder=shelf, cache=tmp_path / "cache").tables
    assert tables is not None
    assert len(tables) == 914


def test_the_embedded_release_takes_companions(official_data: Path, shelf: Path) -> None:
    """The conversion table and the POA-exempt list of its year stand beside it."""
    for name in ("ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx", "POAexemptCodesFY26.zip"):
        added = add_file(official_data / "icd-10-cm" / name, folder=shelf)

    assert (added.origin, kinds(added)) == ("embedded", ["conversion-table", "poa-exempt-list"])
    assert waiting_releases(folder=shelf) == ()
    assert library_problems(folder=shelf) == ()


def test_every_kind_of_an_archive_is_kept(official_data: Path, shelf: Path) -> None:
    """The agencies pack indexes and tables together; the archive stays one file."""
    added = add_file(official_data / "icd-10-cm" / "2025-april-table-and-index-parts.zip", folder=shelf)

    assert (added.release, kinds(added)) == (
        "2025-04",
        ["external-cause-index", "table-of-neoplasms", "table-of-drugs"],
    )
    assert len(list(shelf.glob("files/*/*"))) == 1


def test_a_file_tells_its_year_or_is_told_it(tmp_path: Path, shelf: Path) -> None:
    """By its name, by what it says itself, or by the user; never two that differ."""
    path = tmp_path / "index.xml"
    path.write_bytes(INDEX)

    assert add_file(path, folder=shelf).release == "2027"
    with pytest.raises(SourceFileError, match=r"index.xml: is of 2027, not of 2028"):
        add_file(path, release="2028", folder=shelf)

    path.write_bytes(INDEX.replace(b"<version>2027</version>", b""))
    with pytest.raises(SourceFileError, match=r"index.xml: its name tells no year"):
        add_file(path, folder=shelf)
    assert add_file(path, release="2027-04", folder=shelf).release == "2027-04"

    added = add_file(order_file(tmp_path), folder=shelf)
    assert [beside.release for beside in added.companions] == ["2027"]


def test_an_index_in_the_archive_of_the_codes_is_kept_with_them(tmp_path: Path, shelf: Path) -> None:
    """CDC packs all of a release into one zip."""
    path = tmp_path / "2027-all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(order_file(tmp_path), "icd10cm_order_2027.txt")
        archive.writestr("Table and Index/icd10cm_index_2027.xml", INDEX)

    added = add_file(path, folder=shelf)

    assert (added.rows, kinds(added)) == (1, ["alphabetic-index"])
    assert added in installed_releases(folder=shelf)


def test_a_later_file_takes_the_place_of_its_kind(tmp_path: Path, shelf: Path) -> None:
    """The one before goes."""
    for number, name in enumerate((b"Ague", b"Chill")):
        path = tmp_path / f"index_{number}.xml"
        path.write_bytes(INDEX.replace(b"Ague", name))
        add_file(path, folder=shelf)

    assert [path.name for path in shelf.glob("files/*/*")] == ["index_1.xml"]


@pytest.mark.parametrize(
    "change",
    [{"format": 2}, {"system": "icd-9"}, {"release": "2028"}, {"files": {}}, {"files": []}, {"files": {"a": {}}}],
)
def test_a_damaged_record_is_reported_and_not_believed(tmp_path: Path, shelf: Path, change: dict[str, object]) -> None:
    """Nothing it may name is removed; adding the file again repairs it."""
    path = tmp_path / "index.xml"
    path.write_bytes(INDEX)
    add_file(path, folder=shelf)
    record = shelf / "icd-10-cm-2027.companions"
    record.write_text(json.dumps(json.loads(record.read_bytes()) | change))

    assert library_problems(folder=shelf) == (
        f"{record}: damaged; add the companion files of that release again (codecards codesets add FILE)",
    )
    add_file(order_file(tmp_path), folder=shelf)
    assert len(list(shelf.glob("files/*/*"))) == 2

    assert kinds(add_file(path, folder=shelf)) == ["alphabetic-index"]
    assert library_problems(folder=shelf) == ()


def test_a_companion_that_is_gone_is_told(official_data: Path, tmp_path: Path, shelf: Path) -> None:
    """A code set is not loaded without the guidance that belongs to it, as if there had never been any."""
    folder = official_data / "icd-10-pcs"
    add_file(folder / "2026-icd-10-pcs-code-tables-definitions.zip", folder=shelf)
    add_file(folder / "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip", folder=shelf)
    (kept,) = shelf.glob("files/*/*definitions.zip")
    shutil.rmtree(kept.parent)

    assert len(library_problems(folder=shelf)) == 1
    with pytest.raises(SourceFileError, match=r"definitions\.zip: not what was added"):
        load_codeset("icd-10-pcs", folder=shelf, cache=tmp_path / "cache")
