"""Full-text search: what is found, in which order, how fast it stays right when its cache is not."""

from __future__ import annotations

import math
from pathlib import Path
import sqlite3

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import pytest

from codecards import CodeSet, Guidance, GuidanceKind, Hit, System, search
from codecards.codesets.search import EmptySearchError, MatchKind
from codecards.codesets.search_index import SearchIndex, index_bytes, kept_index
from codecards.codesets.search_terms import words_of
from codecards.errors import CodecardsError
from made_codesets import installed, made_codeset


@attrs.frozen
class Line:
    """A line of an index, as small as a search needs it."""

    path: tuple[str, ...]
    codes: tuple[str, ...]
    see: str | None = None


@pytest.fixture(scope="module")
def book(icd10cm: CodeSet) -> SearchIndex:
    """The index of the embedded ICD-10-CM, and a few lines of the Alphabetic Index."""
    lines = [
        Line(("Attack, attacks", "heart"), (), "Infarct, myocardium"),
        Line(("Infarct, infarction", "myocardium, myocardial"), ("I21.9",)),
        Line(("Wheezing, musical",), ("R06.2",)),
        Line(("Fracture, traumatic", "femur", "bent"), ("S72.9-",)),
        Line(("Nowhere",), ("Q99.99",)),
    ]
    return SearchIndex(index_bytes(icd10cm, lines))


def _codes(index: SearchIndex, words: str, limit: int = 10) -> list[str]:
    return [found.code for found in index.by_words(words, limit)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("type 2 diabetes with hyperglycemia", "E11.65"),
        ("essential hypertension", "I10"),  # the title says "Essential (primary) hypertension"
        ("sezary spleen", "C84.17"),  # the title says Sézary
        ("Sézary spleen", "C84.17"),
        ("calculus of the kidney", "N20.0"),  # links are not looked for
        ("kidney stone", "N20.0"),  # the inclusion term says "Stone in kidney"
        ("chest pains", "R07.9"),  # plural
        ("heart attack", "I21.9"),  # the index says "see Infarct, myocardium"
        ("fracture femur bent", "S72.9"),  # the index says "S72.9-"
        ("fracture of femur", "S72"),
        ("calculus of kidn", "N20.0"),  # unfinished
    ],
)
def test_finds_what_people_mean(book: SearchIndex, words: str, first: str) -> None:
    """By title, by inclusion term, by the index, whatever the spelling."""
    assert first in _codes(book, words, 2)


@pytest.mark.parametrize("typo", ["apendicitis", "appendicitsi", "appendixitis", "apppendicitis", "APPENDICITUS"])
def test_one_wrong_letter_is_forgiven(book: SearchIndex, typo: str) -> None:
    """Missing, swapped, wrong, doubled: the same codes."""
    assert set(_codes(book, typo)) == set(_codes(book, "appendicitis"))


def test_singular_and_plural_find_each_other() -> None:
    """In the commonest English forms."""
    rows = [("A10", "Injury", True), ("A11", "Abscesses", True), ("A12", "Fevers", True), ("A13", "Biopsies", True)]
    index = SearchIndex(index_bytes(made_codeset(rows)))

    found = [_codes(index, word) for word in ("injuries", "abscess", "fever", "biopsy")]
    assert found == [["A10"], ["A11"], ["A12"], ["A13"]]


def test_two_wrong_letters_or_numbers_are_not_guessed(book: SearchIndex) -> None:
    """A search that finds nothing says so."""
    assert _codes(book, "apendixitiz") == []
    assert _codes(book, "99999") == []
    assert _codes(book, "?!") == []


def test_all_words_count_before_any(book: SearchIndex) -> None:
    """A word that nothing holds does not hide what the others find."""
    assert _codes(book, "appendicitis xyzzyxyz") == _codes(book, "appendicitis")
    assert "K36" in _codes(book, "chronic appendicitis")


def test_rare_words_decide_where_not_all_are_found(book: SearchIndex) -> None:
    """No title holds all three; the one word that tells something finds its codes."""
    assert set(_codes(book, "appendicitis initial encounter xyzzyxyz")) == set(_codes(book, "appendicitis"))


def test_billable_titles_come_before_headers(book: SearchIndex) -> None:
    """Of two equal titles the code that can stand on a claim is first."""
    found = _codes(book, "other appendicitis")

    assert found[0] == "K36"
    headers = made_codeset([("A10", "Odd fevers", False), ("A10.1", "Odd fevers", True)])
    assert _codes(SearchIndex(index_bytes(headers)), "fevers") == ["A10.1", "A10"]


