"""What stands beside the releases on this machine is loaded, searched and asked for successors."""

from __future__ import annotations

from datetime import date
import json
from pathlib import Path

import pytest

from codecards import (
    CodecardsError,
    Conversion,
    ConversionTable,
    System,
    index_lookup,
    load_conversions,
    load_index,
    load_index_terms,
    load_poa_exempt,
    search,
    validate_code,
)
from codecards.cli import main
from codecards.codesets.library import add_file
from codecards.codesets.search import MatchKind
from codecards.errors import UnknownReleaseError

INDEX = """<ICD10CM.index><version>2026</version><title>Index</title><letter><title>D</title>
<mainTerm><title>Diabetes, diabetic<nemod>(mellitus)</nemod></title><code>E11.9</code>
<term level="1"><title>type 2</title><code>E11.9</code>
<term level="2"><title>with</title><term level="3"><title>neuropathy</title><code>E11.40</code></term>
<term level="3"><title>wibbly feet</title><code>E11.40</code></term></term></term></mainTerm>
<mainTerm><title>Sugar disease</title><see>Diabetes, type 2</see></mainTerm></letter></ICD10CM.index>"""


@pytest.fixture(autouse=True)
def _library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library and a cache of its own for every test."""
    monkeypatch.setenv("CODECARDS_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("CODECARDS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def _index(tmp_path: Path) -> None:
    """An index in the official layout on the machine, with words of our own."""
    path = tmp_path / "icd10cm_index_2026.xml"
    path.write_text(INDEX)
    add_file(path)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return int(end.value.code or 0)


@pytest.mark.usefixtures("_index")
def test_the_index_is_loaded_and_looked_up(tmp_path: Path) -> None:
    """The External Cause Index, where it was added, stands behind it."""
    assert [entry.code for entry in load_index().find("Diabetes", "type 2", "with", "neuropathy")] == ["E11.40"]
    assert len(load_index("icd-10-cm", "2026")) == 6
    path = tmp_path / "eindex_2026.xml"
    path.write_text(INDEX.replace(">Index<", ">External Cause Index<").replace("Sugar", "Candy"))
    add_file(path)
    assert len(load_index()) == 12
    routes = index_lookup(load_index_terms(), "Candy disease")
    assert {code for route in routes for code in route.entry.codes} == {"E11.9"}


def test_the_official_tables_are_loaded(official_data: Path) -> None:
    """External causes, neoplasms and drugs of April 2025; conversions and exemptions of 2026, by year or without."""
    folder = official_data / "icd-10-cm"
    for name in (
        "2025-april-table-and-index-parts.zip",
        "ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx",
        "POAexemptCodesFY26.zip",
    ):
        add_file(folder / name)

    terms = load_index_terms("icd-10-cm", "2025")
    (aspirin,) = index_lookup(terms, "Aspirin")[:1]
    assert aspirin.entry.codes[0].startswith("T39.01")
    assert load_index(release="2025").title.lower().find("external cause") >= 0
    assert len(load_conversions()) == len(load_conversions("icd-10-cm", "2026")) == 5892
    assert len(load_poa_exempt()) == 38349


@pytest.mark.parametrize("load", [load_index, load_index_terms, load_conversions, load_poa_exempt])
def test_what_is_not_here_says_where_it_is_published(load: object) -> None:
    """One line, with the command to type."""
    assert callable(load)
    with pytest.raises(UnknownReleaseError, match=r"of ICD-10-CM 2026 is not on this machine; open https://.* FILE"):
        load("icd-10-cm", "2026")
    with pytest.raises(CodecardsError, match="of HCPCS Level II is not on"):
        load(System.HCPCS)


@pytest.mark.usefixtures("_index")
def test_a_search_finds_by_the_words_of_the_index() -> None:
    """They stand in no title; an index that comes later makes the search index anew."""
    (hit, *_) = search("wibbly feet")

    assert (hit.code.code, hit.kind) == ("E11.40", MatchKind.INDEX)


def test_an_index_added_later_is_searched(tmp_path: Path) -> None:
    """What was kept of the release without it is not believed."""
    assert "E11.40" not in [hit.code.code for hit in search("wibbly feet")]
    path = tmp_path / "index.xml"
    path.write_text(INDEX)
    add_file(path)

    assert search("wibbly feet")[0].code.code == "E11.40"


@pytest.mark.usefixtures("_index")
def test_the_command_line_looks_up_the_index(capsys: pytest.CaptureFixture[str]) -> None:
    """As the book is read, references followed; for programs too."""
    assert run("search", "--index", "Diabetes, type 2, with, neuropathy") == 0
    assert capsys.readouterr().out == "Diabetes, diabetic, type 2, with, neuropathy: E11.40\n"
    assert run("search", "--index", "sugar", "disease") == 0
    assert capsys.readouterr().out == (
        "Diabetes, diabetic, type 2: E11.9\n    from Sugar disease, see Diabetes, type 2\n"
    )
    assert run("search", "--index", "sugar disease", "--json") == 0
    (route,) = json.loads(capsys.readouterr().out)
    assert (route["codes"], route["via"]) == (["E11.9"], [["Sugar disease"]])
    assert run("search", "--index", "nothing") == 0
    assert "nothing found in the index for 'nothing'" in capsys.readouterr().err


def test_without_an_index_the_command_line_says_how_to_get_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 1, one line."""
    assert run("search", "--index", "Diabetes") == 1
    assert "the alphabetic index of ICD-10-CM is not on this machine" in capsys.readouterr().err


def test_the_conversion_table_names_successors(official_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In validate and in compare, once it is on the machine."""
    folder = official_data / "icd-10-cm"
    add_file(folder / "2025-code-descriptions-tabular-order.zip")
    order = str(folder / "2025-code-descriptions-tabular-order.zip")
    assert run("codesets", "compare", order, "icd-10-cm=2026") == 0
    assert "conversion table" not in capsys.readouterr().out

    add_file(folder / "ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx")

    assert run("codesets", "compare", order, "icd-10-cm=2026") == 0
    printed = capsys.readouterr().out
    assert "   487 new billable codes\n" in printed
    assert "(the official conversion table says so)" in printed
    assert "conversion table" in validate_code("S30.1XXD", "icd-10-cm", on=date(2026, 1, 1)).message


def test_the_last_rows_of_a_code_are_its_replacements() -> None:
    """Within the time asked for; rows of a split years before it ended do not count."""
    rows = [("A00.1", 2018), ("A00.2", 2025), ("A00.3", 2025), ("A00.4", 2027)]
    table = ConversionTable(tuple(Conversion(code, date(year, 10, 1), ("A00.0",), (), "A00.0") for code, year in rows))

    assert table.replacements(date(2024, 10, 1), date(2026, 9, 30)) == {"A00.0": ("A00.2", "A00.3")}
    assert table.replacements(date(2017, 10, 1), date(2024, 9, 30)) == {"A00.0": ("A00.1",)}
    assert table.replacements(date(2024, 10, 1), None) == {"A00.0": ("A00.4",)}
    assert table.replacements(date(2025, 10, 1), date(2026, 9, 30)) == {}
