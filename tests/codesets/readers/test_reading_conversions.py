"""What changed, as the agencies say it: conversion table, addenda, and the list of POA-exempt codes."""

from __future__ import annotations

from collections import Counter
from datetime import date
import io
from pathlib import Path
import zipfile

import pytest

from codecards import ConversionTable, read_addenda, read_conversion_table, read_poa_exempt
from codecards.codesets.readers import addenda as addenda_reader
from codecards.codesets.readers import conversions as conversion_reader
from codecards.errors import SourceFileError
from official_rows import ADDENDA, CONVERSIONS, POA_LIST, workbook_of, zip_of


@pytest.fixture(scope="session")
def conversions(official_data: Path) -> ConversionTable:
    """The conversion table of FY2026."""
    return read_conversion_table(official_data / "icd-10-cm" / "ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx")


def test_every_new_code_of_the_year_is_in_the_table(conversions: ConversionTable, official_data: Path) -> None:
    """The 487 rows that begin on 1 October 2025 are the 487 codes the addenda add."""
    new = {row.code.replace(".", "") for row in conversions.rows if row.effective == date(2025, 10, 1)}

    with zipfile.ZipFile(official_data / "icd-10-cm" / "2026-code-descriptions-tabular-order.zip") as archive:
        text = archive.read("icd10cm_codes_addenda_2026.txt").decode()
    added = {line[13:20].strip() for line in text.splitlines() if line.startswith("Add:")}
    assert len(conversions) == 5_892
    assert len(new) == 487
    assert new == added


def test_lists_and_ranges_are_written_out(conversions: ConversionTable) -> None:
    """The last column is written for people; nothing in it is lost."""
    by_text = {row.text.strip(): row for row in conversions.rows}

    assert by_text["H02.101-H02.106; H02.109"].previous == (*(f"H02.10{n}" for n in range(1, 7)), "H02.109")
    assert by_text["G11.8 and E23.0 and K00.0"].previous == ("G11.8", "E23.0", "K00.0")
    assert by_text["S06.890D-S06.899D"].previous == tuple(f"S06.89{n}D" for n in range(10))
    assert by_text["I63.- and P91.88"].previous == ("P91.88",)
    assert by_text["I63.- and P91.88"].previous_categories == ("I63.-",)
    assert by_text["Codes in Categories T15-T19"].previous_categories == ("T15-T19",)
    silent = [row for row in conversions.rows if not row.previous and not row.previous_categories]
    assert {row.text for row in silent} == {"None"}


def test_days_within_the_year_are_kept(conversions: ConversionTable) -> None:
    """A bare year means 1 October; postings within a year carry a day."""
    days = Counter(row.effective for row in conversions.rows)

    assert days[date(2023, 4, 1)] == 42
    assert days[date(2020, 4, 1)] == 2
    assert days[date(2016, 10, 1)] == 1_970


def test_a_code_leads_to_its_successors_and_back(conversions: ConversionTable) -> None:
    """Both ways, dotted."""
    assert [row.code for row in conversions.successors("B88.0")] == ["B88.01", "B88.09"]
    assert conversions.previous("B88.01") == ("B88.0",)
    assert conversions.successors("Z99.99") == ()


def test_csv_says_the_same_as_xlsx(tmp_path: Path) -> None:
    """From FY2027 on the table also comes as CSV."""
    table = tmp_path / "table.csv"
    table.write_text("The words above the table, over\n" + CONVERSIONS)

    rows = read_conversion_table(table).rows

    assert [row.code for row in rows] == ["B88.01", "H02.151"]
    assert rows[1].previous == ("H02.101", "H02.102", "H02.103", "H02.109")
    assert [row.effective for row in rows] == [date(2025, 10, 1), date(2018, 4, 1)]


def test_the_names_of_columns_may_go_on(tmp_path: Path) -> None:
    """Older editions write the day into the head of the column."""
    table = tmp_path / "table.csv"
    table.write_text(CONVERSIONS.replace("Effective", "Effective October 1"))

    assert len(read_conversion_table(table)) == 2


def test_shuffled_columns_and_days_as_cells_do_no_harm(tmp_path: Path) -> None:
    """Columns go by name."""
    table = tmp_path / "table.xlsx"
    table.write_bytes(
        workbook_of(
            [
                ["Previous Code(s) Assignment", "Current code assignment", "Effective"],
                ["B88.0", "B8801", date(2025, 4, 1)],
                ["B88.0", "B88.09", 2025.0],
                [None, None, None],
            ]
        )
    )

    row, other = read_conversion_table(table).rows

    assert other.effective == date(2025, 10, 1)
    assert (row.code, row.effective, row.previous) == ("B88.01", date(2025, 4, 1), ("B88.0",))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("nothing,2025,B88.0", "line 4: 'NOTHING' is not an ICD-10-CM code"),
        ("B88.02,soon,B88.0", "line 4: 'soon' is neither a year nor a day"),
        ("B88.02,2025-13-01,B88.0", "line 4: '2025-13-01' is neither a year nor a day"),
        ('B88.02,2025,"B88.0', "line 4: not a row of a table"),
    ],
)
def test_a_row_that_does_not_belong_stops_the_table(tmp_path: Path, row: str, reason: str) -> None:
    """The error names file, line and reason."""
    table = tmp_path / "table.csv"
    table.write_text(f"{CONVERSIONS}{row}\n")

    with pytest.raises(SourceFileError, match=rf"^table.csv, {reason}"):
        read_conversion_table(table)


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    """A head alone is a file cut short."""
    table = tmp_path / "table.csv"
    table.write_text(CONVERSIONS.splitlines()[0])

    with pytest.raises(SourceFileError, match="holds no rows of a conversion table"):
        read_conversion_table(table)


