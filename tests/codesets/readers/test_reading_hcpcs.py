"""HCPCS Level II: titles, dates, modifiers and the rest of the record, from text and from XLSX."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
import zipfile

import pytest

from codecards import CodeSet, HcpcsAction, HcpcsCoverage, hcpcs_actions, read_codeset
from codecards.codesets.readers.hcpcs_records import COLUMNS
from codecards.errors import SourceFileError
from official_rows import hcpcs_line, workbook_of, zip_of


@pytest.fixture(scope="session")
def july(official_data: Path) -> CodeSet:
    """The release of July 2026."""
    return read_codeset(official_data / "hcpcs" / "HCPC2026_JUL_ANWEB.xlsx")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A place to save a file whose name tells its release."""
    return tmp_path / "HCPC2026_JUL_ANWEB_06172026.txt"


def test_july_2026_has_the_measured_counts(july: CodeSet) -> None:
    """8,725 codes and 384 modifiers, of which 7,418 and 364 go on."""
    modifiers = july.modifiers

    assert (july.release, july.effective.first) == ("2026-07", date(2026, 7, 1))
    assert (len(july), len(modifiers)) == (8_725 + 384, 384)
    assert sum(code.is_billable for code in july) == 7_418 + 364
    assert sum(code.is_billable for code in modifiers) == 364


def test_july_2026_did_what_its_actions_say(july: CodeSet) -> None:
    """41 added, 5 long and 2 short titles, 4 administrative, 4 payment, 1 discontinued, 1 otherwise."""
    done = hcpcs_actions(july)

    assert {action: len(codes) for action, codes in done.items()} == {
        HcpcsAction.ADDED: 41,
        HcpcsAction.LONG_TITLE: 5,
        HcpcsAction.SHORT_TITLE: 2,
        HcpcsAction.ADMINISTRATIVE: 4,
        HcpcsAction.PAYMENT: 4,
        HcpcsAction.DISCONTINUED: 1,
        HcpcsAction.MISCELLANEOUS: 1,
    }
    assert [code.code for code in done[HcpcsAction.DISCONTINUED]] == ["C9309"]


def test_no_licensed_number_comes_through(july: CodeSet) -> None:
    """Neither as a row nor as a cross-reference."""
    references = {code for item in july if item.hcpcs for code in item.hcpcs.cross_references}

    assert references
    assert not any(code[0].isdigit() or code.startswith("D") for code in references)
    assert not any(code.code[0].isdigit() for code in july)


def test_a_discontinued_code_stays_known_with_its_last_day(july: CodeSet) -> None:
    """Records of past years still name it."""
    code = july["c9309"]

    assert not code.is_billable
    assert code.hcpcs is not None
    assert code.hcpcs.last_day == date(2026, 6, 30)
    assert code.hcpcs.action_date == date(2026, 7, 1)
    assert code.hcpcs.is_active(date(2026, 6, 30))
    assert not code.hcpcs.is_active(date(2026, 7, 1))


def test_modifiers_are_a_kind_of_their_own(july: CodeSet) -> None:
    """They are found by their two characters."""
    modifier = july["a1"]

    assert modifier.is_modifier
    assert modifier.description == "Dressing for one wound"
    assert not july["A0021"].is_modifier
    assert modifier.parent is None


def test_an_unknown_code_is_just_unknown(july: CodeSet) -> None:
    """There are no headers to look below."""
    with pytest.raises(LookupError, match=r"^A0001 is not a code of HCPCS Level II 2026-07$"):
        july["a0001"]
    with pytest.raises(LookupError, match="the two characters of a modifier"):
        july["E11.9"]


