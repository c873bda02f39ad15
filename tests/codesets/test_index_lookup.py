"""Through the index as the book does it: main term, subterms, "see"."""

from __future__ import annotations

from collections.abc import Iterator
import csv
import io
from pathlib import Path
import zipfile

import attrs
import pytest

from codecards import index_lookup
from codecards.codesets.index_lookup import TermIndex


@attrs.frozen
class Entry:
    """A line of an index, as small as a lookup needs it."""

    path: tuple[str, ...]
    codes: tuple[str, ...] = ()
    see: str | None = None


@pytest.fixture(scope="module")
def alphabetic_index(official_data: Path) -> TermIndex[Entry]:
    """The Alphabetic Index of April 2025, from the table that somebody extracted of the official XML."""
    path = official_data / "icd-10-cm" / "2025-april-table-and-index-parts.zip"
    with zipfile.ZipFile(path) as archive:
        text = archive.read("main-index-2025-extracted.csv").decode("utf-8-sig")
    return TermIndex(_entries(text))


def _entries(text: str) -> Iterator[Entry]:
    path: list[str] = []
    for row in csv.DictReader(io.StringIO(text)):
        path[int(row["Level"]) :] = [row["Term"]]
        yield Entry(tuple(path), (row["Code"],) if row["Code"] else (), row["See"] or None)


@pytest.mark.parametrize(
    ("path", "code", "via"),
    [
        ("Diabetes, type 2, with, neuropathy", "E11.40", []),
        ("diabetic, type 2, neuropathy", "E11.40", []),  # the other word of the main term, without "with"
        (("Aberrant", "artery", "coronary"), "Q24.5", []),
        ("Attack, heart", "I21.9", [("Attack, attacks", "heart")]),
        ("Abdominalgia", "R10.9", [("Abdominalgia",)]),
        ("Fracture, traumatic, femur, shaft", "S72.30-", []),
    ],
)
def test_leads_from_a_term_to_its_code(
    alphabetic_index: TermIndex[Entry], path: str | tuple[str, ...], code: str, via: list[tuple[str, ...]]
) -> None:
    """As a coder who turns the pages."""
    route = alphabetic_index.look_up(path)[0]

    assert route.entry.codes == (code,)
    assert [line.path for line in route.via] == via


def test_a_term_of_two_main_terms_leads_to_both(alphabetic_index: TermIndex[Entry]) -> None:
    """A fracture is pathological or traumatic: the index is asked, not a guess made."""
    codes = [route.entry.codes[0] for route in alphabetic_index.look_up("Fracture, femur")]

    assert codes == ["M84.45-", "S72.9-"]


def test_an_unknown_term_leads_nowhere(alphabetic_index: TermIndex[Entry]) -> None:
    """Nor does none."""
    assert alphabetic_index.look_up("Xyzzy, acute") == ()
    assert alphabetic_index.look_up("Diabetes, xyzzy") == ()
    assert alphabetic_index.look_up(" , ") == ()


def test_the_fewest_terms_left_out_count() -> None:
    """A line that holds only what was asked for comes alone; otherwise the nearest."""
    lines = [Entry(("Fever",), ("A1",)), Entry(("Fever", "red"), ("A2",)), Entry(("Fever", "red", "dark"), ("A3",))]

    assert [route.entry.codes for route in index_lookup(lines, "fever")] == [("A1",)]
    assert [route.entry.codes for route in index_lookup(lines, "fever, dark")] == [("A3",)]


def test_with_may_be_said_or_left_out() -> None:
    """On either side: the word stands between a term and what it is linked with."""
    lines = [Entry(("Fever", "with", "cough"), ("A1",)), Entry(("Cold", "cough"), ("A2",))]

    for path in ("Fever, with, cough", "Fever, cough", "Cold, with, cough", "Cold, cough"):
        assert len(index_lookup(lines, path)) == 1


def test_nonessential_modifiers_do_not_count() -> None:
    """Printed in parentheses, absent or present."""
    lines = [Entry(("Fever (high) (low)", "red (dark)"), ("A1",))]

    assert [route.entry.codes for route in index_lookup(lines, "Fever, red")] == [("A1",)]
    assert index_lookup(lines, "Fever (very), red (bright)")[0].entry is lines[0]


def test_references_in_a_circle_end() -> None:
    """Each is followed once."""
    lines = [Entry(("One",), see="Two"), Entry(("Two",), see="One"), Entry(("Three",), see="Four")]

    assert index_lookup(lines, "One") == ()
    assert index_lookup(lines, "Three") == ()