@pytest.mark.parametrize(
    ("name", "member", "added", "deleted", "revised"),
    [
        ("icd-10-cm/2025-code-descriptions-tabular-order.zip", "icd10cm_codes_addenda_2025.txt", 252, 36, 13),
        ("icd-10-cm/2025-code-descriptions-tabular-order.zip", "icd10cm_order_addenda_2025.txt", 324, 36, 14),
        ("icd-10-cm/2026-code-descriptions-tabular-order.zip", "icd10cm_codes_addenda_2026.txt", 487, 28, 38),
        ("icd-10-cm/2027-codes-and-addenda.zip", "icd10cm_codes_addenda_2027.txt", 190, 30, 4),
        ("icd-10-pcs/2025-icd-10-pcs-order-file.zip", "order_addenda_2025.txt", 374, 61, 0),
    ],
)
def test_addenda_hold_what_their_summary_says(  # noqa: PLR0917 -- the columns of the table above
    official_data: Path, tmp_path: Path, name: str, member: str, added: int, deleted: int, revised: int
) -> None:
    """Five files of three layouts."""
    with zipfile.ZipFile(official_data / name) as archive:
        (tmp_path / member).write_bytes(archive.read(member))

    addenda = read_addenda(tmp_path / member)

    assert (len(addenda.added), len(addenda.deleted), len(addenda.revised)) == (added, deleted, revised)
    assert all((row.short_description is None) is ("codes" in member) for row in addenda.added)


def test_addenda_tell_headers_from_codes(official_data: Path) -> None:
    """An order addenda deletes the code and adds the header; a PCS one names tables by three characters."""
    cm = read_addenda(official_data / "icd-10-cm" / "2026-code-descriptions-tabular-order.zip")
    pcs = read_addenda(official_data / "icd-10-pcs" / "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip")

    assert (cm.deleted[0].code, cm.deleted[0].is_billable) == ("B880", True)
    assert (cm.added[0].code, cm.added[0].is_billable) == ("B880", False)
    assert {row.code for row in pcs.added if not row.is_billable} == {"09X", "0C1", "XDJ", "XHH"}
    assert [before.code for before, _ in pcs.revised] == ["6A4"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (ADDENDA.replace("1 additions", "2 additions"), ", line 4: lists 1 additions, but its own summary says 2"),
        (ADDENDA.replace("Revise to:   Z2914", "Revise to:   Z2915"), ", line 4: a revision lacks"),
        (ADDENDA.replace("Revise from:", "Delete:     "), ", line 4: a revision lacks"),
        ("".join(ADDENDA.splitlines(keepends=True)[:3]), ", line 3: the file stops within a revision"),
        (ADDENDA + ADDENDA, ", line 10: a change stands behind the summary"),
        (ADDENDA.replace("B8801 ", "b8801!"), ", line 2: names no code"),
    ],
)
def test_addenda_that_contradict_themselves_are_refused(tmp_path: Path, content: str, reason: str) -> None:
    """Each error names the file and the line."""
    path = tmp_path / "addenda.txt"
    path.write_text(content)

    with pytest.raises(SourceFileError, match=rf"^addenda.txt{reason}"):
        read_addenda(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"some words\n", "line 1: not a row of an addenda file"), (b"", ": holds no addenda")],
)
def test_a_stream_without_addenda_is_refused(content: bytes, reason: str) -> None:
    """The reader checks what the recognition in front of it lets through."""
    with pytest.raises(SourceFileError, match=reason):
        addenda_reader.read_addenda(io.BytesIO(content), "addenda.txt")


def test_a_header_must_stand_near_the_top() -> None:
    """A table is not searched through for it."""
    rows = ((number, ("word",)) for number in range(1, 1000))

    with pytest.raises(SourceFileError, match="holds no rows of a conversion table"):
        conversion_reader.read_conversion_table(rows, "table.csv")
    assert next(rows)[0] < 100


def test_the_exempt_list_is_told_from_its_changes(official_data: Path) -> None:
    """Of nine files in the archive the list itself is the one."""
    exempt = read_poa_exempt(official_data / "icd-10-cm" / "POAexemptCodesFY26.zip")

    assert exempt.release == "2026"
    assert len(exempt) == 38_349
    assert "Z59.86" not in exempt
    assert "QA0.0101" in exempt
    assert exempt.codes["Q99.811"] == "Usher syndrome, type 1"


def test_the_exempt_list_is_read_from_xlsx_where_there_is_no_text(tmp_path: Path) -> None:
    """Both say the same."""
    path = tmp_path / "POAexemptCodesFY26.zip"
    rows = [line.split("\t") for line in POA_LIST.splitlines()]
    path.write_bytes(zip_of({"POAexemptCodesFY26.xlsx": workbook_of(rows)}))

    exempt = read_poa_exempt(path)

    assert dict(exempt.codes) == {"B90.0": "Sequelae of central nervous system tuberculosis"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (POA_LIST + "01239\t99999\tSynthetic descriptor\n", ", line 3: '99999' is not an ICD-10-CM code"),
        (POA_LIST + "01239\tB900\tThe same\n", ", line 3: B90.0 stands twice"),
        (POA_LIST.splitlines()[0] + "\n", ": holds no codes exempt"),
    ],
)
def test_a_damaged_exempt_list_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    """Each error names the file and the line."""
    path = tmp_path / "poa.txt"
    path.write_text(content)

    with pytest.raises(SourceFileError, match=rf"^poa.txt{reason}"):
        read_poa_exempt(path)