def test_text_and_workbook_of_a_release_say_the_same(official_data: Path, tmp_path: Path) -> None:
    """January 2019 comes in both; the workbook leaves some dates out."""
    archive = official_data / "hcpcs" / "2019-Alpha-Numeric-HCPCS-File.zip"
    with zipfile.ZipFile(archive) as members:
        (tmp_path / "2019.xlsx").write_bytes(members.read("HCPC2019_CONTR_ANWEB.xlsx"))

    text, workbook = read_codeset(archive), read_codeset(tmp_path / "2019.xlsx")

    assert text.release == "2019"
    assert text.rows == workbook.rows
    assert len(text.modifiers) == 360
    for ours, theirs in zip(text, workbook, strict=True):
        assert ours.hcpcs is not None
        assert theirs.hcpcs is not None
        assert ours.hcpcs.pricing == theirs.hcpcs.pricing
        assert ours.hcpcs.coverage is theirs.hcpcs.coverage
        assert ours.hcpcs.last_day == theirs.hcpcs.last_day
        assert ours.hcpcs.manual_references == theirs.hcpcs.manual_references


def test_a_title_goes_on_over_several_lines(saved: Path) -> None:
    """Records 4 and 8 continue a code and a modifier."""
    saved.write_bytes(
        (
            "***Disclaimers\t\t\r\n\r\nNo endorsement\xa0meant\r\n"
            + hcpcs_line("A1", "Dressing for", record="7")
            + hcpcs_line("A1", "one wound", record="8", sequence="00200")
            + hcpcs_line("A0021", "Ambulance service, outside")
            + hcpcs_line("A0021", "state", record="4", sequence="00200")
        ).encode("cp1252")
    )

    codeset = read_codeset(saved)

    assert [code.description for code in codeset] == ["Dressing for one wound", "Ambulance service, outside state"]


def test_every_field_has_its_place(saved: Path) -> None:
    """The columns are those of the record layout."""
    saved.write_text(
        hcpcs_line(
            "A0021",
            "Ambulance",
            PRICE1="00",
            PRICE2="51",
            MULT_PI="9",
            CIM1="60-9",
            MCM1="2120.1",
            STATUTE="1862(a)",
            LABCERT1="340",
            XREF1="A0030",
            XREF2="99999",
            XREF3="0042T",
            XREF4="LT",
            COV="I",
            ASC_GRP="YY",
            PROCNOTE="0088",
            BETOS="O1A",
            TOS1="9",
            TOS2="P",
            ANEST_BU="  3",
            ADD_DT="19850101",
            ACT_EFF_DT="20260701",
            TERM_DT="20261231",
            ACTION_CD="D",
        ).replace("\r", "")
    )

    code = read_codeset(saved)["A0021"]

    assert code.hcpcs is not None
    assert code.is_billable  # its last day is still to come
    assert code.hcpcs.pricing == ("00", "51")
    assert code.hcpcs.multiple_pricing == "9"
    assert code.hcpcs.manual_references == ("60-9", "2120.1")
    assert code.hcpcs.statute == "1862(a)"
    assert code.hcpcs.lab_certifications == ("340",)
    assert code.hcpcs.cross_references == ("A0030", "LT")
    assert code.hcpcs.coverage is HcpcsCoverage.NOT_PAYABLE
    assert code.hcpcs.asc_group == "YY"
    assert code.hcpcs.processing_note == "0088"
    assert code.hcpcs.betos == "O1A"
    assert code.hcpcs.types_of_service == ("9", "P")
    assert code.hcpcs.anesthesia_base_units == 3
    assert code.hcpcs.added == date(1985, 1, 1)
    assert code.hcpcs.last_day == date(2026, 12, 31)
    assert code.hcpcs.action is HcpcsAction.DISCONTINUED


def test_every_letter_has_words() -> None:
    """Each action and each kind of coverage can be shown."""
    assert all(letter.label for letter in (*HcpcsAction, *HcpcsCoverage))


