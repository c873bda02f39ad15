"""CPT from the user's own licensed files. All codes and words here are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from codecards import System, read_codeset
from codecards.errors import LicenceError, SourceFileError
from official_rows import CPT_NOTICE, ORDER_FILE, workbook_of, zip_of

SHORT = CPT_NOTICE + "00001 SYNTHETIC DESCRIPTOR A\r\n0002T SYNTHETIC DESCRIPTOR B\r\n"
MEDIUM = CPT_NOTICE + "00001 SYNTHETIC DESCRIPTOR A OF MEDIUM LENGTH, IN MORE WORDS\r\n"
LONG = CPT_NOTICE + "00001\tSynthetic descriptor A, at its full length\r\n0002T\tSynthetic  descriptor B\r\n"
LIST: list[list[object]] = [
    ["A notice above the table"],
    ["Concept Id", "CPT Code", "Long", "Medium", "Short", "Consumer"],
    [1, "00001", "Synthetic descriptor A", "SYNTHETIC DESC A", "SYN A", "In other words"],
    [1, "00001", "Synthetic descriptor A", "SYNTHETIC DESC A", "SYN A", "In yet other words"],
    [2, "0002T", "Synthetic descriptor B", None, "SYN B", None],
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("SHORTU_2026.txt", SHORT),
        ("MEDU_2026.txt", MEDIUM),
        ("LONGULT_2026.txt", LONG),
        ("mine_2026.csv", "Code,Description\n00001,Synthetic descriptor A\n"),
    ],
)
def test_nothing_is_read_without_the_statement(tmp_path: Path, name: str, content: str) -> None:
    """The user says that they hold a licence; nobody else can."""
    path = tmp_path / name
    path.write_text(content)

    with pytest.raises(LicenceError, match="i_have_a_licence=True"):
        read_codeset(path)

    codeset = read_codeset(path, i_have_a_licence=True)
    assert codeset.system is System.CPT
    assert codeset.is_licensed
    assert codeset["00001"].is_licensed
    assert codeset["00001"].is_billable


def test_public_code_sets_are_not_licensed(tmp_path: Path) -> None:
    """The mark means something."""
    path = tmp_path / "2026.txt"
    path.write_text(ORDER_FILE)

    assert not read_codeset(path, i_have_a_licence=True).is_licensed


def test_the_files_of_one_delivery_join(tmp_path: Path) -> None:
    """Long titles from one, abbreviated ones from another."""
    path = tmp_path / "cpt2026.zip"
    path.write_bytes(zip_of({"SHORTU.txt": SHORT, "MEDU.txt": MEDIUM, "LONGULT.txt": LONG}))

    codeset = read_codeset(path, release="2026", i_have_a_licence=True)

    assert codeset["00001"].description == "Synthetic descriptor A, at its full length"
    assert codeset["00001"].short_description == "SYNTHETIC DESCRIPTOR A"
    assert codeset["0002t"].description == "Synthetic descriptor B"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list_2026.xlsx", workbook_of(LIST)),
        ("list_2026.csv", "\n".join(",".join(str(c or "") for c in row) for row in LIST).encode()),
        ("list_2026.txt", "\n".join("\t".join(str(c or "") for c in row) for row in LIST).encode("cp1252")),
    ],
)
def test_the_consolidated_list_comes_as_workbook_or_text(tmp_path: Path, name: str, content: bytes) -> None:
    """Its columns go by name; a code that stands several times is read once."""
    path = tmp_path / name
    path.write_bytes(content)

    codeset = read_codeset(path, i_have_a_licence=True)

    assert [(code.code, code.description, code.short_description) for code in codeset] == [
        ("00001", "Synthetic descriptor A", "SYN A"),
        ("0002T", "Synthetic descriptor B", "SYN B"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (LONG + "D9999\tSynthetic\n", "line 6: not a row of a CPT file"),
        (LONG + "00001\tSynthetic again\n", "line 6: 00001 stands twice"),
        (LONG + "00003\t \n", "line 6: 00003 has no title"),
        (SHORT + "00003SYNTHETIC\n", "line 6: not a row of a CPT file"),
        ("Code,Title\n00001,Synthetic\nE0100,Synthetic\n", "line 3: 'E0100' is not a CPT code"),
        ("Code,Title\n00001,Synthetic\nD9999,Synthetic\n", "line 3: D9999 is a CDT code"),
        ("Code,Title\n00001,Synthetic\n00002,\n", "line 3: 00002 has no title"),
    ],
)
def test_a_row_that_does_not_belong_stops_the_reading(tmp_path: Path, content: str, reason: str) -> None:
    """The error names file, line and reason."""
    path = tmp_path / "cpt_2026.txt"
    path.write_text(content)

    with pytest.raises(SourceFileError, match=rf"^cpt_2026.txt, {reason}"):
        read_codeset(path, i_have_a_licence=True)


def test_a_table_of_other_codes_is_not_taken_for_cpt(tmp_path: Path) -> None:
    """Columns called code and description are everywhere."""
    path = tmp_path / "mine_2026.csv"
    path.write_text("Code,Description\nE11.9,Type 2 diabetes mellitus\n")

    with pytest.raises(SourceFileError, match="line 1: begins with"):
        read_codeset(path, i_have_a_licence=True)
