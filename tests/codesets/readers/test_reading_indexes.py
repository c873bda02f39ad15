"""The routes from a term to codes: both indexes and both tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from codecards import (
    CodeIndex,
    IndexEntry,
    read_drug_table,
    read_external_cause_index,
    read_index,
    read_neoplasm_table,
)
from codecards.errors import SourceFileError
from official_rows import INDEX

_PARTS = "2025-april-table-and-index-parts.zip"


@pytest.fixture
def index(tmp_path: Path) -> CodeIndex:
    """An Alphabetic Index of invented terms."""
    path = tmp_path / "index.xml"
    path.write_text(INDEX)
    return read_index(path)


def test_an_entry_leads_to_its_codes_in_order(index: CodeIndex) -> None:
    """The code in brackets is the manifestation, assigned second."""
    (entry,) = index.find("fable", "with", "moral")

    assert entry.codes == ("E11.2-", "N08")
    assert str(entry) == "Fable, fabled NEC, with, moral"


def test_a_term_answers_to_each_of_its_words(index: CodeIndex) -> None:
    """As printed between commas, in any case; nonessential modifiers stand apart."""
    whole, first, second = index.find("fable, fabled nec"), index.find("FABLE"), index.find(" fabled  nec ")

    assert whole == first == second
    assert whole[0].nonessential_modifiers == ("(mild) (of autumn)",)
    assert whole[0].code == "E11.9"
    assert index.find("saga") == ()
    assert index.find() == ()


def test_references_are_kept_apart_from_codes(index: CodeIndex) -> None:
    """See, see also, see category and see subcategory each say something else."""
    assert index.find("fable", "grim")[0].see == "Tale, grim"
    long = index.find("fable", "long")[0]
    assert (long.see_also, long.see_category, long.codes) == ("Saga", "E12", ("E12",))
    assert index.find("fable", "short")[0].codes == ("E13.1",)
    assert len(index) == 6
    assert (index.year, index.title) == ("2026", "ICD-10-CM INDEX TO DISEASES and INJURIES")


def test_the_external_cause_index_is_read_whole(official_data: Path) -> None:
    """8,064 terms, 6,650 of them with a code."""
    index = read_external_cause_index(official_data / "icd-10-cm" / _PARTS)

    assert len(index) == 8_064
    assert sum(entry.code is not None for entry in index.entries) == 6_650
    assert index.find("accident", "boat", "striking swimmer", "powered") == (
        IndexEntry(("Accident", "boat, boating", "striking swimmer", "powered"), code="V94.11"),
    )
    assert index.find("accident", "automobile")[0].see == "Accident, transport, car occupant"


def test_the_table_of_neoplasms_has_a_code_for_each_behavior(official_data: Path) -> None:
    """A dash in the table is no code."""
    entries = {entry.path: entry for entry in read_neoplasm_table(official_data / "icd-10-cm" / _PARTS)}

    tissue = entries[("Neoplasm, neoplastic", "abdomen, abdominal", "wall", "connective tissue")]

    assert len(entries) > 1_900
    assert tissue.codes == ("C49.4", "C79.8-", "D21.4", "D48.1", "D49.2")
    assert tissue.in_situ is None
    assert entries[("Neoplasm, neoplastic", "book-leaf")].note == "ventral surface of tongue and floor of mouth"
    assert entries[("Neoplasm, neoplastic", "abdomen, abdominal", "wall")].see_also == "Neoplasm, abdomen, wall, skin"


def test_the_table_of_drugs_has_a_code_for_each_circumstance(official_data: Path) -> None:
    """Two dashes in the table are no code; nonessential modifiers stand apart."""
    entries = read_drug_table(official_data / "icd-10-cm" / _PARTS)

    assert len(entries) == 7_428
    assert entries[0].path == ("1-propanol",)
    assert entries[0].codes == ("T51.3X1", "T51.3X2", "T51.3X3", "T51.3X4")
    assert entries[0].underdosing is None
    assert entries[2].nonessential_modifiers == ("(dichlorophen-oxyacetic acid)",)
    assert sum(len(entry.codes) for entry in entries) == 43_212 - 3_186


_HEADS = "".join(
    f'<head col="{column}">{text}</head>'
    for column, text in enumerate(
        ("Neoplasm", "Malignant Secondary", "Malignant Primary", "Ca in situ", "Benign", "Uncertain", "Unspecified"), 1
    )
)
_TABLE = (
    f"<ICD10CM.index><indexHeading>{_HEADS}</indexHeading><letter><mainTerm><title>Fable</title>"
    '<cell col="2">C79.9</cell><cell col="3">C80.1</cell></mainTerm></letter></ICD10CM.index>'
)


def test_a_table_goes_by_the_heads_of_its_columns(tmp_path: Path) -> None:
    """Shuffled columns do no harm."""
    path = tmp_path / "neoplasm.xml"
    path.write_text(_TABLE)

    (entry,) = read_neoplasm_table(path)

    assert (entry.malignant_primary, entry.malignant_secondary, entry.benign) == ("C80.1", "C79.9", None)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (_TABLE.replace("Benign", "Kind"), "lacks the columns of this table"),
        (_TABLE.replace("letter>", "page>"), "holds no terms of this table"),
        (_TABLE.replace("title>", "name>"), "holds a term without a title below a letter"),
        (_TABLE[:-30], "not well-formed XML"),
    ],
)
def test_a_damaged_table_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    """Each error names the file and what is wrong with it."""
    path = tmp_path / "neoplasm.xml"
    path.write_text(content)

    with pytest.raises(SourceFileError, match=rf"^neoplasm.xml: {reason}"):
        read_neoplasm_table(path)


def test_an_index_without_terms_is_refused(tmp_path: Path) -> None:
    """An empty index would answer every question with no."""
    path = tmp_path / "index.xml"
    path.write_text("<ICD10CM.index><letter><title>A</title></letter></ICD10CM.index>")

    with pytest.raises(SourceFileError, match="holds no terms of an ICD-10-CM index"):
        read_index(path)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """The error says what was looked for."""
    path = tmp_path / "index.xml"
    path.write_text(INDEX)

    with pytest.raises(SourceFileError, match="holds no table of drugs"):
        read_drug_table(path)
