"""The tables and definitions of ICD-10-PCS."""

from __future__ import annotations

from pathlib import Path

import pytest

from codecards import PcsTables, join_pcs_tables, read_codeset, read_pcs_definitions, read_pcs_tables
from codecards.errors import SourceFileError
from official_rows import ORDER_FILE, PCS_DEFINITIONS, PCS_TABLES


@pytest.fixture(scope="session")
def tables(official_data: Path) -> PcsTables:
    """The tables of FY2026."""
    return read_pcs_tables(official_data / "icd-10-pcs" / "2026-icd-10-pcs-code-tables-definitions.zip")


def test_the_tables_make_exactly_the_codes_of_the_order_file(official_data: Path, tables: PcsTables) -> None:
    """Two official files, one list: 914 tables, 79,115 codes; and every code names its seven axes."""
    official = read_codeset(official_data / "icd-10-pcs" / "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip")

    made = list(tables.codes())

    assert (len(tables), len(made)) == (914, 79_115)
    assert set(made) == {row.code for row in official.rows if row.is_billable}
    joined = join_pcs_tables(official, tables)
    assert all(len(joined.axes_of(code)) == 7 for code in made[::7])
    assert all(len(code.axes) == 3 for code in joined if not code.is_billable)


def test_a_table_says_what_may_come_next(tables: PcsTables) -> None:
    """Character by character, as one builds a code with the book."""
    table = tables.tables["0DT"]

    parts = {value.character: value.meaning for value in table.allowed()}
    approaches = [value.meaning for value in table.allowed("0DTJ")]

    assert parts["J"] == "Appendix"
    assert approaches == [
        "Open",
        "Percutaneous Endoscopic",
        "Via Natural or Artificial Opening",
        "Via Natural or Artificial Opening Endoscopic",
    ]
    assert table.allowed("0DTJ4ZZ") == ()
    assert table.allowed("0DB") == ()
    assert table.definition.startswith("Cutting out or off, without replacement, all")


def test_codes_that_the_tables_do_not_allow_have_no_axes(tables: PcsTables) -> None:
    """Well-formed is not enough."""
    assert tables.axes_of("0DTJ5ZZ") == ()
    assert tables.axes_of("ZZZ") == ()
    assert tables.axes_of("0DTJ") == ()


def test_definitions_explain_the_root_operations(official_data: Path, tables: PcsTables) -> None:
    """31 of the medical and surgical section, each with its definition."""
    definitions = read_pcs_definitions(official_data / "icd-10-pcs" / "2026-icd-10-pcs-code-tables-definitions.zip")

    operations = definitions.of_axis("0", 3)
    resection = definitions.of_value("0", tables.axes_of("0DT")[2])

    assert len(operations) == 31
    assert all(operation.definition for operation in operations)
    assert definitions.sections["0"] == "Medical and Surgical"
    assert resection is not None
    assert resection.definition == "Cutting out or off, without replacement, all of a body part"
    assert resection.includes
    assert definitions.of_value("9", tables.axes_of("0DT")[1]) is None


TABLE = f"<pcsTable>{PCS_TABLES.split('<pcsTable>')[1].removesuffix('</ICD10PCS.tabular>')}"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (PCS_TABLES.replace('pos="3"', 'pos="9"'), "names an axis '9'"),
        (PCS_TABLES.replace('pos="3"', 'pos="4"'), "table 0DT does not begin with three characters"),
        (PCS_TABLES.replace('pos="7"', 'pos="6"'), "table 0DT has a row without the characters 4 to 7"),
        (PCS_TABLES.replace('codes="2"', 'codes="3"'), "has a row of 2 codes that says it has 3"),
        (PCS_TABLES.replace('<label code="Z">No Device</label>', ""), r"axis 6 \(Device\) lacks a value"),
        (PCS_TABLES.replace("</ICD10PCS", TABLE + "</ICD10PCS"), "table 0DT stands twice"),
        (PCS_TABLES.split("<pcsTable>")[0] + "</ICD10PCS.tabular>", "holds no ICD-10-PCS tables"),
        (PCS_TABLES[:400], "not well-formed XML"),
    ],
)
def test_damaged_tables_are_refused(tmp_path: Path, wrong: str, reason: str) -> None:
    """Each error names the file and what is wrong with it."""
    path = tmp_path / "tables.xml"
    path.write_text(wrong)

    with pytest.raises(SourceFileError, match=rf"^tables.xml: .*{reason}"):
        read_pcs_tables(path)


def test_definitions_without_terms_are_refused(tmp_path: Path) -> None:
    """An empty file is not a release without definitions."""
    path = tmp_path / "definitions.xml"
    path.write_text(PCS_DEFINITIONS.replace("terms", "nothing"))

    with pytest.raises(SourceFileError, match="holds no ICD-10-PCS definitions"):
        read_pcs_definitions(path)


def test_tables_do_not_join_another_system(tmp_path: Path, tables: PcsTables) -> None:
    """Nor another year."""
    path = tmp_path / "2026.txt"
    path.write_text(ORDER_FILE)

    with pytest.raises(SourceFileError, match="tables of ICD-10-PCS 2026 cannot join ICD-10-CM 2026"):
        join_pcs_tables(read_codeset(path), tables)