def test_the_commonest_words_are_found_too(book: SearchIndex) -> None:
    """Where ranking would take too long, short titles come first."""
    found = book.by_words("unspecified", 5)

    assert len(found) == 5
    assert all("unspecified" in item.description.lower() for item in found)
    assert len(_codes(book, "with")) == 10


def test_fewer_are_the_first_of_more(book: SearchIndex) -> None:
    """How many are wanted does not change their order."""
    for words in ("fracture of femur", "diabetes", "unspecified"):
        assert _codes(book, words, 3) == _codes(book, words, 40)[:3]


def test_each_code_comes_once(book: SearchIndex) -> None:
    """However many of its texts hold the words."""
    found = _codes(book, "diabetes", 50)

    assert len(found) == len(set(found))


@given(st.text(max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_searched(book: SearchIndex, text: str) -> None:
    """Quotes, operators and whatever else mean nothing."""
    found = book.by_words(text, 5)

    assert all(math.isfinite(item.score) for item in found)
    assert not found or words_of(text)


@pytest.mark.parametrize(
    "text", ['"fever', "fever OR", "fever* NEAR(", "title:fever", "fever' --", "NOT fever", "fever\0"]
)
def test_operators_are_words(text: str) -> None:
    """The full-text language stays inside."""
    assert _codes(SearchIndex(index_bytes(made_codeset([("A10.1", "Red fever", True)]))), text) == ["A10.1"]


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> list[CodeSet]:
    """A machine with two systems; the list tells what was loaded."""
    guidance = {"A01": (Guidance(GuidanceKind.INCLUDES, "A01", ("enteric fever",)),)}
    rows = [("A01", "Typhoid", False), ("A01.00", "Typhoid fever", True), ("A01.01", "Typhoid meningitis", True)]
    cm = made_codeset(rows, guidance=guidance)
    old = made_codeset([("A99", "Forgotten fever", True)], release="2025")
    hcpcs = made_codeset([("A0100", "Taxi", True), ("E0100", "Cane", True)], system=System.HCPCS, release="2026-07")
    cpt = made_codeset([("00000", "Synthetic descriptor", True)], system=System.CPT)
    loaded: list[CodeSet] = []

    def load(system: System, release: str) -> CodeSet:
        found = next(item for item in (old, cm, hcpcs, cpt) if (item.system, item.release) == (system, release))
        loaded.append(found)
        return found

    monkeypatch.setattr("codecards.codesets.library.load_codeset", load)
    monkeypatch.setattr("codecards.codesets.library.installed_releases", lambda: installed(old, cm, hcpcs, cpt))
    return loaded


def _found(hits: tuple[Hit, ...]) -> list[tuple[str, str]]:
    return [(hit.code.system.value, hit.code.code) for hit in hits]


def test_a_code_of_two_systems_is_answered_with_both(library: list[CodeSet], tmp_path: Path) -> None:
    """Typhoid fever and a taxi: a system is never guessed."""
    hits = search(" a0100 ", cache=tmp_path)

    assert _found(hits) == [("icd-10-cm", "A01.00"), ("hcpcs", "A0100")]
    assert {hit.score for hit in hits} == {1000.0}
    assert {hit.kind for hit in hits} == {MatchKind.CODE}
    assert library


@pytest.mark.usefixtures("library")
def test_the_beginning_of_a_code_finds_what_is_below(tmp_path: Path) -> None:
    """The code itself first, then those that begin with it."""
    assert _found(search("A01", cache=tmp_path)) == [
        *(("icd-10-cm", "A01"), ("icd-10-cm", "A01.00"), ("icd-10-cm", "A01.01"), ("hcpcs", "A0100"))
    ]


@pytest.mark.usefixtures("library")
def test_systems_and_limit_narrow_the_search(tmp_path: Path) -> None:
    """By name or as a `System`."""
    assert _found(search("A01", ["hcpcs"], cache=tmp_path)) == [("hcpcs", "A0100")]
    assert len(search("typhoid", (System.ICD_10_CM,), limit=2, cache=tmp_path)) == 2
    assert search("forgotten", cache=tmp_path) == (), "only the newest release of a system is searched"


@pytest.mark.usefixtures("library")
def test_nothing_to_search_for_is_an_error(tmp_path: Path) -> None:
    """And so is a system that does not exist."""
    with pytest.raises(EmptySearchError, match="nothing to search for"):
        search("  ", cache=tmp_path)
    with pytest.raises(CodecardsError, match="no coding system is called 'icd'"):
        search("fever", ["icd"], cache=tmp_path)


def test_a_warm_search_loads_no_code_set(library: list[CodeSet], tmp_path: Path) -> None:
    """Codes come from the index; their place and guidance are read when somebody asks."""
    search("enteric", ("icd-10-cm",), cache=tmp_path)
    library.clear()
    (hit,) = search("enteric", ("icd-10-cm",), cache=tmp_path)

    assert (hit.matched, hit.kind, hit.code.is_billable) == ("enteric fever", MatchKind.INCLUSION_TERM, False)
    assert library == []
    assert [code.code for code in hit.code.children] == ["A01.00", "A01.01"]
    assert hit.code.guidance[0].notes == ("enteric fever",)
    assert len(library) == 1
    assert hit.code == library[0]["A01"]


@pytest.mark.usefixtures("library")
def test_licensed_text_is_never_kept(tmp_path: Path) -> None:
    """CPT is searched from memory only."""
    assert _found(search("synthetic", cache=tmp_path)) == [("cpt", "00000")]
    assert sorted(path.name.split(".")[0] for path in tmp_path.iterdir()) == ["hcpcs-2026-07", "icd-10-cm-2026"]


@pytest.mark.usefixtures("library")
def test_the_users_own_cache_folder_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the one that the environment names."""
    monkeypatch.setenv("CODECARDS_CACHE", str(tmp_path / "named"))
    search("typhoid", ("icd-10-cm",))
    assert len(list((tmp_path / "named").iterdir())) == 1

    monkeypatch.delenv("CODECARDS_CACHE")
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "own")
    search("typhoid", ("icd-10-cm",))
    assert len(list((tmp_path / "own" / "codesets").iterdir())) == 1


class Maker:
    """Makes an index, and counts how often."""

    def __init__(self, title: str = "Red fever") -> None:
        self.title = title
        self.made = 0

    def __call__(self) -> bytes:
        self.made += 1
        return index_bytes(made_codeset([("A10.1", self.title, True)]))


def test_an_index_is_made_once_for_what_it_is_made_from(tmp_path: Path) -> None:
    """Other contents, another index; the old file goes."""
    make, other = Maker(), Maker("Blue fever")
    for _ in range(2):
        assert _codes(kept_index("cm", ["1"], make, tmp_path), "red") == ["A10.1"]
    assert _codes(kept_index("cm", ["2"], other, tmp_path), "blue") == ["A10.1"]

    assert (make.made, other.made) == (1, 1)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"SQLite format 3\0", None])
def test_a_damaged_index_is_made_again(tmp_path: Path, damage: bytes | None) -> None:
    """Empty, cut, or with one bit turned in the middle: it is never believed."""
    make = Maker()
    kept_index("cm", ["1"], make, tmp_path)
    (path,) = tmp_path.iterdir()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content if damage is None else damage)

    assert _codes(kept_index("cm", ["1"], make, tmp_path), "red") == ["A10.1"]
    assert make.made == 2
    assert _codes(kept_index("cm", ["1"], make, tmp_path), "red") == ["A10.1"]
    assert make.made == 2


def test_a_deleted_index_is_made_again(tmp_path: Path) -> None:
    """Also while an open one is in use."""
    make = Maker()
    index = kept_index("cm", ["1"], make, tmp_path)
    for path in tmp_path.iterdir():
        path.unlink()

    assert _codes(index, "red") == ["A10.1"]
    assert _codes(kept_index("cm", ["1"], make, tmp_path), "red") == ["A10.1"]
    assert make.made == 2


def test_without_a_folder_that_can_be_written_it_stays_in_memory(tmp_path: Path) -> None:
    """Slower, and right."""
    (tmp_path / "file").write_bytes(b"")

    assert _codes(kept_index("cm", ["1"], Maker(), tmp_path / "file"), "red") == ["A10.1"]
    assert _codes(kept_index("cm", ["1"], Maker(), None), "red") == ["A10.1"]


def test_the_same_release_makes_the_same_index() -> None:
    """Two processes that make it at once write the same file."""
    rows = [("A10.1", "Red fever", True), ("A10.2", "Blue fever", True)]

    assert index_bytes(made_codeset(rows)) == index_bytes(made_codeset(rows))


def test_what_is_kept_is_a_whole_database(tmp_path: Path) -> None:
    """SQLite itself says so."""
    kept_index("cm", ["1"], Maker(), tmp_path)
    (path,) = tmp_path.iterdir()
    connection = sqlite3.connect(path)

    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
