"""Order files and codes files: every spelling of them, and what is refused."""

from __future__ import annotations

from pathlib import Path
import re
import zipfile

import pytest

from codecards import CodeSet, System, join_tabular, read_codeset, read_tabular_list
from codecards.errors import SourceFileError
from official_rows import CODES_FILE, ORDER_FILE, PCS_ORDER_FILE, PCS_TABLES, TABULAR_LIST, order_line, zip_of


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A place to save a file whose name tells its release."""
    return tmp_path / "icd10cm_order_2026.txt"


@pytest.mark.parametrize(
    ("name", "year", "rows", "billable"),
    [
        ("icd-10-cm/2025-code-descriptions-tabular-order.zip", "2025", 97_584, 74_260),
        ("icd-10-cm/2026-code-descriptions-tabular-order.zip", "2026", 98_186, 74_719),
        ("icd-10-cm/2027-codes-and-addenda.zip", "2027", 74_879, 74_879),
        ("icd-10-pcs/2025-icd-10-pcs-order-file.zip", "2025", 79_856, 78_948),
        ("icd-10-pcs/2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip", "2026", 80_029, 79_115),
    ],
)
def test_official_archives_give_the_published_counts(
    official_data: Path, name: str, year: str, rows: int, billable: int
) -> None:
    """Each archive, as downloaded, is its fullest code set."""
    codeset = read_codeset(official_data / name)

    assert (codeset.release, len(codeset)) == (year, rows)
    assert sum(row.is_billable for row in codeset.rows) == billable
    assert codeset.is_complete is (rows != billable)


@pytest.mark.parametrize(
    "content",
    [
        ORDER_FILE.encode(),
        ORDER_FILE.replace("\r\n", "\n").encode(),
        b"\xef\xbb\xbf" + ORDER_FILE.encode(),
        ORDER_FILE.rstrip().encode(),
        ORDER_FILE.encode() + b"\r\n\x1a",
        zip_of({"icd10cm_order_2026.txt": ORDER_FILE}),
        zip_of({"Code Descriptions/icd10cm-order-2026.txt": ORDER_FILE, "Code Descriptions/read.pdf": b"%PDF\0"}),
        zip_of({"folder/inner.zip": zip_of({"icd10cm_codes_2026.txt": CODES_FILE, "a/b.txt": ORDER_FILE})}),
        zip_of({"readme.html": "<html></html>", "icd10cm_codes_2026.txt": CODES_FILE, "x.txt": ORDER_FILE}),
    ],
)
def test_line_ends_marks_and_packing_make_no_difference(saved: Path, content: bytes) -> None:
    """CMS and CDC pack and spell the same rows differently."""
    saved.write_bytes(content)

    codeset = read_codeset(saved)

    assert [code.code for code in codeset] == ["E11", "E11.9", "I10"]
    assert codeset["E11.9"].short_description == "Type 2 diabetes mellitus without complications"
    assert codeset.release == "2026"
    assert codeset.is_complete


def test_a_title_in_cp1252_is_read_as_such(saved: Path) -> None:
    """Older files hold single accented letters in the Windows encoding."""
    saved.write_bytes(CODES_FILE.replace("Essential", "Ménière").encode("cp1252"))

    assert read_codeset(saved)["I10"].description == "Ménière (primary) hypertension"


def test_a_codes_file_is_known_to_be_incomplete(saved: Path) -> None:
    """It holds billable codes only: no headers, no short titles, no chapters."""
    saved.write_text(CODES_FILE)

    codeset = read_codeset(saved)

    assert not codeset.is_complete
    assert codeset["E11.9"].parent is None
    assert codeset["E11.9"].short_description is None
    assert codeset["E11.9"].chapter is None


def test_an_archive_with_the_tabular_list_gives_guidance_too(tmp_path: Path) -> None:
    """The fullest code set an archive allows has chapters, sections and instructions."""
    path = tmp_path / "2026.zip"
    path.write_bytes(zip_of({"a.txt": ORDER_FILE, "b.xml": TABULAR_LIST}))

    code = read_codeset(path)["E11"]

    assert code.chapter is not None
    assert code.chapter.number == 4
    assert code.section is not None
    assert [item.notes for item in code.guidance] == [("type 1 diabetes mellitus (E10.-)",)]


def test_a_tabular_list_of_another_year_does_not_join(tmp_path: Path) -> None:
    """What it says holds for its own year only."""
    path = tmp_path / "2025.zip"
    path.write_bytes(zip_of({"a.txt": ORDER_FILE, "b.xml": TABULAR_LIST}))
    (tmp_path / "tabular.xml").write_text(TABULAR_LIST)

    codeset = read_codeset(path)

    assert codeset["E11"].chapter is None
    with pytest.raises(SourceFileError, match="tabular list of ICD-10-CM 2026 cannot join ICD-10-CM 2025"):
        join_tabular(codeset, read_tabular_list(tmp_path / "tabular.xml"))


def test_a_codes_file_and_a_tabular_list_make_the_order_file(official_data: Path, tmp_path: Path) -> None:
    """Headers join from the tabular list, each in its place: the FY2025 order file comes out, row by row."""
    archive = official_data / "icd-10-cm" / "2025-code-descriptions-tabular-order.zip"
    with zipfile.ZipFile(archive) as members:
        (tmp_path / "codes_2025.txt").write_bytes(members.read("icd10cm_codes_2025.txt"))
    tabular = read_tabular_list(official_data / "icd-10-cm" / "2025-april-tabular.zip")

    joined = join_tabular(read_codeset(tmp_path / "codes_2025.txt"), tabular)

    official = read_codeset(archive)
    assert [row[::3] for row in joined.rows] == [row[::3] for row in official.rows]
    assert joined.is_complete
    assert joined["E11"].children == tuple(joined[code.code] for code in official["E11"].children)


def test_an_archive_with_the_pcs_tables_names_the_axes(tmp_path: Path) -> None:
    """Each of the seven characters says what it means."""
    path = tmp_path / "2026.zip"
    path.write_bytes(zip_of({"a.txt": PCS_ORDER_FILE, "b.xml": PCS_TABLES}))

    codeset = read_codeset(path)

    assert [axis.meaning for axis in codeset["0DTJ4ZZ"].axes][3:5] == ["Appendix", "Percutaneous Endoscopic"]
    assert [axis.name for axis in codeset["0DT"].axes] == ["Section", "Body System", "Operation"]


def test_pcs_tables_of_another_year_do_not_join(tmp_path: Path) -> None:
    """Tables change every year, and so do the codes they allow."""
    path = tmp_path / "2025.zip"
    path.write_bytes(zip_of({"a.txt": PCS_ORDER_FILE, "b.xml": PCS_TABLES}))

    assert read_codeset(path)["0DTJ4ZZ"].axes == ()


def test_of_several_lists_the_newest_is_read_unless_another_is_named(tmp_path: Path) -> None:
    """An archive may hold two years."""
    path = tmp_path / "both.zip"
    path.write_bytes(zip_of({"order_2025.txt": ORDER_FILE, "order_2026.txt": ORDER_FILE}))

    assert read_codeset(path).release == "2026"
    assert read_codeset(path, release="2025").release == "2025"


def test_an_archive_of_two_systems_asks_which(tmp_path: Path) -> None:
    """It is never guessed."""
    path = tmp_path / "both_2026.zip"
    path.write_bytes(zip_of({"cm.txt": ORDER_FILE, "pcs.txt": PCS_ORDER_FILE}))

    with pytest.raises(SourceFileError, match="code sets of icd-10-cm and icd-10-pcs; say which"):
        read_codeset(path)
    assert read_codeset(path, system="icd-10-pcs").system is System.ICD_10_PCS
    with pytest.raises(SourceFileError, match="not HCPCS Level II"):
        read_codeset(path, system="hcpcs")


def test_a_name_without_a_year_asks_for_the_release(tmp_path: Path) -> None:
    """The rows do not tell it."""
    path = tmp_path / "order.txt"
    path.write_text(ORDER_FILE)

    with pytest.raises(SourceFileError, match="tells no year; say which release"):
        read_codeset(path)
    assert read_codeset(path, release="2026-04").release == "2026-04"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (order_line(4, "99999", 1, "Synthetic descriptor"), "line 4: 99999 has the shape of a CPT code"),
        (order_line(4, "0042T", 1, "Synthetic descriptor"), "line 4: 0042T has the shape of a CPT code"),
        (order_line(4, "0DTJ4ZZ", 1, "Resection"), "line 4: '0DTJ4ZZ' is not shaped like an ICD-10-CM code"),
        (order_line(4, "E1.19", 1, "Synthetic"), "line 4: 'E1.19' is not shaped like an ICD-10-CM code"),
        (order_line(4, "I10", 1, "Essential"), "line 4: I10 stands twice"),
        (order_line(2, "J10", 1, "Influenza"), "line 4: order number 00002 comes after 00003"),
        (order_line(4, "J10", 0, "Influenza"), "line 4: the file stops behind a header"),
        ("J10     0 Influenza\n", "line 4: not a row of an ICD-10 order file"),
        (order_line(4, "J10", 1, "Influ\0nza"), "line 4: holds NUL bytes"),
        (order_line(4, "J10", 1, "Influenza" * 900), "line 4: the line is longer than"),
    ],
)
def test_a_row_that_does_not_belong_stops_the_reading(saved: Path, row: str, reason: str) -> None:
    """The error names file, line and reason, and there is no half of a code set."""
    saved.write_text(ORDER_FILE.replace("\r\n", "\n") + row)

    with pytest.raises(SourceFileError, match=rf"^{re.escape(saved.name)}, {reason}"):
        read_codeset(saved)


def test_a_pcs_code_with_the_status_of_a_header_is_refused(tmp_path: Path) -> None:
    """Of ICD-10-PCS only the tables are headers."""
    path = tmp_path / "2026.txt"
    path.write_text(PCS_ORDER_FILE.replace("00001 0DT     0", "00001 0DT     1"))

    with pytest.raises(SourceFileError, match="line 1: 0DT has the wrong status"):
        read_codeset(path)


def test_a_release_that_stops_within_a_line_is_refused(order_file: CodeSet, tmp_path: Path) -> None:
    """A file cut in transfer must not pass for the whole."""
    rows = [f"{row.code:<8}{row.description}" for row in order_file.rows if row.is_billable][:2000]
    path = tmp_path / "codes_2026.txt"
    path.write_text("\n".join(rows)[:-3])

    with pytest.raises(SourceFileError, match="line 2000: the file stops within this line"):
        read_codeset(path)


def test_a_release_that_stops_between_two_lines_is_refused(order_file: CodeSet, tmp_path: Path) -> None:
    """Its last chapter is missing; a short excerpt may stop where it likes."""
    rows = [f"{row.code:<8}{row.description}\n" for row in order_file.rows if row.is_billable]
    path = tmp_path / "codes_2026.txt"

    path.write_text("".join(rows[:1500]))
    assert len(read_codeset(path)) == 1500
    path.write_text("".join(rows[:40_000]))
    with pytest.raises(SourceFileError, match=r"stops at S\w+ after 40,000 codes: it is cut short"):
        read_codeset(path)


def test_codes_file_rows_are_checked(tmp_path: Path) -> None:
    """The codes file is held to its layout line by line."""
    path = tmp_path / "codes_2026.txt"
    path.write_text(CODES_FILE + "and so on\n")

    with pytest.raises(SourceFileError, match="line 3: not a row of an ICD-10 codes file"):
        read_codeset(path)