GOOD = hcpcs_line("A0021", "Ambulance")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (hcpcs_line("99999", "Synthetic descriptor"), "line 2: 99999 has the shape of a CPT code"),
        (hcpcs_line("25", "Synthetic descriptor", record="7"), "line 2: 25 has the shape of a CPT code"),
        (hcpcs_line("D9999", "Synthetic descriptor"), "line 2: D9999 is a CDT code"),
        (hcpcs_line("A002B", "Something"), "line 2: 'A002B' is not an HCPCS"),
        (hcpcs_line("A0022", "Something", record="7"), "line 2: 'A0022' is not an HCPCS"),
        (hcpcs_line("A0021", "Something"), "line 2: A0021 stands twice"),
        (hcpcs_line("A0022", ""), "line 2: A0022 has no long description"),
        (hcpcs_line("A0022", "Something", ADD_DT="20261301"), "line 2: '20261301' is not a date"),
        (hcpcs_line("A0022", "Something", ADD_DT="never"), "line 2: 'never' is not a date"),
        (hcpcs_line("A0022", "Something", COV="Z"), "line 2: 'Z' is none of the letters"),
        (hcpcs_line("A0022", "Something", ANEST_BU="x"), "line 2: 'x' is no number of anesthesia"),
        (hcpcs_line("A0022", "more", record="4", sequence="00200"), "line 2: continues another record"),
        (hcpcs_line("A0021", "more", record="8", sequence="00200"), "line 2: continues another record"),
        (hcpcs_line("A0021", "more", record="4", sequence="00100"), "line 2: continues another record"),
        (hcpcs_line("A0022", "Something")[:200] + "\r\n", "line 2: the record has 200 characters"),
        ("Something else\r\n", "line 2: not a record of the HCPCS file"),
    ],
)
def test_a_line_that_does_not_belong_stops_the_reading(saved: Path, line: str, reason: str) -> None:
    """The error names file, line and reason."""
    saved.write_bytes((GOOD + line).encode())

    with pytest.raises(SourceFileError, match=rf"^{saved.name}, {reason}"):
        read_codeset(saved)


def _rows(*records: Mapping[str, object]) -> list[list[object]]:
    columns = sorted(COLUMNS, reverse=True)  # not the official order: columns go by name
    return [["Some words above"], [], list(columns), *([record.get(name) for name in columns] for record in records)]


RECORD = {
    "HCPC": "A0021",
    "SEQNUM": "0010",
    "RECID": 3,
    "LONG DESCRIPTION": "Ambulance",
    "COV": "I",
    "ADD DT": 19850101,
    "ACTION CD": "N",
    "XREF1": "None",
}


def test_a_workbook_goes_by_the_names_of_its_columns(tmp_path: Path) -> None:
    """Shuffled columns, cells that are numbers and broken titles do no harm."""
    more = {"HCPC": "A0021", "RECID": "4", "LONG DESCRIPTION": "service"}
    path = tmp_path / "hcpcs_2026.xlsx"
    path.write_bytes(workbook_of(_rows(RECORD, more)))

    code = read_codeset(path)["A0021"]

    assert code.description == "Ambulance service"
    assert code.short_description is None
    assert code.hcpcs is not None
    assert code.hcpcs.added == date(1985, 1, 1)
    assert code.hcpcs.cross_references == ()


def test_a_workbook_with_stray_rows_is_refused(tmp_path: Path) -> None:
    """A continuation must follow its own record."""
    path = tmp_path / "hcpcs_2026.xlsx"
    path.write_bytes(workbook_of(_rows(RECORD, {"HCPC": "A0022", "RECID": "4", "LONG DESCRIPTION": "x"})))

    with pytest.raises(SourceFileError, match="line 5: continues another record"):
        read_codeset(path)


def test_the_text_is_preferred_to_the_workbook_beside_it(tmp_path: Path) -> None:
    """It is read ten times as fast and says the same."""
    path = tmp_path / "july-2026-alpha-numeric-hcpcs-file.zip"
    path.write_bytes(zip_of({"a.xlsx": workbook_of(_rows(RECORD)), "b.txt": GOOD + hcpcs_line("A0022", "More")}))

    codeset = read_codeset(path)

    assert len(codeset) == 2
    assert codeset.release == "2026-07"
